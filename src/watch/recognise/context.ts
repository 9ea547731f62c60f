/**
 * What a flow's surroundings say: seeds by name, endpoints that were announced, hosts that speak, usual ports.
 *
 * An announcement is a stranger's word, so it is believed only for what it could explain: not for a flow that a
 * guard knows, not for TLS to a port below 1,024 (or a forged pong could have any web site blocked), and a
 * network that nobody near spoke is never made out of it.
 */
import type { Follower, FollowSink, HttpHead, Match, Payload, Signature } from '../../networks/signature.ts';
import { TCP, UDP } from '../flows/packet.ts';
import {
	addressA,
	addressB,
	type FlowTable,
	kind,
	openedByB,
	payloadFromA,
	payloadFromB,
	ports,
	startSeconds,
	state,
} from '../flows/table.ts';
import type { Found } from './dispatch.ts';
import { Endpoints, hostKeyOf, ipv6Key, ipv6Mark, rememberSeconds, Speakers } from './endpoints.ts';
import type { Guard } from './guards.ts';
import { type HistoricalRange, rangesOf, rangeWith } from './historical.ts';
import { questionOf, SeedList, serverNameOf } from './seeds.ts';
import type { Verdict } from './verdict.ts';

/** Costly steps of followers a second of the capture: at about 20 us each they stay below 3 % of a core. */
const mostWork = 1000;
const webPorts = new Set([80, 443, 3128, 8080, 8443]);

export class Context {
	readonly endpoints = new Endpoints();
	readonly speakers = new Speakers();
	readonly #table: FlowTable;
	readonly #seeds: SeedList;
	readonly #ranges: readonly HistoricalRange[];
	readonly #tcpPorts = new Map<number, Signature>();
	readonly #udpPorts = new Map<number, Signature>();
	#workSecond = -1;
	#work = 0;
	/** Where an operator asked for details: names of users and files, queries. */
	onDetail: ((flow: number, what: string, value: string) => void) | undefined;

	/** `historical`: the address ranges of the talk count as seeds. */
	constructor(table: FlowTable, signatures: readonly Signature[], historical = false) {
		this.#table = table;
		this.#ranges = historical ? rangesOf(signatures) : [];
		this.#seeds = new SeedList(signatures);
		for (const signature of signatures) {
			for (const port of signature.tcpPorts ?? []) this.#tcpPorts.set(port, signature);
			for (const port of signature.udpPorts ?? []) this.#udpPorts.set(port, signature);
		}
	}

