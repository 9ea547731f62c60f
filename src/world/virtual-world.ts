/**
 * One host of a virtual net: what the network that runs on it sees (World), and how dials, accepted links
 * and datagrams find their way from host to host. How the whole behaves is told in virtual.ts.
 */
import { isIP } from 'node:net';
import type { Evidence } from '../evidence/evidence.ts';
import type { Network } from '../networks/network.ts';
import { SeededRandom } from './random.ts';
import type { Due } from './timeline.ts';
import type { EndOwner, VirtualEnd, Wire } from './virtual-link.ts';
import type { VirtualLinks } from './virtual-links.ts';
import { State } from './virtual-rows.ts';
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
	readonly links: VirtualLinks;
	/** Sends bytes on an open link of this host where nothing speaks against it. False: its end has to look at it. */
	sendPlain(host: number, link: Link, bytes: Uint8Array): boolean;
	later(delay: number, act: () => void): void;
	drawLatency(): number;
}

export interface HostOptions {
	/** Where the host listens, for links and datagrams. Default 6346. */
	readonly port?: number;
	/** Datagrams come to a port so much above it, and leave from there. Default 0. */
	readonly datagramsAbove?: number;
	readonly firewalled?: boolean;
	/** Whoever counts what this host does, and what it calls the host. */
	readonly tap?: Tap;
	readonly number?: number;
}

/** Listens between a host and its network. It changes nothing. */
export interface Tap {
	/** The host's network has sent bytes on a link, or in a datagram. */
	sent(bytes: Uint8Array): void;
	datagram(bytes: Uint8Array): void;
	/** Bytes are about to be given to the network of this host. */
	arrives(number: number, bytes: Uint8Array): void;
	dialled(by: string, host: string, purpose: string): void;
	notice(number: number, record: Evidence): void;
}

/** May deal with a frame itself, as the host's network would: not all has to be asked that has nothing to say. */
export interface Shortcut {
	/** `number`: what the host's tap calls it. False: the frame has to go to the network. */
	takes(number: number, link: Link, frame: number, bytes: Uint8Array): boolean;
}

/** One host's view of the net, and the network that runs on it. */
export class VirtualWorld<N extends Network = Network> implements World, EndOwner, Due {
	readonly host: string;
	readonly port: number;
	readonly datagramPort: number;
	readonly firewalled: boolean;
	network!: N;
	fate: 'alive' | 'reset' | 'silent' = 'alive';
	readonly net: Surroundings;
	readonly #random: SeededRandom;
	readonly #tap: Tap | undefined;
	readonly #number: number;
	/** Which of the hosts of its net it is. */
	readonly place: number;
	readonly #wakes = new Wakes();
	#notices: Evidence[] | undefined;
	/** Addresses that may send datagrams through the firewall. */
	#holes: Set<string> | undefined;

	constructor(net: Surroundings, host: string, place: number, options: HostOptions) {
		this.net = net;
		this.place = place;
		this.host = host;
		this.port = options.port ?? 6346;
		this.datagramPort = this.port + (options.datagramsAbove ?? 0);
		this.firewalled = options.firewalled ?? false;
		this.#tap = options.tap;
		this.#number = options.number ?? 0;
		this.#random = new SeededRandom(net.seed, host);
	}

