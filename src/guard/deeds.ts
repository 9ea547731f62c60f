/**
 * What a program did, as a tree, for whoever looks on (guard run --open): also what was allowed. Told by the
 * supervisor's thread, each thing of a process once.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Action } from './policy.ts';

export interface Deed {
	readonly process: number;
	/** When it was first heard: its parent may have ended before. */
	readonly parent: number;
	/** The file that it runs. */
	readonly program: string;
	/** As a policy says it. */
	readonly act: string;
	readonly action: Action;
}

interface Who {
	readonly process: number;
	readonly parent: number;
	readonly program: string;
}

const mostKnown = 65_536;

export class Deeds {
	readonly #tell: (deed: Deed) => void;
	readonly #threads = new Map<number, Who>();
	readonly #told = new Set<string>();

	constructor(tell: (deed: Deed) => void) {
		this.#tell = tell;
	}

	did(thread: number, act: string, action: Action): void {
		const who = this.#who(thread);
		// It becomes another program, and a number that is used again begins with one.
		if (act.startsWith('run ')) this.#threads.delete(thread);
		const key = `${who.process} ${action} ${act}`;
		if (this.#told.has(key)) return;
		if (this.#told.size >= mostKnown) this.#told.clear();
		this.#told.add(key);
		this.#tell({ ...who, act, action });
	}

	#who(thread: number): Who {
		const known = this.#threads.get(thread);
		if (known !== undefined) return known;
		if (this.#threads.size >= mostKnown) this.#threads.clear();
		const who = whoIs(thread);
		this.#threads.set(thread, who);
		return who;
	}
}

function whoIs(thread: number): Who {
	try {
		const status = readFileSync(`/proc/${thread}/status`, 'latin1');
		const number = (name: string): number =>
			Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
		return {
			process: number('Tgid') || thread,
			parent: number('PPid'),
			program: readlinkSync(`/proc/${thread}/exe`),
		};
	} catch {
		return { process: thread, parent: 0, program: 'unknown' };
	}
}
