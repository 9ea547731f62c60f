/**
 * Writes down which message arrives where, while a scenario is played with real servents: what a picture is drawn from.
 * It stands around the networks of the hosts that are there when it is attached, and changes nothing.
 */
import type { Network } from '../networks/network.ts';
import type { VirtualNet } from '../world/virtual.ts';
import type { VirtualWorld } from '../world/virtual-world.ts';
import type { Address, Link } from '../world/world.ts';
import { addressOf } from './content.ts';
import type { Graph } from './graph.ts';
import { gnutellaWords, type Reader, type Word } from './watched-words.ts';

/** Milliseconds since the beginning, from, to (places in `hosts`), kind (0 query, 1 answer, 2 PUSH or call-back, 3 dial of a
 * victim), 1: first sight of it there, hops. */
export type Sight = readonly [at: number, from: number, to: number, kind: number, fresh: 0 | 1, hops: number];

export interface Picture {
	readonly hosts: readonly { readonly host: string; readonly role: Role }[];
	/** Links that stood at the beginning, as places in `hosts`. */
	readonly links: readonly (readonly [number, number])[];
	readonly sights: readonly Sight[];
	/** Milliseconds that a message takes. */
	readonly latency: number;
	/** There was more than a picture holds. */
	readonly cut: boolean;
}

/** A super-node is a server. */
export type Role = 'ultrapeer' | 'leaf' | 'server' | 'gone' | 'other' | 'attacker' | 'victim';

/** What is looked at: hosts with their roles, and the links that stand at the beginning, by host. */
export interface Stage {
	readonly net: VirtualNet;
	readonly hosts: readonly (readonly [string, Role])[];
	readonly links: readonly (readonly [string, string])[];
	readonly reader: Reader;
}

/** As numbers some 250 kB. */
const MOST = 12_000;

/** Ends a play when the picture is full. */
export class EnoughSeen extends Error {}

export class Watcher {
	readonly #places = new Map<string, number>();
	readonly #hosts: { host: string; role: Role }[] = [];
	readonly #links: [number, number][] = [];
	readonly #sights: Sight[] = [];
	/** By question: where it has been. */
	readonly #heard = new Map<string, Set<number>>();
	#net: VirtualNet | undefined;
	#reader: Reader = gnutellaWords;
	/** The role of a host that was not named. */
	#stranger: (host: string) => Role = () => 'other';
	#began = 0;
	#cut = false;

