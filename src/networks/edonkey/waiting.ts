/**
 * Who waits for an upload. In eDonkey the one who has the file calls when it is somebody's turn; the host's queue wants to
 * be asked. So we ask it for each of them, in the rhythm that it wants. Who has closed his link is dialled when the host has
 * let him in, if he can be dialled; he is then asked for once more, over his new link.
 *
 * A place is kept for an hour without a sign of life; a question by UDP is one. Three users of one host may wait.
 */
import { isLoopback } from '../../defence/rate.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Admission, Asker, SharedFile } from '../network.ts';
import type { Client } from './client.ts';
import { type DatagramDoor, doorOf } from './dealings.ts';
import type { Peer, Peers } from './peers.ts';
import { isLowId } from './wire/endpoint.ts';

export interface WaitingParts {
	readonly peers: () => Peers;
	readonly admit: (link: Link, asker: Asker) => Admission;
	/** As the host is to know him now. */
	readonly asker: (peer: Peer, file: SharedFile) => Asker;
	/** He may begin. */
	readonly turn: (peer: Peer, file: SharedFile) => void;
}

export interface Place {
	peer: Peer | undefined;
	/** The link that the host knows. */
	link: Link;
	/** Where to dial him; undefined: he cannot be. */
	readonly listen: Address | undefined;
	/** Where his datagrams come from; undefined: nowhere. */
	readonly door: DatagramDoor | undefined;
	readonly file: SharedFile;
	asker: Asker;
	/** 1 is next; undefined: the host's queue is full. */
	rank: number | undefined;
	askedAt: number;
	/** His last sign of life. */
	seenAt: number;
}

type Later = Exclude<Admission, true>;

export class Waiting {
	readonly #client: Client;
	readonly #parts: WaitingParts;
	/** By where they listen, with the host for those that cannot be dialled. */
	readonly #places = new Map<string, Place>();
	readonly #byDatagrams = new Map<string, Place>();

	constructor(client: Client, parts: WaitingParts) {
		this.#client = client;
		this.#parts = parts;
	}

	/** The host has just answered for him. What he is told of his place; undefined: he cannot have one. */
	add(peer: Peer, file: SharedFile, asker: Asker, { queue }: Later): number | undefined {
		const key = formatAddress(peer.listen);
		this.#forget(key);
		const { limits, world } = this.#client;
		const { host } = peer.remote;
		const ofHost = [...this.#places.values()].filter((one) => one.asker.address.host === host).length;
		const isCrowd = ofHost >= limits.waitingFromHost && !isLoopback(host);
		if (isCrowd || this.#places.size >= limits.waiting) return undefined;
		const canBeDialled = peer.hello !== undefined && !isLowId(peer.hello.id);
		const now = world.now();
		const place: Place = {
			...{ peer, link: peer.link, listen: canBeDialled ? peer.listen : undefined, file, asker },
			...{ rank: queue?.position, askedAt: now, seenAt: now },
			door: doorOf(peer),
		};
		this.#places.set(key, place);
		if (place.door !== undefined) this.#byDatagrams.set(formatAddress(place.door.address), place);
		return rankOf(place);
	}

	forget(peer: Peer): void {
		this.#forget(formatAddress(peer.listen));
	}

	/** Who sends datagrams from there has this place. */
	of(datagramsFrom: Address): Place | undefined {
		return this.#byDatagrams.get(formatAddress(datagramsFrom));
	}

	/** He is back, or we have dialled him because it is his turn. */
	arrived(peer: Peer): void {
		const place = this.#places.get(formatAddress(peer.listen));
		if (place === undefined) return;
		place.peer = peer;
		place.link = peer.link;
		place.seenAt = this.#client.world.now();
		if (peer.dialled) this.#ask(place);
	}

	left(peer: Peer): void {
		const key = formatAddress(peer.listen);
		const place = this.#places.get(key);
		if (place?.peer !== peer) return;
		place.peer = undefined;
		place.seenAt = this.#client.world.now();
		if (place.listen === undefined) this.#forget(key);
	}

	tick(now: number): void {
		const { waitKeptMinutes, waitSeconds } = this.#client.limits;
		for (const [key, place] of this.#places) {
			if (place.peer === undefined && now - place.seenAt >= waitKeptMinutes * 60_000) this.#forget(key);
			else if (now - place.askedAt >= waitSeconds * 1000) this.#ask(place);
		}
	}

	#forget(key: string): void {
		const place = this.#places.get(key);
		if (place === undefined) return;
		this.#places.delete(key);
		const from = place.door && formatAddress(place.door.address);
		if (from !== undefined && this.#byDatagrams.get(from) === place) this.#byDatagrams.delete(from);
	}

	#ask(place: Place): void {
		const { peer, file } = place;
		place.askedAt = this.#client.world.now();
		// He may have proven who he is since he came; on a new link he has not yet.
		if (peer?.state === 'talking') {
			const now = this.#parts.asker(peer, file);
			place.asker = { ...now, weight: Math.max(now.weight ?? 1, place.asker.weight ?? 1) };
		}
		const admission = this.#parts.admit(place.link, place.asker);
		if (admission !== true) {
			place.rank = admission.queue?.position;
			return;
		}
		if (peer !== undefined) return this.#parts.turn(peer, file);
		if (place.listen === undefined || !this.#client.options.usable(place.listen.host)) return;
		place.peer = this.#parts.peers().dial(place.listen, 'it is his turn');
		place.link = place.peer?.link ?? place.link;
	}
}

/** As it is written. */
export function rankOf({ rank }: Place): number {
	return Math.min(rank ?? 0xffff, 0xffff);
}
