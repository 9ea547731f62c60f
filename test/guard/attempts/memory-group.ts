import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A control group with so much memory; where none can be made, what is started has as much as there is. */
export class MemoryGroup {
	readonly #path: string | undefined;

	constructor(bytes: number) {
		for (const [parent, limit] of [
			['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
			['/sys/fs/cgroup', 'memory.max'],
		] as const) {
			const path = join(parent, `sallyport-${process.pid}`);
			try {
				mkdirSync(path);
			} catch {
				continue;
			}
			try {
				writeFileSync(join(path, limit), String(bytes));
				this.#path = path;
				return;
			} catch {
				rmdirSync(path);
			}
		}
		console.log('no control group for memory can be made here: the attempt has all of it');
	}

	/** Words before a command, which then runs in it. */
	get around(): string[] {
		if (this.#path === undefined) return [];
		return ['sh', '-c', `echo $$ > ${this.#path}/cgroup.procs; exec "$@"`, 'sh'];
	}

	/** What was killed in it takes a moment to be gone. */
	async close(): Promise<void> {
		if (this.#path === undefined) return;
		for (let tries = 0; readFileSync(join(this.#path, 'cgroup.procs'), 'utf8') !== '' && tries < 100; tries++)
			await delay(100);
		rmdirSync(this.#path);
	}
}