	/** What was noticed, by the network or by this world, where no tap takes it. */
	get notices(): Evidence[] {
		return (this.#notices ??= []);
	}

	get alive(): boolean {
		return this.fate === 'alive';
	}

	/** Links that are opening, open or closing. */
	get links(): number {
		return this.#ends.length;
	}

	now(): number {
		return this.net.timeline.now;
	}

	random(bytes: number): Uint8Array {
		return this.#random.bytes(bytes);
	}

	dial(to: Address, purpose: string): Link {
		const net = this.net;
		this.#tap?.dialled(this.host, to.host, purpose);
		const end = this.#end(to, net.drawLatency());
		if (!this.alive) this.forget(end);
		else net.later(end.latency, () => this.#knock(end));
		return end.link;
	}

	send(link: Link, bytes: Uint8Array): boolean {
		const taken = this.net.sendPlain(this.place, link, bytes) || (this.#of(link)?.send(bytes) ?? true);
		if (taken) this.#tap?.sent(bytes);
		return taken;
	}

	seal(link: Link, hide: Hide): void {
		this.#of(link)?.seal(hide);
	}

	queued(link: Link): number {
		return this.#of(link)?.queued ?? 0;
	}

	pause(link: Link, paused: boolean): void {
		this.#of(link)?.pause(paused);
	}

	hangup(link: Link, why: string): void {
		this.#of(link)?.hangup(why);
	}

	datagram(to: Address, bytes: Uint8Array): void {
		const net = this.net;
		this.#tap?.datagram(bytes);
		if (!this.alive) return;
		if (this.firewalled) (this.#holes ??= new Set()).add(`${to.host}:${to.port}`);
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
		if (this.#wakes.ask(at)) this.net.timeline.dueAt(Math.ceil(at), this);
	}

	notice(record: Evidence): void {
		if (this.#tap === undefined) this.notices.push(record);
		else this.#tap.notice(this.#number, record);
	}

	traffic(link: Link): { in: number; out: number } | undefined {
		const end = this.#of(link);
		return end && { in: end.bytesIn, out: end.bytesOut };
	}

	remote(link: Link): Address | undefined {
		return this.#of(link)?.remote;
	}

	/** Called by an end of this world, or by the net: bytes for its network. */
	received(link: Link, bytes: Uint8Array): void {
		if (!this.alive) return;
		this.#tap?.arrives(this.#number, bytes);
		try {
			this.network.received(link, bytes);
		} catch (error) {
			this.#fault(link, this.#of(link)?.subject ?? this.host, error);
		}
	}

	/** Any other event. Here and above are the two places where a network's fault is caught. */
	happen(link: Link | undefined, subject: string, event: (network: Network) => void): void {
		if (!this.alive) return;
		try {
			event(this.network);
		} catch (error) {
			this.#fault(link, subject, error);
		}
	}

	forget(end: VirtualEnd): void {
		this.net.links.remove(end.link);
	}

	/** A time at which the network wants to be woken. */
	due(): void {
		if (!this.alive || !this.#wakes.take(this.now())) return;
		const next = this.#wakes.earliest;
		if (next !== Infinity) this.net.timeline.dueAt(next, this);
		this.happen(undefined, this.host, (network) => network.tick());
	}

	/** Called by VirtualNet.kill. */
	die(how: 'reset' | 'silent'): void {
		this.fate = how;
		const { links } = this.net;
		for (const link of this.#ends) {
			const { peer, latency } = links.get(link)!;
			if (peer && how === 'reset')
				this.net.later(latency, () => links.get(peer.link)?.finish('connection reset'));
			links.remove(link);
		}
	}

	/** A dial has reached the other host, if there is one. */
	#knock(end: VirtualEnd): void {
		if (!this.alive || end.state !== State.Opening) return;
		const target = this.net.worlds.get(end.remote.host);
		const why = obstacle(target, end.remote);
		if (target && why === '') {
			target.#accept(end, { host: this.host, port: 49_152 + (end.link % 16_384) });
			return;
		}
		const answer = why === 'timed out' ? this.net.dialTimeout - end.latency : end.latency;
		this.net.later(Math.max(answer, 0), () => end.finish(why));
	}

	#accept(caller: VirtualEnd, remote: Address): void {
		const end = this.#end(remote, caller.latency);
		end.state = State.Open;
		end.isLinkedWith(caller);
		caller.isLinkedWith(end);
		this.net.later(end.latency, () => caller.open());
		this.happen(end.link, end.subject, (network) => network.opened(end.link, remote, false));
		this.net.links.rest(end.link);
	}

	/** Asked for rarely: by tests, and where a host dies. */
	get #ends(): Link[] {
		return this.net.links.of(this.place);
	}

	#end(remote: Address, latency: number): VirtualEnd {
		return this.net.links.add(this.place, this.#tap === undefined ? -1 : this.#number, remote, latency);
	}

	/** Whoever names a link of another host names none. */
	#of(link: Link): VirtualEnd | undefined {
		const end = this.net.links.get(link);
		return end?.owner === this ? end : undefined;
	}

	#fault(link: Link | undefined, subject: string, error: unknown): void {
		if (this.net.onFault === 'throw') throw error;
		this.notice({ at: this.now(), code: 'world.event.threw', subject, detail: String(error) });
		if (link !== undefined) this.hangup(link, 'our own fault');
	}

	#land(from: Address, port: number, bytes: Uint8Array): void {
		if (port !== this.datagramPort) return;
		const sender = `${from.host}:${from.port}`;
		if (this.firewalled && this.#holes?.has(sender) !== true) return;
		this.happen(undefined, sender, (network) => network.datagram(from, bytes));
	}
}

/** Why a dial fails; empty: it does not. */
function obstacle(target: VirtualWorld | undefined, to: Address): string {
	if (!target) return isIP(to.host) === 0 ? 'name not found' : 'timed out';
	if (target.firewalled || target.fate === 'silent') return 'timed out';
	return target.alive && target.port === to.port ? '' : 'connection refused';
}
