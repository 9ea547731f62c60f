/** What is kept of a flow while it is undecided: the first bytes of each direction; and the view that patterns get. */
import type { Payload } from '../../networks/signature.ts';

/** A direction. */
export const mostBytes = 2048;
const none: Uint8Array = new Uint8Array(0);

/** Used again for another flow when this one is decided: allocating it costs more than filling it. */
export class FirstBytes {
	/** A's from 0, B's from `mostBytes` on. */
	readonly bytes = new Uint8Array(2 * mostBytes);
	readonly length: [number, number] = [0, 0];

	/** Appends at most `most` bytes to those of a direction. */
	keep(direction: number, bytes: Uint8Array, from: number, to: number, most = mostBytes): void {
		const before = this.length[direction]!;
		const start = direction * mostBytes + before;
		const length = Math.max(0, Math.min(to - from, most - before));
		for (let index = 0; index < length; index++) this.bytes[start + index] = bytes[from + index]!;
		this.length[direction] = before + length;
	}
}

/** One object for all calls. */
export class Seen implements Payload {
	bytes: Uint8Array = none;
	from = 0;
	to = 0;
	wireLength = 0;
	byOpener = true;
	sourcePort = 0;
	destinationPort = 0;
	packets = 0;
	fromStart = true;
	last = false;
	other: Uint8Array = none;
	otherFrom = 0;
	otherTo = 0;

	/** What the other direction has said so far. */
	setOther(kept: FirstBytes | undefined, other: number): void {
		this.other = kept === undefined ? none : kept.bytes;
		this.otherFrom = other * mostBytes;
		this.otherTo = this.otherFrom + (kept === undefined ? 0 : kept.length[other]!);
	}

	/** All of a direction so far. */
	setKept(kept: FirstBytes, direction: number): void {
		this.bytes = kept.bytes;
		this.from = direction * mostBytes;
		this.to = this.from + kept.length[direction]!;
		this.wireLength = kept.length[direction]!;
	}
}

/** The first bytes of at most `most` flows; the oldest is given back first. */
export class FirstBytesPool {
	readonly #most: number;
	readonly #used = new Map<number, FirstBytes>();
	readonly #free: FirstBytes[] = [];
	readonly #full: (oldest: number) => void;

	/** `full` must release the flow it is given. */
	constructor(most: number, full: (oldest: number) => void) {
		this.#most = most;
		this.#full = full;
	}

	of(flow: number): FirstBytes | undefined {
		return this.#used.size === 0 ? undefined : this.#used.get(flow);
	}

	take(flow: number): FirstBytes {
		if (this.#used.size >= this.#most) this.#full(this.#used.keys().next().value!);
		const kept = this.#free.pop() ?? new FirstBytes();
		kept.length[0] = kept.length[1] = 0;
		this.#used.set(flow, kept);
		return kept;
	}

	release(flow: number): void {
		const kept = this.of(flow);
		if (kept === undefined) return;
		this.#used.delete(flow);
		this.#free.push(kept);
	}
}
