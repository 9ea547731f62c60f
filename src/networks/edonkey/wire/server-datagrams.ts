/**
 * Datagrams between clients and servers: E3 | opcode | body, no length. Answers may be chained: after one, the next
 * begins with E3 and its opcode in the same datagram.
 *
 * Status and description carry a challenge. It protects who asks from forged answers; it does not protect a third
 * party whose address a forged question bears, as the answer is longer than the question.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { EDONKEY } from './frames.ts';
import { ServerDatagram } from './messages.ts';
import { type FileRecord, readRecord, writeRecord } from './records.ts';
import { decodeSearch, encodeSearch, type SearchNode } from './search-tree.ts';
import {
	type Asked,
	encodeAsked,
	type FoundSources,
	readAsked,
	readFoundSources,
	writeFoundSources,
} from './sources.ts';
import { decodeTags, encodeTags, TagName, textTag } from './tags.ts';

/** What a server says that it can by UDP (status). */
export const DatagramFlag = {
	ManySources: 0x1,
	ManyFiles: 0x2,
	NewTags: 0x8,
	Unicode: 0x10,
	SourcesWithSize: 0x20,
	LargeFiles: 0x100,
	Obfuscation: 0x200,
	ObfuscatedTcp: 0x400,
} as const;

const malformed = refusal('edonkey.datagram.malformed');

export function encodeDatagram(opcode: number, body: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(2 + body.length);
	bytes[0] = EDONKEY;
	bytes[1] = opcode;
	bytes.set(body, 2);
	return bytes;
}

/** 55AA in the upper half: what status requests of all programs carry. `random`: two bytes. */
export function statusChallenge(random: number): number {
	return (0x55aa0000 | (random & 0xffff)) >>> 0;
}

/** F0FF in the lower half: as a length of text it is impossible, so an old server's answer is no mistake. */
export function descriptionChallenge(random: number): number {
	return ((random << 16) | 0xf0ff) >>> 0;
}

export function encodeChallenge(challenge: number): Uint8Array {
	return new Writer(4).u32(challenge).done();
}

/** 0 where there is none: the oldest programs. */
export function decodeChallenge(body: Uint8Array): number {
	return body.length >= 4 ? new Cursor(body).u32() : 0;
}

export interface DatagramStatus {
	readonly challenge: number;
	readonly users: number;
	readonly files: number;
	readonly mostUsers?: number;
	readonly softFiles?: number;
	readonly hardFiles?: number;
	readonly flags?: number;
	readonly lowIds?: number;
	readonly obfuscatedUdp?: number;
	readonly obfuscatedTcp?: number;
	/** A number for the asker's address alone: datagrams that use it come from there. */
	readonly key?: number;
}

export function encodeStatus(status: Required<DatagramStatus>): Uint8Array {
	const writer = new Writer(40).u32(status.challenge).u32(status.users).u32(status.files);
	writer.u32(status.mostUsers).u32(status.softFiles).u32(status.hardFiles).u32(status.flags);
	return writer.u32(status.lowIds).u16(status.obfuscatedUdp).u16(status.obfuscatedTcp).u32(status.key).done();
}

/** Servers of all ages answer with 12, 16, 24, 28, 32 or 40 bytes: what is missing is not known. */
export function decodeStatus(body: Uint8Array): DatagramStatus | Refusal {
	const cursor = new Cursor(body);
	const base = { challenge: cursor.u32(), users: cursor.u32(), files: cursor.u32() };
	if (cursor.short) return malformed;
	if (cursor.left < 4) return base;
	const mostUsers = cursor.u32();
	if (cursor.left < 8) return { ...base, mostUsers };
	const limits = { ...base, mostUsers, softFiles: cursor.u32(), hardFiles: cursor.u32() };
	if (cursor.left < 4) return limits;
	const flags = cursor.u32();
	if (cursor.left < 4) return { ...limits, flags };
	const lowIds = cursor.u32();
	if (cursor.left < 8) return { ...limits, flags, lowIds };
	const ports = { obfuscatedUdp: cursor.u16(), obfuscatedTcp: cursor.u16() };
	return { ...limits, flags, lowIds, ...ports, key: cursor.u32() };
}

