/** A table of nftables of its own: loading it again replaces it, deleting it leaves nothing. */
import { headingOf } from './heading.ts';
import type { Endpoint, Refused } from './refused.ts';

/** Elements of one set. */
const most = 65_536;
const table = 'table inet sallyport_export';

export function writeNft(refused: Refused): string {
	const { peers, servents, perHost } = refused;
	const head = headingOf(refused, {
		mark: '#',
		format: 'nft',
		most,
		load: ['Load: nft -f FILE', `Remove: nft delete ${table}`],
	});
	const sets = ([4, 6] as const).flatMap((version) => [
		...set(`peers${version}`, version, perHost, peers.slice(0, most)),
		...set(`servents${version}`, version, false, servents.slice(0, most)),
	]);
	const hooks = ['forward', 'input', 'output'].flatMap((hook) => [
		`\tchain p2p_${hook} {`,
		`\t\ttype filter hook ${hook} priority 0; policy accept;`,
		'\t\tjump p2p_judge',
		'\t}',
	]);
	// Made and deleted first: a table that is not there cannot be deleted.
	return [
		...head,
		table,
		`delete ${table}`,
		`${table} {`,
		...sets,
		'\tchain p2p_refuse {',
		// Resets may pass: they end a flow, and our own go out under the peer's address.
		'\t\ttcp flags rst return',
		'\t\tmeta l4proto tcp counter reject with tcp reset',
		'\t\tcounter drop',
		'\t}',
		'\tchain p2p_judge {',
		...judge('ip', 4, perHost),
		...judge('ip6', 6, perHost),
		'\t}',
		...hooks,
		'}',
		'',
	].join('\n');
}

function set(name: string, version: 4 | 6, perHost: boolean, endpoints: readonly Endpoint[]): string[] {
	const type = `ipv${version}_addr . inet_service . inet_proto`;
	const elements = endpoints
		.filter(({ address }) => address.version === version)
		.map(({ host, address, port, protocol, network, label }) => {
			const whose = perHost && host !== undefined ? `${host.text} . ` : '';
			return `\t\t\t${whose}${address.text} . ${port} . ${protocol} comment "${`${network} ${label}`.trim()}"`;
		});
	return [
		`\tset ${name} {`,
		`\t\ttype ${perHost ? `ipv${version}_addr . ${type}` : type}`,
		...(elements.length === 0 ? [] : ['\t\telements = {', elements.join(',\n'), '\t\t}']),
		'\t}',
	];
}

/** Both directions: what goes to an endpoint, and what comes from it. */
function judge(family: string, version: 4 | 6, perHost: boolean): string[] {
	const [from, to] = [`${family} saddr`, `${family} daddr`];
	const there = perHost ? `${from} . ${to}` : to;
	const back = perHost ? `${to} . ${from}` : from;
	return [
		`${there} . th dport . meta l4proto @peers${version}`,
		`${back} . th sport . meta l4proto @peers${version}`,
		`${to} . th dport . meta l4proto @servents${version}`,
		`${from} . th sport . meta l4proto @servents${version}`,
	].map((match) => `\t\t${match} goto p2p_refuse`);
}
