/**
 * The blocks of one file that a source has been asked for. Pure. The rules:
 *
 * - A range is asked for in blocks of 180 KiB that do not cross the border of a part; three at a time, and more while
 *   they come in faster than a second's worth, as aMule does.
 * - A source gives them in the order in which it was asked, a block in one or more pieces, or packed whole.
 * - Who is no longer interested cannot take back what was asked: those bytes still come and are dropped, and a block
 *   that is wanted again before it began is not asked for twice. While we have its slot aMule never gives the very same
 *   offsets twice, of another file neither, so what is needed once more is cut in another way.
 */
import type { Span } from '../network.ts';
import { protocol, type Taking } from './limits.ts';

interface Block extends Span {
	/** Next byte of it that comes. */
	at: number;
	wanted: boolean;
	/** Pieces of it packed, and their bytes. */
	packed: Uint8Array[];
	packedBytes: number;
}

/** A packed block is shorter than its bytes, or zlib has added a few. */
const PACKED_MORE = 1024;

export class Blocks {
	readonly #limits: Taking;
	#asked: Block[] = [];
	/** Asked for since we have the slot: the very same is not given twice. */
	readonly #spent = new Set<string>();
	/** Next byte to hand on, next byte to ask for, end. */
	#at = 0;
	#next = 0;
	#to = 0;
	#window: number;
	#filledAt = 0;
	#came = 0;

	constructor(limits: Taking) {
		this.#limits = limits;
		this.#window = limits.blocksLeast;
	}

	get at(): number {
		return this.#at;
	}

	/** The range is complete. */
	get done(): boolean {
		return this.#at >= this.#to;
	}

	/** Bytes are still to come, wanted or not. */
	get waiting(): boolean {
		return this.#asked.length > 0;
	}

	begin(from: number, to: number): void {
		this.#at = from;
		this.#next = from;
		this.#to = to;
	}

	get #wanted(): number {
		return this.#asked.filter(({ wanted }) => wanted).length;
	}

	/** What was asked for is not wanted any more. */
	drop(): void {
		for (const block of this.#asked) block.wanted = false;
		this.#to = this.#at;
	}

	/** The slot is gone: the source has forgotten what it was asked for. */
	clear(): void {
		this.leave();
		this.#spent.clear();
	}

	/** Another file, or another turn, with a source that may still know what it gave. */
	leave(): void {
		this.#asked = [];
		this.#to = this.#at;
		this.#window = this.#limits.blocksLeast;
	}

	/** What to ask for now. */
	ask(): Span[] {
		const spans: Span[] = [];
		for (let wanted = this.#wanted; this.#next < this.#to && wanted < this.#window; wanted++) {
			const from = this.#next;
			let to = Math.min(this.#to, endOfBlock(from));
			const again = this.#begunAgain(from, to);
			if (again) again.wanted = true;
			else {
				while (to - from > 1 && this.#spent.has(`${from}-${to}`)) to = from + Math.ceil((to - from) / 2);
				this.#spent.add(`${from}-${to}`);
				this.#asked.push({ from, to, at: from, wanted: true, packed: [], packedBytes: 0 });
				spans.push({ from, to });
			}
			this.#next = to;
		}
		return spans;
	}

	/** A block that was asked for, and dropped, and comes behind all that is wanted so far. */
	#begunAgain(from: number, to: number): Block | undefined {
		const behind = this.#asked.slice(this.#asked.findLastIndex(({ wanted }) => wanted) + 1);
		return behind.find(
			(one) => one.from === from && one.to === to && one.at === from && one.packedBytes === 0,
		);
	}

	/** A piece has come: `wanted` is to be handed on, `dropped` not, `unasked` is a breach. */
	take({ from, to }: Span, now: number): 'wanted' | 'dropped' | 'unasked' {
		const block = this.#asked.find((one) => from >= one.from && to <= one.to);
		if (block === undefined || from !== block.at) return 'unasked';
		block.at = to;
		if (block.at >= block.to) this.#ended(block, now);
		if (!block.wanted) return 'dropped';
		if (from !== this.#at) return 'unasked';
		this.#at = to;
		return 'wanted';
	}

	/** A piece of a packed block has come; all of it, once it is whole. */
	takePacked(from: number, bytes: number, data: Uint8Array): PackedBlock | 'more' | 'unasked' {
		const block = this.#asked.find((one) => one.from === from && one.at === one.from);
		if (block === undefined || bytes > block.to - block.from + PACKED_MORE) return 'unasked';
		block.packedBytes += data.length;
		if (block.packedBytes > bytes) return 'unasked';
		// Views of chunks that others need: a copy.
		block.packed.push(data.slice());
		if (block.packedBytes < bytes) return 'more';
		return { from, to: block.to, pieces: block.packed };
	}

	#ended(block: Block, now: number): void {
		this.#asked.splice(this.#asked.indexOf(block), 1);
		if (++this.#came < this.#window) return;
		if (now - this.#filledAt < 1000) this.#window = Math.min(this.#limits.blocksMost, this.#window * 2);
		this.#filledAt = now;
		this.#came = 0;
	}
}

export interface PackedBlock extends Span {
	readonly pieces: readonly Uint8Array[];
}

/** Where the block that holds this byte ends: blocks are counted from the beginning of their part. */
function endOfBlock(at: number): number {
	const part = Math.floor(at / protocol.part) * protocol.part;
	const block = part + (Math.floor((at - part) / protocol.block) + 1) * protocol.block;
	return Math.min(block, part + protocol.part);
}
