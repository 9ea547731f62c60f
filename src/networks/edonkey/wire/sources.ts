/**
 * Sources and call-backs, by TCP: GETSOURCES (19), FOUNDSOURCES (42), CALLBACKREQUEST (1C), CALLBACKREQUESTED (35).
 *
 * Who asks names the file's size behind its hash, four bytes, or a zero and eight bytes for a large file; the oldest
 * programs name none.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { readAddress, writeAddress } from './endpoint.ts';

export interface Asked {
	/** 16 bytes. */
	readonly hash: Uint8Array;
	readonly size?: number;
}

export interface FoundSource {
	/** HighID or LowID. */
	readonly id: number;
	readonly port: number;
}

export interface FoundSources {
	readonly hash: Uint8Array;
	readonly sources: readonly FoundSource[];
}

const malformed = refusal('edonkey.message.malformed', 'sources');

export function encodeAsked(writer: Writer, { hash, size }: Asked): void {
	writer.put(hash);
	if (size === undefined) return;
	if (size > 0xffffffff) writer.u32(0).u64(size);
	else writer.u32(size);
}

/** One hash with its size, at the cursor. */
export function readAsked(cursor: Cursor): Asked {
	const hash = cursor.hash();
	const short = cursor.u32();
	return { hash, size: short === 0 && cursor.left >= 8 ? cursor.u64() : short };
}

export function encodeGetSources(asked: Asked): Uint8Array {
	const writer = new Writer(32);
	encodeAsked(writer, asked);
	return writer.done();
}

export function decodeGetSources(body: Uint8Array): Asked | Refusal {
	const cursor = new Cursor(body);
	if (body.length < 20) {
		const hash = cursor.hash();
		return cursor.short ? malformed : { hash };
	}
	const asked = readAsked(cursor);
	return cursor.short ? malformed : asked;
}

export function writeFoundSources(writer: Writer, { hash, sources }: FoundSources): void {
	writer.put(hash).u8(Math.min(sources.length, ours.sources));
	for (const { id, port } of sources.slice(0, ours.sources)) writer.u32(id).u16(port);
}

export function readFoundSources(cursor: Cursor): FoundSources {
	const hash = cursor.hash();
	const sources: FoundSource[] = [];
	for (let left = cursor.u8(); left > 0 && !cursor.short; left--)
		sources.push({ id: cursor.u32(), port: cursor.u16() });
	return { hash, sources };
}

export function encodeFoundSources(found: FoundSources): Uint8Array {
	const writer = new Writer();
	writeFoundSources(writer, found);
	return writer.done();
}

export function decodeFoundSources(body: Uint8Array): FoundSources | Refusal {
	const cursor = new Cursor(body);
	const found = readFoundSources(cursor);
	return cursor.short ? malformed : found;
}

export function encodeCallbackRequest(id: number): Uint8Array {
	return new Writer(4).u32(id).done();
}

/** The LowID that shall call back. What else may stand there is not read: who is called is who asks. */
export function decodeCallbackRequest(body: Uint8Array): number | Refusal {
	const cursor = new Cursor(body);
	const id = cursor.u32();
	return cursor.short ? refusal('edonkey.message.malformed', 'callback request') : id;
}

export function encodeCallbackRequested(address: Address): Uint8Array {
	const writer = new Writer(6);
	writeAddress(writer, address);
	return writer.done();
}

export function decodeCallbackRequested(body: Uint8Array): Address | Refusal {
	const cursor = new Cursor(body);
	const address = readAddress(cursor);
	return cursor.short ? refusal('edonkey.message.malformed', 'callback') : address;
}