	/** From now on, servents of Gnutella: those of the graph; `leaf`: 1 for each that is one. They live in 10.0.0.0/8, who asks
	 * or attacks in 172, victims in 192. */
	attach(net: VirtualNet, graph: Graph, leaf: Uint8Array | undefined, isAttacked: boolean): void {
		this.#stranger = (host) =>
			host.startsWith('172.')
				? isAttacked
					? 'attacker'
					: 'other'
				: host.startsWith('192.')
					? 'victim'
					: 'ultrapeer';
		const isAlive = (node: number): boolean => net.worlds.get(addressOf(node))?.alive === true;
		const hosts = Array.from({ length: graph.nodes }, (_, node): [string, Role] => {
			const role = leaf?.[node] === 1 ? 'leaf' : 'ultrapeer';
			return [addressOf(node), isAlive(node) ? role : 'gone'];
		});
		const links: [string, string][] = [];
		for (let node = 0; node < graph.nodes; node++)
			for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++) {
				const other = graph.neighbours[at];
				if (other > node && isAlive(node) && isAlive(other)) links.push([addressOf(node), addressOf(other)]);
			}
		this.look({ net, hosts, links, reader: gnutellaWords });
	}

	/** From now on, these hosts. */
	look({ net, hosts, links, reader }: Stage): void {
		this.#net = net;
		this.#reader = reader;
		this.#began = net.now;
		// Every frame is looked at.
		net.shortcut = undefined;
		for (const [host, role] of hosts) this.#place(host, role);
		for (const [host, world] of net.worlds) if (world.alive) this.#stand(net, host, world);
		for (const [one, other] of links) this.#links.push([this.#place(one), this.#place(other)]);
	}

	/** What was seen so far was not worth a look; these hosts have gone. */
	beginsHere(gone: readonly string[] = []): void {
		this.#sights.length = 0;
		this.#heard.clear();
		this.#began = this.#net?.now ?? 0;
		for (const host of gone) this.#hosts[this.#place(host)].role = 'gone';
	}

	picture(): Picture {
		return {
			hosts: this.#hosts,
			links: this.#links,
			sights: this.#sights,
			latency: this.#net?.latency ?? 0,
			cut: this.#cut,
		};
	}

	#place(host: string, role?: Role): number {
		let place = this.#places.get(host);
		if (place === undefined) {
			place = this.#hosts.push({ host, role: role ?? this.#stranger(host) }) - 1;
			this.#places.set(host, place);
		}
		return place;
	}

	#isVictim(host: string): boolean {
		const place = this.#places.get(host);
		return (place === undefined ? this.#stranger(host) : this.#hosts[place].role) === 'victim';
	}

	#stand(net: VirtualNet, host: string, world: VirtualWorld): void {
		const hears = (from: string, said: readonly Word[]): void => {
			for (const word of said) this.#word(net.now, from, host, word);
		};
		listen(world.network, {
			opened: (remote) => this.#reader.opened(remote.host, host),
			received: (link, bytes) => {
				const from = world.remote(link)?.host;
				if (from !== undefined) hears(from, this.#reader.link(from, host, bytes));
			},
			datagram: (from, bytes) => hears(from.host, this.#reader.datagram(from.host, host, bytes)),
		});
		const dial = world.dial.bind(world);
		world.dial = (to: Address, purpose: string): Link => {
			// It arrives a way later.
			if (this.#isVictim(to.host)) this.#saw(net.now + net.latency, host, to.host, 3, true, 0);
			return dial(to, purpose);
		};
	}

	#word(now: number, from: string, to: string, { kind, key, hops }: Word): void {
		let fresh = true;
		if (key !== undefined) {
			const heard = this.#heard.get(key) ?? new Set();
			this.#heard.set(key, heard);
			// Who has sent it has heard it, though it was never told.
			heard.add(this.#place(from));
			const place = this.#place(to);
			fresh = !heard.has(place);
			heard.add(place);
		}
		this.#saw(now, from, to, kind, fresh, hops);
	}

	#saw(at: number, from: string, to: string, kind: number, fresh: boolean, hops: number): void {
		if (this.#sights.length >= MOST) {
			this.#cut = true;
			throw new EnoughSeen();
		}
		this.#sights.push([at - this.#began, this.#place(from), this.#place(to), kind, fresh ? 1 : 0, hops]);
	}
}

/** What a host hears, before its network does. The network stays the object that it is: scenarios hold it. */
export interface Ears {
	opened(remote: Address, dialled: boolean): void;
	received(link: Link, bytes: Uint8Array): void;
	datagram(from: Address, bytes: Uint8Array): void;
}

export function listen(network: Network, ears: Ears): void {
	const { opened, received, datagram } = network;
	// A network may hand itself what it has kept: that was heard when it came.
	let isInside = false;
	const heard = (hear: () => void, act: () => void): void => {
		if (isInside) return act();
		hear();
		isInside = true;
		try {
			act();
		} finally {
			isInside = false;
		}
	};
	network.opened = (link, remote, dialled) =>
		heard(
			() => ears.opened(remote, dialled),
			() => opened.call(network, link, remote, dialled),
		);
	network.received = (link, bytes) =>
		heard(
			() => ears.received(link, bytes),
			() => received.call(network, link, bytes),
		);
	network.datagram = (from, bytes) =>
		heard(
			() => ears.datagram(from, bytes),
			() => datagram.call(network, from, bytes),
		);
}
