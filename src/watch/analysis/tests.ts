/**
 * Filters of flows: terms of the lists' filter language, made into tests of rows. All terms must hold.
 *
 *   network:gnutella     holds the text; also by, label, evidence, state, protocol, rule, action, host
 *   network=gnutella     is the text
 *   host:10.0.0.7        either end; also a range (10.0.0.0/8) or a beginning (10.0.); `source`, `destination`: that end
 *   port:6346            either end; also port>1024
 *   bytes>1M             also packets, seconds, up and down (bytes from and to the opener)
 *   10.0.0.7  gnutella   words: an address, or a part of network, label, evidence, grounds, state or protocol
 *
 * Texts are compared once each, not once a row. A term that is not finished is left out.
 */
import { contains, type Range, rangeOf } from '../../policy/ranges.ts';
import { type Block, grounds, type Rows, states } from './rows.ts';

export interface Term {
	readonly not: boolean;
	/** A word has none. */
	readonly field?: string;
	readonly operator: '' | ':' | '=' | '>' | '<' | '>=' | '<=';
	/** In lower case. */
	readonly value: string;
}

export interface Wanted {
	readonly terms: readonly Term[];
	/** Flows that were there at some time between these: milliseconds since the epoch. */
	readonly from?: number;
	readonly to?: number;
}

/** A rule of the policy that was tried: rows say its number, from 1. */
export interface Tried {
	readonly name: string;
	readonly action: string;
}

export type Test = (block: Block, at: number) => boolean;

const protocols: Readonly<Record<number, string>> = {
	1: 'icmp',
	6: 'tcp',
	17: 'udp',
	47: 'gre',
	58: 'icmpv6',
};

export function protocolText(protocol: number): string {
	return protocols[protocol] ?? `protocol ${protocol}`;
}

const none: Test = () => false;

export function testsOf(rows: Rows, wanted: Wanted, tried: readonly Tried[]): Test[] {
	const tests: Test[] = [];
	const { from, to } = wanted;
	if (from !== undefined) tests.push((block, at) => block.start[at]! + block.duration[at]! >= from);
	if (to !== undefined) tests.push((block, at) => block.start[at]! < to);
	for (const term of wanted.terms) {
		const test = testOf(rows, term, tried);
		if (test !== undefined) tests.push(term.not ? (block, at) => !test(block, at) : test);
	}
	return tests;
}

function testOf(rows: Rows, term: Term, tried: readonly Tried[]): Test | undefined {
	const { field, operator, value } = term;
	if (value === '') return undefined;
	if (field === undefined) return wordTest(rows, value);
	const text = textTest(rows, field, passesOf(operator, value), tried);
	if (text !== undefined) return operator === ':' || operator === '=' ? text : none;
	if (field === 'host' || field === 'source' || field === 'destination')
		return operator === ':' || operator === '=' ? hostTest(rows, field, value) : none;
	const compare = comparisons[operator];
	const bound = numberOf(value);
	const number = numbers.get(field);
	if (number === undefined && field !== 'port') return wordTest(rows, `${field}${operator}${value}`);
	if (compare === undefined || bound === undefined) return none;
	if (number === undefined)
		return (block, at) => compare(block.sourcePort[at]!, bound) || compare(block.destinationPort[at]!, bound);
	return (block, at) => compare(number(block, at), bound);
}

function passesOf(operator: Term['operator'], value: string): (text: string) => boolean {
	return operator === '='
		? (text) => text.toLowerCase() === value
		: (text) => text.toLowerCase().includes(value);
}

/** Fields whose texts are few. */
function textTest(
	rows: Rows,
	field: string,
	passes: (text: string) => boolean,
	tried: readonly Tried[],
): Test | undefined {
	const ruled = (of: (rule: Tried) => string): Test => {
		const which = [false, ...tried.map((rule) => passes(of(rule)))];
		return (block, at) => which[block.rule[at]!] === true;
	};
	switch (field) {
		case 'network': {
			const which = rows.networks.which(passes);
			return (block, at) => which[block.network[at]!] === 1;
		}
		case 'label': {
			const which = rows.labels.which(passes);
			return (block, at) => which[block.label[at]!] === 1;
		}
		case 'evidence': {
			const which = rows.evidence.which(passes);
			return (block, at) => which[block.evidence[at]!] === 1;
		}
		case 'by': {
			const which = grounds.map((by) => by !== '' && passes(by));
			return (block, at) => which[block.by(at)]!;
		}
		case 'state': {
			const which = states.map(passes);
			return (block, at) => which[block.state(at)]!;
		}
		case 'protocol': {
			const which = Array.from({ length: 256 }, (_, protocol) => passes(protocolText(protocol)));
			return (block, at) => which[block.protocol[at]!]!;
		}
		case 'rule':
			return ruled(({ name }) => name);
		case 'action':
			return ruled(({ action }) => action);
		default:
			return undefined;
	}
}

