/** Who decides about calls on sockets, and what a decision may end in. */
import type { Callers } from '../callers.ts';
import type { Destination } from '../judge.ts';
import type { Question } from './notify.ts';

/** To be tried again when the socket can be written to; -1: when somebody has answered. */
export interface Waiting {
	readonly socket: number;
	/** To be tried when it can be read. */
	readonly reads?: boolean;
	again(): number | Waiting;
}

/** Whoever decides: the verdict's result, which may come later. */
export interface Gate {
	/** 0: it may. Otherwise minus the error. `go` is called at once, or when somebody has been asked. */
	network(question: Question, to: Destination, go: () => number | Waiting): number | Waiting;
	/** Whether somebody may connect there; a no is told. */
	caller(question: Question, to: Destination, from: string): boolean;
	/** Who may send there; undefined: everybody. */
	callers(to: Destination): Callers | undefined;
	socket(question: Question, path: string): number;
	/** Opens what a path means to the program, without following it anywhere else. */
	resolve(question: Question, path: string): { descriptor: number; path: string } | number;
	/** For a new socket: the folder, and the name in it. */
	resolveFolder(
		question: Question,
		path: string,
	): { descriptor: number; name: string; path: string } | number;
}

/** Not to be answered any more: it has been. */
export const answered = Number.MIN_SAFE_INTEGER;

/** Now, or when it no longer waits. */
export function whenDone(result: number | Waiting, then: (result: number) => number): number | Waiting {
	if (typeof result === 'number') return then(result);
	return { ...result, again: () => whenDone(result.again(), then) };
}
