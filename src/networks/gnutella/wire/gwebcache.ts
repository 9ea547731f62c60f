/**
 * GWebCache, versions 1 and 2: a web page that knows hosts and other caches (GWebCache specs 1.1, 2.1).
 *
 * Version 1 asks `?hostfile=1` (a host a line), `?urlfile=1` (a URL a line) or reports `?ip=&url=`.
 * Version 2 asks `?get=1` or reports `?update=1&ip=&url=`, and answers in lines of fields:
 *   H|host:port|age    U|url|age    I|text|...     (ages in seconds)
 * `ping=1` asks who is there: version 1 answers `PONG name`, version 2 `I|pong|name|networks`.
 * A request is version 2 where it says get, update, or net. Only literal addresses and http(s) URLs count.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { formatAddress, parseAddress } from '../../common/address.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { percentDecode, percentEncode } from './http.ts';
import { isClean } from './text.ts';

export interface CacheRequest {
	readonly version: 1 | 2;
	readonly ping?: boolean;
	/** Version 2: hosts and URLs. */
	readonly get?: boolean;
	readonly hostfile?: boolean;
	readonly urlfile?: boolean;
	readonly update?: boolean;
	/** Reported by an update, of either version. */
	readonly ip?: Address;
	readonly url?: string;
	/** `gnutella` or `gnutella2`; absent: gnutella. */
	readonly net?: string;
	/** Four letters of the vendor, and its version. */
	readonly client?: string;
	readonly clientVersion?: string;
}

export interface CacheAnswer {
	readonly hosts: readonly { readonly address: Address; readonly age?: number }[];
	readonly urls: readonly { readonly url: string; readonly age?: number }[];
	/** Lines of information without their `I|`, and in version 1 OK, PONG, WARNING. */
	readonly info: readonly string[];
	/** The cache said ERROR: text behind it. */
	readonly error?: string;
}

const query = refusal('gnutella.webcache.malformed', 'query string');
const body = refusal('gnutella.webcache.oversized', `over ${ours.webCacheBody} bytes`);
const lineLength = refusal('gnutella.webcache.oversized', `line over ${ours.webCacheLine} bytes`);
const html = refusal('gnutella.webcache.malformed', 'an HTML page');

/** The query string without its question mark. */
export function encodeCacheRequest(request: CacheRequest): string {
	const parts: string[] = [];
	const add = (key: string, value: string | undefined) => {
		if (value !== undefined) parts.push(`${key}=${percentEncode(value)}`);
	};
	const flag = (value: boolean | undefined) => (value ? '1' : undefined);
	add('ping', flag(request.ping));
	add('get', flag(request.get));
	add('hostfile', flag(request.hostfile));
	add('urlfile', flag(request.urlfile));
	add('update', flag(request.update));
	add('ip', request.ip && formatAddress(request.ip));
	add('url', request.url);
	add('net', request.net);
	add('client', request.client);
	add('version', request.clientVersion);
	return parts.join('&');
}

/** What is unknown is left out; a broken escape or a value that lies about its form refuses the whole. */
export function decodeCacheRequest(text: string): CacheRequest | Refusal {
	if (text.length > 1024) return query;
	const values = new Map<string, string>();
	for (const part of text.split('&', 32)) {
		const equals = part.indexOf('=');
		if (equals < 1) continue;
		const value = percentDecode(part.slice(equals + 1).replaceAll('+', ' '));
		if (value === undefined) return query;
		const key = part.slice(0, equals).toLowerCase();
		if (!values.has(key)) values.set(key, value);
	}
	const ipText = values.get('ip');
	const urlText = values.get('url');
	const ip = ipText ? parseAddress(ipText) : undefined;
	const url = urlText ? cacheUrl(urlText) : undefined;
	if ((ipText && !ip) || (urlText && !url)) return query;
	const net = values.get('net')?.toLowerCase();
	const [client, clientVersion] = [values.get('client'), values.get('version')];
	const said = (key: string) => values.get(key) === '1';
	return {
		version: values.has('get') || values.has('update') || net !== undefined ? 2 : 1,
		...(said('ping') && { ping: true }),
		...(said('get') && { get: true }),
		...(said('hostfile') && { hostfile: true }),
		...(said('urlfile') && { urlfile: true }),
		...(said('update') && { update: true }),
		...(ip && { ip }),
		...(url && { url }),
		...(net && { net: net.slice(0, 16) }),
		...(client && { client: client.slice(0, 32) }),
		...(clientVersion && { clientVersion: clientVersion.slice(0, 32) }),
	};
}

export function encodeCacheAnswer(answer: CacheAnswer, version: 1 | 2): string {
	const lines: string[] = [];
	if (answer.error !== undefined) lines.push(`ERROR: ${answer.error}`);
	for (const info of answer.info) lines.push(version === 2 ? `I|${info}` : info);
	for (const { address, age } of answer.hosts) {
		lines.push(version === 2 ? `H|${formatAddress(address)}|${age ?? 0}` : formatAddress(address));
	}
	for (const { url, age } of answer.urls) lines.push(version === 2 ? `U|${url}|${age ?? 0}` : url);
	for (const line of lines) if (!isClean(line)) throw new RangeError('control character in an answer');
	return lines.map((line) => `${line}\n`).join('');
}

/** Reads an answer of either version. Lines that are neither are left out; more hosts or URLs than our bound too. */
export function decodeCacheAnswer(text: string): CacheAnswer | Refusal {
	if (text.length > ours.webCacheBody) return body;
	const hosts: { address: Address; age?: number }[] = [];
	const urls: { url: string; age?: number }[] = [];
	const info: string[] = [];
	let error: string | undefined;
	for (const raw of text.split('\n')) {
		if (raw.length > ours.webCacheLine) return lineLength;
		const line = raw.trim();
		if (line === '' || !isClean(line)) continue;
		if (line[0] === '<') return html;
		const [kind, value = '', age] = line.split('|');
		const [version2, item] = /^[HUI]$/i.test(kind) ? [kind.toUpperCase(), value] : ['', line];
		const address = version2 === '' || version2 === 'H' ? parseAddress(item) : undefined;
		const url = version2 === '' || version2 === 'U' ? cacheUrl(item) : undefined;
		const old = age !== undefined && /^[0-9]{1,9}$/.test(age) ? { age: Number(age) } : {};
		if (address && hosts.length < ours.webCacheHosts) hosts.push({ address, ...old });
		else if (url && urls.length < ours.webCacheUrls) urls.push({ url, ...old });
		else if (version2 === 'I') info.push(line.slice(2));
		else if (/^ERROR/i.test(line)) error ??= line.slice(5).replace(/^:? */, '');
		else if (/^(OK|PONG|WARNING)/i.test(line)) info.push(line);
		if (info.length > ours.webCacheUrls) break;
	}
	return { hosts, urls, info, ...(error !== undefined && { error }) };
}

/** An http(s) URL of a cache in its usual form; undefined for anything else, and for one with user, query or fragment. */
export function cacheUrl(text: string): string | undefined {
	if (text.length > 256 || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
	const url = new URL(text);
	if (url.username || url.password || url.search || url.hash || url.hostname === '') return undefined;
	return url.href;
}
