/**
 * A chain of iptables of its own, in the form of iptables-save. One file for both families: rules with -4 are
 * passed over by ip6tables-restore, rules with -6 by iptables-restore.
 */
import { headingOf } from './heading.ts';
import type { Endpoint, Refused } from './refused.ts';

/** Rules are tried one by one. */
const most = 5000;
const chain = 'SALLYPORT-P2P';

export function writeIptables(refused: Refused): string {
	const head = headingOf(refused, {
		mark: '#',
		format: 'iptables',
		most,
		load: [
			'Load: iptables-restore --noflush FILE; ip6tables-restore --noflush FILE',
			`Use, once: iptables -I FORWARD -j ${chain}; ip6tables -I FORWARD -j ${chain}`,
			`Remove: iptables -D FORWARD -j ${chain}; iptables -F ${chain}; iptables -X ${chain}; the same with ip6tables`,
		],
	});
	// Naming a chain of one's own empties it, so loading again replaces it.
	return [
		...head,
		'*filter',
		`:${chain} - [0:0]`,
		...refused.peers.slice(0, most).flatMap(peer),
		...refused.servents.slice(0, most).map((one) => rule(one, `-d ${bits(one)}`, 'dport')),
		'COMMIT',
		'',
	].join('\n');
}

/** Over UDP both ends send first. */
function peer(one: Endpoint): string[] {
	const [to, from] =
		one.host === undefined ? ['', ''] : [` -s ${bits(one, one.host)}`, ` -d ${bits(one, one.host)}`];
	const there = rule(one, `-d ${bits(one)}${to}`, 'dport');
	return one.protocol === 'tcp' ? [there] : [there, rule(one, `-s ${bits(one)}${from}`, 'sport')];
}

function rule(
	{ address, protocol, port, network, label }: Endpoint,
	ends: string,
	side: 'sport' | 'dport',
): string {
	const why = `-m comment --comment "${`${network} ${label}`.trim()}"`;
	const action = protocol === 'tcp' ? 'REJECT --reject-with tcp-reset' : 'DROP';
	const packet = `${ends} -p ${protocol} -m ${protocol} --${side} ${port}`;
	return `-A ${chain} -${address.version} ${packet} ${why} -j ${action}`;
}

function bits({ address }: Endpoint, of = address): string {
	return `${of.text}/${of.version === 4 ? 32 : 128}`;
}
