/**
 * What is known of recognised flows that are still open: the verdict, and who reads on in it. At most 4,096 are
 * read on in; the oldest is given up first.
 */
import type { Follower } from '../../networks/signature.ts';
import { type FlowTable, held } from '../flows/table.ts';
import { type Aged, AgeList } from './age-list.ts';
import type { Verdict } from './verdict.ts';

const mostFollowed = 4096;

class Conversation implements Aged {
	older: Aged | undefined;
	newer: Aged | undefined;
	verdict: Verdict | undefined;
	/** Those that have one are in the list. */
	follower: Follower | undefined;
}

export class Conversations {
	readonly #table: FlowTable;
	readonly #all: Conversation[] = [];
	readonly #free: number[] = [];
	readonly #followed = new AgeList<Conversation>();

	constructor(table: FlowTable) {
		this.#table = table;
	}

	begin(flow: number, verdict: Verdict, follower: Follower | undefined): void {
		let number = this.#free.pop();
		if (number === undefined) number = this.#all.push(new Conversation());
		this.#table.ints[flow + held] = number;
		const one = this.#all[number - 1]!;
		one.verdict = verdict;
		if (follower === undefined) return;
		if (this.#followed.size >= mostFollowed) this.#unfollow(this.#followed.oldest!);
		one.follower = follower;
		this.#followed.add(one);
	}

	verdictOf(flow: number): Verdict | undefined {
		return this.#of(flow).verdict;
	}

	/** Returns whether to go on. */
	follow(flow: number, byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		return this.#of(flow).follower?.bytes(byOpener, bytes, from, to) ?? false;
	}

	unfollow(flow: number): void {
		this.#unfollow(this.#of(flow));
	}

	end(flow: number): void {
		const one = this.#of(flow);
		this.#unfollow(one);
		one.verdict = undefined;
		this.#free.push(this.#table.ints[flow + held]!);
		this.#table.ints[flow + held] = 0;
	}

	#of(flow: number): Conversation {
		return this.#all[this.#table.ints[flow + held]! - 1]!;
	}

	#unfollow(one: Conversation): void {
		if (one.follower === undefined) return;
		one.follower = undefined;
		this.#followed.remove(one);
	}
}
