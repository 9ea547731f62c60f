/**
 * GGEP, the extension block of the 0.6 family (GGEP 0.51).
 *
 *   C3, then for each extension: flags 1 | id 1-15 | length 1-3 | data
 *   flags: 80 last, 40 COBS, 20 deflate, 10 reserved, low 4 bits length of the id
 *   length: groups of 6 bits, most significant first; 80 more groups follow, 40 last group
 *
 * COBS (consistent overhead byte stuffing) removes zero bytes, for blocks inside a field that ends at
 * a NUL: each code byte n is followed by n - 1 bytes that are not zero and stands for a zero after them,
 * except n = 255 and the last one.
 * An id that appears twice keeps its first data: what others read first must be what we read.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { packBlock } from '../../common/zlib.ts';
import { ours, specification } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { inflateBlock } from './deflate.ts';
import { asciiText, concat, utf8 } from './text.ts';

export type Ggep = ReadonlyMap<string, Uint8Array>;

/** What a message without extensions has. */
export const NO_GGEP: Ggep = new Map();

export const GGEP_MAGIC = 0xc3;

const malformed = refusal('gnutella.ggep.malformed');
const many = refusal('gnutella.ggep.malformed', 'too many extensions');
const bomb = refusal('gnutella.ggep.bomb');

const LAST = 0x80;
const COBS = 0x40;
const DEFLATE = 0x20;
const RESERVED = 0x10;

export interface GgepOptions {
	/** For blocks in a NUL-terminated field (records of a hit): data with a zero byte is stuffed. */
	readonly cobs?: boolean;
	/** Ids whose data is compressed where that makes it shorter. */
	readonly deflate?: readonly string[];
}

/** Empty for no entries. Ours: a wrong id or data too long throws. */
export function encodeGgep(
	entries: Iterable<readonly [string, Uint8Array]>,
	options: GgepOptions = {},
): Uint8Array {
	const list = [...entries];
	if (list.length === 0) return new Uint8Array(0);
	const parts: Uint8Array[] = [Uint8Array.of(GGEP_MAGIC)];
	list.forEach(([id, plain], i) => {
		const name = utf8(id);
		if (name.length < 1 || name.length > specification.ggepId) throw new RangeError(`no GGEP id: ${id}`);
		let flags = name.length | (i === list.length - 1 ? LAST : 0);
		let data = plain;
		if (options.deflate?.includes(id)) {
			const packed = packBlock(plain);
			if (packed.length < plain.length) {
				data = packed;
				flags |= DEFLATE;
			}
		}
		if (options.cobs && data.includes(0)) {
			data = stuff(data);
			flags |= COBS;
		}
		if (data.length > specification.ggepData) throw new RangeError(`too much data for GGEP ${id}`);
		parts.push(Uint8Array.of(flags), name, encodeLength(data.length), data);
	});
	return concat(parts);
}

/**
 * Reads the block that begins at `at` with C3. `end` of the answer is the first byte behind it.
 * `unpack` false: compressed extensions are left out, where a message may have hundreds of blocks.
 */
export function decodeGgep(
	bytes: Uint8Array,
	at: number,
	end: number,
	unpack = true,
): { extensions: Ggep; end: number } | Refusal {
	const stop = Math.min(end, bytes.length);
	if (at < 0 || at >= stop || bytes[at] !== GGEP_MAGIC) return malformed;
	const extensions = new Map<string, Uint8Array>();
	let next = at + 1;
	let packed = 0;
	for (let count = 0; count < ours.ggepExtensions; count++) {
		if (next >= stop) return malformed;
		const flags = bytes[next++];
		const idLength = flags & 0x0f;
		if (idLength === 0 || flags & RESERVED || next + idLength >= stop) return malformed;
		const id = asciiText(bytes, next, next + idLength);
		next += idLength;
		let length = 0;
		for (let group = 0; ; group++) {
			if (group === 3 || next >= stop) return malformed;
			const byte = bytes[next++];
			length = (length << 6) | (byte & 0x3f);
			if ((byte & 0xc0) === 0x40) break;
			if ((byte & 0xc0) !== 0x80) return malformed;
		}
		if (length > stop - next) return malformed;
		if (flags & DEFLATE && ++packed > ours.ggepCompressed) return many;
		if (unpack || !(flags & DEFLATE)) {
			const data = decodeData(bytes.subarray(next, next + length), flags);
			if (isRefusal(data)) return data;
			if (!extensions.has(id)) extensions.set(id, data);
		}
		next += length;
		if (flags & LAST) return { extensions, end: next };
	}
	return many;
}

function decodeData(raw: Uint8Array, flags: number): Uint8Array | Refusal {
	let data: Uint8Array | undefined = raw;
	if (flags & COBS) data = unstuff(raw);
	if (!data) return malformed;
	if (!(flags & DEFLATE)) return data;
	const inflated = inflateBlock(data, ours.ggepInflated);
	if (!isRefusal(inflated)) return inflated;
	return inflated.refused === 'gnutella.deflate.bomb' ? bomb : malformed;
}

function encodeLength(length: number): Uint8Array {
	const low = 0x40 | (length & 0x3f);
	if (length < 1 << 6) return Uint8Array.of(low);
	const middle = 0x80 | ((length >>> 6) & 0x3f);
	if (length < 1 << 12) return Uint8Array.of(middle, low);
	return Uint8Array.of(0x80 | (length >>> 12), middle, low);
}

function stuff(data: Uint8Array): Uint8Array {
	const out: number[] = [0];
	let code = 0;
	for (let i = 0; i < data.length; i++) {
		if (data[i] !== 0) out.push(data[i]);
		const run = out.length - code;
		if (data[i] !== 0 && (run < 255 || i === data.length - 1)) continue;
		out[code] = run;
		code = out.length;
		out.push(0);
	}
	out[code] = out.length - code;
	return Uint8Array.from(out);
}

function unstuff(raw: Uint8Array): Uint8Array | undefined {
	const out = new Uint8Array(raw.length);
	let made = 0;
	for (let at = 0; at < raw.length; ) {
		const code = raw[at++];
		if (code === 0 || at + code - 1 > raw.length) return undefined;
		for (let i = 1; i < code; i++) {
			const byte = raw[at++];
			if (byte === 0) return undefined;
			out[made++] = byte;
		}
		if (code < 255 && at < raw.length) out[made++] = 0;
	}
	return out.subarray(0, made);
}
