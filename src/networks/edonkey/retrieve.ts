/**
 * Retrieve, the end that wants the file. One dealing a source: which file, our place in its queue, the slot that it
 * gives us, and what it was asked for. The rules:
 *
 * - A file is asked for by its hash; bytes of another hash, or such as nobody asked for, end the link.
 * - One file at a time with a source, as everybody does; a second fetch is told to come back.
 * - A place in a queue is the source's to keep. It calls when it is our turn, by a link of its own if need be; the
 *   host that asks meanwhile is answered from memory, as aMule bans who asks for a file twice within ten minutes.
 * - A slot is kept between two ranges for some seconds, then given back.
 * - The host learns of each fetch exactly once that it has ended.
 *
 * Bytes are not verified here, and hashes of parts only counted: transfer/ does both.
 */
import type { Refusal } from '../../evidence/refusal.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { FetchRequest } from '../network.ts';
import type { Client } from './client.ts';
import { type Dealing, Dealings, spansOf } from './dealings.ts';
import { Introductions } from './introductions.ts';
import { protocol } from './limits.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import type { Callbacks } from './push.ts';
import { Receive } from './receive.ts';
import { Writer } from './wire/cursor.ts';
import {
	decodeFileHash,
	decodeFileStatus,
	decodeHashSet,
	decodeQueueRank,
	writePartStatus,
} from './wire/files.ts';
import { EDONKEY, EMULE, type Frame } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';

export interface RetrieveParts {
	readonly peers: () => Peers;
	readonly callbacks: () => Callbacks;
	/** Has our server say who the sources of a file are. */
	readonly introduce: (ed2k: string, hash: Uint8Array) => void;
}

export class Retrieve implements PeerParts {
	readonly introductions: Introductions;
	readonly #client: Client;
	readonly #parts: RetrieveParts;
	readonly #dealings: Dealings;
	readonly #receive: Receive;

	constructor(client: Client, parts: RetrieveParts) {
		this.#client = client;
		this.#parts = parts;
		this.#dealings = new Dealings(client);
		this.#receive = new Receive(client, parts.peers, (dealing, why) => this.#end(dealing, why));
		this.introductions = new Introductions(client, parts.introduce, (dealing) => this.#dial(dealing));
	}

	fetch(request: FetchRequest): void {
		const { host, world } = this.#client;
		const dealing = this.#dealings.with(request.source);
		const { ed2k, size } = request;
		if (ed2k === undefined || size === undefined || dealing === undefined)
			return host.fetchEnd(request.fetch, 'in eDonkey a file is asked for by its hash and its size');
		if (dealing.request !== undefined)
			return this.#postpone(request.fetch, dealing, 'this source is giving us another file');
		dealing.begin(request, ed2k, world.now());
		if (dealing.peer?.state === 'talking') return this.#proceed(dealing);
		if (dealing.isQueued(world.now())) return this.#queued(dealing);
		if (dealing.peer === undefined) this.#reach(dealing, request);
	}

	cancel(fetch: number): void {
		const dealing = this.#dealings.ofFetch(fetch);
		if (dealing !== undefined) this.#end(dealing, 'cancelled');
	}

	/** A source with a LowID cannot be called back. */
	unreachable(dealing: Dealing, why: string): void {
		if (dealing.peer === undefined) this.#end(dealing, why);
	}

	arrived(peer: Peer): void {
		const known = this.#dealings.by(peer);
		const dealing = known ?? this.#dealings.of(peer).find((one) => one.peer === undefined);
		if (dealing === undefined) return;
		if (known === undefined) this.#dealings.attach(dealing, peer);
		this.#parts.callbacks().forget(dealing);
		if (dealing.request !== undefined) this.#proceed(dealing);
	}

	frame(peer: Peer, { protocol: kind, opcode, body }: Frame): boolean {
		const dealing = this.#dealings.by(peer);
		if (dealing === undefined) return false;
		if (kind === EMULE) return this.#muleFrame(dealing, opcode, body);
		switch (opcode) {
			case ClientMessage.FileStatus:
				this.#status(dealing, body);
				return true;
			case ClientMessage.NoSuchFile:
				this.#missing(dealing, body);
				return true;
			case ClientMessage.HashSet:
				this.#hashes(dealing, body);
				return true;
			case ClientMessage.AcceptUpload:
				this.#accepted(dealing);
				return true;
			case ClientMessage.OutOfParts:
				this.#stopped(dealing);
				return true;
			case ClientMessage.QueueRank:
				this.#ranked(dealing, decodeQueueRank(body, false));
				return true;
			case ClientMessage.SendingPart:
				this.#receive.part(dealing, opcode, body);
				return true;
			default:
				return false;
		}
	}

	left(peer: Peer, why: string): void {
		const dealing = this.#dealings.detach(peer);
		if (dealing !== undefined)
			this.#end(dealing, peer.hello === undefined ? why : `the source closed: ${why}`);
	}

	needs(peer: Peer): boolean {
		const dealing = this.#dealings.by(peer);
		return dealing !== undefined && (dealing.request !== undefined || dealing.slot || dealing.blocks.waiting);
	}

	tick(now: number): void {
		const { fetchSeconds, slotSeconds } = this.#client.limits;
		this.introductions.tick(now);
		for (const dealing of this.#dealings.all()) {
			const silent = now - Math.max(dealing.askedAt, dealing.peer?.lastAt ?? 0);
			if (dealing.request !== undefined) {
				if (silent >= fetchSeconds * 1000) this.#giveUp(dealing);
			} else if (dealing.slot && now - dealing.idleSince >= slotSeconds * 1000) this.#giveBack(dealing);
		}
		this.#dealings.tidy();
	}

	/** Its link, or somebody who brings one about. */
	#reach(dealing: Dealing, request: FetchRequest): void {
		const { source } = request;
		if (source.firewalled) return this.#parts.callbacks().ask(dealing, source);
		const known = this.#parts.peers().at(source);
		if (known !== undefined && this.#dealings.by(known) === undefined) {
			this.#dealings.attach(dealing, known);
			return this.#proceed(dealing);
		}
		if (!this.introductions.waits(dealing)) this.#dial(dealing);
	}

