/**
 * Asks on the terminal, whatever standard input is. One question at a time; no terminal, or no answer in time, is no.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { Asked, Reply } from '../guard/asking.ts';
import { printable } from './print.ts';

const replies: Readonly<Record<string, Reply>> = {
	y: 'once',
	s: 'session',
	a: 'always',
	n: 'no',
	d: 'never',
};

export class TerminalAsker {
	readonly #seconds: number;
	#last: Promise<unknown> = Promise.resolve();

	constructor(seconds: number) {
		this.#seconds = seconds;
	}

	ask(asked: Asked): Promise<Reply> {
		const reply = this.#last.then(() => this.#askNow(asked));
		this.#last = reply;
		return reply;
	}

	async #askNow({ program, act, because }: Asked): Promise<Reply> {
		let terminal: number;
		try {
			terminal = openSync('/dev/tty', 'r+');
		} catch {
			process.stderr.write(
				`guard: nobody can be asked here, so the answer is no: ${printable(`${program}: ${act}`)}\n`,
			);
			return 'no';
		}
		const why = because === undefined ? '' : ` (${because})`;
		const keys = '[y]es, for this [s]ession, [a]lways, [n]o, [d]o not ask again';
		writeSync(
			terminal,
			`\nguard: ${printable(`${program} wants: ${act}${why}`)}\n       ${keys} (${this.#seconds} s)? `,
		);
		const input = new ReadStream(terminal);
		try {
			return await this.#read(input);
		} finally {
			input.destroy();
			try {
				closeSync(terminal);
			} catch {
				// The stream has closed it.
			}
		}
	}

	#read(input: ReadStream): Promise<Reply> {
		return new Promise((resolve) => {
			const late = setTimeout(() => resolve('no'), this.#seconds * 1000);
			input.on('data', (text: Buffer) => {
				const reply = replies[text.toString().trim().toLowerCase().charAt(0)];
				if (reply === undefined) return;
				clearTimeout(late);
				resolve(reply);
			});
			input.on('error', () => resolve('no'));
		});
	}
}
