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
	readonly labels: Record<string, number>;
}

export interface Hour {
	/** Seconds since the epoch at which the hour begins. */
	readonly start: number;
	readonly networks: Record<string, Sum>;
	readonly hosts: Record<string, Sum>;
}

export class Totals {
	readonly all: Sum = { flows: 0, packets: 0, bytes: 0 };
	readonly networks = new Map<string, NetworkSum>();
	/** Hosts of peer-to-peer flows, by address. */
	readonly hosts = new Map<string, Sum & { readonly networks: Set<string> }>();
	/** The hour that is being filled; a flow counts in the hour of its end. */
	#hour: Hour | undefined;
	readonly #hourEnded: (hour: Hour) => void;

	constructor(hourEnded: (hour: Hour) => void = () => {}) {
		this.#hourEnded = hourEnded;
	}

	add(flow: FlowRecord, verdict: Verdict | undefined): void {
		const packets = flow.packetsToServer + flow.packetsToClient;
		const bytes = flow.bytesToServer + flow.bytesToClient;
		addTo(this.all, packets, bytes);
		if (verdict === undefined) return;
		let sum = this.networks.get(verdict.network);
		if (sum === undefined) {
			sum = { flows: 0, packets: 0, bytes: 0, by: {}, labels: {} };
			this.networks.set(verdict.network, sum);
		}
		addTo(sum, packets, bytes);
		sum.by[verdict.by] = (sum.by[verdict.by] ?? 0) + 1;
		const { label } = verdict;
		if (label !== undefined && (sum.labels[label] !== undefined || Object.keys(sum.labels).length < 100))
			sum.labels[label] = (sum.labels[label] ?? 0) + 1;
		const hour = this.#hourOf(flow.endSeconds);
		addTo((hour.networks[verdict.network] ??= { flows: 0, packets: 0, bytes: 0 }), packets, bytes);
		this.#host(hour, addressText(flow.source, flow.addressLength), verdict.network, packets, bytes);
		this.#host(hour, addressText(flow.destination, flow.addressLength), verdict.network, packets, bytes);
	}

	/** The last hour is told too. */
	end(): void {
		if (this.#hour !== undefined) this.#hourEnded(this.#hour);
		this.#hour = undefined;
	}

	#host(hour: Hour, address: string, network: string, packets: number, bytes: number): void {
		let host = this.hosts.get(address);
		if (host === undefined) {
			if (this.hosts.size >= mostHosts) return;
			host = { flows: 0, packets: 0, bytes: 0, networks: new Set() };
			this.hosts.set(address, host);
		}
		host.networks.add(network);
		addTo(host, packets, bytes);
		addTo((hour.hosts[address] ??= { flows: 0, packets: 0, bytes: 0 }), packets, bytes);
	}

	#hourOf(seconds: number): Hour {
		const start = seconds - (seconds % 3600);
		if (this.#hour !== undefined && start > this.#hour.start) this.end();
		this.#hour ??= { start, networks: {}, hosts: {} };
		return this.#hour;
	}
}

function addTo(sum: Sum, packets: number, bytes: number): void {
	sum.flows++;
	sum.packets += packets;
	sum.bytes += bytes;
}
