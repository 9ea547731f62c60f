/**
 * What a user wants to fetch, in any of its forms, as the transfers understand it.
 *
 *   urn      urn:sha1:32 letters, urn:bitprint:sha1.tiger, urn:ed2k:32 digits, urn:fthash:40 digits, urn:kzhash:72
 *            digits: whoever has it
 *   link     magnet:?xt=urn:sha1:...&dn=name&xl=size&xs=http://host:port/...
 *            http://host:port/uri-res/N2R?urn:sha1:...   or   http://host:port/get/index/name
 *            ed2k://|file|name|size|hash|/|sources,host:port|/   (ed2k-link.ts)
 *   hit      a line of a search; result: a row of the console
 *
 * A hit that was refused is not fetched, and an address that the scope does not allow is not asked. A link may name
 * a content by several hashes: then all of them must be right. Of a row of results only one counts, the others are
 * what somebody said. A hit without any hash has, beside its own source, those that searches found with its name and size.
 */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import type { NetworkName, Source } from '../networks/network.ts';
import { isNamed } from '../transfer/content.ts';
import type { Wanted } from '../transfer/wanted.ts';
import { Problem } from './api/problem.ts';
import type { Result, Want } from './api/schemas.ts';
import { readEd2kLink } from './ed2k-link.ts';
import type { Sought } from './searches.ts';

export interface WantContext {
	readonly result: (search: number, id: number) => Result | undefined;
	/** What searches have found of a content, for its name and its sources. */
	readonly found: (content: Sought) => Result | undefined;
	readonly speaks: (network: NetworkName) => boolean;
	readonly usable: (host: string) => boolean;
	readonly scope: string;
}

const usage = 'Give exactly one of: a urn (urn:sha1:...), a link (magnet:, http: or ed2k:), a result, a hit.';

export function wantedOf(want: Want, context: WantContext): Wanted {
	const forms = [want.urn, want.link, want.result, want.hit].filter((form) => form !== undefined);
	if (forms.length !== 1) throw new Problem(400, 'want', usage);
	const wanted = readForm(want, context);
	for (const { host } of wanted.sources) checkScope(host, context);
	checkNetwork(wanted, context);
	if (want.out === undefined) return wanted;
	if (!isAbsolute(want.out))
		throw new Problem(400, 'out', `"${want.out}" is not an absolute path of a folder.`);
	return { ...wanted, out: want.out };
}

function readForm({ urn, link, result, hit }: Want, context: WantContext): Wanted {
	if (urn !== undefined) return named(fromUrn(urn), context);
	if (link !== undefined && /^ed2k:/i.test(link)) return named(fromEd2k(link), context);
	if (link !== undefined)
		return link.startsWith('magnet:') ? fromMagnet(link) : named(fromHttp(link), context);
	if (hit !== undefined)
		return withOthers(fromRow({ ...hit, sources: [{ ...hit.source, network: hit.network }] }), context);
	const row = context.result(result!.search, result!.id);
	if (row === undefined) {
		throw new Problem(404, 'result', `There is no result ${result!.id} in search ${result!.search}.`);
	}
	return fromRow(row);
}

/** A content that is known by its hash only gets the name, the size and the sources that searches have found. */
function named(wanted: Wanted, context: WantContext): Wanted {
	const { sha1, ed2k, fthash, name } = wanted;
	const row = isNamed(wanted) ? context.found({ sha1, ed2k, fthash }) : undefined;
	if (row === undefined) return wanted;
	const known = fromRow(row);
	const size = wanted.size ?? known.size;
	return {
		...wanted,
		...([sha1, ed2k, fthash].includes(name) ? { name: known.name } : {}),
		...(size === undefined ? {} : { size }),
		sources: [...wanted.sources, ...known.sources],
	};
}

/** Without a hash nobody else could be searched for later. */
function withOthers(wanted: Wanted, { found, usable }: WantContext): Wanted {
	const { name, size, sources } = wanted;
	const row = isNamed(wanted) ? undefined : found({ name, size });
	const others = (row?.sources ?? [])
		.map(sourceOf)
		.filter(({ host, port, id }) => usable(host) && !sources.some((one) => isSame(one, { host, port, id })));
	return { ...wanted, sources: [...sources, ...others] };
}