export interface Description {
	/** undefined: the old answer, two texts. */
	readonly challenge?: number;
	readonly name: string;
	readonly description: string;
}

export function encodeDescription(
	{ challenge, name, description }: Description,
	version: string,
): Uint8Array {
	const writer = new Writer();
	if (challenge === undefined) return writer.text(name).text(description).done();
	writer.u32(challenge);
	encodeTags(writer, [
		{ name: TagName.Name, value: name },
		{ name: TagName.Description, value: description },
		{ name: TagName.ServerVersion, value: version },
	]);
	return writer.done();
}

export function decodeDescription(body: Uint8Array): Description | Refusal {
	const cursor = new Cursor(body);
	if (body.length >= 2 && ((body[1] << 8) | body[0]) !== 0xf0ff) {
		const old = { name: cursor.text(ours.text), description: cursor.text(ours.text) };
		return cursor.short ? malformed : old;
	}
	const challenge = cursor.u32();
	if (cursor.short) return malformed;
	const tags = decodeTags(cursor);
	if (isRefusal(tags)) return tags;
	const name = textTag(tags, TagName.Name) ?? '';
	return { challenge, name, description: textTag(tags, TagName.Description) ?? '' };
}

/** Opcode 90 has tags before the tree: what the asker can. 92 and 98 have the tree alone. */
export function encodeSearch3(node: SearchNode, capabilities: number): Uint8Array {
	const writer = new Writer();
	encodeTags(writer, [{ name: 0x0e, value: capabilities }], true);
	return writer.put(encodeSearch(node)).done();
}

export function decodeDatagramSearch(opcode: number, body: Uint8Array): SearchNode | Refusal {
	if (opcode !== ServerDatagram.Search3) return decodeSearch(body);
	const cursor = new Cursor(body);
	const tags = decodeTags(cursor);
	return isRefusal(tags) ? tags : decodeSearch(body.subarray(cursor.at));
}

export function encodeDatagramAsked(asked: readonly Asked[]): Uint8Array {
	const writer = new Writer(512);
	for (const one of asked) encodeAsked(writer, one);
	return writer.done();
}

/** At most 31 hashes are read: more than real programs put into a datagram. 9A has no sizes. */
export function decodeDatagramAsked(opcode: number, body: Uint8Array): Asked[] | Refusal {
	const cursor = new Cursor(body);
	const asked: Asked[] = [];
	while (cursor.left > 0 && asked.length < ours.sourcesAsked && !cursor.short)
		asked.push(opcode === ServerDatagram.GetSources2 ? readAsked(cursor) : { hash: cursor.hash() });
	return cursor.short || asked.length === 0 ? malformed : asked;
}

export type DatagramAnswer =
	| { readonly kind: 'result'; readonly record: FileRecord }
	| { readonly kind: 'sources'; readonly found: FoundSources };

/** All answers of a datagram, in order. What is read before a fault counts for nothing: it is one datagram. */
export function decodeAnswers(datagram: Uint8Array): DatagramAnswer[] | Refusal {
	const cursor = new Cursor(datagram);
	const answers: DatagramAnswer[] = [];
	while (cursor.left >= 2) {
		if (answers.length === ours.chained || cursor.u8() !== EDONKEY) return malformed;
		const opcode = cursor.u8();
		if (opcode === ServerDatagram.SearchResult) {
			const record = readRecord(cursor);
			if (isRefusal(record)) return record;
			answers.push({ kind: 'result', record });
		} else if (opcode === ServerDatagram.FoundSources) {
			const found = readFoundSources(cursor);
			answers.push({ kind: 'sources', found });
		} else return malformed;
		if (cursor.short) return malformed;
	}
	return answers;
}

export function writeAnswer(writer: Writer, answer: DatagramAnswer, short: boolean): void {
	writer.u8(EDONKEY);
	if (answer.kind === 'result') {
		writer.u8(ServerDatagram.SearchResult);
		writeRecord(writer, answer.record, short);
	} else {
		writer.u8(ServerDatagram.FoundSources);
		writeFoundSources(writer, answer.found);
	}
}
