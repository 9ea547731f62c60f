/**
 * What goes down a link for an upload: a range of a file, as it is or as the messages that its network makes of it, in one
 * piece; packed where that is agreed and worth it.
 */
import type { Messages } from '../networks/network.ts';
import type { Packing } from './packing.ts';

/** What is needed of an open file. */
export interface Reader {
	read(
		buffer: Uint8Array,
		offset: number,
		length: number,
		position: number,
	): Promise<{ readonly bytesRead: number }>;
	close(): Promise<void>;
}

export interface Outgoing {
	readonly bytes: number;
	/** Reads at most `most` bytes from `at` on. */
	readonly read: (buffer: Uint8Array, most: number, at: number) => Promise<number>;
	/** Nothing more will be read. */
	readonly over: () => void;
}

export interface RangeOf {
	readonly file: number;
	readonly name: string;
	readonly from: number;
	readonly to: number;
	readonly messages: Messages | undefined;
}

/** A block of eDonkey and its messages fit; what a fresh one leaves behind is collected dearly. */
const roomy = 256 * 1024;
/** Kept for the next. */
const spare: ArrayBuffer[] = [];
const mostSpare = 16;

function borrow(bytes: number): Uint8Array {
	return bytes > roomy
		? new Uint8Array(bytes)
		: new Uint8Array(spare.pop() ?? new ArrayBuffer(roomy), 0, bytes);
}

function giveBack({ buffer }: Uint8Array): void {
	if (buffer.byteLength === roomy && spare.length < mostSpare) spare.push(buffer as ArrayBuffer);
}

export async function outgoing(range: RangeOf, handle: Reader, packing: Packing): Promise<Outgoing> {
	const { file, name, from, to, messages } = range;
	if (messages === undefined) return plain(range, handle);
	const block = await readInto(borrow(to - from), handle, from);
	const packed = messages.packs && packing.tries(file, name) ? await packing.pack(file, block) : undefined;
	const all = messages.of(packed ?? block, packed !== undefined, borrow);
	giveBack(block);
	const read = async (buffer: Uint8Array, most: number, at: number) => {
		const part = all.subarray(at, at + most);
		buffer.set(part);
		return part.length;
	};
	return { bytes: all.length, read, over: () => giveBack(all) };
}

/** Read while it is sent. */
function plain({ from, to }: RangeOf, handle: Reader): Outgoing {
	const read = async (buffer: Uint8Array, most: number, at: number) =>
		(await handle.read(buffer, 0, most, from + at)).bytesRead;
	return { bytes: to - from, read, over: () => {} };
}

async function readInto(block: Uint8Array, handle: Reader, from: number): Promise<Uint8Array> {
	for (let at = 0; at < block.length; ) {
		const { bytesRead } = await handle.read(block, at, block.length - at, from + at);
		if (bytesRead === 0) throw new Error('the file is shorter than it was');
		at += bytesRead;
	}
	return block;
}
