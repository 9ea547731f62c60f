/** What a question about a file means: its path, and what is wanted of it. undefined: it cannot be read. */
import { existsSync, readlinkSync } from 'node:fs';
import type { FileVerb } from '../policy.ts';
import { call } from './calls.ts';
import type { Notifications, Question } from './notify.ts';
import { absolute } from './paths.ts';

const AT_EMPTY_PATH = 0x1000;
const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_TMPFILE = 0o20000000;

export const executing: readonly number[] = [call.execve, call.execveat];
export const opening: readonly number[] = [call.open, call.openat, call.openat2, call.creat];

export interface Opened {
	readonly path: string;
	readonly verb: FileVerb;
	readonly flags: number;
	/** Of a file that is made. */
	readonly permissions: number;
}

export class Acts {
	readonly #notifications: Notifications;

	constructor(notifications: Notifications) {
		this.#notifications = notifications;
	}

	executed(question: Question): string | undefined {
		const [first = 0, second = 0] = question.words;
		if (question.call === call.execve) return this.#path(question, first);
		return this.#path(question, second, first | 0, (question.words[4]! & AT_EMPTY_PATH) !== 0);
	}

	opened(question: Question): Opened | undefined {
		const { call: number, words } = question;
		const plain = number === call.open || number === call.creat;
		const path = plain ? this.#path(question, words[0]!) : this.#path(question, words[1]!, words[0]! | 0);
		const flags = this.#flags(question);
		if (path === undefined || flags === undefined) return undefined;
		return { path, flags, verb: verbOf(flags, path), permissions: words[number === call.openat ? 3 : 2]! };
	}

	/** Where the path is of what is only opened to be read, by an absolute path or none; 0: it is something else. */
	plainRead({ call: number, words }: Question): number {
		const [at, flags] = number === call.openat ? [words[1]!, words[2]!] : [words[0]!, words[1]!];
		const plain = number === call.openat || number === call.open;
		return plain && (flags & (O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE)) === 0 ? at : 0;
	}

	/** What is made, renamed or deleted: heard while learning. */
	changed(question: Question): string | undefined {
		// Those that name a folder's descriptor first came after the old ones.
		const at = question.call >= call.openat;
		return at
			? this.#path(question, question.words[1]!, question.words[0]! | 0)
			: this.#path(question, question.words[0]!);
	}

	#flags(question: Question): number | undefined {
		if (question.call === call.creat) return O_CREAT | O_WRONLY | O_TRUNC;
		if (question.call === call.open) return question.words[1]! | 0;
		if (question.call === call.openat) return question.words[2]! | 0;
		return this.#notifications.read(question, question.words[2]!, 8)?.readInt32LE(0);
	}

	#path(question: Question, at: number, folder?: number, empty = false): string | undefined {
		const text = this.#notifications.readText(question, at);
		if (text === undefined) return undefined;
		if (text !== '' || !empty || folder === undefined) return absolute(question.thread, text, folder);
		try {
			return readlinkSync(`/proc/${question.thread}/fd/${folder}`);
		} catch {
			return undefined;
		}
	}
}

function verbOf(flags: number, path: string): FileVerb {
	// What is emptied is changed, also where it is only read from then on.
	const read = (flags & (O_ACCMODE | O_TRUNC)) === 0;
	if ((flags & O_TMPFILE) === O_TMPFILE) return 'create';
	if ((flags & O_CREAT) === 0) return read ? 'read' : 'write';
	return !existsSync(path) ? 'create' : read ? 'read' : 'write';
}
