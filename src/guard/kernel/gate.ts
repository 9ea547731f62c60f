/** Who decides about calls on sockets, and what a decision may end in. */
import type { Destination } from '../judge.ts';
import type { Question } from './notify.ts';

/** To be tried again when the socket can be written to; -1: when somebody has answered. */
export interface Waiting {
	readonly socket: number;
	again(): number | Waiting;
}

/** Whoever decides: the verdict's result, which may come later. */
export interface Gate {
	/** 0: it may. Otherwise minus the error. `go` is called at once, or when somebody has been asked. */
	network(question: Question, to: Destination, go: () => number | Waiting): number | Waiting;
	socket(question: Question, path: string): number;
	/** Opens what a path means to the program, without following it anywhere else. */
	resolve(question: Question, path: string): { descriptor: number; path: string } | number;
	/** For a new socket: the folder, and the name in it. */
	resolveFolder(
		question: Question,
		path: string,
	): { descriptor: number; name: string; path: string } | number;
}

/** Now, or when it no longer waits. */
export function whenDone(result: number | Waiting, then: (result: number) => number): number | Waiting {
	if (typeof result === 'number') return then(result);
	return { socket: result.socket, again: () => whenDone(result.again(), then) };
}
