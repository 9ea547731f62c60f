/**
 * Tags: typed values with names, the way in which records carry what is optional.
 *
 *   old   type 1 | length of name 2 | name | value        a name of one byte is a number
 *   new   type + 80 1 | number of name 1 | value
 *
 * Types: 01 hash, 02 text, 03 u32, 04 float, 05 bool, 06 bools, 07 blob, 08 u16, 09 u8, 0A bsob, 0B u64, and 11 to 20
 * a text of 1 to 16 bytes whose length is in the type. A type that is not known ends the reading: nobody knows where
 * its value ends. A name that is not known is read over.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { bytesOf, textOf } from '../../common/text.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import type { Cursor, Writer } from './cursor.ts';

/** Numbers of names; what they mean depends on the record. */
export const TagName = {
	Name: 0x01,
	Size: 0x02,
	Type: 0x03,
	Format: 0x04,
	Description: 0x0b,
	Version: 0x11,
	Sources: 0x15,
	Capabilities: 0x20,
	CompleteSources: 0x30,
	SizeHigh: 0x3a,
	ServerVersion: 0x91,
	UdpFlags: 0x92,
	AuxiliaryPorts: 0x93,
	ObfuscatedTcp: 0x97,
	ObfuscatedUdp: 0x98,
	Artist: 0xd0,
	Album: 0xd1,
	Title: 0xd2,
	Length: 0xd3,
	Bitrate: 0xd4,
	Codec: 0xd5,
	CompatibleOptions: 0xef,
	Rating: 0xf7,
	UdpPorts: 0xf9,
	Misc1: 0xfa,
	MuleVersion: 0xfb,
	Misc2: 0xfe,
} as const;

export type TagValue = number | string | boolean | Uint8Array;

/** `name` is a number, or a text where the tag has one. */
export interface Tag {
	readonly name: number | string;
	readonly value: TagValue;
}

const malformed = refusal('edonkey.tags.malformed');
const unknownType = refusal('edonkey.tags.malformed', 'a type that is not known');
const tooMany = refusal('edonkey.tags.malformed', 'too many');

/** One tag as it stands in its bytes: nothing is made for a name or text that nobody asks for. Used again. */
export class RawTag {
	/** 0 where the name is a text. */
	id = 0;
	nameAt = 0;
	nameLength = 0;
	kind: 'number' | 'text' | 'bytes' | 'bool' = 'number';
	number = 0;
	/** Of a text or of bytes. */
	from = 0;
	to = 0;
}

/** Reads the tag at the cursor. False: it cannot be read, and neither can what follows. */
export function readTag(cursor: Cursor, tag: RawTag): boolean {
	let type = cursor.u8();
	if (type & 0x80) {
		type &= 0x7f;
		tag.id = cursor.u8();
		tag.nameLength = 0;
	} else {
		tag.nameLength = cursor.u16();
		if (tag.nameLength > ours.text) return false;
		tag.nameAt = cursor.at;
		tag.id = tag.nameLength === 1 ? cursor.u8() : 0;
		if (tag.nameLength !== 1) cursor.skip(tag.nameLength);
	}
	return readValue(cursor, type, tag) && !cursor.short;
}

function readValue(cursor: Cursor, type: number, tag: RawTag): boolean {
	switch (type) {
		case 0x01:
			return range(cursor, tag, 'bytes', 16);
		case 0x02: {
			const length = cursor.u16();
			return length <= ours.text && range(cursor, tag, 'text', length);
		}
		case 0x03:
			return number(tag, cursor.u32());
		case 0x04: {
			const bytes = cursor.take(4);
			return !cursor.short && number(tag, new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true));
		}
		case 0x05:
			tag.kind = 'bool';
			tag.number = cursor.u8();
			return true;
		case 0x06:
			return range(cursor, tag, 'bytes', (cursor.u16() >>> 3) + 1);
		case 0x07: {
			const length = cursor.u32();
			return length <= ours.blob && range(cursor, tag, 'bytes', length);
		}
		case 0x08:
			return number(tag, cursor.u16());
		case 0x09:
			return number(tag, cursor.u8());
		case 0x0a:
			return range(cursor, tag, 'bytes', cursor.u8());
		case 0x0b:
			return number(tag, cursor.u64());
		default:
			return type >= 0x11 && type <= 0x20 && range(cursor, tag, 'text', type - 0x10);
	}
}

