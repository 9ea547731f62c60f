/**
 * What rows come to: by network, by network over time, by host. One pass over the rows that match.
 *
 * Over time: a flow's bytes are spread evenly over the time that it lasted. A long one costs no more than a short one:
 * its whole steps are a difference at each end, summed up once.
 */
import type { Matches } from './matches.ts';
import { type Block, grounds, type Rows } from './rows.ts';

/** A chart has at most so many steps. */
const mostSteps = 120;
/** Lengths of a step that people can read, in milliseconds. */
const lengths = [
	1,
	2,
	5,
	10,
	20,
	50,
	100,
	200,
	500,
	1e3,
	2e3,
	5e3,
	10e3,
	15e3,
	30e3,
	60e3,
	120e3,
	300e3,
	600e3,
	900e3,
	1800e3,
	3600e3,
	2 * 3600e3,
	6 * 3600e3,
	12 * 3600e3,
	86_400e3,
	7 * 86_400e3,
	30 * 86_400e3,
	365 * 86_400e3,
];
const mostLabels = 10;

export interface NetworkSum {
	/** Empty: what is no peer-to-peer, as far as is known. */
	readonly network: string;
	readonly flows: number;
	readonly bytes: number;
	/** Flows by ground. */
	readonly by: Readonly<Record<string, number>>;
	/** Programs that named themselves, the most frequent first. */
	readonly labels: readonly { readonly label: string; readonly flows: number }[];
}

export interface Overview {
	readonly flows: number;
	readonly bytes: number;
	/** The most bytes first. */
	readonly networks: readonly NetworkSum[];
	/** Begin of the first step, and length of each. Milliseconds. */
	readonly from: number;
	readonly step: number;
	/** Bytes by step, in the order of `networks`. */
	readonly series: readonly (readonly number[])[];
}

export interface Span {
	readonly from: number;
	readonly to: number;
}

interface Sum {
	flows: number;
	bytes: number;
	readonly by: number[];
	readonly labels: Map<number, number>;
	readonly steps: Float64Array;
	/** Bytes a step, from here on: summed up at the end. */
	readonly slope: Float64Array;
}

/** `span`: of the chart; flows that stand out of it count in the sums only. */
export function overviewOf(rows: Rows, matches: Matches, span: Span): Overview {
	const step = stepFor(span.to - span.from);
	const from = Math.floor(span.from / step) * step;
	const steps = Math.max(1, Math.ceil((span.to - from) / step));
	const sums: (Sum | undefined)[] = [];
	let bytes = 0;
	matches.each((block, at) => {
		const sum = (sums[block.network[at]!] ??= newSum(steps));
		const moved = block.bytes(at);
		sum.flows++;
		sum.bytes += moved;
		bytes += moved;
		const by = block.by(at);
		sum.by[by] = (sum.by[by] ?? 0) + 1;
		const label = block.label[at]!;
		if (label !== 0) sum.labels.set(label, (sum.labels.get(label) ?? 0) + 1);
		spread(sum, moved, (block.start[at]! - from) / step, block.duration[at]! / step);
	});
	const found = sums
		.map((sum, network) => ({ sum, network: rows.networks.texts[network]! }))
		.filter((one): one is { sum: Sum; network: string } => one.sum !== undefined)
		.sort((one, other) => other.sum.bytes - one.sum.bytes);
	return {
		flows: matches.total,
		bytes,
		networks: found.map(({ sum, network }) => ({
			network,
			flows: sum.flows,
			bytes: sum.bytes,
			by: byOf(sum.by),
			labels: labelsOf(rows, sum.labels),
		})),
		from,
		step,
		series: found.map(({ sum }) => settled(sum)),
	};
}

export function stepFor(length: number): number {
	return lengths.find((step) => length / step <= mostSteps - 1) ?? lengths.at(-1)!;
}

function newSum(steps: number): Sum {
	return {
		flows: 0,
		bytes: 0,
		by: [],
		labels: new Map(),
		steps: new Float64Array(steps),
		slope: new Float64Array(steps + 1),
	};
}