function wordTest(rows: Rows, value: string): Test {
	if (looksLikeAddress(value)) return hostTest(rows, 'host', value);
	const passes = passesOf(':', value);
	const parts = ['network', 'label', 'evidence', 'by', 'state', 'protocol'].map(
		(field) => textTest(rows, field, passes, [])!,
	);
	return (block, at) => parts.some((test) => test(block, at));
}

function looksLikeAddress(value: string): boolean {
	return rangeOf(value) !== undefined || beginning(value) !== undefined;
}

/** `10.0.` and `10.0`: addresses that begin so. */
function beginning(value: string): Range | undefined {
	const found = /^((?:\d{1,3}\.){1,3})(\d{1,3})?$/.exec(value);
	if (found === null) return undefined;
	const parts = value.split('.').filter((part) => part !== '');
	const zeros = new Array<string>(4 - Math.min(4, parts.length)).fill('0');
	return rangeOf(`${[...parts, ...zeros].join('.')}/${parts.length * 8}`);
}

function hostTest(rows: Rows, field: 'host' | 'source' | 'destination', value: string): Test {
	const range = rangeOf(value) ?? beginning(value);
	const six = range?.version === 4 ? new Uint8Array(0) : rows.which6(sixPasses(range, value));
	const [network, mask] = range?.version === 4 ? fourOf(range) : [1, 0];
	const passes = (address: number, is6: boolean): boolean =>
		is6 ? six[address] === 1 : (address & mask) === network;
	if (field === 'source') return (block, at) => passes(block.source[at]!, block.is6(at));
	if (field === 'destination') return (block, at) => passes(block.destination[at]!, block.is6(at));
	return (block, at) => {
		const is6 = block.is6(at);
		return passes(block.source[at]!, is6) || passes(block.destination[at]!, is6);
	};
}

function sixPasses(range: Range | undefined, value: string): (text: string) => boolean {
	if (range === undefined) return (text) => text.includes(value);
	return (text) => contains(range, rangeOf(text)!);
}

function fourOf({ bytes, bits }: Range): [network: number, mask: number] {
	const mask = bits === 0 ? 0 : -1 << (32 - bits);
	return [(bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!, mask];
}

/** What flows can be sorted by and compared in; a map, since whoever asks may say `constructor`, which every object has. */
export const numbers = new Map<string, (block: Block, at: number) => number>(
	Object.entries({
		bytes: (block: Block, at: number) => block.bytes(at),
		packets: (block: Block, at: number) => block.packets(at),
		up: (block: Block, at: number) => block.bytesToServer[at]!,
		down: (block: Block, at: number) => block.bytesToClient[at]!,
		seconds: (block: Block, at: number) => block.duration[at]! / 1000,
		start: (block: Block, at: number) => block.start[at]!,
		// As numbers, so that 10.0.0.9 comes before 10.0.0.10; IPv6 after all of them.
		source: (block: Block, at: number) => (block.is6(at) ? 2 ** 32 : 0) + (block.source[at]! >>> 0),
		destination: (block: Block, at: number) => (block.is6(at) ? 2 ** 32 : 0) + (block.destination[at]! >>> 0),
		network: (block: Block, at: number) => block.network[at]!,
		by: (block: Block, at: number) => block.by(at),
		rule: (block: Block, at: number) => block.rule[at]!,
	}),
);

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
	'>': (one, other) => one > other,
	'<': (one, other) => one < other,
	'>=': (one, other) => one >= other,
	'<=': (one, other) => one <= other,
	'=': (one, other) => one === other,
	':': (one, other) => one === other,
};

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

function numberOf(text: string): number | undefined {
	const found = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/.exec(text);
	return found === null ? undefined : Number(found[1]) * units[found[2]!]!;
}