	/** A flow was recognised. Returns who reads on in it. */
	spoke(
		flow: number,
		direction: number,
		signature: Signature,
		match: Match,
		found: Verdict,
	): Follower | undefined {
		const now = this.#table.now;
		const isUdp = this.#protocol(flow) === UDP;
		if (found.by === 'payload') {
			const opener = this.#openerIsB(flow) ? 1 : 0;
			const answered = (this.#table.ints[flow + state]! & (opener === 0 ? payloadFromB : payloadFromA)) !== 0;
			this.speakers.add(this.#host(flow, opener), this.#mark(flow), found.network, now);
			if (answered || direction !== opener)
				this.speakers.add(this.#host(flow, 1 - opener), this.#mark(flow), found.network, now);
			const port = this.#port(flow, 1 - opener);
			if (!webPorts.has(port)) this.#remember(flow, 1 - opener, found.network, now);
			if (isUdp) this.#remember(flow, opener, found.network, now);
		}
		return signature.follow?.(isUdp ? 'udp' : 'tcp', match, new Announced(this, flow, found.network));
	}

	/** For a flow that ends without a verdict of its own. */
	explain(flow: number, guarded: boolean): Verdict | undefined {
		const protocol = this.#protocol(flow);
		if (protocol !== TCP && protocol !== UDP) return undefined;
		const historical = this.#historical(flow);
		if (historical !== undefined || guarded) return historical;
		return (
			this.#learned(flow, protocol) ?? this.#behaviour(flow, protocol) ?? this.#usualPort(flow, protocol)
		);
	}

	seedOfHttp(head: HttpHead): Found | undefined {
		const name = head.header('host')?.replace(/:[0-9]{1,5}$/, '');
		return name === undefined ? undefined : this.#seeds.find(name, 'HTTP host', head.offsetOf('host'));
	}

	/** The name in a DNS question or in a TLS hello. */
	seedOfGuarded(guard: Guard, seen: Payload): Found | undefined {
		if (this.#seeds.empty) return undefined;
		if (guard === 'dns') {
			const name = this.#seeds.mayBeAsked(seen) ? questionOf(seen) : undefined;
			return name === undefined ? undefined : this.#seeds.find(name.name, 'DNS question', name.offset);
		}
		if (guard !== 'tls') return undefined;
		const name = serverNameOf(seen);
		return name === undefined ? undefined : this.#seeds.find(name.name, 'TLS server name', name.offset);
	}

	mayWork(): boolean {
		if (this.#table.now !== this.#workSecond) {
			this.#workSecond = this.#table.now;
			this.#work = 0;
		}
		return ++this.#work <= mostWork;
	}

	announced(host: number, port: number, where: string, network: string): void {
		if ((port & 0xffff) !== 0) this.endpoints.add(host, port, network, where, this.#table.now);
	}

	/** A port of the host that answers in this flow. */
	announcedBeside(flow: number, portOf: (own: number) => number, where: string, network: string): void {
		const answerer = this.#openerIsB(flow) ? 0 : 1;
		const port = portOf(this.#port(flow, answerer));
		if (port > 0 && port < 0x10000)
			this.announced(this.#host(flow, answerer), port + this.#mark(flow), where, network);
	}

	#historical(flow: number): Verdict | undefined {
		if (this.#ranges.length === 0 || this.#mark(flow) !== 0) return undefined;
		for (let end = 0; end < 2; end++) {
			const range = rangeWith(this.#ranges, this.#host(flow, end));
			if (range === undefined) continue;
			const evidence = `one end is in ${range.text}, a range of the 2003 pack: ${range.title} had it then, whoever has it now`;
			return { network: range.network, by: 'seed', evidence, packets: 0 };
		}
		return undefined;
	}

	#learned(flow: number, protocol: number): Verdict | undefined {
		if (this.endpoints.size === 0) return undefined;
		const opener = this.#openerIsB(flow) ? 1 : 0;
		const start = this.#table.ints[flow + startSeconds]!;
		for (let side = 0; side < (protocol === UDP ? 2 : 1); side++) {
			const end = side === 0 ? 1 - opener : opener;
			const port = this.#port(flow, end);
			if (port < 1024 && (this.#table.ints[flow + state]! & (payloadFromA | payloadFromB)) !== 0) continue;
			const known = this.endpoints.explain(this.#host(flow, end), port + this.#mark(flow), start);
			if (known === undefined) continue;
			const away = start - known.at;
			const when = away >= 0 ? `${away} s before it` : `${-away} s after it began`;
			const by = known.where === 'conversation' ? 'was spoken with' : `was announced (${known.where})`;
			return { network: known.network, by: 'learned', evidence: `the endpoint ${by} ${when}`, packets: 0 };
		}
		return undefined;
	}

	/** A dial without any payload, of a host that speaks a network at that time, to a port of no service. */
	#behaviour(flow: number, protocol: number): Verdict | undefined {
		const ints = this.#table.ints;
		if (protocol !== TCP || (ints[flow + state]! & (payloadFromA | payloadFromB)) !== 0) return undefined;
		const opener = this.#openerIsB(flow) ? 1 : 0;
		if (this.#port(flow, 1 - opener) < 1024) return undefined;
		const network = this.speakers.near(
			this.#host(flow, opener),
			this.#mark(flow),
			ints[flow + startSeconds]!,
		);
		if (network === undefined) return undefined;
		const evidence = `a dial without payload by a host that spoke ${network} within ${rememberSeconds} s; nobody announced the endpoint`;
		return { network, by: 'behaviour', evidence, packets: 0 };
	}

	#usualPort(flow: number, protocol: number): Verdict | undefined {
		const list = protocol === TCP ? this.#tcpPorts : this.#udpPorts;
		const port = this.#port(flow, this.#openerIsB(flow) ? 0 : 1);
		const signature = list.get(port);
		if (signature === undefined) return undefined;
		const evidence = `${port} is a usual port of ${signature.title}; no payload said so`;
		return { network: signature.network, by: 'port', evidence, packets: 0 };
	}

	#remember(flow: number, end: number, network: string, now: number): void {
		const port = this.#port(flow, end) + this.#mark(flow);
		this.endpoints.add(this.#host(flow, end), port, network, 'conversation', now);
	}

	#protocol(flow: number): number {
		return this.#table.ints[flow + kind]! & 255;
	}

	#openerIsB(flow: number): boolean {
		return (this.#table.ints[flow + state]! & openedByB) !== 0;
	}

	#port(flow: number, end: number): number {
		const both = this.#table.ints[flow + ports]!;
		return end === 0 ? both >>> 16 : both & 0xffff;
	}

	#mark(flow: number): number {
		return (this.#table.ints[flow + kind]! & 256) === 0 ? 0 : ipv6Mark;
	}

	#host(flow: number, end: number): number {
		const { ints, addresses } = this.#table;
		const address = ints[flow + (end === 0 ? addressA : addressB)]!;
		if ((ints[flow + kind]! & 256) === 0) return address;
		return ipv6Key(
			addresses.word(address, 0),
			addresses.word(address, 1),
			addresses.word(address, 2),
			addresses.word(address, 3),
		);
	}
}

/** What a follower says of its flow. */
class Announced implements FollowSink {
	readonly #context: Context;
	readonly #flow: number;
	readonly #network: string;

	constructor(context: Context, flow: number, network: string) {
		this.#context = context;
		this.#flow = flow;
		this.#network = network;
	}

	announced(bytes: Uint8Array, at: number, port: number, where: string): void {
		const host = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
		if (host !== 0 && host !== -1) this.#context.announced(host, port, where, this.#network);
	}

	announcedText(text: string, port: number, where: string): void {
		const host = hostKeyOf(text);
		if (host !== undefined) this.#context.announced(host.key, port + host.mark, where, this.#network);
	}

	announcedBeside(portOf: (own: number) => number, where: string): void {
		this.#context.announcedBeside(this.#flow, portOf, where, this.#network);
	}

	get wantsDetail(): boolean {
		return this.#context.onDetail !== undefined;
	}

	mayWork(): boolean {
		return this.#context.mayWork();
	}

	detail(what: string, value: string): void {
		this.#context.onDetail?.(this.#flow, what, value);
	}
}
