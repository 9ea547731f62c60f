/**
 * The HTTP words of push proxies: how a servent that wants a file asks the proxy of its source for a PUSH.
 *
 *   GET /gnet/push-proxy?guid=<32 hex digits>&file=<index>        LimeWire, gtk-gnutella
 *   GET /gnutella/push-proxy?ServerId=<26 letters of base32>      the older form
 *   X-Node: <address at which the asker listens>
 *
 * Both names are read under both paths, as programs mix them. Without `file` the PUSH names no file. What could mean
 * two things (a name that comes twice, two addresses) is refused.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { formatAddress, parseAddress } from '../../common/address.ts';
import { hex, unbase32, unhex } from '../../common/hash.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { encodeHead } from './head.ts';

export interface ProxyRequest {
	/** Whom the PUSH is for: 16 bytes. */
	readonly guid: Uint8Array;
	readonly index: number;
}

const fields = refusal('gnutella.proxy.malformed', 'a name twice, or too many of them');
const nobody = refusal('gnutella.proxy.malformed', 'no GUID');
const file = refusal('gnutella.proxy.malformed', 'file index');
const node = refusal('gnutella.proxy.malformed', 'X-Node is no address');

/** `target`: decoded, with the query. undefined: it is no request to a push proxy. */
export function parseProxyTarget(target: string): ProxyRequest | Refusal | undefined {
	const match = /^\/(?:gnet|gnutella)\/push-proxy(?:\?(.*))?$/iu.exec(target);
	if (!match) return undefined;
	const said = fieldsOf(match[1] ?? '');
	if (isRefusal(said)) return said;
	const guid = guidOf(said);
	if (guid === undefined) return nobody;
	const text = said.get('file') ?? '0';
	const index = Number(text);
	if (!/^[0-9]{1,10}$/.test(text) || index > 0xffffffff) return file;
	return { guid, index };
}

/** Where the asker wants to be called; port 0 is no address. */
export function parseNode(value: string | undefined): Address | Refusal {
	return parseAddress((value ?? '').trim()) ?? node;
}

export function encodeProxyRequest(
	{ guid, index }: ProxyRequest,
	to: Address,
	own: Address,
	agent: string,
): Uint8Array {
	return encodeHead(`GET /gnet/push-proxy?guid=${hex(guid).toUpperCase()}&file=${index} HTTP/1.1`, [
		['Host', formatAddress(to)],
		['User-Agent', agent],
		['Connection', 'close'],
		['X-Node', formatAddress(own)],
	]);
}

function fieldsOf(query: string): ReadonlyMap<string, string> | Refusal {
	const said = new Map<string, string>();
	const parts = query.split('&', ours.proxyFields + 1);
	if (parts.length > ours.proxyFields) return fields;
	for (const part of parts) {
		const equals = part.indexOf('=');
		const name = part.slice(0, Math.max(equals, 0)).toLowerCase();
		if (said.has(name)) return fields;
		said.set(name, part.slice(equals + 1));
	}
	return said;
}

function guidOf(said: ReadonlyMap<string, string>): Uint8Array | undefined {
	const [one, other] = [said.get('guid'), said.get('serverid')];
	const text = one ?? other ?? '';
	if (one !== undefined && other !== undefined) return undefined;
	const guid = text.length === 32 ? unhex(text) : text.length === 26 ? unbase32(text) : undefined;
	return guid?.length === 16 ? guid : undefined;
}
