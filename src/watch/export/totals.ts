/** What was moved, by network and by host, in hours of the capture: small, however many flows there were. */
import { addressText } from '../flows/address-text.ts';
import type { FlowRecord } from '../flows/record.ts';
import type { By, Verdict } from '../recognise/verdict.ts';

const mostHosts = 10_000;

export interface Sum {
	flows: number;
	packets: number;
	bytes: number;
}

export interface NetworkSum extends Sum {
	readonly by: Partial<Record<By, number>>;
	readonly labels: Map<string, number>;
}

export interface HostSum extends Sum {
	readonly address: string;
	readonly networks: string[];
	/** Of the hour that is being filled. */
	readonly hour: Sum;
}

export interface Hour {
	/** Seconds since the epoch at which the hour begins. */
	readonly start: number;
	readonly networks: Record<string, Sum>;
	/** Those that moved something in it: see their `hour`. */
	readonly hosts: HostSum[];
}

export class Totals {
	readonly all: Sum = { flows: 0, packets: 0, bytes: 0 };
	readonly networks = new Map<string, NetworkSum>();
	/** Hosts of peer-to-peer flows, by the 32 bits of IPv4 or the text of IPv6: a text a flow costs too much. */
	readonly #hosts = new Map<number | string, HostSum>();
	/** The hour that is being filled; a flow counts in the hour of its end. */
	#hour: Hour | undefined;
	readonly #hourEnded: (hour: Hour) => void;

	constructor(hourEnded: (hour: Hour) => void = () => {}) {
		this.#hourEnded = hourEnded;
	}

	/** Hosts of peer-to-peer flows: the first 10,000. */
	get hosts(): HostSum[] {
		return [...this.#hosts.values()];
	}

	add(flow: FlowRecord, verdict: Verdict | undefined): void {
		const packets = flow.packetsToServer + flow.packetsToClient;
		const bytes = flow.bytesToServer + flow.bytesToClient;
		addTo(this.all, packets, bytes);
		if (verdict === undefined) return;
		const { network, by, label } = verdict;
		let sum = this.networks.get(network);
		if (sum === undefined) {
			sum = { flows: 0, packets: 0, bytes: 0, by: {}, labels: new Map() };
			this.networks.set(network, sum);
		}
		addTo(sum, packets, bytes);
		sum.by[by] = (sum.by[by] ?? 0) + 1;
		if (label !== undefined) {
			const before = sum.labels.get(label);
			if (before !== undefined || sum.labels.size < 100) sum.labels.set(label, (before ?? 0) + 1);
		}
		const hour = this.#hourOf(flow.endSeconds);
		addTo((hour.networks[network] ??= { flows: 0, packets: 0, bytes: 0 }), packets, bytes);
		this.#host(hour, flow.source, flow.addressLength, network, packets, bytes);
		this.#host(hour, flow.destination, flow.addressLength, network, packets, bytes);
	}

	/** The last hour is told too. */
	end(): void {
		const hour = this.#hour;
		if (hour === undefined) return;
		this.#hourEnded(hour);
		for (const host of hour.hosts) host.hour.flows = host.hour.packets = host.hour.bytes = 0;
		this.#hour = undefined;
	}

	#host(
		hour: Hour,
		address: Uint8Array,
		length: number,
		network: string,
		packets: number,
		bytes: number,
	): void {
		const key =
			length === 4
				? (address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!
				: addressText(address, length);
		let host = this.#hosts.get(key);
		if (host === undefined) {
			if (this.#hosts.size >= mostHosts) return;
			const none = { flows: 0, packets: 0, bytes: 0 };
			host = { ...none, address: addressText(address, length), networks: [], hour: { ...none } };
			this.#hosts.set(key, host);
		}
		if (!host.networks.includes(network)) host.networks.push(network);
		addTo(host, packets, bytes);
		if (host.hour.flows === 0) hour.hosts.push(host);
		addTo(host.hour, packets, bytes);
	}

	#hourOf(seconds: number): Hour {
		const start = seconds - (seconds % 3600);
		if (this.#hour !== undefined && start > this.#hour.start) this.end();
		this.#hour ??= { start, networks: {}, hosts: [] };
		return this.#hour;
	}
}

function addTo(sum: Sum, packets: number, bytes: number): void {
	sum.flows++;
	sum.packets += packets;
	sum.bytes += bytes;
}