/** `start` and `length` in steps. */
function spread({ steps, slope }: Sum, bytes: number, start: number, length: number): void {
	const end = start + length;
	const [first, last] = [Math.floor(start), Math.floor(end)];
	if (first === last || length === 0) {
		if (first >= 0 && first < steps.length) steps[first]! += bytes;
		return;
	}
	const rate = bytes / length;
	if (first >= 0 && first < steps.length) steps[first]! += rate * (first + 1 - start);
	if (last >= 0 && last < steps.length) steps[last]! += rate * (end - last);
	const [begin, stop] = [Math.max(0, first + 1), Math.min(steps.length, last)];
	if (begin >= stop) return;
	slope[begin]! += rate;
	slope[stop]! -= rate;
}

function settled({ steps, slope }: Sum): number[] {
	let rate = 0;
	return Array.from(steps, (bytes, index) => {
		rate += slope[index]!;
		return Math.max(0, Math.round(bytes + rate));
	});
}

function byOf(counts: readonly number[]): Record<string, number> {
	const found: Record<string, number> = {};
	for (const [index, flows] of counts.entries()) if (index > 0 && flows > 0) found[grounds[index]!] = flows;
	return found;
}

function labelsOf(rows: Rows, labels: ReadonlyMap<number, number>): { label: string; flows: number }[] {
	return [...labels]
		.sort(([, one], [, other]) => other - one)
		.slice(0, mostLabels)
		.map(([label, flows]) => ({ label: rows.labels.texts[label]!, flows }));
}

export interface HostSum {
	readonly host: string;
	readonly flows: number;
	/** Sent by the host, and to it. */
	readonly sent: number;
	readonly received: number;
	/** Flows by network and by ground. */
	readonly networks: Readonly<Record<string, number>>;
	readonly by: Readonly<Record<string, number>>;
}

interface Host {
	readonly address: number;
	readonly is6: boolean;
	flows: number;
	/** Of them, those that have a network. */
	recognised: number;
	sent: number;
	received: number;
	readonly networks: Map<number, number>;
	readonly by: number[];
}

/** More hosts than these are not told apart: those that were met first are. */
const mostHosts = 100_000;

/**
 * Hosts of the rows that match, by bytes of flows that have a network, then by bytes. `whole`: the hosts are all of
 * those that there are.
 */
export function hostsOf(rows: Rows, matches: Matches, most: number): { hosts: HostSum[]; whole: boolean } {
	const [four, six] = [new Map<number, Host>(), new Map<number, Host>()];
	let whole = true;
	const add = (block: Block, at: number, address: number, sent: number, received: number): void => {
		const is6 = block.is6(at);
		const hosts = is6 ? six : four;
		let host = hosts.get(address);
		if (host === undefined) {
			if (four.size + six.size >= mostHosts) {
				whole = false;
				return;
			}
			host = { address, is6, flows: 0, recognised: 0, sent: 0, received: 0, networks: new Map(), by: [] };
			hosts.set(address, host);
		}
		host.flows++;
		host.sent += sent;
		host.received += received;
		const network = block.network[at]!;
		if (network === 0) return;
		host.recognised += sent + received;
		host.networks.set(network, (host.networks.get(network) ?? 0) + 1);
		const by = block.by(at);
		host.by[by] = (host.by[by] ?? 0) + 1;
	};
	matches.each((block, at) => {
		const [up, down] = [block.bytesToServer[at]!, block.bytesToClient[at]!];
		add(block, at, block.source[at]!, up, down);
		add(block, at, block.destination[at]!, down, up);
	});
	const moved = ({ sent, received }: Host): number => sent + received;
	const hosts = [...four.values(), ...six.values()]
		.sort((one, other) => other.recognised - one.recognised || moved(other) - moved(one))
		.slice(0, most)
		.map(({ address, is6, flows, sent, received, networks, by }) => ({
			host: rows.addressText(address, is6),
			flows,
			sent,
			received,
			networks: Object.fromEntries(
				[...networks].map(([network, count]) => [rows.networks.texts[network]!, count]),
			),
			by: byOf(by),
		}));
	return { hosts, whole };
}
