/**
 * AICH: mending a part that arrived wrong, block by block, with hashes below a root. The rules:
 *
 * - A root is believed if the user's link has it, or as in aMule if sources in ten networks (/20) say it and 92 of 100 say no
 *   other. Nothing else rests on it: what is mended is held against the hash of the part again.
 * - Who has said that root is asked, one after the other, three at the most. Answers that nobody asked for are dropped; whether the
 *   hashes lead to the root, the host checks.
 * - We answer for whole files of ours of which the hashes of the blocks are kept, some times a minute: no file is read for it.
 */
import { Rate } from '../../defence/rate.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import { ipv4Bytes } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import type { PartWish } from '../network.ts';
import type { Client } from './client.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import { decodeFileHash } from './wire/files.ts';
import { EMULE, type Frame } from './wire/frames.ts';
import { MuleMessage } from './wire/messages.ts';
import {
	decodeAichAnswer,
	decodeAichRequest,
	decodeAichRoot,
	encodeAichAnswer,
	encodeAichRequest,
	encodeAichRoot,
} from './wire/peers.ts';

interface Open {
	readonly wish: PartWish;
	readonly root: Uint8Array;
	/** Who is to be asked yet. */
	readonly others: Peer[];
	peer: Peer;
	until: number;
}

/** The length of an answer that says no. */
const NO = 16;

export class Recovery implements PeerParts {
	readonly #client: Client;
	readonly #peers: () => Peers;
	/** By file: the roots (hex) that networks have said. */
	readonly #roots = new Map<string, Map<string, string>>();
	/** Who is here and has said which root, by file. */
	readonly #said = new Map<Peer, Map<string, Uint8Array>>();
	readonly #open = new Map<string, Open>();
	readonly #askers: Rate<string>;

	constructor(client: Client, peers: () => Peers) {
		this.#client = client;
		this.#peers = peers;
		this.#askers = new Rate(client.limits.recoveriesFromHost, 60_000, client.limits.usersRemembered);
	}

	arrived(): void {}

