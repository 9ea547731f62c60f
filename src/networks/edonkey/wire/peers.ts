/**
 * What clients tell of others and of themselves: source exchange 2 (C5 83, 84), secure identification (C5 85, 86, 87),
 * AICH (C5 9B to 9E), and asking for one's place in a queue by UDP (C5 90, 91).
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { readAddress, writeAddress } from './endpoint.ts';
import { type PartStatus, readPartStatus, writePartStatus } from './files.ts';

const badExchange = refusal('edonkey.message.malformed', 'source exchange');
const badIdentity = refusal('edonkey.message.malformed', 'secure identification');
const badAich = refusal('edonkey.message.malformed', 'AICH');
const badReask = refusal('edonkey.datagram.malformed', 'place in a queue');

export interface SourcesRequest {
	readonly version: number;
	readonly hash: Uint8Array;
}

export function encodeRequestSources({ version, hash }: SourcesRequest): Uint8Array {
	return new Writer(19).u8(version).u16(0).put(hash).done();
}

export function decodeRequestSources(body: Uint8Array): SourcesRequest | Refusal {
	const cursor = new Cursor(body);
	const version = cursor.u8();
	cursor.u16();
	const hash = cursor.hash();
	return cursor.short ? badExchange : { version, hash };
}

export interface ExchangedSource {
	/** A HighID or LowID. On the wire it is byte-swapped from version 3 on. */
	readonly id: number;
	readonly port: number;
	readonly server: Address;
	readonly user?: Uint8Array;
	/** Of encryption; version 4. */
	readonly options?: number;
}

export interface ExchangedSources {
	readonly version: number;
	readonly hash: Uint8Array;
	readonly sources: readonly ExchangedSource[];
}

export function encodeAnswerSources({ version, hash, sources }: ExchangedSources): Uint8Array {
	const writer = new Writer(1024).u8(version).put(hash).u16(sources.length);
	for (const one of sources) {
		writer.u32(version >= 3 ? swapped(one.id) : one.id).u16(one.port);
		writeAddress(writer, one.server);
		if (version >= 2) writer.put(one.user ?? new Uint8Array(16));
		if (version >= 4) writer.u8(one.options ?? 0);
	}
	return writer.done();
}

export function decodeAnswerSources(body: Uint8Array): ExchangedSources | Refusal {
	const cursor = new Cursor(body);
	const version = cursor.u8();
	const hash = cursor.hash();
	const count = cursor.u16();
	if (version < 1 || version > 4 || count > ours.exchanged) return badExchange;
	const sources: ExchangedSource[] = [];
	for (let i = 0; i < count && !cursor.short; i++) {
		const id = cursor.u32();
		const source = {
			id: version >= 3 ? swapped(id) : id,
			port: cursor.u16(),
			server: readAddress(cursor),
			...(version >= 2 && { user: cursor.hash() }),
			...(version >= 4 && { options: cursor.u8() }),
		};
		sources.push(source);
	}
	return cursor.short ? badExchange : { version, hash, sources };
}

function swapped(id: number): number {
	return ((id << 24) | ((id & 0xff00) << 8) | ((id >>> 8) & 0xff00) | (id >>> 24)) >>> 0;
}

export interface IdentityState {
	/** 1: send a signature; 2: send your key and a signature; 0: neither. */
	readonly wants: number;
	readonly challenge: number;
}

export function encodeIdentityState({ wants, challenge }: IdentityState): Uint8Array {
	return new Writer(5).u8(wants).u32(challenge).done();
}

export function decodeIdentityState(body: Uint8Array): IdentityState | Refusal {
	const cursor = new Cursor(body);
	const state = { wants: cursor.u8(), challenge: cursor.u32() };
	return cursor.short || state.wants > 2 ? badIdentity : state;
}

export function encodePublicKey(key: Uint8Array): Uint8Array {
	return new Writer(1 + key.length).u8(key.length).put(key).done();
}

export function decodePublicKey(body: Uint8Array): Uint8Array | Refusal {
	const cursor = new Cursor(body);
	const length = cursor.u8();
	const key = cursor.take(length);
	return cursor.short || length === 0 || length > ours.publicKey ? badIdentity : key;
}

/** Whose address a signature covers. */
export const AddressKind = { Reader: 10, Signer: 20 } as const;

export interface Signature {
	readonly signature: Uint8Array;
	/** Which address was signed beside the challenge: version 2 of the procedure; AddressKind, or another's. */
	readonly addressKind?: number;
}

export function encodeSignature({ signature, addressKind }: Signature): Uint8Array {
	const writer = new Writer(2 + signature.length).u8(signature.length).put(signature);
	return (addressKind === undefined ? writer : writer.u8(addressKind)).done();
}

