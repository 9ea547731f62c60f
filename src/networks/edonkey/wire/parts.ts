/**
 * Bytes of files between clients. REQUESTPARTS (47, C5 A3) asks for up to three ranges, SENDINGPART (46, C5 A2) brings
 * a piece of one, COMPRESSEDPART (C5 40, C5 A1) a piece of a zlib stream that holds one block. Ends are exclusive. The
 * second of each pair has offsets of 64 bits, for large files.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';

export interface Range {
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
}

const malformed = refusal('edonkey.message.malformed', 'part of a file');
const backwards = refusal('edonkey.message.malformed', 'a range that ends before it begins');

export interface PartsRequest {
	readonly hash: Uint8Array;
	/** One to three; unused ones are 0 to 0 on the wire. */
	readonly ranges: readonly Range[];
}

export function encodeRequestParts({ hash, ranges }: PartsRequest, large: boolean): Uint8Array {
	if (ranges.length > 3) throw new RangeError('three ranges at the most');
	const writer = new Writer(64).put(hash);
	const put = (value: number): void => void (large ? writer.u64(value) : writer.u32(value));
	for (let i = 0; i < 3; i++) put(ranges[i]?.from ?? 0);
	for (let i = 0; i < 3; i++) put(ranges[i]?.to ?? 0);
	return writer.done();
}

export function decodeRequestParts(body: Uint8Array, large: boolean): PartsRequest | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const offset = (): number => (large ? cursor.u64() : cursor.u32());
	const froms = [offset(), offset(), offset()];
	const tos = [offset(), offset(), offset()];
	if (cursor.short) return malformed;
	const ranges = froms
		.map((from, i) => ({ from, to: tos[i] }))
		.filter(({ from, to }) => from !== 0 || to !== 0);
	return ranges.some(({ from, to }) => to <= from) ? backwards : { hash, ranges };
}

export interface SentPart extends Range {
	readonly hash: Uint8Array;
	/** Exactly the bytes of the range. A view. */
	readonly data: Uint8Array;
}

export function encodeSendingPart({ hash, from, to, data }: SentPart, large: boolean): Uint8Array {
	const writer = new Writer(32 + data.length).put(hash);
	if (large) writer.u64(from).u64(to);
	else writer.u32(from).u32(to);
	return writer.put(data).done();
}

export function decodeSendingPart(body: Uint8Array, large: boolean): SentPart | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const from = large ? cursor.u64() : cursor.u32();
	const to = large ? cursor.u64() : cursor.u32();
	if (cursor.short) return malformed;
	if (to <= from) return backwards;
	return to - from === cursor.left ? { hash, from, to, data: cursor.take(cursor.left) } : malformed;
}

export interface CompressedPart {
	readonly hash: Uint8Array;
	/** Where the block begins in the file. */
	readonly from: number;
	/** Bytes of the whole packed block. */
	readonly packed: number;
	/** The next piece of it. A view. */
	readonly data: Uint8Array;
}

export function encodeCompressedPart(part: CompressedPart, large: boolean): Uint8Array {
	const writer = new Writer(32 + part.data.length).put(part.hash);
	if (large) writer.u64(part.from);
	else writer.u32(part.from);
	return writer.u32(part.packed).put(part.data).done();
}

export function decodeCompressedPart(body: Uint8Array, large: boolean): CompressedPart | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const from = large ? cursor.u64() : cursor.u32();
	const packed = cursor.u32();
	if (cursor.short) return malformed;
	return cursor.left > packed ? malformed : { hash, from, packed, data: cursor.take(cursor.left) };
}
