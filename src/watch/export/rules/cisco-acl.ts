/** Named extended access lists of Cisco IOS, for the interface towards the Internet: what goes out, what comes in. */
import { headingOf } from './heading.ts';
import type { Endpoint, Refused } from './refused.ts';

/** Routers keep lists in small tables. */
const most = 1000;

export function writeCiscoAcl(refused: Refused): string {
	const head = headingOf(refused, {
		mark: '!',
		format: 'cisco-acl',
		most,
		load: [
			'Paste it in configuration mode. On the interface towards the Internet:',
			'  ip access-group SALLYPORT-P2P-OUT out, ip access-group SALLYPORT-P2P-IN in',
			'  ipv6 traffic-filter SALLYPORT-P2P6-OUT out, ipv6 traffic-filter SALLYPORT-P2P6-IN in',
		],
	});
	const peers = refused.peers.slice(0, most);
	const servents = refused.servents.slice(0, most);
	return [...head, ...family(peers, servents, 4), ...family(peers, servents, 6), ''].join('\n');
}

function family(peers: readonly Endpoint[], servents: readonly Endpoint[], version: 4 | 6): string[] {
	const [kind, name, all] =
		version === 4
			? ['ip access-list extended', 'SALLYPORT-P2P', 'ip']
			: ['ipv6 access-list', 'SALLYPORT-P2P6', 'ipv6'];
	const is = ({ address }: Endpoint) => address.version === version;
	const host = ({ host: one }: Endpoint) => (one === undefined ? 'any' : `host ${one.text}`);
	const there = peers.filter(is).map((one) => {
		const line = `deny ${one.protocol} ${host(one)} host ${one.address.text} eq ${one.port}`;
		return [one, line] as const;
	});
	const back = peers
		.filter((one) => is(one) && one.protocol === 'udp')
		.map((one) => {
			return [one, `deny udp host ${one.address.text} eq ${one.port} ${host(one)}`] as const;
		});
	const dialled = servents.filter(is).map((one) => {
		return [one, `deny ${one.protocol} any host ${one.address.text} eq ${one.port}`] as const;
	});
	return [
		...list(`${kind} ${name}-OUT`, there, all),
		...list(`${kind} ${name}-IN`, [...back, ...dialled], all),
	];
}

/** A remark where the reason changes; what is there already is taken away first. */
function list(name: string, lines: readonly (readonly [Endpoint, string])[], all: string): string[] {
	let last = '';
	const body = lines.flatMap(([{ network, label }, line]) => {
		const why = `${network} ${label}`.trim();
		const remark = why === last ? [] : [` remark ${why}`];
		last = why;
		return [...remark, ` ${line}`];
	});
	return [`no ${name}`, name, ...body, ` permit ${all} any any`, '!'];
}
