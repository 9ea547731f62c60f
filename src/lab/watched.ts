/**
 * Writes down which message arrives where, while a scenario is played with real servents: what a picture is drawn from.
 * It stands around the networks of the hosts that are there when it is attached, and changes nothing. What is not
 * part of a search or an attack (pings, tables, greetings) is left out.
 */
import { guidOf, hopsOf, MessageType, typeOf } from '../networks/gnutella/wire/message.ts';
import type { Network } from '../networks/network.ts';
import type { VirtualNet } from '../world/virtual.ts';
import type { VirtualWorld } from '../world/virtual-world.ts';
import type { Address, Link } from '../world/world.ts';
import { addressOf } from './content.ts';
import type { Graph } from './graph.ts';
import { isFrame } from './tap.ts';

/** Milliseconds since the beginning, from, to (places in `hosts`), kind (0 query, 1 hit, 2 PUSH, 3 dial of a victim), 1: first
 * sight of it there, hops. */
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

/** Servents live in 10.0.0.0/8, who asks or attacks in 172, victims in 192. */
export type Role = 'ultrapeer' | 'leaf' | 'gone' | 'other' | 'attacker' | 'victim';

/** As numbers some 250 kB. */
const MOST = 12_000;

/** Ends a play when the picture is full. */
export class EnoughSeen extends Error {}

export class Watcher {
	readonly #places = new Map<string, number>();
	readonly #hosts: { host: string; role: Role }[] = [];
	readonly #links: [number, number][] = [];
	readonly #sights: Sight[] = [];
	/** By message id: where it has been. */
	readonly #heard = new Map<string, Set<number>>();
	#began = 0;
	#stranger: Role = 'other';
	#latency = 0;
	#cut = false;

	/** From now on. The servents are those of the graph; `leaf`: 1 for each that is one. */
	attach(net: VirtualNet, graph: Graph, leaf: Uint8Array | undefined, isAttacked: boolean): void {
		this.#stranger = isAttacked ? 'attacker' : 'other';
		this.#began = net.now;
		this.#latency = net.latency;
		const isAlive = (node: number): boolean => net.worlds.get(addressOf(node))?.alive === true;
		for (let node = 0; node < graph.nodes; node++) {
			const role = leaf?.[node] === 1 ? 'leaf' : 'ultrapeer';
			this.#place(addressOf(node), isAlive(node) ? role : 'gone');
		}
		for (const [host, world] of net.worlds) if (world.alive) this.#stand(net, host, world);
		for (let node = 0; node < graph.nodes; node++)
			for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++) {
				const other = graph.neighbours[at];
				if (other > node && isAlive(node) && isAlive(other))
					this.#links.push([this.#place(addressOf(node)), this.#place(addressOf(other))]);
			}
	}

	picture(): Picture {
		return {
			hosts: this.#hosts,
			links: this.#links,
			sights: this.#sights,
			latency: this.#latency,
			cut: this.#cut,
		};
	}

	#place(host: string, role?: Role): number {
		let place = this.#places.get(host);
		if (place === undefined) {
			place = this.#hosts.push({ host, role: role ?? this.#roleOf(host) }) - 1;
			this.#places.set(host, place);
		}
		return place;
	}

	#roleOf(host: string): Role {
		if (host.startsWith('172.')) return this.#stranger;
		return host.startsWith('192.') ? 'victim' : 'ultrapeer';
	}

	#stand(net: VirtualNet, host: string, world: VirtualWorld): void {
		const inner = world.network;
		const hears = (link: Link, bytes: Uint8Array): void => {
			const from = world.remote(link)?.host;
			if (from !== undefined && isFrame(bytes)) this.#frame(net.now, from, host, bytes);
			inner.received(link, bytes);
		};
		world.network = watched(inner, hears);
		const dial = world.dial.bind(world);
		world.dial = (to: Address, purpose: string): Link => {
			// It arrives a way later.
			if (this.#roleOf(to.host) === 'victim') this.#saw(net.now + net.latency, host, to.host, 3, true, 0);
			return dial(to, purpose);
		};
	}

	#frame(now: number, from: string, to: string, frame: Uint8Array): void {
		const type = typeOf(frame);
		const kind =
			type === MessageType.Query ? 0 : type === MessageType.Hit ? 1 : type === MessageType.Push ? 2 : -1;
		if (kind < 0) return;
		let fresh = true;
		if (kind === 0) {
			const id = guidOf(frame).join();
			const heard = this.#heard.get(id) ?? new Set();
			this.#heard.set(id, heard);
			// Who has sent it has heard it, though it was never told.
			heard.add(this.#place(from));
			const place = this.#place(to);
			fresh = !heard.has(place);
			heard.add(place);
		}
		this.#saw(now, from, to, kind, fresh, hopsOf(frame) + 1);
	}

	#saw(at: number, from: string, to: string, kind: number, fresh: boolean, hops: number): void {
		if (this.#sights.length >= MOST) {
			this.#cut = true;
			throw new EnoughSeen();
		}
		this.#sights.push([at - this.#began, this.#place(from), this.#place(to), kind, fresh ? 1 : 0, hops]);
	}
}

function watched(inner: Network, received: (link: Link, bytes: Uint8Array) => void): Network {
	return {
		name: inner.name,
		received,
		opened: (link, remote, dialled) => inner.opened(link, remote, dialled),
		drained: (link) => inner.drained(link),
		closed: (link, why) => inner.closed(link, why),
		datagram: (from, bytes) => inner.datagram(from, bytes),
		tick: () => inner.tick(),
	};
}
