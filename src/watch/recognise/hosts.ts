/**
 * How much a host behaves like a peer, without its payload: the talk's "area of research", after Karagiannis,
 * Broido, Faloutsos and claffy (IMC 2004). It finds the next network, the one that has no signature yet.
 *
 * Counted are conversations with ports that belong to no well-known service. The score is the weighted sum of
 * parts, each from 0 to 1, and the parts are always shown: a score alone accuses nobody.
 *
 * - `both`: peers that are spoken to over TCP and over UDP.
 * - `pairs`: as many distinct ports as peers. Clients of a service see many peers on one port, or one peer on many.
 * - `upload`: more goes out than comes in.
 * - `failed`: dials that nobody answers: old addresses are a peer's daily bread.
 * - `long`: conversations of ten minutes and more.
 * - `night`: traffic between 0 and 6 o'clock, local time.
 * - `spread`: peers all over the address space, counted in /16 (IPv6: /32).
 *
 * Memory: 8,192 hosts, 512 peers each; what is beyond is counted in the totals but adds no peers.
 */

import { addressText } from '../flows/address-text.ts';
import type { FlowRecord } from '../flows/record.ts';
import type { Verdict } from './verdict.ts';

const mostHosts = 8192;
const mostPeers = 512;
const longSeconds = 600;
const leastPeers = 8;

export const weights = {
	both: 20,
	pairs: 25,
	upload: 10,
	failed: 15,
	long: 10,
	night: 5,
	spread: 15,
} as const;
export type Part = keyof typeof weights;

/** Services whose clients look like peers: many partners, small answers. */
const services = new Set([
	20, 21, 22, 23, 25, 53, 67, 68, 80, 88, 110, 111, 123, 135, 137, 138, 139, 143, 161, 162, 389, 427, 443,
	445, 465, 500, 514, 546, 547, 554, 587, 636, 853, 989, 990, 993, 995, 1194, 1433, 1723, 1883, 1900, 3128,
	3306, 3389, 3478, 3702, 4500, 5060, 5061, 5222, 5228, 5351, 5353, 5355, 5432, 8000, 8008, 8080, 8443, 17500,
	19302,
]);

interface Peer {
	transports: number;
	ports: number;
	lastPort: number;
}

interface Host {
	address: string;
	flows: number;
	attempts: number;
	failed: number;
	long: number;
	bytesOut: number;
	bytesIn: number;
	nightBytes: number;
	readonly peers: Map<string, Peer>;
	readonly ports: Set<number>;
	readonly regions: Set<string>;
	/** Flows that have a verdict of payload or seed, by network. */
	readonly networks: Map<string, number>;
}

export interface HostScore {
	readonly address: string;
	/** 0 to 100. */
	readonly score: number;
	readonly parts: Readonly<Record<Part, number>>;
	readonly flows: number;
	readonly peers: number;
	readonly bytesOut: number;
	readonly bytesIn: number;
	readonly networks: Readonly<Record<string, number>>;
}

export class Hosts {
	readonly #hosts = new Map<string, Host>();
	readonly #hourOf: (seconds: number) => number;

	/** `hourOf`: local hour of day of a time in seconds. */
	constructor(hourOf: (seconds: number) => number = (seconds) => new Date(seconds * 1000).getHours()) {
		this.#hourOf = hourOf;
	}

	add(flow: FlowRecord, verdict: Verdict | undefined): void {
		if (flow.protocol !== 6 && flow.protocol !== 17) return;
		if (isGroup(flow.destination, flow.addressLength)) return;
		const source = addressText(flow.source, flow.addressLength);
		const destination = addressText(flow.destination, flow.addressLength);
		const isService = services.has(flow.destinationPort);
		this.#side(source, destination, flow, verdict, isService, true);
		this.#side(destination, source, flow, verdict, isService, false);
	}

