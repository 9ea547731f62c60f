/** Bytes of a file as a source sends them: plain, or packed and then a whole block at once. */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { unpackBlock } from '../common/zlib.ts';
import type { Dealing } from './dealings.ts';
import { refusal } from './refusals.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';
import { decodeCompressedPart, decodeSendingPart, type Range } from './wire/parts.ts';

export interface Arrival extends Range {
	readonly data: Uint8Array;
}

const another = refusal('edonkey.part.unasked', 'of another file');
const bomb = refusal('edonkey.packed.bomb');
const broken = refusal('edonkey.packed.broken');

/** `more`: the rest of a packed block is still to come. */
export function arrivalOf(dealing: Dealing, opcode: number, body: Uint8Array): Arrival | Refusal | 'more' {
	if (opcode === MuleMessage.CompressedPart || opcode === MuleMessage.CompressedPart64)
		return packedPart(dealing, body, opcode === MuleMessage.CompressedPart64);
	const part = decodeSendingPart(body, opcode !== ClientMessage.SendingPart);
	return isRefusal(part) || dealing.isFile(part.hash) ? part : another;
}

function packedPart(dealing: Dealing, body: Uint8Array, large: boolean): Arrival | Refusal | 'more' {
	const part = decodeCompressedPart(body, large);
	if (isRefusal(part)) return part;
	if (!dealing.isFile(part.hash)) return another;
	const block = dealing.blocks.takePacked(part.from, part.packed, part.data);
	if (block === 'more') return 'more';
	if (block === 'unasked') return refusal('edonkey.part.unasked', `packed, from ${part.from}`);
	const { from, to } = block;
	const data = unpackBlock(joined(block.pieces, part.packed), to - from);
	if (data === 'bomb') return bomb;
	return data === 'broken' || data.length !== to - from ? broken : { from, to, data };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
	const whole = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}