type Place = Pick<Source, 'host' | 'port' | 'id'>;

function isSame(one: Place, other: Place): boolean {
	return one.host === other.host && one.port === other.port && one.id === other.id;
}

/** What only a network that this node does not speak could give is not taken. */
function checkNetwork({ sha1, ed2k, fthash, sources }: Wanted, { speaks }: WantContext): void {
	if (sha1 !== undefined) return;
	const lacking = new Set(sources.map(({ network }) => network).filter((network) => !speaks(network)));
	const hashed = [...(ed2k === undefined ? [] : ['edonkey']), ...(fthash === undefined ? [] : ['fasttrack'])];
	for (const network of hashed as NetworkName[]) if (speaks(network)) return;
	const [name] = hashed.length > 0 ? (hashed as NetworkName[]) : lacking;
	const spoken = sources.filter(({ network }) => speaks(network));
	if (name === undefined || spoken.some(({ network, index }) => index > 0 || network === 'opennap')) return;
	throw new Problem(
		409,
		'network',
		`This node does not take part in ${names[name]}. Start it with --networks gnutella,${name}.`,
	);
}

const names: Readonly<Record<NetworkName, string>> = {
	...{ gnutella: 'Gnutella', edonkey: 'eDonkey', fasttrack: 'FastTrack', opennap: 'OpenNap' },
};

function checkScope(host: string, { usable, scope }: WantContext): void {
	if (isIP(host) === 0 || usable(host)) return;
	throw new Problem(409, 'scope', `${host} is outside of the scope "${scope}" of this node.`);
}

function fromRow(
	row: Pick<Result, 'name' | 'size' | 'verdict' | 'reasons' | 'sha1' | 'tth' | 'ed2k' | 'fthash'> & {
		sources: Result['sources'];
	},
): Wanted {
	if (row.verdict === 'refused') {
		throw new Problem(
			409,
			'refused',
			`"${row.name}" is refused: ${row.reasons.join(', ')}. It is not fetched.`,
		);
	}
	const { name, size, sha1, tth, ed2k, fthash } = row;
	return {
		name,
		size,
		...(sha1 === undefined ? {} : { sha1: sha1.toUpperCase() }),
		...(tth === undefined ? {} : { tth: tth.toUpperCase() }),
		...(ed2k === undefined || sha1 !== undefined ? {} : { ed2k: ed2k.toLowerCase() }),
		...(fthash === undefined || (sha1 ?? ed2k) !== undefined ? {} : { fthash: fthash.toLowerCase() }),
		sources: row.sources.map(sourceOf),
	};
}

function sourceOf(said: Result['sources'][number]): Source {
	return {
		network: said.network,
		host: said.host,
		port: said.port,
		id: said.id,
		index: said.index ?? 0,
		firewalled: said.firewalled ?? false,
		agent: said.agent ?? '',
		...(said.proxies === undefined ? {} : { proxies: said.proxies }),
	};
}

function fromUrn(urn: string): Wanted {
	const hashes = hashesOf(urn);
	if (hashes === undefined) {
		throw new Problem(
			400,
			'urn',
			`"${urn.slice(0, 100)}" is not urn:sha1: with 32 letters, nor urn:bitprint:, urn:ed2k: with 32 digits, urn:fthash: with 40, urn:kzhash: with 72.`,
		);
	}
	return { name: (hashes.sha1 ?? hashes.ed2k ?? hashes.fthash)!, ...hashes, sources: [] };
}

