/**
 * HTTP between servents (0.4 section 3, HUGE 0.94 section 3): first lines, targets and ranges. The head
 * around them is a HeaderBlock.
 *
 * A target is data, never a path: it is percent-decoded once, and what comes out is an index, a name or a
 * hash to be looked up. So `..`, slashes and backslashes are letters of a name that no file has. What
 * could mean two things to two readers is refused: absolute form, broken or double use of `%` that
 * yields control characters, a line that has not exactly three parts.
 * Ranges of bytes are [from, to) here and [first-last] on the wire.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { base32 } from '../../common/hash.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { encodeHead } from './head.ts';
import { decodeBytes, isClean, utf8 } from './text.ts';
import { bitprintUrn, parseUrn, sha1Urn, type Urn } from './urn.ts';

export type Target =
	/** `/`: browse host. */
	| { readonly kind: 'root' }
	/** `/get/index/name`. */
	| { readonly kind: 'index'; readonly index: number; readonly name: string }
	/** `/uri-res/N2R?urn` (the file) or N2X (its Tiger tree). */
	| { readonly kind: 'urn'; readonly service: 'N2R' | 'N2X'; readonly urn: Urn }
	/** Anything else, decoded, with the query still attached. */
	| { readonly kind: 'other'; readonly path: string };

export interface HttpRequest {
	readonly method: 'GET' | 'HEAD';
	readonly target: Target;
	readonly version: '1.0' | '1.1';
}

export interface HttpStatus {
	readonly version: '1.0' | '1.1';
	readonly code: number;
	readonly text: string;
}

export interface ByteRange {
	readonly from: number;
	/** One past the last byte; undefined: to the end. */
	readonly to?: number;
}

export interface ContentRange {
	readonly from: number;
	readonly to: number;
	/** Of the whole file; undefined: not said. */
	readonly size?: number;
}

const line = refusal('gnutella.http.malformed', 'first line');
const method = refusal('gnutella.http.malformed', 'method');
const form = refusal('gnutella.http.malformed', 'target is not a path');
const escaped = refusal('gnutella.http.malformed', 'percent encoding');
const index = refusal('gnutella.http.malformed', 'file index');
const hash = refusal('gnutella.http.malformed', 'name of content');
const range = refusal('gnutella.http.range');

/** `first`: the first line of a HeaderBlock. */
export function parseRequest(first: string): HttpRequest | Refusal {
	const match = /^([A-Z]{1,16}) (\S+(?: +\S+)*) HTTP\/(1\.[01])$/.exec(first);
	if (!match) return line;
	if (match[1] !== 'GET' && match[1] !== 'HEAD') return method;
	const target = parseTarget(match[2]);
	if ('refused' in target) return target;
	return { method: match[1], target, version: match[3] as '1.0' | '1.1' };
}

/** Old servents send spaces unescaped, so a target may hold them. */
export function parseTarget(text: string): Target | Refusal {
	if (!text.startsWith('/') || text.startsWith('//')) return form;
	const path = percentDecode(text);
	if (path === undefined) return escaped;
	if (path === '/') return { kind: 'root' };
	const get = /^\/get\/([^/]*)\/(.*)$/su.exec(path);
	if (get) {
		const number = Number(get[1]);
		if (!/^[0-9]{1,10}$/.test(get[1]) || number > 0xffffffff) return index;
		return { kind: 'index', index: number, name: get[2] };
	}
	const resolve = /^\/uri-res\/(N2R|N2X)\?(.*)$/isu.exec(path);
	if (!resolve) return { kind: 'other', path };
	// N2X may carry the root behind a semicolon; the hash in front of it is enough.
	const urn = parseUrn(resolve[2].split(';', 1)[0]);
	return urn ? { kind: 'urn', service: resolve[1].toUpperCase() as 'N2R' | 'N2X', urn } : hash;
}

/** `HTTP/1.1 206 Partial Content`; also the `HTTP 200 OK` of the first servents. */
export function parseStatus(first: string): HttpStatus | Refusal {
	const match = /^HTTP(?:\/(1\.[01]))? ([1-5][0-9]{2})(?: (.*))?$/.exec(first);
	if (!match) return line;
	const version = match[1] === '1.1' ? '1.1' : '1.0';
	return { version, code: Number(match[2]), text: (match[3] ?? '').slice(0, 200) };
}

/** The request for a file by its hash. */
export function encodeGetBySha1(
	sha1: Uint8Array,
	headers: Iterable<readonly [string, string]>,
	origin = '',
): Uint8Array {
	return encodeHead(`GET ${origin}/uri-res/N2R?${sha1Urn(sha1)} HTTP/1.1`, headers);
}

/** The request for the hash tree of a file. */
export function encodeGetTree(
	sha1: Uint8Array,
	headers: Iterable<readonly [string, string]>,
	origin = '',
): Uint8Array {
	return encodeHead(`GET ${origin}/uri-res/N2X?${sha1Urn(sha1)} HTTP/1.1`, headers);
}

/** The request for a file by index and name. */
export function encodeGetByIndex(
	number: number,
	name: string,
	headers: Iterable<readonly [string, string]>,
	origin = '',
): Uint8Array {
	return encodeHead(`GET ${origin}/get/${number}/${percentEncode(name)} HTTP/1.1`, headers);
}

