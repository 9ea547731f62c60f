/**
 * Sources and call-backs, by TCP: GETSOURCES (19, 23), FOUNDSOURCES (42, 44), CALLBACKREQUEST (1C), CALLBACKREQUESTED (35).
 * 44 answers 23: behind each source a byte of what it can, and with bit 80 its user, so that it can be dialled obfuscated. A
 * call-back has the same two behind the address, for who can use them.
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

/** What a client can, in a byte. */
export const UserOption = { CryptSupported: 1, CryptRequested: 2, CryptRequired: 4, WithHash: 0x80 } as const;

/** Whom one dials. */
export interface User {
	/** 16 bytes. */
	readonly hash: Uint8Array;
	/** Its obfuscation: bits of UserOption. */
	readonly options: number;
}

export interface FoundSource {
	/** HighID or LowID. */
	readonly id: number;
	readonly port: number;
	readonly user?: User;
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

/** One source of the obfuscated form, at the cursor. */
function readWithUser(cursor: Cursor): FoundSource {
	const source = { id: cursor.u32(), port: cursor.u16() };
	const user = readUser(cursor);
	return user === undefined ? source : { ...source, user };
}

export function writeUser(writer: Writer, { hash, options }: User): void {
	writer.u8(options | UserOption.WithHash).put(hash);
}

function readUser(cursor: Cursor): User | undefined {
	const options = cursor.u8();
	if ((options & UserOption.WithHash) === 0) return undefined;
	// The chunk that it came in is not kept for it.
	return { hash: cursor.hash().slice(), options: options & ~UserOption.WithHash };
}

export function encodeFoundWithUsers({ hash, sources }: FoundSources): Uint8Array {
	const some = sources.slice(0, ours.sources);
	const writer = new Writer().put(hash).u8(some.length);
	for (const { id, port, user } of some) {
		writer.u32(id).u16(port);
		if (user === undefined) writer.u8(0);
		else writeUser(writer, user);
	}
	return writer.done();
}

export function decodeFoundWithUsers(body: Uint8Array): FoundSources | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const sources: FoundSource[] = [];
	for (let left = cursor.u8(); left > 0 && !cursor.short; left--) sources.push(readWithUser(cursor));
	return cursor.short ? malformed : { hash, sources };
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

/** `user`: who wants to be dialled, for who can dial him obfuscated. */
export function encodeCallbackRequested(address: Address, user?: User): Uint8Array {
	const writer = new Writer(23);
	writeAddress(writer, address);
	if (user !== undefined) writer.u8(user.options).put(user.hash);
	return writer.done();
}

export interface CallbackRequested {
	readonly address: Address;
	readonly user?: User;
}

export function decodeCallbackRequested(body: Uint8Array): CallbackRequested | Refusal {
	const cursor = new Cursor(body);
	const address = readAddress(cursor);
	if (cursor.short) return refusal('edonkey.message.malformed', 'callback');
	if (cursor.left < 17) return { address };
	const options = cursor.u8() & ~UserOption.WithHash;
	return { address, user: { options, hash: cursor.hash().slice() } };
}
