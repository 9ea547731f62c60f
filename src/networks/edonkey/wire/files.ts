/**
 * Questions about one file between clients: its name (58, 59), which parts are there (4F, 50), its hash set (51, 52),
 * a place in the queue (54, 55, 57, 5C, C5 60), and several of these in one message (C5 92, A4, 93).
 *
 * A part status has a bit a part, the lowest first; a count of 0 says that all are there.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';

const malformed = refusal('edonkey.message.malformed', 'about a file');

/** Which parts are there, by part; `all`: the file is complete there. */
export type PartStatus = 'all' | readonly boolean[];

export function writePartStatus(writer: Writer, status: PartStatus): void {
	if (status === 'all') return void writer.u16(0);
	writer.u16(status.length);
	for (let at = 0; at < status.length; at += 8) {
		let byte = 0;
		for (let bit = 0; bit < 8; bit++) if (status[at + bit]) byte |= 1 << bit;
		writer.u8(byte);
	}
}

export function readPartStatus(cursor: Cursor): PartStatus {
	const count = cursor.u16();
	if (count === 0) return 'all';
	const bytes = cursor.take(Math.min(Math.ceil(Math.min(count, ours.parts) / 8), 8192));
	if (cursor.short) return 'all';
	return Array.from({ length: Math.min(count, ours.parts) }, (_, part) => {
		return ((bytes[part >>> 3] >>> (part & 7)) & 1) === 1;
	});
}

/** A hash alone: most questions. */
export function decodeFileHash(body: Uint8Array): Uint8Array | Refusal {
	return body.length < 16 ? malformed : body.subarray(0, 16);
}

export interface FileStatus {
	readonly hash: Uint8Array;
	readonly parts: PartStatus;
}

export function encodeFileStatus({ hash, parts }: FileStatus): Uint8Array {
	const writer = new Writer().put(hash);
	writePartStatus(writer, parts);
	return writer.done();
}

export function decodeFileStatus(body: Uint8Array): FileStatus | Refusal {
	const cursor = new Cursor(body);
	const status = { hash: cursor.hash(), parts: readPartStatus(cursor) };
	return cursor.short ? malformed : status;
}

/** The question for the name, 58, to somebody who understands this version of extended requests. */
export function encodeNameQuestion(hash: Uint8Array, parts: PartStatus, extended: number): Uint8Array {
	const writer = new Writer(24).put(hash);
	if (extended >= 1) writePartStatus(writer, parts);
	// Complete sources that we know of: none.
	if (extended >= 2) writer.u16(0);
	return writer.done();
}

/** Behind the hash in a question for the name (58): the asker's own parts; undefined: it says nothing of them. */
export function decodePartsSaid(body: Uint8Array, extended: number): PartStatus | undefined {
	if (extended < 1) return undefined;
	const cursor = new Cursor(body, 16);
	const parts = readPartStatus(cursor);
	return cursor.short ? undefined : parts;
}

export interface FileName {
	readonly hash: Uint8Array;
	readonly name: string;
}

export function encodeFileName({ hash, name }: FileName): Uint8Array {
	return new Writer().put(hash).text(name).done();
}

export function decodeFileName(body: Uint8Array): FileName | Refusal {
	const cursor = new Cursor(body);
	const answer = { hash: cursor.hash(), name: cursor.text(ours.text) };
	return cursor.short ? malformed : answer;
}

export interface HashSet {
	readonly hash: Uint8Array;
	/** 16 bytes a part, in order. */
	readonly parts: Uint8Array;
}

export function encodeHashSet({ hash, parts }: HashSet): Uint8Array {
	return new Writer(18 + parts.length)
		.put(hash)
		.u16(parts.length / 16)
		.put(parts)
		.done();
}

export function decodeHashSet(body: Uint8Array): HashSet | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const count = cursor.u16();
	if (count > ours.parts) return malformed;
	const parts = cursor.take(count * 16);
	return cursor.short ? malformed : { hash, parts };
}

/** C5 60: the rank and ten zero bytes. E3 5C has four bytes of rank. */
export function encodeQueueRanking(rank: number): Uint8Array {
	return new Writer(12).u16(rank).put(new Uint8Array(10)).done();
}