	needs(peer: Peer): boolean {
		return [...this.#open.values()].some((one) => one.peer === peer);
	}

	left(peer: Peer): void {
		this.#said.delete(peer);
		for (const open of [...this.#open.values()]) if (open.peer === peer) this.#next(open);
	}

	tick(now: number): void {
		for (const open of [...this.#open.values()]) if (now >= open.until) this.#next(open);
	}

	/** A source has said the root of a file. */
	rootSaid(peer: Peer, hash: Uint8Array, root: Uint8Array): void {
		const { limits } = this.#client;
		const file = hex(hash);
		const said = this.#said.get(peer) ?? new Map<string, Uint8Array>();
		this.#said.set(peer, said.set(file, root.slice()));
		if (said.size > limits.rootsOfPeer) said.delete(said.keys().next().value!);
		const network = networkOf(peer.remote.host);
		const roots = this.#roots.get(file) ?? new Map<string, string>();
		this.#roots.delete(file);
		this.#roots.set(file, roots);
		if (this.#roots.size > limits.contents) this.#roots.delete(this.#roots.keys().next().value!);
		if (roots.size < limits.rootVoters || roots.has(network)) roots.set(network, hex(root));
	}

	/** The root that enough sources agree on, hex. */
	rootOf(file: string): string | undefined {
		const { rootNetworks, rootShare } = this.#client.limits;
		const roots = [...(this.#roots.get(file)?.values() ?? [])];
		const counts = new Map<string, number>();
		for (const root of roots) counts.set(root, (counts.get(root) ?? 0) + 1);
		return [...counts].find(([, count]) => count >= rootNetworks && count >= roots.length * rootShare)?.[0];
	}

	/** A part has arrived wrong. */
	recover(wish: PartWish): void {
		const { recoveryTries, recoveries } = this.#client.limits;
		const wanted = wish.aich ?? this.rootOf(wish.ed2k);
		if (wanted === undefined || this.#open.size >= recoveries) return;
		const able = [...this.#said].filter(([peer, said]) => {
			const root = said.get(wish.ed2k);
			return peer.state === 'talking' && root !== undefined && hex(root) === wanted;
		});
		const [first, ...others] = able.slice(0, recoveryTries).map(([peer]) => peer);
		if (first === undefined) return;
		const root = this.#said.get(first)!.get(wish.ed2k)!;
		this.#ask({ wish, root, others, peer: first, until: 0 });
	}

	frame(peer: Peer, { protocol, opcode, body }: Frame): boolean {
		if (protocol !== EMULE) return false;
		if (opcode === MuleMessage.AichRequest) this.#asked(peer, body);
		else if (opcode === MuleMessage.AichAnswer) this.#answered(peer, body);
		else if (opcode === MuleMessage.AichRootRequest) this.#rootAsked(peer, body);
		else if (opcode === MuleMessage.AichRoot) {
			const said = decodeAichRoot(body);
			if (isRefusal(said)) this.#peers().refuse(peer, said.refused, said.detail);
			else this.rootSaid(peer, said.hash, said.root);
		} else return false;
		return true;
	}

	#asked(peer: Peer, body: Uint8Array): void {
		const request = decodeAichRequest(body);
		if (isRefusal(request)) return this.#peers().refuse(peer, request.refused, request.detail);
		const { host, world } = this.#client;
		if (!this.#askers.take(world.now(), peer.remote.host))
			return this.#peers().refuse(peer, 'edonkey.recovery.often');
		const { hash, part, root } = request;
		const file = host.shares.byEd2k(hash);
		const own = file && host.aich(file.id);
		const isOurs = own !== undefined && hex(own) === hex(root);
		const hashes = isOurs ? host.aichOf?.(file!.id, part) : undefined;
		const answer = hashes === undefined ? hash.slice() : encodeAichAnswer({ hash, part, root, hashes });
		this.#peers().say(peer, MuleMessage.AichAnswer, answer, EMULE);
	}

	#rootAsked(peer: Peer, body: Uint8Array): void {
		const hash = decodeFileHash(body);
		if (isRefusal(hash)) return this.#peers().refuse(peer, hash.refused, hash.detail);
		const file = this.#client.host.shares.byEd2k(hash);
		const root = file && this.#client.host.aich(file.id);
		if (root !== undefined)
			this.#peers().say(peer, MuleMessage.AichRoot, encodeAichRoot({ hash, root }), EMULE);
	}

	#answered(peer: Peer, body: Uint8Array): void {
		const open = [...this.#open.values()].find((one) => {
			return one.peer === peer && one.wish.ed2k === hex(body.subarray(0, NO));
		});
		if (open === undefined) return this.#peers().refuse(peer, 'edonkey.recovery.unasked');
		if (body.length === NO) return this.#next(open);
		const answer = decodeAichAnswer(body);
		if (isRefusal(answer)) {
			this.#peers().refuse(peer, answer.refused, answer.detail);
			return this.#next(open);
		}
		const { wish, root } = open;
		if (answer.part !== wish.part || hex(answer.root) !== hex(root)) return this.#next(open);
		const hashes = answer.hashes.map(({ path, hash }) => ({ path, hash: hash.slice() }));
		if (this.#client.host.recovered?.(wish, root, hashes) === true)
			return void this.#open.delete(keyOf(wish));
		this.#peers().refuse(peer, 'edonkey.recovery.other', wish.ed2k);
		this.#next(open);
	}

	#ask(open: Open): void {
		const { wish, root, peer } = open;
		const { limits, world } = this.#client;
		open.until = world.now() + limits.recoverySeconds * 1000;
		this.#open.set(keyOf(wish), open);
		const question = encodeAichRequest({ hash: wish.hash, part: wish.part, root });
		this.#peers().say(peer, MuleMessage.AichRequest, question, EMULE);
	}

	#next(open: Open): void {
		this.#open.delete(keyOf(open.wish));
		const peer = open.others.shift();
		if (peer === undefined) return;
		if (peer.state === 'talking') this.#ask({ ...open, peer });
		else this.#next(open);
	}
}

function keyOf({ ed2k, part }: PartWish): string {
	return `${ed2k} ${part}`;
}

/** /20 of an IPv4 address: what counts as one voice. */
function networkOf(host: string): string {
	const bytes = ipv4Bytes(host);
	return bytes === undefined ? host : `${bytes[0]}.${bytes[1]}.${bytes[2]! & 0xf0}`;
}
