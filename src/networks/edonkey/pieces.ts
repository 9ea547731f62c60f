/**
 * A block as messages, plain or packed, each with a piece of 10 KiB, as aMule sends them: mldonkey has no room for a message
 * of a whole block. Offsets are long where they must be.
 */
import { protocol } from './limits.ts';
import { Writer } from './wire/cursor.ts';
import { EDONKEY, EMULE } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';
import type { Range } from './wire/parts.ts';

/** Where messages of so many bytes are written. */
type Room = (bytes: number) => Uint8Array;

/** The bytes of the range. */
export function partMessages(
	hash: Uint8Array,
	{ from, to }: Range,
	bytes: Uint8Array,
	room: Room,
): Uint8Array {
	const large = to > 0xffffffff;
	const fixed = 16 + (large ? 16 : 8);
	return messages(bytes, fixed, room, (head, at, end) => {
		head.u8(large ? EMULE : EDONKEY).u32(1 + fixed + end - at);
		head.u8(large ? MuleMessage.SendingPart64 : ClientMessage.SendingPart).put(hash);
		if (large) head.u64(from + at).u64(from + end);
		else head.u32(from + at).u32(from + end);
	});
}

/** The range packed whole. */
export function packedMessages(
	hash: Uint8Array,
	{ from, to }: Range,
	packed: Uint8Array,
	room: Room,
): Uint8Array {
	const large = to > 0xffffffff;
	const fixed = 16 + (large ? 8 : 4) + 4;
	return messages(packed, fixed, room, (head, at, end) => {
		head.u8(EMULE).u32(1 + fixed + end - at);
		head.u8(large ? MuleMessage.CompressedPart64 : MuleMessage.CompressedPart).put(hash);
		if (large) head.u64(from);
		else head.u32(from);
		head.u32(packed.length);
	});
}

/** `fixed`: bytes of a body before its piece. */
function messages(
	bytes: Uint8Array,
	fixed: number,
	room: Room,
	write: (head: Writer, at: number, end: number) => void,
): Uint8Array {
	const { header, piece } = protocol;
	const whole = room(bytes.length + Math.ceil(bytes.length / piece) * (header + fixed));
	let to = 0;
	for (let at = 0; at < bytes.length; at += piece) {
		const end = Math.min(at + piece, bytes.length);
		const head = new Writer(64);
		write(head, at, end);
		whole.set(head.done(), to);
		whole.set(bytes.subarray(at, end), to + header + fixed);
		to += header + fixed + end - at;
	}
	return whole;
}
