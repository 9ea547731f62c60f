/**
 * What nftables is given, as text; pure. One table of ours, `inet sallyport`, and beside it `netdev sallyport` where
 * packets that arrive for this machine are to be slowed down. The text adds, deletes and makes the tables anew:
 * it can be given at any time, and it takes effect at once as a whole.
 *
 * - Flows stand in maps from the five-tuple to the number of a rule, both directions of each: one look a packet, however
 *   many flows there are. Elements have a time after which they go by themselves; with the last look the throttling is
 *   gone too, since nothing is remembered in conntrack.
 * - The number goes through the packet's priority (5351:3), which the map `rules` then makes a verdict of. Maps from flows
 *   straight to verdicts would be checked for loops as a whole at each change: 11 ms beside 30,000 elements, not 3.
 * - Hosts stand in maps of their own; a packet is looked up by both its addresses, after its flow is: only people order
 *   something of a host, and what they say now goes before what a policy said of a flow.
 * - Each rule that acts has a chain and a counter of its number; a comment bears its name.
 * - A blocked TCP connection is reset, so that the programs stop at once instead of trying again; all else is dropped.
 * - Chains hook into input, forward and output after conntrack and before other filters and any change of addresses.
 * - `permit` looks at the first packet of a connection only. The reply, loopback, name service, the machine's own
 *   lease (DHCP) and its management always pass, and so does a connection that was there before the table.
 * - Names begin so that none is a word of nftables (`in` and `fwd` are).
 */

import type { PortRange } from '../../policy/ports.ts';
import type { Range } from '../../policy/ranges.ts';
import { isPlain, type Rule } from '../policy.ts';
import { classOf, ingressDevice, policer } from '../throttle/classes.ts';
import { addElements, type Element, markOf } from './elements.ts';
import type { Management } from './management.ts';

/** A rule with its number and, to throttle, its class. */
export interface Numbered {
	readonly number: number;
	readonly rule: Rule;
	readonly minor?: number;
}

export interface TableOf {
	readonly rules: readonly Numbered[];
	readonly local: readonly Range[];
	readonly management: Management;
	/** The device on which tc shapes; undefined: none, nftables throws away what is beyond the rate. */
	readonly shaped: string | undefined;
	/** What holds already. */
	readonly elements: readonly Element[];
}

/** Flows of each version; each has two elements. */
export const mostFlows = 65_536;
export const mostHosts = 65_536;
/** The kernel counts elements whose time is over until it clears them away. */
const spare = 16_384;

const versions = { 4: 'ip', 6: 'ip6' } as const;
const hooks = ['input', 'forward', 'output'] as const;

/** Removes both tables, whether they are there or not. */
export const clearText = ['inet', 'netdev']
	.flatMap((family) => [`add table ${family} sallyport`, `delete table ${family} sallyport`, ''])
	.join('\n');

export function tableText(of: TableOf): string {
	const acting = of.rules.filter(({ rule }) => rule.action !== 'log');
	const inet = [
		...maps(),
		...localSets(of.local),
		...acting.flatMap((one) => ruleChain(one, of.shaped !== undefined)),
		...verdicts(acting),
		...orders(of.management),
		...permit(of),
		...hooks.flatMap((hook) => [
			`chain c_${hook} {`,
			`	type filter hook ${hook} priority mangle; policy accept;`,
			'	jump orders',
			'	jump permit',
			'}',
		]),
	];
	const text = [clearText, block('table inet sallyport', inet)];
	if (of.shaped !== undefined) text.push(block('table netdev sallyport', ingress(acting, of.shaped)));
	return [...text, ...addElements(of.elements), ''].join('\n');
}

function block(head: string, lines: readonly string[]): string {
	return [`${head} {`, ...lines.map((line) => `\t${line}`), '}'].join('\n');
}

/** A rule that comes later: its counter and chain, one by one. */
export function laterRule(numbered: Numbered, shaped: string | undefined): string[] {
	const name = `rule_${numbered.number}`;
	const add = (family: string, statements: readonly string[]): string[] => [
		`add chain ${family} sallyport ${name}`,
		...statements.map((statement) => `add rule ${family} sallyport ${name} ${statement}`),
		`add element ${family} sallyport rules { ${verdictOf(numbered)} }`,
	];
	const lines = [
		`add counter inet sallyport ${name}`,
		...add('inet', statementsOf(numbered, shaped !== undefined)),
	];
	if (shaped !== undefined && numbered.rule.action === 'throttle')
		lines.push(...add('netdev', ingressStatements(numbered)));
	return lines;
}

function maps(): string[] {
	const flow = (type: string): string =>
		`type ${type} . inet_service . ${type} . inet_service . inet_proto : classid; flags timeout; size ${2 * mostFlows + spare};`;
	const host = (type: string): string => `type ${type} : classid; flags timeout; size ${mostHosts + spare};`;
	return [
		`map flow4 { ${flow('ipv4_addr')} }`,
		`map flow6 { ${flow('ipv6_addr')} }`,
		`map host4 { ${host('ipv4_addr')} }`,
		`map host6 { ${host('ipv6_addr')} }`,
	];
}

function localSets(local: readonly Range[]): string[] {
	return ([4, 6] as const).map((version) => {
		const ranges = local.filter((range) => range.version === version).map(({ text }) => text);
		const elements = ranges.length === 0 ? '' : ` elements = { ${ranges.join(', ')} }`;
		return `set local${version} { type ipv${version}_addr; flags interval; auto-merge;${elements} }`;
	});
}

