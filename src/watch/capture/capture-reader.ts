import type { CaptureEnd } from './packet-sink.ts';

/**
 * A decoder of one capture format. It is fed with what there is, takes whole records only and keeps nothing:
 * the caller holds on to the bytes that were not consumed and gives them again, in front of further ones.
 */
export interface CaptureReader {
	/** Hands on each packet that is whole in [from, to). Returns how many bytes, from `from` on, are done with. */
	feed(bytes: Uint8Array, from: number, to: number): number;
	/** After a feed: so many bytes, from the first that was not consumed on, are needed to go on. */
	readonly wants: number;
	/** Reading stopped here: nothing more is taken, and feeding on does nothing. */
	readonly damage: string | undefined;
	/** No byte follows: [from, to) are those that were not consumed. */
	finish(bytes: Uint8Array, from: number, to: number): CaptureEnd;
}

/** The longest packet that tcpdump and Wireshark take, thus the longest that a sound capture holds. */
export const MAX_CAPTURED = 262_144;

/** No reader ever wants more than this. */
export const MAX_WANTED = 524_288;

/** What ends a sentence about damage. */
export const stopped = 'the capture is damaged there, and reading stopped. Everything before it was read.';

export function cutIn(packet: number, offset: number): string {
	return `The capture ends in the middle of packet ${packet} (byte ${offset}): everything before it was read.`;
}

export function cutAfterData(packet: number, offset: number): string {
	return `The capture ends in packet ${packet} (byte ${offset}), right after its data: everything was read.`;
}

export function cutInBlock(packets: number, offset: number): string {
	const where = `in the middle of a block after packet ${packets} (byte ${offset})`;
	return `The capture ends ${where}: everything before it was read.`;
}

export const cutInHeader = 'The capture ends in the middle of its header: there is no packet in it.';
