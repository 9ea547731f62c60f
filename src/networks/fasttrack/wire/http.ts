/**
 * Transfers: HTTP with headers of its own. `GET /.hash=<40 hex> HTTP/1.1` asks for a file by its FTHash, Range for
 * a part of it; `GIVE <number>` begins a link that was asked for by a call-back, and the other side then asks.
 *
 * An extension of ours: an answer with `X-Kztree-URI: /.kztree=<72 hex>` offers hashes of the slices of the file whose
 * kzhash that is, for a request of its own; they come as they are, 16 bytes each.
 *
 * A target is data, never a path: what is no hash is no file. Ranges are [from, to) here, [first-last] on the wire.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { hex, unhex } from '../../common/hash.ts';
import { specification } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { encodeText } from './text.ts';

export interface Head {
	/** `GET /x HTTP/1.1`, `HTTP/1.1 206 Partial Content`. */
	readonly line: string;
	/** By lower-case name; the first of a name counts. */
	readonly headers: ReadonlyMap<string, string>;
}

const broken = refusal('fasttrack.http.malformed');

/** `text`: a head with its empty line. */
export function parseHead(text: string): Head | Refusal {
	const [line, ...rest] = text.trimEnd().split(/\r?\n/);
	if (!/^[\x20-\x7e]{1,1024}$/.test(line)) return broken;
	const headers = new Map<string, string>();
	for (const one of rest) {
		const colon = one.indexOf(':');
		if (colon < 1 || /[\0-\x08\x0b-\x1f]/.test(one)) return broken;
		const name = one.slice(0, colon).toLowerCase();
		if (!headers.has(name)) headers.set(name, one.slice(colon + 1).trim());
	}
	return { line, headers };
}

interface Request {
	readonly hash: Uint8Array | undefined;
	/** Not the file is wanted but its tree with this root. */
	readonly tree?: Uint8Array | undefined;
}

/** The hash that is asked for; undefined: something that no file has. A refusal where it is no request. */
export function parseRequest(line: string): Request | Refusal {
	const match = /^GET (\S+) HTTP\/1\.[01]$/.exec(line);
	if (match === null) return broken;
	const both = /^\/\.kztree=([0-9A-Fa-f]{40})([0-9A-Fa-f]{32})$/.exec(match[1]);
	if (both !== null) return { hash: unhex(both[1]), tree: unhex(both[2]) };
	const hash = /^\/\.hash=([0-9A-Fa-f]{40})\/?$/.exec(match[1]);
	return { hash: hash === null ? undefined : unhex(hash[1]) };
}

/** 100 to 599. */
export function parseStatus(line: string): number | Refusal {
	const match = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: |$)/.exec(line);
	return match === null ? broken : Number(match[1]);
}

export interface Span {
	readonly from: number;
	readonly to: number;
}

/** `bytes=5-9`, `bytes=5-`; all of it without one. Undefined: nothing of the file is in it. */
export function parseRange(value: string | undefined, size: number): Span | undefined {
	if (value === undefined) return size === 0 ? undefined : { from: 0, to: size };
	const match = /^bytes=([0-9]{1,15})-([0-9]{0,15})$/.exec(value);
	if (match === null) return undefined;
	const from = Number(match[1]);
	const to = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1);
	return from < to ? { from, to } : undefined;
}

/** `bytes 5-9/100`. */
export function parseContentRange(value: string): (Span & { readonly size: number }) | undefined {
	const match = /^bytes[ =]([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15})$/.exec(value);
	if (match === null) return undefined;
	const [from, last, size] = [Number(match[1]), Number(match[2]), Number(match[3])];
	return from <= last && last < size ? { from, to: last + 1, size } : undefined;
}

export function parseCount(value: string | undefined): number | undefined {
	return value !== undefined && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}

/** Where the tree of the file with this kzhash is. */
export function treeUri(kzhash: string): string {
	return `/.kztree=${kzhash}`;
}

/** The same of a file of ours; undefined where it has no tree. */
export function treeUriOf(fthash?: Uint8Array, kztree?: Uint8Array): string | undefined {
	return fthash && kztree && treeUri(hex(fthash) + hex(kztree));
}

/** Tag 3 of `X-KazaaTag`: the hash in base 64. */
export function formatHashTag(hash: Uint8Array): string {
	return `3==${btoa(String.fromCharCode(...hash))}`;
}

/** 20 bytes; undefined: it is another tag, or none. */
export function parseHashTag(value: string): Uint8Array | undefined {
	const match = /^3==([A-Za-z0-9+/]{27}=)$/.exec(value);
	if (match === null) return undefined;
	const bytes = Uint8Array.from(atob(match[1]), (letter) => letter.charCodeAt(0));
	return bytes.length === specification.hash ? bytes : undefined;
}

export function encodeHead(line: string, headers: readonly (readonly [string, string])[]): Uint8Array {
	for (const text of [line, ...headers.flat()])
		if (/[\r\n]/.test(text)) throw new RangeError('a line of a head has no end in it');
	return encodeText(`${[line, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`);
}

export function encodeGive(id: number): Uint8Array {
	return encodeText(`GIVE ${id}\r\n`);
}

/** `line`: without its end. */
export function parseGive(line: string): number | undefined {
	const match = /^GIVE ([0-9]{1,10})$/.exec(line);
	return match === null || Number(match[1]) > 0xffffffff ? undefined : Number(match[1]);
}
