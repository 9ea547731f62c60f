/**
 * File records: what clients offer (OFFERFILES, 15) and what servers answer to a search (SEARCHRESULT, 33, and
 * one at a time in datagrams): hash 16 | id 4 | port 2 | tags.
 *
 * A server reads 40,000 offers a second, so readOffer makes nothing for a record: it says where things stand.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { textOf } from '../../common/text.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { decodeTags, encodeTags, numberTag, RawTag, readTag, type Tag, TagName, textTag } from './tags.ts';

/** Types of files as records and searches name them. The place is the number that newer programs send. */
export const fileTypes = [
	'',
	'Audio',
	'Video',
	'Image',
	'Pro',
	'Doc',
	'Arc',
	'Iso',
	'EmuleCollection',
] as const;

/** In an offer to a server that unpacks, id and port say whether all of the file is there. */
export const COMPLETE_ID = 0xfbfbfbfb;
export const PARTIAL_ID = 0xfcfcfcfc;

export interface FileRecord {
	readonly hash: Uint8Array;
	readonly id: number;
	readonly port: number;
	readonly name: string;
	readonly size: number;
	readonly type?: string;
	readonly sources?: number;
	readonly completeSources?: number;
	/** Seconds, kbit/s and codec of media. */
	readonly length?: number;
	readonly bitrate?: number;
	readonly codec?: string;
}

const malformed = refusal('edonkey.message.malformed', 'file record');

function tagsOf(record: FileRecord): Tag[] {
	const tags: Tag[] = [
		{ name: TagName.Name, value: record.name },
		{ name: TagName.Size, value: record.size % 0x1_0000_0000 },
	];
	if (record.size > 0xffffffff)
		tags.push({ name: TagName.SizeHigh, value: Math.floor(record.size / 0x1_0000_0000) });
	const add = (name: number, value: Tag['value'] | undefined): void => {
		if (value !== undefined) tags.push({ name, value });
	};
	add(TagName.Type, record.type);
	add(TagName.Sources, record.sources);
	add(TagName.CompleteSources, record.completeSources);
	add(TagName.Length, record.length);
	add(TagName.Bitrate, record.bitrate);
	add(TagName.Codec, record.codec);
	return tags;
}

export function writeRecord(writer: Writer, record: FileRecord, short: boolean): void {
	writer.put(record.hash).u32(record.id).u16(record.port);
	encodeTags(writer, tagsOf(record), short);
}

export function readRecord(cursor: Cursor): FileRecord | Refusal {
	const hash = cursor.hash();
	const id = cursor.u32();
	const port = cursor.u16();
	const tags = decodeTags(cursor);
	if (isRefusal(tags)) return tags;
	if (cursor.short) return malformed;
	const size =
		(numberTag(tags, TagName.Size) ?? 0) + (numberTag(tags, TagName.SizeHigh) ?? 0) * 0x1_0000_0000;
	if (size > protocol.fileSize) return refusal('edonkey.message.malformed', 'size of a file');
	const type = textTag(tags, TagName.Type) ?? fileTypes[numberTag(tags, TagName.Type) ?? 0];
	const optional = {
		...(type && { type }),
		...entry('sources', numberTag(tags, TagName.Sources)),
		...entry('completeSources', numberTag(tags, TagName.CompleteSources)),
		...entry('length', numberTag(tags, TagName.Length)),
		...entry('bitrate', numberTag(tags, TagName.Bitrate)),
		...entry('codec', textTag(tags, TagName.Codec)),
	};
	return { hash, id, port, name: textTag(tags, TagName.Name) ?? '', size, ...optional };
}

function entry(name: string, value: number | string | undefined): Record<string, number | string> {
	return value === undefined ? {} : { [name]: value };
}

export function encodeOffers(records: readonly FileRecord[], short: boolean): Uint8Array {
	if (records.length > protocol.offered) throw new RangeError('more than 200 files in an offer');
	const writer = new Writer(4096).u32(records.length);
	for (const record of records) writeRecord(writer, record, short);
	return writer.done();
}

export function encodeResults(records: readonly FileRecord[], more: boolean, short = false): Uint8Array {
	const writer = new Writer(4096).u32(records.length);
	for (const record of records) writeRecord(writer, record, short);
	return writer.u8(more ? 1 : 0).done();
}

export function decodeResults(body: Uint8Array): { records: FileRecord[]; more: boolean } | Refusal {
	const cursor = new Cursor(body);
	const count = cursor.u32();
	if (count > ours.results) return refusal('edonkey.message.malformed', 'more results than servers send');
	const records: FileRecord[] = [];
	for (let i = 0; i < count; i++) {
		const record = readRecord(cursor);
		if (isRefusal(record)) return record;
		records.push(record);
	}
	if (cursor.short) return malformed;
	return { records, more: cursor.left > 0 && cursor.u8() !== 0 };
}

/** A record as it stands in its bytes. Used again for the next. */
export class Offer {
	hashAt = 0;
	id = 0;
	port = 0;
	nameFrom = 0;
	nameTo = 0;
	size = 0;
	/** Place in fileTypes; 0: none that is known. */
	type = 0;
	length = 0;
	bitrate = 0;
	codecFrom = 0;
	codecTo = 0;
	readonly #tag = new RawTag();

	/** Reads the record at the cursor. False: it cannot be read, and neither can what follows. */
	read(cursor: Cursor): boolean {
		this.hashAt = cursor.at;
		cursor.skip(16);
		this.id = cursor.u32();
		this.port = cursor.u16();
		const count = cursor.u32();
		if (cursor.short || count > ours.tags) return false;
		this.nameFrom = this.nameTo = this.size = this.type = this.length = this.bitrate = 0;
		this.codecFrom = this.codecTo = 0;
		for (let i = 0; i < count; i++) {
			if (!readTag(cursor, this.#tag)) return false;
			this.#note(cursor.bytes);
		}
		return true;
	}

	#note(bytes: Uint8Array): void {
		const tag = this.#tag;
		if (tag.kind === 'text') {
			if (tag.id === TagName.Name) {
				this.nameFrom = tag.from;
				this.nameTo = tag.to;
			} else if (tag.id === TagName.Type) this.type = typeOf(bytes, tag.from, tag.to);
			else if (tag.id === TagName.Codec) {
				this.codecFrom = tag.from;
				this.codecTo = tag.to;
			}
		} else if (tag.kind === 'number') {
			const { number } = tag;
			if (tag.id === TagName.Size) this.size += number;
			else if (tag.id === TagName.SizeHigh) this.size += number * 0x1_0000_0000;
			else if (tag.id === TagName.Type) this.type = number < fileTypes.length ? number : 0;
			else if (tag.id === TagName.Length) this.length = number;
			else if (tag.id === TagName.Bitrate) this.bitrate = number;
		}
	}
}

/** Types differ in their first letter but Audio and Arc. */
function typeOf(bytes: Uint8Array, from: number, to: number): number {
	if (from === to) return 0;
	const first = bytes[from];
	for (let i = 1; i < fileTypes.length; i++) {
		const name = fileTypes[i]!;
		if (name.charCodeAt(0) === first && name.length === to - from)
			return textOf(bytes.subarray(from, to)) === name ? i : 0;
	}
	return 0;
}