	#dial(dealing: Dealing): void {
		const { request } = dealing;
		if (request === undefined) return;
		const peer = this.#parts.peers().dial(request.source, `fetch ${request.name}`);
		if (peer !== undefined) return this.#dealings.attach(dealing, peer);
		this.#end(dealing, 'obfuscation is required, and it is not known that both have it');
	}

	#proceed(dealing: Dealing): void {
		const { request, peer } = dealing;
		const { world } = this.#client;
		if (request === undefined || peer === undefined) return;
		if (request.tree === true) return this.#say(dealing, ClientMessage.HashSetRequest, dealing.hash);
		if (dealing.slot) return this.#receive.begin(dealing);
		if (dealing.isQueued(world.now())) return this.#queued(dealing);
		const about = new Writer(24).put(dealing.hash);
		// Which parts we have: none, as far as this says.
		if ((peer.hello?.features.extendedRequests ?? 0) > 0) writePartStatus(about, 'all');
		if ((peer.hello?.features.extendedRequests ?? 0) > 1) about.u16(0);
		this.#say(dealing, ClientMessage.FileName, about.done());
		this.#say(dealing, ClientMessage.SetFile, dealing.hash);
	}

	#status(dealing: Dealing, body: Uint8Array): void {
		const status = decodeFileStatus(body);
		if (isRefusal(status)) return this.#malformed(dealing, status);
		const { request } = dealing;
		if (request === undefined || request.tree === true || dealing.slot || !dealing.isFile(status.hash))
			return;
		dealing.parts = spansOf(status.parts, request.size ?? 0);
		if (dealing.endOfPart(request.from) === undefined) {
			return this.#receive.lacks(dealing);
		}
		dealing.applied(this.#client.world.now());
		this.#say(dealing, ClientMessage.StartUpload, dealing.hash);
	}

	#missing(dealing: Dealing, body: Uint8Array): void {
		const hash = decodeFileHash(body);
		if (isRefusal(hash)) return this.#malformed(dealing, hash);
		const { request, peer } = dealing;
		if (request === undefined || !dealing.isFile(hash)) return;
		this.#client.host.fetchHead(request.fetch, peer!.link, { ...dealing.busy(), status: 404 });
		this.#end(dealing, 'the source does not have it');
	}

	#hashes(dealing: Dealing, body: Uint8Array): void {
		const set = decodeHashSet(body);
		if (isRefusal(set)) return this.#malformed(dealing, set);
		const { request } = dealing;
		if (request?.tree !== true || !dealing.isFile(set.hash)) return;
		const count = Math.floor((request.size ?? 0) / protocol.part) + 1;
		if (set.parts.length !== count * 16) {
			this.#parts.peers().refuse(dealing.peer!, 'edonkey.hashes.other', `${set.parts.length / 16} parts`);
			return this.#end(dealing, 'the source gave hashes of something else');
		}
		const slices = set.parts.slice();
		this.#client.host.fetchTree(request.fetch, { kind: 'ed2k', slices, slice: protocol.part });
		this.#end(dealing, '');
	}

	/** It is our turn: now, or after long waiting. */
	#accepted(dealing: Dealing): void {
		dealing.accepted(this.#client.world.now());
		if (dealing.request !== undefined && dealing.request.tree !== true) this.#receive.begin(dealing);
	}

	#ranked(dealing: Dealing, rank: number | Refusal): void {
		if (isRefusal(rank)) return this.#malformed(dealing, rank);
		dealing.rank = Math.max(1, rank);
		if (dealing.request !== undefined && !dealing.slot && dealing.request.tree !== true)
			this.#queued(dealing);
	}

	/** Others have their turn. */
	#stopped(dealing: Dealing): void {
		dealing.stopped();
		if (dealing.request !== undefined && dealing.request.tree !== true)
			this.#end(dealing, 'the source gives others their turn');
	}

	#queued(dealing: Dealing): void {
		const { request, peer } = dealing;
		if (request === undefined) return;
		this.#client.host.fetchHead(request.fetch, peer?.link ?? 0, dealing.inQueue());
		this.#end(dealing, `queued at place ${dealing.rank}`);
	}

	#muleFrame(dealing: Dealing, opcode: number, body: Uint8Array): boolean {
		switch (opcode) {
			case MuleMessage.QueueRanking:
				this.#ranked(dealing, decodeQueueRank(body, true));
				return true;
			case MuleMessage.SendingPart64:
			case MuleMessage.CompressedPart:
			case MuleMessage.CompressedPart64:
				this.#receive.part(dealing, opcode, body);
				return true;
			default:
				return false;
		}
	}

	#malformed(dealing: Dealing, { refused, detail }: Refusal): void {
		this.#parts.peers().refuse(dealing.peer!, refused, detail);
		this.#parts.peers().end(dealing.peer!, 'what it says makes no sense');
	}

	/** It may be asked later. */
	#postpone(fetch: number, dealing: Dealing, why: string): void {
		const { host, limits } = this.#client;
		const head = { ...dealing.busy(), retryAfter: limits.fetchSeconds };
		host.fetchHead(fetch, dealing.peer?.link ?? 0, head);
		host.fetchEnd(fetch, why);
	}

	#giveUp(dealing: Dealing): void {
		const { peer } = dealing;
		this.#end(dealing, 'the source sent nothing for too long');
		if (peer !== undefined) this.#parts.peers().end(peer, 'it sent nothing for too long');
	}

	#giveBack(dealing: Dealing): void {
		dealing.stopped();
		dealing.rank = 0;
		this.#say(dealing, ClientMessage.CancelTransfer);
	}

	/** The host's last word on the fetch of this dealing, if there is one. */
	#end(dealing: Dealing, why: string): void {
		const { request } = dealing;
		if (request === undefined) return;
		dealing.request = undefined;
		dealing.idleSince = this.#client.world.now();
		dealing.blocks.drop();
		this.#parts.callbacks().forget(dealing);
		this.#client.host.fetchEnd(request.fetch, why);
	}

	#say(dealing: Dealing, opcode: number, body?: Uint8Array, kind: number = EDONKEY): void {
		if (dealing.peer !== undefined) this.#parts.peers().say(dealing.peer, opcode, body, kind);
	}
}
