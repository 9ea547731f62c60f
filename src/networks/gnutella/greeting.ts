/**
 * What servents tell each other in the headers of the 0.6 handshake: what we say, and what we make of
 * what they say. Unknown headers are ignored; a header with nonsense in it counts as absent, since the
 * handshake has no way to complain about one header.
 *
 * Privacy: no header of ours names the user or the machine; the servent's GUID is not told here.
 */
import type { Address } from '../../world/world.ts';
import { formatAddress, parseAddress } from '../common/address.ts';
import type { Features, PeerRole } from './peer.ts';
import type { Role } from './servent.ts';

export type Headers = ReadonlyMap<string, string>;

export interface Said {
	readonly features: Features;
	readonly ultrapeerNeeded: boolean | undefined;
	readonly takesDeflate: boolean;
	readonly sendsDeflate: boolean;
	/** Our own address as the other end sees it. */
	readonly remoteIp: string | undefined;
	readonly tryUltrapeers: readonly Address[];
}

/** Hosts taken from one X-Try-Ultrapeers header; more is a flood of addresses, not help. */
const TRY_MOST = 20;
const AGENT_LONGEST = 80;

/** Headers of our first block (CONNECT, or the answer to one). */
export function ourHeaders(given: {
	agent: string;
	role: Role;
	announce: Address;
	remote: Address;
	degree: number;
	maxTtl: number;
	deflate: boolean;
}): [string, string][] {
	const headers: [string, string][] = [
		['User-Agent', given.agent],
		['X-Ultrapeer', given.role === 'ultrapeer' ? 'True' : 'False'],
		['X-Query-Routing', '0.2'],
		['X-Ultrapeer-Query-Routing', '0.1'],
		['X-Dynamic-Querying', '0.1'],
		['X-Degree', String(given.degree)],
		['X-Max-TTL', String(given.maxTtl)],
		['GGEP', '0.5'],
		['Vendor-Message', '0.2'],
		['Pong-Caching', '0.1'],
		['Bye-Packet', '0.1'],
		['X-Requeries', 'False'],
		['Remote-IP', given.remote.host],
	];
	if (given.announce.port > 0) headers.push(['Listen-IP', formatAddress(given.announce)]);
	if (given.deflate) headers.push(['Accept-Encoding', 'deflate']);
	return headers;
}

export function read(headers: Headers): Said {
	const number = (name: string, absent: number, most: number): number => {
		const text = headers.get(name) ?? '';
		return /^\d{1,4}$/.test(text) ? Math.min(Number(text), most) : absent;
	};
	const listens =
		headers.get('listen-ip') ?? headers.get('x-listen-ip') ?? headers.get('node') ?? headers.get('x-node');
	const listen = listens === undefined ? undefined : parseAddress(listens.trim());
	return {
		ultrapeerNeeded: yesNo(headers.get('x-ultrapeer-needed')),
		takesDeflate: lists(headers.get('accept-encoding'), 'deflate'),
		sendsDeflate: lists(headers.get('content-encoding'), 'deflate'),
		remoteIp: headers.get('remote-ip')?.trim(),
		tryUltrapeers: readTry(headers.get('x-try-ultrapeers') ?? headers.get('x-try')),
		features: once({
			role: roleOf(headers.get('x-ultrapeer')),
			agent: cleanAgent(headers.get('user-agent') ?? ''),
			// The host is what we saw; only the port is believed (a forged host would aim others at a victim).
			listenPort: listen?.port ?? 0,
			ggep: headers.has('ggep'),
			pongCaching: headers.has('pong-caching'),
			bye: headers.has('bye-packet'),
			vendor: headers.has('vendor-message'),
			queryRouting: headers.has('x-query-routing'),
			ultrapeerQueryRouting: headers.has('x-ultrapeer-query-routing'),
			dynamicQuerying: headers.has('x-dynamic-querying'),
			// Absent: a servent of before dynamic querying, with few links and a far reach.
			degree: number('x-degree', 8, 200),
			maxTtl: number('x-max-ttl', 7, 7),
		}),
	};
}

/** Without the header: a servent without roles. */
function roleOf(ultrapeer: string | undefined): PeerRole {
	const said = yesNo(ultrapeer);
	return said === undefined ? 'legacy' : said ? 'ultrapeer' : 'leaf';
}

function yesNo(value: string | undefined): boolean | undefined {
	if (value === undefined) return undefined;
	return value.trim().toLowerCase() === 'true';
}

function lists(value: string | undefined, what: string): boolean {
	return (value ?? '').split(',').some((item) => item.trim().toLowerCase() === what);
}

function readTry(value: string | undefined): Address[] {
	if (value === undefined) return [];
	const addresses: Address[] = [];
	for (const item of value.split(',', TRY_MOST)) {
		// Some servents add a time after the address: `1.2.3.4:6346 2002-10-01T12:00Z`.
		const address = parseAddress(item.trim().split(' ', 1)[0] ?? '');
		if (address !== undefined) addresses.push(address);
	}
	return addresses;
}

/** What many servents say alike is kept once: links come by the thousand, programs by the dozen. */
const KEPT_MOST = 64;
const kept = new Map<string, Features>();

function once(said: Features): Features {
	const key = Object.values(said).join();
	const known = kept.get(key);
	if (known !== undefined) return known;
	if (kept.size >= KEPT_MOST) kept.clear();
	kept.set(key, said);
	return said;
}

function cleanAgent(agent: string): string {
	return agent.replace(/[^\x20-\x7e]/g, '?').slice(0, AGENT_LONGEST);
}
