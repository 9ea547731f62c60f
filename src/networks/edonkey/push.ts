/**
 * Call-backs, eDonkey's push, between clients. Which of them a server is asked for, and which of its own wishes are
 * heard, sources.ts decides. The rules here:
 *
 * - As the one who wants: who comes is known by its LowID and its server (dealings.ts); without it in
 *   `callbackSeconds` the fetch has failed. The server's "failed" names nobody, so it is taken for the oldest question.
 * - As the one who has: what we send is our HELLO, nothing that the packet chose. Who does not answer it is left alone
 *   for a while (push-diversion), whoever asks.
 */
import type { Source } from '../network.ts';
import type { Client } from './client.ts';
import type { Dealing } from './dealings.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import type { Sources } from './sources.ts';
import type { CallbackRequested } from './wire/sources.ts';

export interface CallbackParts {
	readonly sources: () => Sources;
	readonly peers: () => Peers;
	readonly unreachable: (dealing: Dealing, why: string) => void;
}

export class Callbacks implements PeerParts {
	readonly #client: Client;
	readonly #parts: CallbackParts;
	/** In the order in which they were asked, and until when. */
	readonly #wanted = new Map<Dealing, number>();
	/** Dialled because a server has asked, and not heard yet. */
	readonly #called = new Set<Peer>();

	constructor(client: Client, parts: CallbackParts) {
		this.#client = client;
		this.#parts = parts;
	}

	ask(dealing: Dealing, { id, host, port }: Source): void {
		const { world, limits } = this.#client;
		if (this.#wanted.size >= limits.callbacks)
			return this.#parts.unreachable(dealing, 'too many call-backs are waited for');
		if (!this.#parts.sources().requestCallback(Number(id), { host, port }))
			return this.#parts.unreachable(dealing, this.#obstacle());
		this.#wanted.set(dealing, world.now() + limits.callbackSeconds * 1000);
	}

	/** It has called, or is no longer wanted. */
	forget(dealing: Dealing): void {
		this.#wanted.delete(dealing);
	}

	/** The server says that one could not be asked. */
	failed(): void {
		const [dealing] = this.#wanted.keys();
		if (dealing === undefined) return;
		this.#wanted.delete(dealing);
		this.#parts.unreachable(dealing, 'its server cannot reach it');
	}

	/** We are asked to dial somebody. */
	requested({ address: target, user }: CallbackRequested): void {
		if (user !== undefined) this.#client.users.learn(target, user, false);
		const peers = this.#parts.peers();
		if (peers.at(target) !== undefined) return;
		const peer = peers.dial(target, 'call-back');
		if (peer !== undefined) this.#called.add(peer);
	}

	arrived(peer: Peer): void {
		this.#called.delete(peer);
	}

	frame(): boolean {
		return false;
	}

	left(peer: Peer): void {
		if (this.#called.delete(peer)) this.#parts.sources().callBackFailed(peer.remote);
	}

	needs(): boolean {
		return false;
	}

	tick(now: number): void {
		for (const [dealing, until] of this.#wanted) {
			if (now < until) return;
			this.#wanted.delete(dealing);
			this.#parts.unreachable(dealing, 'it did not call back');
		}
	}

	/** Why a source cannot be called back. */
	#obstacle(): string {
		const { connect } = this.#client;
		if (connect.server === undefined) return 'it cannot be dialled, and no server would pass a call-back on';
		if (!connect.isHigh) return 'neither it nor this node can be dialled';
		return 'it cannot be dialled, and is at another server';
	}
}
