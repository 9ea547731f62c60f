/**
 * The Internet in a box: worlds for any number of hosts, one clock, one queue of events, one seed.
 *
 *   const net = new VirtualNet({ seed: 1, latency: 20 });
 *   const one = net.world('10.0.0.1', (world) => new Gnutella(world, host, options));
 *   net.world('10.0.0.2', ...);
 *   net.runUntil(() => one.network.peers > 0, 10_000);
 *
 * How it behaves:
 * - Nothing happens outside run, runUntil and their kin; inside, one event at a time (rule 1).
 * - A link opens after a round trip. A host that is there but listens on another port, or whose process
 *   was killed, refuses after a round trip; one that is absent, firewalled or silent answers never, and
 *   the dial fails after dialTimeout.
 * - A firewalled host accepts no links, and takes datagrams only from addresses that it has sent one to.
 * - Links lose nothing (virtual-link.ts); datagrams are lost at the rate `loss`.
 * - Equal seed and equal calls: equal events in equal order. Every host has its own random numbers, so
 *   adding a host does not disturb the others.
 * - An exception of a network is our own fault: by default it ends the run, so that no test passes over
 *   it. With `onFault = 'close'` it is handled as in the node: the link is closed, the fault is noticed.
 *
 * Missing on purpose: congestion, routes, and packets of a link. The laboratory measures overlays.
 */
import type { Network } from '../networks/network.ts';
import { SeededRandom } from './random.ts';
import { Timeline } from './timeline.ts';
import { VirtualLinks } from './virtual-links.ts';
import { type HostOptions, type Surroundings, VirtualWorld } from './virtual-world.ts';
import type { World } from './world.ts';

/** The plain fields of a net; each may be changed between runs. */
export interface NetSettings {
	readonly seed: number;
	/** Milliseconds, one way, between any two hosts. */
	latency: number;
	/** Up to so many milliseconds more: drawn once for a link, and for each datagram. */
	jitter: number;
	/** Share of the datagrams that is lost, 0 to 1. */
	loss: number;
	/** Bytes a second, in each direction of a link. */
	bandwidth: number;
	/** Bytes queued on a link beyond which send answers false. */
	highWater: number;
	/** Bytes that the kernels of both sides hold for a reader that has paused. */
	window: number;
	/** Milliseconds after which an unanswered dial fails. */
	dialTimeout: number;
	onFault: 'throw' | 'close';
	/** Bytes that are sent to many are copied once, not once a link: for networks that change nothing of what arrives. */
	oneCopy: boolean;
}

/** 9 September 2001, 01:46:40 UTC: Gnutella's best year. */
const START = 1_000_000_000_000;

export class VirtualNet implements NetSettings, Surroundings {
	readonly seed: number;
	latency = 50;
	jitter = 0;
	loss = 0;
	bandwidth = Infinity;
	highWater = 256 * 1024;
	window = 64 * 1024;
	dialTimeout = 10_000;
	onFault: 'throw' | 'close' = 'throw';
	oneCopy = false;
	readonly timeline = new Timeline(START);
	/** By address. A killed host stays here, no longer alive. */
	readonly worlds = new Map<string, VirtualWorld>();
	readonly links = new VirtualLinks();
	readonly random: SeededRandom;
	/** Bytes that were sent last, and what travels for them. */
	#sent: Uint8Array | undefined;
	#travelling: Uint8Array | undefined;

	constructor(settings: Partial<NetSettings> & { readonly seed: number }) {
		Object.assign(this, settings);
		this.seed = settings.seed;
		this.random = new SeededRandom(settings.seed, 'net');
	}

	get now(): number {
		return this.timeline.now;
	}

	/** A host with a network on it. The address of a killed host may be used again. */
	world<N extends Network>(
		host: string,
		make: (world: World) => N,
		options: HostOptions = {},
	): VirtualWorld<N> {
		if (this.worlds.get(host)?.alive) throw new Error(`there is already a host ${host}`);
		const world = new VirtualWorld<N>(this, host, options);
		this.worlds.set(host, world);
		world.network = make(world);
		return world;
	}

	/** Something that a test or a scenario does by itself, in so many milliseconds. */
	later(delay: number, act: () => void): void {
		this.timeline.at(this.now + delay, act);
	}

	/** Runs every event up to and including this time, and ends at it. */
	run(until: number): void {
		while (this.timeline.next <= until) this.timeline.step();
		this.timeline.advance(until);
	}

	/** Runs until the condition holds (true) or the limit in milliseconds is over (false). */
	runUntil(condition: () => boolean, limit: number): boolean {
		const end = this.now + limit;
		while (!condition()) {
			if (this.timeline.next > end) {
				this.timeline.advance(end);
				return false;
			}
			this.timeline.step();
		}
		return true;
	}

	/**
	 * Ends a host as SIGKILL ends a process: its links are reset. Silent: as pulling its cable does: the
	 * others hear nothing, and what they send goes nowhere.
	 */
	kill(host: string, how: 'reset' | 'silent' = 'reset'): void {
		const world = this.worlds.get(host);
		if (!world?.alive) throw new Error(`there is no living host ${host}`);
		world.die(how);
	}

	onTheWay(bytes: Uint8Array): Uint8Array {
		if (!this.oneCopy) return new Uint8Array(bytes);
		if (bytes !== this.#sent) {
			this.#sent = bytes;
			this.#travelling = new Uint8Array(bytes);
		}
		return this.#travelling!;
	}

	/** One way; a firewall or silence is the caller's business. */
	drawLatency(): number {
		return this.latency + (this.jitter > 0 ? this.random.fraction() * this.jitter : 0);
	}
}