export function decodeSignature(body: Uint8Array): Signature | Refusal {
	const cursor = new Cursor(body);
	const length = cursor.u8();
	const signature = cursor.take(length);
	if (cursor.short || length === 0 || length > ours.signature) return badIdentity;
	return { signature, ...(cursor.left > 0 && { addressKind: cursor.u8() }) };
}

/** C5 9B asks for the recovery data of a part: the file's hash, the part, the root. */
export interface AichRequest {
	readonly hash: Uint8Array;
	readonly part: number;
	/** 20 bytes. */
	readonly root: Uint8Array;
}

export function encodeAichRequest({ hash, part, root }: AichRequest): Uint8Array {
	return new Writer(38).put(hash).u16(part).put(root).done();
}

export function decodeAichRequest(body: Uint8Array): AichRequest | Refusal {
	const cursor = new Cursor(body);
	const request = { hash: cursor.hash(), part: cursor.u16(), root: cursor.take(20) };
	return cursor.short ? badAich : request;
}

export interface AichRoot {
	readonly hash: Uint8Array;
	/** 20 bytes. */
	readonly root: Uint8Array;
}

export function encodeAichRoot({ hash, root }: AichRoot): Uint8Array {
	return new Writer(36).put(hash).put(root).done();
}

export function decodeAichRoot(body: Uint8Array): AichRoot | Refusal {
	const cursor = new Cursor(body);
	const said = { hash: cursor.hash(), root: cursor.take(20) };
	return cursor.short ? badAich : said;
}

/** One hash of the tree: `path` names its place, the way down from the root behind a leading 1. */
export interface AichHash {
	readonly path: number;
	/** 20 bytes. */
	readonly hash: Uint8Array;
}

export interface AichAnswer extends AichRequest {
	readonly hashes: readonly AichHash[];
}

/** Paths of 16 bits, or of 32 in files so large that they need more. */
export function encodeAichAnswer(answer: AichAnswer): Uint8Array {
	const writer = new Writer(1024).put(answer.hash).u16(answer.part).put(answer.root);
	const short = answer.hashes.filter(({ path }) => path <= 0xffff);
	const long = answer.hashes.filter(({ path }) => path > 0xffff);
	writer.u16(short.length);
	for (const { path, hash } of short) writer.u16(path).put(hash);
	writer.u16(long.length);
	for (const { path, hash } of long) writer.u32(path).put(hash);
	return writer.done();
}

export function decodeAichAnswer(body: Uint8Array): AichAnswer | Refusal {
	const cursor = new Cursor(body);
	const request = { hash: cursor.hash(), part: cursor.u16(), root: cursor.take(20) };
	const hashes: AichHash[] = [];
	for (let left = cursor.u16(); left > 0 && !cursor.short; left--)
		hashes.push({ path: cursor.u16(), hash: cursor.take(20) });
	// The second list is missing in old answers.
	for (let left = cursor.left >= 2 ? cursor.u16() : 0; left > 0 && !cursor.short; left--)
		hashes.push({ path: cursor.u32(), hash: cursor.take(20) });
	return cursor.short ? badAich : { ...request, hashes };
}

export interface Reask {
	readonly hash: Uint8Array;
	/** Versions 4 and 3 of a client's UDP: the asker's own parts, and its complete sources. */
	readonly parts?: PartStatus;
	readonly completeSources?: number;
}

export function encodeReask(reask: Reask, version: number): Uint8Array {
	const writer = new Writer().put(reask.hash);
	if (version >= 4) writePartStatus(writer, reask.parts ?? 'all');
	if (version >= 3) writer.u16(reask.completeSources ?? 0);
	return writer.done();
}

export function decodeReask(body: Uint8Array, version: number): Reask | Refusal {
	const cursor = new Cursor(body);
	const reask = {
		hash: cursor.hash(),
		...(version >= 4 && { parts: readPartStatus(cursor) }),
		...(version >= 3 && { completeSources: cursor.u16() }),
	};
	return cursor.short ? badReask : reask;
}

export interface ReaskAnswer {
	readonly rank: number;
	readonly parts?: PartStatus;
}

export function encodeReaskAnswer({ rank, parts }: ReaskAnswer, version: number): Uint8Array {
	const writer = new Writer();
	if (version >= 4) writePartStatus(writer, parts ?? 'all');
	return writer.u16(rank).done();
}

export function decodeReaskAnswer(body: Uint8Array, version: number): ReaskAnswer | Refusal {
	const cursor = new Cursor(body);
	const parts = version >= 4 ? readPartStatus(cursor) : undefined;
	const rank = cursor.u16();
	return cursor.short ? badReask : { rank, ...(parts !== undefined && { parts }) };
}