/** The hashes that a urn names: SHA-1 and the root of the Tiger tree in base32, of the others in hex. */
export function hashesOf(
	urn: string,
): Pick<Wanted, 'sha1' | 'tth' | 'ed2k' | 'fthash' | 'kzhash'> | undefined {
	const ed2k = /^urn:ed2k(?:hash)?:([0-9a-f]{32})$/i.exec(urn)?.[1]?.toLowerCase();
	if (ed2k !== undefined) return { ed2k };
	const fthash = /^urn:fthash:([0-9a-f]{40})$/i.exec(urn)?.[1]?.toLowerCase();
	if (fthash !== undefined) return { fthash };
	const kzhash = /^urn:kzhash:([0-9a-f]{72})$/i.exec(urn)?.[1]?.toLowerCase();
	if (kzhash !== undefined) return { fthash: kzhash.slice(0, 40), kzhash };
	const found = /^urn:(?:sha1:([a-z2-7]{32})|bitprint:([a-z2-7]{32})\.([a-z2-7]{39}))$/i.exec(urn);
	const sha1 = (found?.[1] ?? found?.[2])?.toUpperCase();
	const tth = found?.[3]?.toUpperCase();
	return sha1 === undefined ? undefined : { sha1, ...(tth === undefined ? {} : { tth }) };
}

function fromEd2k(link: string): Wanted {
	const found = readEd2kLink(link);
	if (typeof found === 'string') throw new Problem(400, 'link', found);
	const unknown = { network: 'edonkey', id: '', index: 0, firewalled: false, agent: '' } as const;
	return { ...found, sources: found.sources.map((address) => ({ ...address, ...unknown })) };
}

function fromMagnet(link: string): Wanted {
	const fields = new URLSearchParams(link.slice(link.indexOf('?') + 1));
	const named = fields.getAll('xt').map(hashesOf);
	// A link may name the same content several times: by its SHA-1, with its tree, by its hash in eDonkey or Kazaa.
	const hashes = {
		...(named.find((found) => found?.tth !== undefined) ?? named.find((found) => found?.sha1 !== undefined)),
		...named.find((found) => found?.ed2k !== undefined),
		...named.find((found) => found?.fthash !== undefined),
		...named.find((found) => found?.kzhash !== undefined),
	};
	const { sha1, ed2k, fthash } = hashes;
	const sources = [...fields.getAll('xs'), ...fields.getAll('as')]
		.filter((one) => /^http:\/\//i.test(one))
		.map(fromHttp)
		.filter((one) => sha1 === undefined || one.sha1 === undefined || one.sha1 === sha1);
	if (!isNamed(hashes) && sources.length === 0) {
		throw new Problem(
			400,
			'link',
			'This magnet link has neither xt=urn:sha1:..., xt=urn:ed2k:..., xt=urn:fthash:..., xt=urn:kzhash:..., nor xs=http://... for this network.',
		);
	}
	const size = Number(fields.get('xl') ?? Number.NaN);
	return {
		name: fields.get('dn') || sources[0]?.name || (sha1 ?? ed2k ?? fthash)!,
		...hashes,
		...(Number.isSafeInteger(size) && size > 0 ? { size } : {}),
		sources: sources.flatMap((one) => one.sources),
	};
}

function fromHttp(link: string): Wanted {
	const url = URL.canParse(link) ? new URL(link) : undefined;
	if (url?.protocol !== 'http:')
		throw new Problem(400, 'link', `"${link.slice(0, 100)}" is not a magnet:, http: or ed2k: link.`);
	const host = url.hostname.replace(/^\[|\]$/g, '');
	const source = (index: number): Source => {
		return {
			network: 'gnutella',
			host,
			port: Number(url.port || 80),
			id: '',
			index,
			firewalled: false,
			agent: '',
		};
	};
	const hashes = hashesOf(decode(url.search.slice(1)));
	if (/^\/uri-res\/N2R$/i.test(url.pathname) && hashes?.sha1 !== undefined)
		return { name: hashes.sha1, ...hashes, sources: [source(0)] };
	const found = /^\/get\/(\d{1,10})\/([^/]+)\/?$/.exec(url.pathname);
	if (found === null) {
		throw new Problem(
			400,
			'link',
			'An http link of this network ends in /uri-res/N2R?urn:sha1:... or in /get/INDEX/NAME.',
		);
	}
	return { name: decode(found[2]!), sources: [source(Number(found[1]))] };
}

/** Without percent signs; what is not properly encoded stays as it is. */
function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
