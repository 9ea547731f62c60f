/** Questions for people: each waits aside until its answer comes, and what was answered for the session is not asked again. */
import type { Waiting } from './kernel/gate.ts';

export interface Asked {
	readonly token: number;
	/** The thread that waits for the answer. */
	readonly thread: number;
	readonly program: string;
	readonly act: string;
	readonly rule: string;
	readonly because?: string;
}

/** Yes to this alone, for the rest of the run, for ever; no to this alone, for the rest of the run. */
export const replies = ['once', 'session', 'always', 'no', 'never'] as const;
export type Reply = (typeof replies)[number];

export class Asking {
	readonly #tell: (asked: Asked) => void;
	readonly #answers = new Map<number, boolean>();
	readonly #session = new Map<string, boolean>();
	#token = 0;

	constructor(tell: (asked: Asked) => void) {
		this.#tell = tell;
	}

	/** What was answered before for the rest of the run. */
	known(act: string): boolean | undefined {
		return this.#session.get(act);
	}

	ask(asked: Omit<Asked, 'token'>, then: (yes: boolean) => number | Waiting): Waiting {
		const token = ++this.#token;
		this.#tell({ token, ...asked });
		const wait: Waiting = {
			socket: -1,
			again: () => {
				const answer = this.#answers.get(token);
				if (answer === undefined) return wait;
				this.#answers.delete(token);
				return then(answer);
			},
		};
		return wait;
	}

	/** `act`: it holds for the same for the rest of the run. */
	answered(token: number, yes: boolean, act: string | undefined): void {
		this.#answers.set(token, yes);
		if (act !== undefined) this.#session.set(act, yes);
	}
}