function verdicts(rules: readonly Numbered[]): string[] {
	const elements = rules.length === 0 ? '' : ` elements = { ${rules.map(verdictOf).join(', ')} }`;
	return [`map rules { type classid : verdict;${elements} }`];
}

function verdictOf({ number }: Numbered): string {
	return `${markOf(number)} : goto rule_${number}`;
}

function ruleChain(numbered: Numbered, shaped: boolean): string[] {
	const name = `rule_${numbered.number}`;
	return [
		`counter ${name} { }`,
		`chain ${name} {`,
		...statementsOf(numbered, shaped).map((statement) => `\t${statement}`),
		'}',
	];
}

function statementsOf({ number, rule, minor }: Numbered, shaped: boolean): string[] {
	const counted = `counter name rule_${number} comment "${commentOf(rule.name)}"`;
	if (rule.action === 'throttle') {
		if (minor === undefined || rule.rateBits === undefined) throw new Error(`${rule.name} has no class`);
		if (shaped) return [counted, `meta priority set ${classOf(minor)}`];
		return [counted, policer({ minor, rateBits: rule.rateBits })];
	}
	// Whoever opens a connection to a port that is not permitted is told so, also over UDP.
	const rest = rule.action === 'permit-only' ? 'reject' : 'drop';
	// The reset itself leaves by the output hook, and is of the same flow.
	return ['tcp flags & rst == rst accept', counted, 'meta l4proto tcp reject with tcp reset', rest];
}

/** nftables takes 128 bytes at most. */
function commentOf(name: string): string {
	const plain = name.replace(/[\p{C}"\\]/gu, '?');
	return Buffer.byteLength(plain) <= 120 ? plain : `${plain.slice(0, 28)}...`;
}

const lookups = (['4', '6'] as const).map((version) => {
	const ip = versions[version];
	return `meta priority set ${ip} saddr . th sport . ${ip} daddr . th dport . meta l4proto map @flow${version}`;
});

const hosts = (['4', '6'] as const).flatMap((version) =>
	['saddr', 'daddr'].map((end) => `meta priority set ${versions[version]} ${end} map @host${version}`),
);

function orders({ sessions }: Management): string[] {
	const passing = sessions.flatMap(({ peer, own, port }) => {
		const ip = versions[peer.version];
		return [
			`${ip} saddr ${peer.text} ${ip} daddr ${own.text} tcp dport ${port} accept`,
			`${ip} saddr ${own.text} ${ip} daddr ${peer.text} tcp sport ${port} accept`,
		];
	});
	return [
		'chain orders {',
		...[...passing, ...lookups, ...hosts, 'meta priority vmap @rules'].map((line) => `\t${line}`),
		'}',
	];
}

function permit({ rules, management }: TableOf): string[] {
	const last = rules.findLastIndex(({ rule }) => rule.action === 'permit-only');
	if (last < 0) return ['chain permit {', '}'];
	const always = [
		'ct state established,related return',
		'meta l4proto != { tcp, udp } return',
		'tcp flags & (syn | ack) != syn return',
		'iif lo return',
		'oif lo return',
		'th dport 53 return',
		'udp dport { 67, 68, 546, 547 } return',
		...management.addresses.flatMap(({ version, text }) =>
			['saddr', 'daddr'].map((end) => `${versions[version]} ${end} ${text} return`),
		),
	];
	const lines = rules.slice(0, last + 1).flatMap((numbered) => {
		const { rule } = numbered;
		if (!isPlain(rule)) return [];
		const then =
			rule.action === 'permit-only'
				? `th dport != { ${portsText(rule.ports)} } goto rule_${numbered.number}`
				: 'return';
		return conditions(rule).map((condition) => `${condition}${then}`);
	});
	return ['chain permit {', ...[...always, ...lines].map((line) => `\t${line}`), '}'];
}

/** One a version and end of a packet, each of which suffices. */
function conditions({ match: { host, direction } }: Rule): string[] {
	if (host === undefined && direction === undefined) return [''];
	return ([4, 6] as const).flatMap((version) => {
		if (host !== undefined && host.version !== version) return [];
		const ip = versions[version];
		const [near, far] = direction === 'out' ? ['saddr', 'daddr'] : ['daddr', 'saddr'];
		const way =
			direction === undefined ? '' : `${ip} ${near} @local${version} ${ip} ${far} != @local${version} `;
		if (host === undefined) return [way];
		return ['saddr', 'daddr'].map((end) => `${way}${ip} ${end} ${host.text} `);
	});
}

/** Sorted and joined: nftables takes no ranges that overlap. */
function portsText(ports: readonly PortRange[]): string {
	const joined: [number, number][] = [];
	for (const [first, last] of ports.toSorted(([one], [other]) => one - other)) {
		const before = joined.at(-1);
		if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
		else joined.push([first, last]);
	}
	return joined.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

/** Comes back from there as if it had just arrived, but does not pass this hook again. */
function ingressStatements({ minor }: Numbered): string[] {
	return [`meta priority set ${classOf(minor!)} fwd to "${ingressDevice}"`];
}

function ingress(acting: readonly Numbered[], device: string): string[] {
	const throttling = acting.filter(({ rule }) => rule.action === 'throttle');
	return [
		...maps(),
		...throttling.flatMap((one) => [
			`chain rule_${one.number} {`,
			...ingressStatements(one).map((statement) => `\t${statement}`),
			'}',
		]),
		...verdicts(throttling),
		'chain c_ingress {',
		`	type filter hook ingress device "${device}" priority 0; policy accept;`,
		...[...lookups, ...hosts, 'meta priority vmap @rules'].map((line) => `\t${line}`),
		'}',
	];
}
