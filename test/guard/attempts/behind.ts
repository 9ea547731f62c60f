/** A program behind a guard that makes attempts as it is told, and says how each ended. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Behind {
	readonly #child: ChildProcess;
	readonly #lines: AsyncIterator<string>;
	readonly #over: Promise<unknown>;
	#errors = '';

	constructor(child: ChildProcess) {
		this.#child = child;
		this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
		this.#over = new Promise((done) => child.once('close', done));
		child.stderr!.on('data', (text) => (this.#errors += text));
		// Where the guard has ended, the next line that it does not say tells so.
		child.stdin!.on('error', () => undefined);
	}

	/** What the attempt ended with; undefined: the guard is gone. */
	async attempt(name: string): Promise<{ status: number | undefined; errors: string }> {
		const before = this.#errors.length;
		this.#child.stdin!.write(`${name}\n`);
		for (;;) {
			const { done, value } = await this.#lines.next();
			const errors = this.#errors.slice(before);
			if (done === true) return { status: undefined, errors };
			if (!value.startsWith(`ended ${name} `)) continue;
			return { status: Number(value.split(' ')[2]), errors };
		}
	}

	async close(): Promise<void> {
		this.#child.stdin!.end();
		await this.#over;
	}
}
