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
		const why = because === undefined ? '' : ` (${because})`;
		const keys = '[y]es, for this [s]ession, [a]lways, [n]o, [d]o not ask again';
		const question = `\nguard: ${printable(`${program} wants: ${act}${why}`)}\n       ${keys}`;
		const read = (line: string): Reply | undefined => replies[line.toLowerCase().charAt(0)];
		const reply = await askOnTerminal(question, this.#seconds, read);
		if (reply !== 'nobody') return reply ?? 'no';
		process.stderr.write(
			`guard: nobody can be asked here, so the answer is no: ${printable(`${program}: ${act}`)}\n`,
		);
		return 'no';
	}
}

/** Lines are read until `read` makes something of one. undefined: no answer in time; nobody: there is no terminal. */
export async function askOnTerminal<Answer>(
	question: string,
	seconds: number,
	read: (line: string) => Answer | undefined,
): Promise<Answer | undefined | 'nobody'> {
	let terminal: number;
	try {
		terminal = openSync('/dev/tty', 'r+');
	} catch {
		return 'nobody';
	}
	writeSync(terminal, `${question} (${seconds} s)? `);
	const input = new ReadStream(terminal);
	try {
		return await new Promise((resolve) => {
			const late = setTimeout(() => resolve(undefined), seconds * 1000);
			input.on('data', (text: Buffer) => {
				const answer = read(text.toString().trim());
				if (answer === undefined) return;
				clearTimeout(late);
				resolve(answer);
			});
			input.on('error', () => resolve(undefined));
		});
	} finally {
		input.destroy();
		try {
			closeSync(terminal);
		} catch {
			// The stream has closed it.
		}
	}
}