function number(tag: RawTag, value: number): boolean {
	tag.kind = 'number';
	tag.number = value;
	return true;
}

function range(cursor: Cursor, tag: RawTag, kind: 'text' | 'bytes', length: number): boolean {
	tag.kind = kind;
	tag.from = cursor.at;
	cursor.skip(length);
	tag.to = cursor.at;
	return true;
}

/** A count and so many tags. */
export function decodeTags(cursor: Cursor): Tag[] | Refusal {
	const count = cursor.u32();
	if (cursor.short) return malformed;
	return count > ours.tags ? tooMany : decodeSomeTags(cursor, count);
}

function decodeSomeTags(cursor: Cursor, count: number): Tag[] | Refusal {
	const tags: Tag[] = [];
	const raw = new RawTag();
	for (let i = 0; i < count; i++) {
		if (!readTag(cursor, raw)) return cursor.short ? malformed : unknownType;
		const { bytes } = cursor;
		const name =
			raw.id !== 0 || raw.nameLength === 1 || raw.nameLength === 0
				? raw.id
				: textOf(bytes.subarray(raw.nameAt, raw.nameAt + raw.nameLength));
		tags.push({ name, value: tagValue(raw, bytes) });
	}
	return tags;
}

function tagValue(raw: RawTag, bytes: Uint8Array): TagValue {
	switch (raw.kind) {
		case 'number':
			return raw.number;
		case 'bool':
			return raw.number !== 0;
		case 'text':
			return textOf(bytes.subarray(raw.from, raw.to));
		case 'bytes':
			return bytes.subarray(raw.from, raw.to);
	}
}

export function numberTag(tags: readonly Tag[], name: number): number | undefined {
	const value = tags.find((tag) => tag.name === name)?.value;
	return typeof value === 'number' ? value : undefined;
}

export function textTag(tags: readonly Tag[], name: number): string | undefined {
	const value = tags.find((tag) => tag.name === name)?.value;
	return typeof value === 'string' ? value : undefined;
}

/** A count and the tags. `short`: the new style where the name allows it, in the least bytes. */
export function encodeTags(writer: Writer, tags: readonly Tag[], short = false): void {
	writer.u32(tags.length);
	for (const tag of tags) encodeTag(writer, tag, short);
}

function encodeTag(writer: Writer, { name, value }: Tag, short: boolean): void {
	const isShort = short && typeof name === 'number';
	const head = (type: number): Writer => {
		if (isShort) return writer.u8(type | 0x80).u8(name);
		writer.u8(type);
		return typeof name === 'number' ? writer.u16(1).u8(name) : writer.text(name);
	};
	if (typeof value === 'boolean') return void head(0x05).u8(value ? 1 : 0);
	if (typeof value === 'string') return encodeText(head, value, isShort);
	if (typeof value !== 'number') {
		if (value.length === 16) return void head(0x01).put(value);
		return void head(0x07).u32(value.length).put(value);
	}
	if (!Number.isInteger(value)) {
		const float = new Uint8Array(4);
		new DataView(float.buffer).setFloat32(0, value, true);
		return void head(0x04).put(float);
	}
	if (value > 0xffffffff) return void head(0x0b).u64(value);
	if (isShort && value <= 0xff) return void head(0x09).u8(value);
	if (isShort && value <= 0xffff) return void head(0x08).u16(value);
	head(0x03).u32(value);
}

function encodeText(head: (type: number) => Writer, value: string, isShort: boolean): void {
	const bytes = bytesOf(value);
	if (isShort && bytes.length >= 1 && bytes.length <= 16) head(0x10 + bytes.length).put(bytes);
	else head(0x02).u16(bytes.length).put(bytes);
}
