/**
 * Files as their owner tells of them. Three forms: type 100 `"path" md5 size bitrate frequency seconds` (an MP3), type
 * 10300 `"path" size md5 kind` (anything else), and type 870, `"directory"` and then `"name" md5 size bitrate frequency
 * seconds` for each of its files.
 *
 * A server keeps a path as the bytes that came: it is the name by which the file is asked for later.
 */
import { hex, unhex } from '../../common/hash.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Fields } from './fields.ts';
import { rawBytes } from './raw.ts';

/** What a file is, as searches ask for it; the number is what an index keeps. */
export const kinds = ['audio', 'video', 'image', 'text', 'application'] as const;
export type Kind = (typeof kinds)[number];

/** The fields of one file. Made anew never: one is filled again and again. */
export class Share {
	/** Bytes that hold the path, and where. */
	bytes: Uint8Array = new Uint8Array(0);
	pathFrom = 0;
	pathTo = 0;
	/** 16 bytes; all zero: nothing was said. Programs send zeros, and nobody checks it. */
	readonly md5 = new Uint8Array(16);
	size = 0;
	/** kbit/s, Hz, seconds; 0: not known. */
	bitrate = 0;
	frequency = 0;
	seconds = 0;
	/** Index in `kinds`. */
	kind = 0;
}

export const malformed = refusal('opennap.message.malformed', 'file');

/** Type 100. False: it is malformed. */
export function decodeShare(body: Uint8Array, into: Share): boolean {
	const fields = new Fields(body);
	return takePath(fields, into) && takeDetails(fields, into);
}

/** Type 10300. */
export function decodeShareMedia(body: Uint8Array, into: Share): boolean {
	const fields = new Fields(body);
	if (!takePath(fields, into)) return false;
	into.size = fields.number(protocol.fileSize);
	takeChecksum(fields, into);
	const kind = kindOf(fields.text(ours.kind));
	into.bitrate = into.frequency = into.seconds = 0;
	into.kind = kind;
	return !fields.short;
}

/** Type 870: calls `take` for each file, until it answers false. False: it is malformed from here on. */
export function decodeDirectory(body: Uint8Array, into: Share, take: () => boolean): boolean {
	const fields = new Fields(body);
	if (!fields.isQuoted || !fields.take(ours.path)) return false;
	const directory = body.subarray(fields.from, fields.to);
	while (!fields.isEnd) {
		if (!takePath(fields, into)) return false;
		const name = body.subarray(into.pathFrom, into.pathTo);
		const path = new Uint8Array(directory.length + name.length);
		path.set(directory);
		path.set(name, directory.length);
		if (!takeDetails(fields, into) || path.length > ours.path) return false;
		into.bytes = path;
		into.pathFrom = 0;
		into.pathTo = path.length;
		if (!take()) return true;
	}
	return true;
}

export interface Told {
	/** Raw. */
	readonly path: string;
	/** 16 bytes. */
	readonly md5: Uint8Array;
	readonly size: number;
	readonly kind: Kind;
}

/** Type 10300 for what is no music, type 100 for what is: giFT and opennap know both. */
export function encodeShare({ path, md5, size, kind }: Told): Uint8Array {
	const quoted = `"${path.replaceAll('"', "'")}"`;
	if (kind === 'audio') return rawBytes(`${quoted} ${hex(md5)} ${size} 128 44100 0`);
	return rawBytes(`${quoted} ${size} ${hex(md5)} ${kind}`);
}

function takePath(fields: Fields, into: Share): boolean {
	if (!fields.isQuoted || !fields.take(ours.path) || fields.to === fields.from) return false;
	into.bytes = fields.bytes;
	into.pathFrom = fields.from;
	into.pathTo = fields.to;
	return true;
}

function takeDetails(fields: Fields, into: Share): boolean {
	takeChecksum(fields, into);
	into.size = fields.number(protocol.fileSize);
	into.bitrate = fields.number(ours.number);
	into.frequency = fields.number(ours.number);
	into.seconds = fields.number(ours.number);
	into.kind = 0;
	return !fields.short;
}

/** Hex; a dash and a number may follow. What is no checksum is none: programs send anything. */
function takeChecksum(fields: Fields, into: Share): void {
	const { md5 } = into;
	if (!fields.take(ours.checksum) || fields.to - fields.from < 32) return void md5.fill(0);
	for (let i = 0; i < 16; i++) {
		const high = digit(fields.bytes[fields.from + 2 * i]);
		const low = digit(fields.bytes[fields.from + 2 * i + 1]);
		if (high < 0 || low < 0) return void md5.fill(0);
		md5[i] = high * 16 + low;
	}
}

function digit(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	const lower = code | 0x20;
	return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** What is not known is a program's data. */
export function kindOf(text: string): number {
	const index = (kinds as readonly string[]).indexOf(text.toLowerCase().split('/', 1)[0]);
	return index < 0 ? kinds.length - 1 : index;
}

const noChecksum = '0'.repeat(32);

/** Most are not said: then nothing is made. */
export function hexOf(md5: Uint8Array): string {
	for (const byte of md5) if (byte !== 0) return hex(md5);
	return noChecksum;
}

export function readMd5(text: string): Uint8Array | undefined {
	const bytes = unhex(text.slice(0, 32));
	return bytes?.length === 16 ? bytes : undefined;
}
