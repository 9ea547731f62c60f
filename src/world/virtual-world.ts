/**
 * One host of a virtual net: what the network that runs on it sees (World), and how dials, accepted links
 * and datagrams find their way from host to host. How the whole behaves is told in virtual.ts.
 */
import { isIP } from 'node:net';
import type { Evidence } from '../evidence/evidence.ts';
import type { Network } from '../networks/network.ts';
import { SeededRandom } from './random.ts';
import { VirtualEnd, type Wire } from './virtual-link.ts';
import { Wakes } from './wakes.ts';
import type { Address, Hide, Link, World } from './world.ts';

/** What a host needs of the net that it is part of. */
export interface Surroundings extends Wire {
	readonly seed: number;
	readonly loss: number;
	readonly dialTimeout: number;
	readonly onFault: 'throw' | 'close';
	readonly random: SeededRandom;
	readonly worlds: ReadonlyMap<string, VirtualWorld>;
	later(delay: number, act: () => void): void;
	drawLatency(): number;
}

export interface HostOptions {
	/** Where the host listens, for links and datagrams. Default 6346. */
	readonly port?: number;
	/** Datagrams come to a port so much above it, and leave from there. Default 0. */
	readonly datagramsAbove?: number;
	readonly firewalled?: boolean;
}

/** One host's view of the net, and the network that runs on it. */
export class VirtualWorld<N extends Network = Network> implements World {
	readonly host: string;
	readonly port: number;
	readonly datagramPort: number;
	readonly firewalled: boolean;
	/** What was noticed, by the network or by this world. */
	readonly notices: Evidence[] = [];
	network!: N;
	fate: 'alive' | 'reset' | 'silent' = 'alive';
	readonly #net: Surroundings;
	readonly #random: SeededRandom;
	readonly #ends = new Map<Link, VirtualEnd>();
	readonly #wakes = new Wakes();
	/** Addresses that may send datagrams through the firewall. */
	readonly #holes = new Set<string>();
	#links = 0;

	constructor(net: Surroundings, host: string, options: HostOptions) {
		this.#net = net;
		this.host = host;
		this.port = options.port ?? 6346;
		this.datagramPort = this.port + (options.datagramsAbove ?? 0);
		this.firewalled = options.firewalled ?? false;
		this.#random = new SeededRandom(net.seed, host);
	}

	get alive(): boolean {
		return this.fate === 'alive';
	}

	/** Links that are opening, open or closing. */
	get links(): number {
		return this.#ends.size;
	}

	now(): number {
		return this.#net.timeline.now;
	}

	random(bytes: number): Uint8Array {
		return this.#random.bytes(bytes);
	}

	dial(to: Address, _purpose: string): Link {
		const net = this.#net;
		const end = new VirtualEnd(net, this, ++this.#links, to, net.drawLatency(), 'opening');
		if (!this.alive) return end.link;
		this.#ends.set(end.link, end);
		net.later(end.latency, () => this.#knock(end));
		return end.link;
	}

	send(link: Link, bytes: Uint8Array): boolean {
		return this.#ends.get(link)?.send(bytes) ?? true;
	}

	seal(link: Link, hide: Hide): void {
		this.#ends.get(link)?.seal(hide);
	}

	queued(link: Link): number {
		return this.#ends.get(link)?.queued ?? 0;
	}

	pause(link: Link, paused: boolean): void {
		this.#ends.get(link)?.pause(paused);
	}

	hangup(link: Link, why: string): void {
		this.#ends.get(link)?.hangup(why);
	}

	datagram(to: Address, bytes: Uint8Array): void {
		const net = this.#net;
		if (!this.alive) return;
		if (this.firewalled) this.#holes.add(`${to.host}:${to.port}`);
		const lost = net.loss > 0 && net.random.fraction() < net.loss;
		const latency = net.drawLatency();
		if (lost) return;
		const copy = new Uint8Array(bytes);
		const from = { host: this.host, port: this.datagramPort };
		net.later(latency, () => {
			const target = net.worlds.get(to.host);
			if (target) target.#land(from, to.port, copy);
		});
	}

	wake(at: number): void {
		if (this.#wakes.ask(at)) this.#net.timeline.at(Math.ceil(at), () => this.#ring());
	}

	notice(record: Evidence): void {
		this.notices.push(record);
	}

	traffic(link: Link): { in: number; out: number } | undefined {
		return this.#ends.get(link)?.traffic;
	}

	remote(link: Link): Address | undefined {
		return this.#ends.get(link)?.remote;
	}

	/** Called by the ends of this world's links: the one place where a network's fault is caught. */
	happen(link: Link | undefined, subject: string, event: (network: Network) => void): void {
		if (!this.alive) return;
		try {
			event(this.network);
		} catch (error) {
			if (this.#net.onFault === 'throw') throw error;
			this.notice({ at: this.now(), code: 'world.event.threw', subject, detail: String(error) });
			if (link !== undefined) this.hangup(link, 'our own fault');
		}
	}

	forget(link: Link): void {
		this.#ends.delete(link);
	}

	/** Called by VirtualNet.kill. */
	die(how: 'reset' | 'silent'): void {
		this.fate = how;
		for (const { peer, latency } of this.#ends.values()) {
			if (peer && how === 'reset') this.#net.later(latency, () => peer.finish('connection reset'));
		}
		this.#ends.clear();
	}

	/** A dial has reached the other host, if there is one. */
	#knock(end: VirtualEnd): void {
		if (!this.alive || end.state !== 'opening') return;
		const target = this.#net.worlds.get(end.remote.host);
		const why = obstacle(target, end.remote);
		if (target && why === '') {
			target.#accept(end, { host: this.host, port: 49_152 + (end.link % 16_384) });
			return;
		}
		const answer = why === 'timed out' ? this.#net.dialTimeout - end.latency : end.latency;
		this.#net.later(Math.max(answer, 0), () => end.finish(why));
	}

	#accept(caller: VirtualEnd, remote: Address): void {
		const end = new VirtualEnd(this.#net, this, ++this.#links, remote, caller.latency, 'open');
		end.peer = caller;
		caller.peer = end;
		this.#ends.set(end.link, end);
		this.#net.later(end.latency, () => caller.open());
		this.happen(end.link, `${remote.host}:${remote.port}`, (network) =>
			network.opened(end.link, remote, false),
		);
	}

	#land(from: Address, port: number, bytes: Uint8Array): void {
		if (port !== this.datagramPort) return;
		const sender = `${from.host}:${from.port}`;
		if (this.firewalled && !this.#holes.has(sender)) return;
		this.happen(undefined, sender, (network) => network.datagram(from, bytes));
	}

	#ring(): void {
		if (!this.alive || !this.#wakes.take(this.now())) return;
		const next = this.#wakes.earliest;
		if (next !== Infinity) this.#net.timeline.at(next, () => this.#ring());
		this.happen(undefined, this.host, (network) => network.tick());
	}
}

/** Why a dial fails; empty: it does not. */
function obstacle(target: VirtualWorld | undefined, to: Address): string {
	if (!target) return isIP(to.host) === 0 ? 'name not found' : 'timed out';
	if (target.firewalled || target.fate === 'silent') return 'timed out';
	return target.alive && target.port === to.port ? '' : 'connection refused';
}
