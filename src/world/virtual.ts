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
import { type Carrier, Timeline } from './timeline.ts';
import { Frames } from './virtual-frames.ts';
import { VirtualLinks } from './virtual-links.ts';
import { type HostOptions, type Shortcut, type Surroundings, VirtualWorld } from './virtual-world.ts';
import type { Link, World } from './world.ts';

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
	/** Equal bytes on their way are there once, not once a link: for networks that change nothing of what arrives. */
	readonly oneCopy: boolean;
}

/** 9 September 2001, 01:46:40 UTC: Gnutella's best year. */
const START = 1_000_000_000_000;

export class VirtualNet implements NetSettings, Surroundings, Carrier {
	readonly seed: number;
	latency = 50;
	jitter = 0;
	loss = 0;
	bandwidth = Infinity;
	highWater = 256 * 1024;
	window = 64 * 1024;
	dialTimeout = 10_000;
	onFault: 'throw' | 'close' = 'throw';
	readonly oneCopy: boolean = false;
	readonly timeline = new Timeline(START);
	/** By address. A killed host stays here, no longer alive. */
	readonly worlds = new Map<string, VirtualWorld>();
	readonly links = new VirtualLinks((host) => this.#hosts[host]!);
	readonly random: SeededRandom;
	readonly frames: Frames;
	/** Asked about the frames of hosts that have a tap. */
	shortcut: Shortcut | undefined;
	/** By place, those that live. */
	readonly #hosts: (VirtualWorld | undefined)[] = [];

	constructor(settings: Partial<NetSettings> & { readonly seed: number }) {
		Object.assign(this, settings);
		this.seed = settings.seed;
		this.random = new SeededRandom(settings.seed, 'net');
		this.frames = new Frames(this.oneCopy);
		this.timeline.carrier = this;
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
		const world = new VirtualWorld<N>(this, host, this.#hosts.length, options);
		this.#hosts.push(world);
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
		this.#hosts[world.place] = undefined;
	}

	sendPlain(host: number, link: Link, bytes: Uint8Array): boolean {
		const page = this.links.page(link);
		if (page === undefined || !page.isPlain(link) || page.host(link) !== host) return false;
		const { length } = bytes;
		if (this.bandwidth !== Infinity || length === 0 || page.unread(link) > this.window) return false;
		page.went(link, length);
		this.timeline.frameAt(this.now + page.latency(link), page.peer(link), this.frames.put(bytes));
		return true;
	}

	/** A frame has come to the end of its link. */
	arrive(link: Link, frame: number): void {
		const page = this.links.page(link);
		if (page !== undefined) {
			const bytes = this.frames.bytes(frame);
			if (page.isPlain(link)) {
				page.came(link, bytes.length);
				const number = page.number(link);
				if (number < 0 || this.shortcut?.takes(number, link, frame, bytes) !== true)
					this.#hosts[page.host(link)]?.received(link, bytes);
			} else if (this.#hosts[page.host(link)] !== undefined) {
				const end = this.links.get(link);
				if (end === undefined) page.came(link, bytes.length);
				else end.arrive(bytes);
			}
		}
		this.frames.done(frame);
	}

	/** One way; a firewall or silence is the caller's business. */
	drawLatency(): number {
		return this.latency + (this.jitter > 0 ? this.random.fraction() * this.jitter : 0);
	}
}