export function decodeQueueRank(body: Uint8Array, mule: boolean): number | Refusal {
	const cursor = new Cursor(body);
	const rank = mule ? cursor.u16() : cursor.u32();
	return cursor.short ? malformed : rank;
}

/** What several questions in one message ask. */
export interface MultiPacket {
	readonly hash: Uint8Array;
	readonly size?: number;
	readonly wantsName: boolean;
	readonly wantsStatus: boolean;
	readonly wantsAichRoot: boolean;
	/** The asker's own parts, which it sends beside the question for the name. */
	readonly parts?: PartStatus;
	readonly completeSources?: number;
	/** Version of a source exchange asked for. */
	readonly wantsSources?: number;
}

/** With a size it is the large form, A4. */
export function encodeMultiPacket(packet: MultiPacket): Uint8Array {
	const writer = new Writer().put(packet.hash);
	if (packet.size !== undefined) writer.u64(packet.size);
	if (packet.wantsName) {
		writer.u8(0x58);
		writePartStatus(writer, packet.parts ?? 'all');
		writer.u16(packet.completeSources ?? 0);
	}
	if (packet.wantsStatus) writer.u8(0x4f);
	if (packet.wantsSources !== undefined) writer.u8(0x83).u8(packet.wantsSources).u16(0);
	if (packet.wantsAichRoot) writer.u8(0x9e);
	return writer.done();
}

/** `large`: A4. `extended`: the version of extended requests that the sender has said, which 58 depends on. */
export function decodeMultiPacket(body: Uint8Array, large: boolean, extended: number): MultiPacket | Refusal {
	const cursor = new Cursor(body);
	const hash = cursor.hash();
	const packet: { -readonly [Key in keyof MultiPacket]: MultiPacket[Key] } = {
		hash,
		...(large && { size: cursor.u64() }),
		wantsName: false,
		wantsStatus: false,
		wantsAichRoot: false,
	};
	while (cursor.left > 0) {
		const question = cursor.u8();
		if (question === 0x58) {
			packet.wantsName = true;
			if (extended >= 1) packet.parts = readPartStatus(cursor);
			if (extended >= 2) packet.completeSources = cursor.u16();
		} else if (question === 0x4f) packet.wantsStatus = true;
		else if (question === 0x83) {
			packet.wantsSources = cursor.u8();
			cursor.u16();
		} else if (question === 0x81) packet.wantsSources = 1;
		else if (question === 0x9e) packet.wantsAichRoot = true;
		else return refusal('edonkey.message.malformed', `question ${question.toString(16)} about a file`);
	}
	return cursor.short ? malformed : packet;
}

export interface MultiPacketAnswer {
	readonly hash: Uint8Array;
	readonly name?: string;
	readonly parts?: PartStatus;
	/** 20 bytes. */
	readonly aichRoot?: Uint8Array;
}

export function encodeMultiPacketAnswer(answer: MultiPacketAnswer): Uint8Array {
	const writer = new Writer().put(answer.hash);
	if (answer.name !== undefined) writer.u8(0x59).text(answer.name);
	if (answer.parts !== undefined) writePartStatus(writer.u8(0x50), answer.parts);
	if (answer.aichRoot !== undefined) writer.u8(0x9d).put(answer.aichRoot);
	return writer.done();
}

export function decodeMultiPacketAnswer(body: Uint8Array): MultiPacketAnswer | Refusal {
	const cursor = new Cursor(body);
	const answer: { -readonly [Key in keyof MultiPacketAnswer]: MultiPacketAnswer[Key] } = {
		hash: cursor.hash(),
	};
	while (cursor.left > 0) {
		const kind = cursor.u8();
		if (kind === 0x59) answer.name = cursor.text(ours.text);
		else if (kind === 0x50) answer.parts = readPartStatus(cursor);
		else if (kind === 0x9d) answer.aichRoot = cursor.take(20);
		else return refusal('edonkey.message.malformed', `answer ${kind.toString(16)} about a file`);
	}
	return cursor.short ? malformed : answer;
}
