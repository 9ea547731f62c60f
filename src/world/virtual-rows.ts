/**
 * What every frame needs of a link of a virtual net lies together in a row of a page, not in objects of its own: a
 * laboratory has a million ends of links, and each is far from all others in memory.
 */
import type { Address, Link } from './world.ts';

export const PAGE_BITS = 11;
export const PAGE = 1 << PAGE_BITS;

export const State = { Closed: 0, Opening: 1, Open: 2, Closing: 3 } as const;
export type State = (typeof State)[keyof typeof State];
/** Beside the state: what is sent or arrives has to be looked at by the end itself. */
const CAREFUL = 4;

/** A row: four doubles, then four numbers. */
const ROW = 12;
const Double = { latency: 0, in: 1, out: 2, read: 3 } as const;
const Word = { state: 8, peer: 9, host: 10, number: 11 } as const;

export class Page {
	/** By place: where the other end is; undefined: the link is gone. */
	readonly remotes: (Address | undefined)[] = [];
	readonly #words: Int32Array = new Int32Array(PAGE * ROW);
	readonly #doubles: Float64Array = new Float64Array(this.#words.buffer);
	gone = 0;

	/** A new end in the state of opening. */
	begin(link: Link, host: number, number: number, latency: number): void {
		const at = (link & (PAGE - 1)) * ROW;
		this.#words[at + Word.state] = State.Opening;
		this.#words[at + Word.host] = host;
		this.#words[at + Word.number] = number;
		this.#doubles[at / 2 + Double.latency] = latency;
	}

	/** Whether frames come and go without further ado. */
	isPlain(link: Link): boolean {
		return this.#words[(link & (PAGE - 1)) * ROW + Word.state] === State.Open;
	}

	state(link: Link): State {
		return (this.#words[(link & (PAGE - 1)) * ROW + Word.state] & 3) as State;
	}

	setState(link: Link, state: State): void {
		const at = (link & (PAGE - 1)) * ROW + Word.state;
		this.#words[at] = (this.#words[at] & CAREFUL) | state;
	}

	beCareful(link: Link): void {
		this.#words[(link & (PAGE - 1)) * ROW + Word.state] |= CAREFUL;
	}

	/** The number of the other end; 0: not yet known. */
	peer(link: Link): Link {
		return this.#words[(link & (PAGE - 1)) * ROW + Word.peer];
	}

	setPeer(link: Link, peer: Link): void {
		this.#words[(link & (PAGE - 1)) * ROW + Word.peer] = peer;
	}

	/** The host whose end it is, and what its tap calls that host. */
	host(link: Link): number {
		return this.#words[(link & (PAGE - 1)) * ROW + Word.host];
	}

	number(link: Link): number {
		return this.#words[(link & (PAGE - 1)) * ROW + Word.number];
	}

	latency(link: Link): number {
		return this.#doubles[(link & (PAGE - 1)) * (ROW / 2) + Double.latency];
	}

	/** Read here, or lost with what it came to. */
	bytesIn(link: Link): number {
		return this.#doubles[(link & (PAGE - 1)) * (ROW / 2) + Double.in];
	}

	came(link: Link, bytes: number): void {
		this.#doubles[(link & (PAGE - 1)) * (ROW / 2) + Double.in] += bytes;
	}

	bytesOut(link: Link): number {
		return this.#doubles[(link & (PAGE - 1)) * (ROW / 2) + Double.out];
	}

	went(link: Link, bytes: number): void {
		this.#doubles[(link & (PAGE - 1)) * (ROW / 2) + Double.out] += bytes;
	}

	/** Sent and not read by the other end, as far as we have looked. */
	unread(link: Link): number {
		const at = (link & (PAGE - 1)) * (ROW / 2);
		return this.#doubles[at + Double.out] - this.#doubles[at + Double.read];
	}

	/** So many had been read by the other end when we last looked. */
	setRead(link: Link, bytes: number): void {
		this.#doubles[(link & (PAGE - 1)) * (ROW / 2) + Double.read] = bytes;
	}
}
