/** What is kept of a flow while it is undecided: the first bytes of each direction; and the view that patterns get. */
import type { Payload } from '../../networks/signature.ts';
import { type FlowTable, held } from '../flows/table.ts';
import { type Aged, AgeList } from './age-list.ts';

/** A direction. */
export const mostBytes = 2048;
const none: Uint8Array = new Uint8Array(0);

/** Of a direction that says nothing by itself this much is kept. */
export const mostHead = 64;
const slabs = 256;

/**
 * Nearly all flows need the small room of two heads, cut from slabs; only what waits for more gets a buffer of its
 * own. Both are used again for other flows: allocating costs more than filling.
 */
export class FirstBytes implements Aged {
	older: Aged | undefined;
	newer: Aged | undefined;
	flow = -1;
	/** Its place among all, from 1: what the flow's record holds. */
	readonly number: number;
	bytes: Uint8Array;
	/** Where A's begin; B's are `room` further. */
	base: number;
	room = mostHead;
	readonly length: [number, number] = [0, 0];
	readonly #slab: Uint8Array;
	readonly #slabBase: number;
	#large: Uint8Array | undefined;

	constructor(number: number, slab: Uint8Array, base: number) {
		this.number = number;
		this.bytes = this.#slab = slab;
		this.base = this.#slabBase = base;
	}

	/** Appends to those of a direction, as far as there is room. */
	keep(direction: number, bytes: Uint8Array, from: number, to: number, most = mostBytes): void {
		const before = this.length[direction]!;
		const length = Math.max(0, Math.min(to - from, most - before));
		if (before + length > this.room) this.#enlarge();
		const start = this.base + direction * this.room + before;
		for (let index = 0; index < length; index++) this.bytes[start + index] = bytes[from + index]!;
		this.length[direction] = before + length;
	}

	reset(): void {
		this.bytes = this.#slab;
		this.base = this.#slabBase;
		this.room = mostHead;
		this.length[0] = this.length[1] = 0;
	}

	#enlarge(): void {
		this.#large ??= new Uint8Array(2 * mostBytes);
		const from = this.base;
		this.#large.set(this.bytes.subarray(from, from + this.length[0]), 0);
		this.#large.set(this.bytes.subarray(from + this.room, from + this.room + this.length[1]), mostBytes);
		this.bytes = this.#large;
		this.base = 0;
		this.room = mostBytes;
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
		this.otherFrom = kept === undefined ? 0 : kept.base + other * kept.room;
		this.otherTo = this.otherFrom + (kept === undefined ? 0 : kept.length[other]!);
	}

	/** All of a direction so far. */
	setKept(kept: FirstBytes, direction: number): void {
		this.bytes = kept.bytes;
		this.from = kept.base + direction * kept.room;
		this.to = this.from + kept.length[direction]!;
		this.wireLength = kept.length[direction]!;
	}
}

/** The first bytes of at most `most` flows; the oldest is given back first. Only for flows without a verdict. */
export class FirstBytesPool {
	readonly #table: FlowTable;
	readonly #most: number;
	readonly #all: FirstBytes[] = [];
	readonly #used = new AgeList<FirstBytes>();
	readonly #free: FirstBytes[] = [];
	readonly #full: (oldest: number) => void;

	/** `full` must release the flow it is given. */
	constructor(table: FlowTable, most: number, full: (oldest: number) => void) {
		this.#table = table;
		this.#most = most;
		this.#full = full;
	}

	of(flow: number): FirstBytes | undefined {
		const number = this.#table.ints[flow + held]!;
		return number === 0 ? undefined : this.#all[number - 1];
	}

	take(flow: number): FirstBytes {
		if (this.#used.size >= this.#most) this.#full(this.#used.oldest!.flow);
		if (this.#free.length === 0) this.#addSlab();
		const kept = this.#free.pop()!;
		kept.reset();
		kept.flow = flow;
		this.#used.add(kept);
		this.#table.ints[flow + held] = kept.number;
		return kept;
	}

	/** Its bytes stay as they are until another flow takes it. */
	release(flow: number): void {
		const kept = this.of(flow);
		if (kept === undefined) return;
		this.#table.ints[flow + held] = 0;
		this.#used.remove(kept);
		this.#free.push(kept);
	}

	#addSlab(): void {
		const slab = new Uint8Array(slabs * 2 * mostHead);
		for (let index = 0; index < slabs; index++) {
			const kept = new FirstBytes(this.#all.length + 1, slab, index * 2 * mostHead);
			this.#all.push(kept);
			this.#free.push(kept);
		}
	}
}
