/**
 * The beginning of a session with a server: LOGINREQUEST (01) and its answer IDCHANGE (40), and what a server says
 * of itself: message (38), status (34), identity (41), list of servers (32).
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { readAddress, writeAddress } from './endpoint.ts';
import { decodeTags, encodeTags, numberTag, type Tag, TagName, textTag } from './tags.ts';

/** What a client says that it can (tag 20). */
export const Capability = {
	Zlib: 0x1,
	AddressInLogin: 0x2,
	AuxiliaryPort: 0x4,
	NewTags: 0x8,
	Unicode: 0x10,
	LargeFiles: 0x100,
	CryptSupported: 0x200,
	CryptRequested: 0x400,
	CryptRequired: 0x800,
} as const;

/** What a server says that it can by TCP (IDCHANGE). */
export const ServerFlag = {
	Zlib: 0x1,
	NewTags: 0x8,
	Unicode: 0x10,
	RelatedSearch: 0x40,
	TypeTagInteger: 0x80,
	LargeFiles: 0x100,
	Obfuscation: 0x400,
} as const;

export interface Login {
	/** 16 bytes: the user's. */
	readonly hash: Uint8Array;
	readonly id: number;
	readonly port: number;
	readonly name: string;
	readonly version: number;
	readonly capabilities: number;
	readonly muleVersion: number;
}

const malformed = refusal('edonkey.message.malformed', 'login');

/** eDonkey's version 60: what everybody says. */
const VERSION = 0x3c;

export function encodeLogin(login: Omit<Login, 'version'>): Uint8Array {
	const writer = new Writer().put(login.hash).u32(login.id).u16(login.port);
	encodeTags(writer, [
		{ name: TagName.Name, value: login.name },
		{ name: TagName.Version, value: VERSION },
		{ name: TagName.Capabilities, value: login.capabilities },
		{ name: TagName.MuleVersion, value: login.muleVersion },
	]);
	return writer.done();
}

export function decodeLogin(body: Uint8Array): Login | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const id = cursor.u32();
	const port = cursor.u16();
	if (cursor.short) return malformed;
	const tags = decodeTags(cursor);
	if (isRefusal(tags)) return tags;
	return {
		hash,
		id,
		port,
		name: textTag(tags, TagName.Name) ?? '',
		version: numberTag(tags, TagName.Version) ?? 0,
		capabilities: numberTag(tags, TagName.Capabilities) ?? 0,
		muleVersion: numberTag(tags, TagName.MuleVersion) ?? 0,
	};
}

export interface IdChange {
	/** 0: refused. */
	readonly id: number;
	readonly flags: number;
	/** The address that the server saw. */
	readonly seen?: number;
	readonly obfuscatedPort?: number;
}

export function encodeIdChange(change: IdChange, port: number): Uint8Array {
	const writer = new Writer().u32(change.id).u32(change.flags).u32(port);
	if (change.seen !== undefined) writer.u32(change.seen).u32(change.obfuscatedPort ?? 0);
	return writer.done();
}

export function decodeIdChange(body: Uint8Array): IdChange | Refusal {
	const cursor = new Cursor(body);
	const id = cursor.u32();
	if (cursor.short) return malformed;
	// Old servers send the id alone; each field may be missing with those behind it.
	const flags = cursor.left >= 4 ? cursor.u32() : 0;
	cursor.skip(Math.min(4, cursor.left));
	if (cursor.left < 8) return { id, flags };
	return { id, flags, seen: cursor.u32(), obfuscatedPort: cursor.u32() };
}

export function encodeServerMessage(text: string): Uint8Array {
	return new Writer().text(text).done();
}

export function decodeServerMessage(body: Uint8Array): string | Refusal {
	const cursor = new Cursor(body);
	const text = cursor.text(4096);
	return cursor.short ? refusal('edonkey.message.malformed', 'server message') : text;
}

export interface ServerStatus {
	readonly users: number;
	readonly files: number;
}

export function encodeServerStatus({ users, files }: ServerStatus): Uint8Array {
	return new Writer().u32(users).u32(files).done();
}

export function decodeServerStatus(body: Uint8Array): ServerStatus | Refusal {
	const cursor = new Cursor(body);
	const status = { users: cursor.u32(), files: cursor.u32() };
	return cursor.short ? refusal('edonkey.message.malformed', 'server status') : status;
}

export interface ServerIdentity {
	readonly hash: Uint8Array;
	readonly address: Address;
	readonly name: string;
	readonly description: string;
}

export function encodeServerIdentity(identity: ServerIdentity): Uint8Array {
	const writer = new Writer().put(identity.hash);
	writeAddress(writer, identity.address);
	const tags: Tag[] = [
		{ name: TagName.Name, value: identity.name },
		{ name: TagName.Description, value: identity.description },
	];
	encodeTags(writer, tags);
	return writer.done();
}

export function decodeServerIdentity(body: Uint8Array): ServerIdentity | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const address = readAddress(cursor);
	if (cursor.short) return refusal('edonkey.message.malformed', 'server identity');
	const tags = decodeTags(cursor);
	if (isRefusal(tags)) return tags;
	const name = textTag(tags, TagName.Name) ?? '';
	return { hash, address, name, description: textTag(tags, TagName.Description) ?? '' };
}

export function encodeServerList(servers: readonly Address[]): Uint8Array {
	const some = servers.slice(0, ours.sources);
	const writer = new Writer().u8(some.length);
	for (const server of some) writeAddress(writer, server);
	return writer.done();
}

export function decodeServerList(body: Uint8Array): Address[] | Refusal {
	const cursor = new Cursor(body);
	const servers: Address[] = [];
	for (let left = cursor.u8(); left > 0 && !cursor.short; left--) servers.push(readAddress(cursor));
	return cursor.short ? refusal('edonkey.message.malformed', 'server list') : servers;
}