export function encodeResponse(
	code: number,
	text: string,
	headers: Iterable<readonly [string, string]>,
): Uint8Array {
	return encodeHead(`HTTP/1.1 ${code} ${text}`, headers);
}

/** Range of a request against a file of `size` bytes. Several ranges at once are refused. */
export function parseRange(value: string, size: number): Required<ByteRange> | Refusal {
	const match = /^bytes[= ] *([0-9]{0,16})-([0-9]{0,16})$/i.exec(value.trim());
	if (!match || (match[1] === '' && match[2] === '')) return range;
	if (match[1] === '') {
		const last = Number(match[2]);
		return last === 0 || size === 0 ? range : { from: Math.max(0, size - last), to: size };
	}
	const from = Number(match[1]);
	const to = match[2] === '' ? size : Math.min(Number(match[2]) + 1, size);
	return from < to && Number.isSafeInteger(from) ? { from, to } : range;
}

export function formatRange(wanted: ByteRange): string {
	return `bytes=${wanted.from}-${wanted.to === undefined ? '' : wanted.to - 1}`;
}

/** `bytes 0-99/1000`; old servents write `bytes=0-99/1000`, and `*` for an unknown size. */
export function parseContentRange(value: string): ContentRange | Refusal {
	const match = /^bytes[= ] *([0-9]{1,16})-([0-9]{1,16})\/([0-9]{1,16}|\*)$/i.exec(value.trim());
	if (!match) return range;
	const from = Number(match[1]);
	const to = Number(match[2]) + 1;
	const size = match[3] === '*' ? undefined : Number(match[3]);
	if (from >= to || !Number.isSafeInteger(to) || (size !== undefined && to > size)) return range;
	return { from, to, ...(size !== undefined && { size }) };
}

export function formatContentRange(sent: Required<ContentRange>): string {
	return `bytes ${sent.from}-${sent.to - 1}/${sent.size}`;
}

/** X-Available-Ranges: what a partial file has. Parts that are no ranges are left out. */
export function parseAvailableRanges(value: string): Required<ByteRange>[] {
	const found: Required<ByteRange>[] = [];
	for (const part of value.replace(/^ *bytes[= ]/i, '').split(',', ours.ranges)) {
		const match = /^([0-9]{1,15})-([0-9]{1,15})$/.exec(part.trim());
		const from = Number(match?.[1]);
		const to = Number(match?.[2]) + 1;
		if (match && from < to) found.push({ from, to });
	}
	return found;
}

export function formatAvailableRanges(parts: readonly Required<ByteRange>[]): string {
	return `bytes ${parts
		.slice(0, ours.ranges)
		.map(({ from, to }) => `${from}-${to - 1}`)
		.join(',')}`;
}

/** X-Thex-URI: `/uri-res/N2X?urn:sha1:...;ROOT`; the root of the tree that can be had there, base32. */
export function parseThexUri(value: string): string | undefined {
	const match = /^\/uri-res\/N2X\?urn:[^;\s]{1,100};([A-Za-z2-7]{39})$/.exec(value.trim());
	return match?.[1]?.toUpperCase();
}

export function formatThexUri(sha1: Uint8Array, tth: Uint8Array): string {
	return `/uri-res/N2X?${sha1Urn(sha1)};${base32(tth)}`;
}

/** X-Gnutella-Content-URN: one or several names, of which the hashes are taken together. */
export function parseContentUrn(value: string): Urn {
	let found: Urn = {};
	for (const part of value.split(',', 4)) found = { ...parseUrn(part.trim()), ...found };
	return found;
}

export function formatContentUrn(sha1: Uint8Array, tth?: Uint8Array): string {
	return tth ? bitprintUrn(sha1, tth) : sha1Urn(sha1);
}

/** A number in a header such as Content-Length or Retry-After; undefined for anything else. */
export function parseCount(value: string | undefined): number | undefined {
	if (value === undefined || !/^[0-9]{1,15}$/.test(value)) return undefined;
	return Number(value);
}

/** RFC 3986: everything but unreserved characters is escaped. */
export function percentEncode(text: string): string {
	let out = '';
	for (const byte of utf8(text)) {
		const letter = String.fromCharCode(byte);
		out += /[A-Za-z0-9._~-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}
	return out;
}

/** Decodes once. Undefined: a broken escape, or a control character comes out. */
export function percentDecode(text: string): string | undefined {
	if (!isClean(text)) return undefined;
	if (!text.includes('%')) return text;
	const raw = utf8(text);
	const bytes = new Uint8Array(raw.length);
	let made = 0;
	for (let at = 0; at < raw.length; at++) {
		if (raw[at] !== 0x25) {
			bytes[made++] = raw[at];
			continue;
		}
		const digits = String.fromCharCode(raw[at + 1] ?? 0, raw[at + 2] ?? 0);
		if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined;
		bytes[made++] = Number.parseInt(digits, 16);
		at += 2;
	}
	const decoded = decodeBytes(bytes.subarray(0, made));
	return isClean(decoded) ? decoded : undefined;
}
