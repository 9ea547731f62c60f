/** What is kept of a flow while it is undecided: the first bytes of each direction; and the view that patterns get. */
import type { Payload } from '../../networks/signature.ts';

/** A direction. */
export const mostBytes = 2048;
const none: Uint8Array = new Uint8Array(0);

export interface FirstBytes {
	/** First bytes from a and from b. */
	readonly first: [Uint8Array, Uint8Array];
	readonly length: [number, number];
	readonly packets: [number, number];
	/** It began before the capture, or has a hole. */
	torn: boolean;
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
		this.other = kept === undefined ? none : kept.first[other]!;
		this.otherFrom = 0;
		this.otherTo = kept === undefined ? 0 : kept.length[other]!;
	}
}

export function nothingYet(): FirstBytes {
	return { first: [none, none], length: [0, 0], packets: [0, 0], torn: false };
}

/** Appends to the first bytes of a direction. */
export function keep(kept: FirstBytes, direction: number, bytes: Uint8Array, from: number, to: number): void {
	const at = kept.length[direction]!;
	const length = Math.min(to - from, mostBytes - at);
	let room = kept.first[direction]!;
	if (room.length < at + length) {
		const bigger = new Uint8Array(Math.min(mostBytes, Math.max(at + length, room.length * 2, 64)));
		bigger.set(room.subarray(0, at));
		kept.first[direction] = room = bigger;
	}
	room.set(bytes.subarray(from, from + length), at);
	kept.length[direction] = at + length;
}
