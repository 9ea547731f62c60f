/**
 * Who waits for an upload. In eDonkey the one who has the file calls when it is somebody's turn; the host's queue wants to
 * be asked. So we ask it for each of them, in the rhythm that it wants. Who has closed his link is dialled when the host has
 * let him in, if he can be dialled; he is then asked for once more, over his new link.
 */
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Admission, Asker, SharedFile } from '../network.ts';
import type { Client } from './client.ts';
import type { Peer, Peers } from './peers.ts';
import { isLowId } from './wire/endpoint.ts';

export interface WaitingParts {
	readonly peers: () => Peers;
	readonly admit: (link: Link, asker: Asker) => Admission;
	/** He may begin. */
	readonly turn: (peer: Peer, file: SharedFile) => void;
}

interface Place {
	peer: Peer | undefined;
	/** The link that the host knows. */
	link: Link;
	/** Where to dial him; undefined: he cannot be. */
	readonly listen: Address | undefined;
	readonly file: SharedFile;
	readonly asker: Asker;
	askedAt: number;
}

export class Waiting {
	readonly #client: Client;
	readonly #parts: WaitingParts;
	/** By where they listen, with the host for those that cannot be dialled. */
	readonly #places = new Map<string, Place>();

	constructor(client: Client, parts: WaitingParts) {
		this.#client = client;
		this.#parts = parts;
	}

	/** The host has just given him a place. */
	add(peer: Peer, file: SharedFile, asker: Asker): void {
		const key = formatAddress(peer.listen);
		this.#places.delete(key);
		if (this.#places.size >= this.#client.limits.waiting) return;
		const canBeDialled = peer.hello !== undefined && !isLowId(peer.hello.id);
		const listen = canBeDialled ? peer.listen : undefined;
		const askedAt = this.#client.world.now();
		this.#places.set(key, { peer, link: peer.link, listen, file, asker, askedAt });
	}

	forget(peer: Peer): void {
		this.#places.delete(formatAddress(peer.listen));
	}

	/** He is back, or we have dialled him because it is his turn. */
	arrived(peer: Peer): void {
		const place = this.#places.get(formatAddress(peer.listen));
		if (place === undefined) return;
		place.peer = peer;
		place.link = peer.link;
		if (peer.dialled) this.#ask(place);
	}

	left(peer: Peer): void {
		const key = formatAddress(peer.listen);
		const place = this.#places.get(key);
		if (place?.peer !== peer) return;
		place.peer = undefined;
		if (place.listen === undefined) this.#places.delete(key);
	}

	tick(now: number): void {
		for (const place of this.#places.values())
			if (now - place.askedAt >= this.#client.limits.waitSeconds * 1000) this.#ask(place);
	}

	#ask(place: Place): void {
		const { peer, file, asker } = place;
		place.askedAt = this.#client.world.now();
		if (this.#parts.admit(place.link, asker) !== true) return;
		if (peer !== undefined) return this.#parts.turn(peer, file);
		if (place.listen === undefined || !this.#client.options.usable(place.listen.host)) return;
		place.peer = this.#parts.peers().dial(place.listen, 'it is his turn');
		place.link = place.peer?.link ?? place.link;
	}
}