	/** The highest first. */
	ranked(most: number): HostScore[] {
		const all = [...this.#hosts.values()].map(scoreOf);
		return all.sort((one, other) => other.score - one.score || other.flows - one.flows).slice(0, most);
	}

	#side(
		address: string,
		peerAddress: string,
		flow: FlowRecord,
		verdict: Verdict | undefined,
		isService: boolean,
		opened: boolean,
	): void {
		let host = this.#hosts.get(address);
		if (host === undefined) {
			if (this.#hosts.size >= mostHosts) return;
			host = newHost(address);
			this.#hosts.set(address, host);
		}
		host.flows++;
		const sent = opened ? flow.bytesToServer : flow.bytesToClient;
		const got = opened ? flow.bytesToClient : flow.bytesToServer;
		host.bytesOut += sent;
		host.bytesIn += got;
		if (this.#hourOf(flow.startSeconds) < 6) host.nightBytes += sent + got;
		if (verdict !== undefined && (verdict.by === 'payload' || verdict.by === 'seed'))
			host.networks.set(verdict.network, (host.networks.get(verdict.network) ?? 0) + 1);
		if (isService) return;
		if (opened) {
			host.attempts++;
			if (
				flow.packetsToClient === 0 ||
				(flow.protocol === 6 && !flow.payloadToClient && !flow.payloadToServer)
			)
				host.failed++;
		}
		if (flow.endSeconds - flow.startSeconds >= longSeconds) host.long++;
		// The peer's port says something only where the peer was dialled, or sends from a port of its own over UDP.
		const port = opened ? flow.destinationPort : flow.protocol === 17 ? flow.sourcePort : 0;
		let peer = host.peers.get(peerAddress);
		if (peer === undefined) {
			if (host.peers.size >= mostPeers) return;
			peer = { transports: 0, ports: 0, lastPort: -1 };
			host.peers.set(peerAddress, peer);
			host.regions.add(region(peerAddress));
		}
		peer.transports |= flow.protocol === 6 ? 1 : 2;
		if (port !== 0 && port !== peer.lastPort) {
			peer.ports++;
			peer.lastPort = port;
			host.ports.add(port);
		}
	}
}

function newHost(address: string): Host {
	return {
		address,
		flows: 0,
		attempts: 0,
		failed: 0,
		long: 0,
		bytesOut: 0,
		bytesIn: 0,
		nightBytes: 0,
		peers: new Map(),
		ports: new Set(),
		regions: new Set(),
		networks: new Map(),
	};
}

function scoreOf(host: Host): HostScore {
	const peers = host.peers.size;
	const enough = Math.min(1, peers / leastPeers);
	let both = 0;
	let single = 0;
	for (const { transports, ports } of host.peers.values()) {
		if (transports === 3) both++;
		if (ports === 1) single++;
	}
	const bytes = host.bytesIn + host.bytesOut;
	const parts: Record<Part, number> = {
		both: enough * ratio(both, peers, 0.3),
		// A service has one port for all; a scan has one peer for all ports.
		pairs: peers < leastPeers ? 0 : Math.min(1, host.ports.size / peers) * (single / peers),
		upload: enough * ratio(host.bytesOut - host.bytesIn, bytes, 0.5),
		failed: host.attempts < leastPeers ? 0 : ratio(host.failed, host.attempts, 0.4) * enough,
		long: enough * Math.min(1, host.long / 4),
		night: enough * ratio(host.nightBytes, bytes, 0.4),
		spread: enough * Math.min(1, host.regions.size / 40),
	};
	let score = 0;
	for (const part of Object.keys(weights) as Part[]) {
		parts[part] = Math.round(Math.max(0, parts[part]) * 100) / 100;
		score += weights[part] * parts[part];
	}
	return {
		address: host.address,
		score: Math.round(score),
		parts,
		flows: host.flows,
		peers,
		bytesOut: host.bytesOut,
		bytesIn: host.bytesIn,
		networks: Object.fromEntries(host.networks),
	};
}

/** Full at `whole`. */
function ratio(part: number, all: number, whole: number): number {
	return all <= 0 ? 0 : Math.min(1, Math.max(0, part / all / whole));
}

/** Multicast and broadcast are no peers. */
function isGroup(address: Uint8Array, length: number): boolean {
	return length === 4 ? address[0]! >= 224 || address[3] === 255 : address[0] === 0xff;
}

function region(address: string): string {
	const separator = address.includes(':') ? ':' : '.';
	return address.split(separator, 2).join(separator);
}
