/**
 * Retrieve, the end that has the file. The rules:
 *
 * - A file is known by its hash alone, looked up in the index of shares; a path is never made from anything.
 * - Slots are the host's. Who finds none has a place in its queue and is told of it; we ask the host again for him,
 *   and call when it is his turn, over his link or, where he can be dialled, a new one.
 * - A block goes in one row of messages, which the host reads for and sends (pieces.ts). A client asks for three blocks of 180 KiB at a
 *   time; it may have asked for so many and not got them yet.
 * - The very same range is given once while a slot lasts, as aMule does: clients repeat what is on its way to them.
 * - What is not here, or not in the file, is refused; what somebody no longer wants is not begun.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import { hex } from '../common/hash.ts';
import type { Admission, Asker, Messages, SharedFile } from '../network.ts';
import type { Client } from './client.ts';
import type { Ledger } from './ledger.ts';
import { protocol } from './limits.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import { packedMessages, partMessages } from './pieces.ts';
import { Waiting } from './waiting.ts';
import { encodeQueueRanking } from './wire/files.ts';
import { EMULE, type Frame } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';
import { decodeRequestParts, type Range } from './wire/parts.ts';

interface Upload {
	readonly peer: Peer;
	/** What it asked about last. */
	file: SharedFile | undefined;
	/** It may ask for parts. */
	slot: boolean;
	/** Asked for, and not begun. */
	readonly ranges: Range[];
	/** All that was asked for in this slot, up to a number. */
	readonly given: Set<string>;
	/** A block of so many bytes is on its way. */
	busy: boolean;
	sending: number;
}

export interface ServeParts {
	readonly peers: () => Peers;
	readonly ledger: Ledger;
}

export class Serve implements PeerParts {
	readonly #client: Client;
	readonly #peers: () => Peers;
	readonly #ledger: Ledger;
	readonly #uploads = new Map<Link, Upload>();
	readonly waiting: Waiting;

	constructor(client: Client, { peers, ledger }: ServeParts) {
		this.#client = client;
		this.#peers = peers;
		this.#ledger = ledger;
		this.waiting = new Waiting(client, {
			peers,
			admit: (link, asker) => client.host.admit(link, asker),
			asker: (peer, file) => this.#askerOf(peer, file),
			turn: (peer, file) => this.#turn(peer, file),
		});
	}

	arrived(peer: Peer): void {
		this.#uploads.set(peer.link, {
			...{ peer, file: undefined, slot: false, ranges: [], given: new Set() },
			...{ busy: false, sending: 0 },
		});
		this.waiting.arrived(peer);
	}

	left(peer: Peer): void {
		this.#uploads.delete(peer.link);
		this.waiting.left(peer);
	}

	needs(peer: Peer): boolean {
		const upload = this.#uploads.get(peer.link);
		return upload !== undefined && (upload.busy || upload.ranges.length > 0);
	}

	tick(now: number): void {
		this.waiting.tick(now);
	}

	/** It asks about a file: from now on it is this one that it wants. */
	chose(peer: Peer, file: SharedFile): void {
		const upload = this.#uploads.get(peer.link);
		if (upload !== undefined) this.#chose(upload, file);
	}

	/** The host has sent a block (why empty), or could not. */
	served(link: Link, why: string): void {
		const upload = this.#uploads.get(link);
		if (upload === undefined) return;
		upload.busy = false;
		upload.peer.lastAt = this.#client.world.now();
		if (why !== '') return this.#peers().end(upload.peer, why);
		this.#ledger.credits.sent(upload.peer, upload.sending);
		this.#work(upload);
	}

	frame(peer: Peer, { protocol: kind, opcode, body }: Frame): boolean {
		const upload = this.#uploads.get(peer.link);
		if (upload === undefined) return false;
		if (kind === EMULE) {
			if (opcode !== MuleMessage.RequestParts64) return false;
			this.#requested(upload, body, true);
			return true;
		}
		switch (opcode) {
			case ClientMessage.StartUpload:
				this.#start(upload, body);
				return true;
			case ClientMessage.RequestParts:
				this.#requested(upload, body, false);
				return true;
			case ClientMessage.CancelTransfer:
			case ClientMessage.EndOfDownload:
				slotEnds(upload);
				return true;
			default:
				return false;
		}
	}

	#start(upload: Upload, body: Uint8Array): void {
		if (body.length >= 16) {
			const file = this.#client.host.shares.byEd2k(body.subarray(0, 16));
			if (file === undefined) {
				this.#peers().say(upload.peer, ClientMessage.NoSuchFile, body.slice(0, 16));
				return;
			}
			this.#chose(upload, file);
		}
		if (upload.file === undefined) return;
		const { peer, file } = upload;
		if (!upload.slot) this.#ledger.bans.asked(peer, hex(file.ed2k!));
		if (peer.state === 'closed') return;
		const admission = this.#client.host.admit(peer.link, this.#askerOf(peer, file));
		if (admission === true) this.#turn(peer, file);
		else this.#wait(peer, file, admission);
	}

	/** Its slot was for another file. */
	#chose(upload: Upload, file: SharedFile): void {
		if (upload.file?.id !== file.id) {
			slotEnds(upload);
		}
		upload.file = file;
	}

	#turn(peer: Peer, file: SharedFile): void {
		const upload = this.#uploads.get(peer.link);
		if (upload === undefined) return;
		this.waiting.forget(peer);
		this.#chose(upload, file);
		this.#ledger.bans.served(peer, hex(file.ed2k!));
		upload.slot = true;
		this.#peers().say(peer, ClientMessage.AcceptUpload);
	}

	#wait(peer: Peer, file: SharedFile, admission: Exclude<Admission, true>): void {
		const rank = this.waiting.add(peer, file, this.#askerOf(peer, file), admission);
		if (rank === undefined) return this.#peers().refuse(peer, 'edonkey.queue.crowd');
		this.#peers().say(peer, MuleMessage.QueueRanking, encodeQueueRanking(rank), EMULE);
	}

	#requested(upload: Upload, body: Uint8Array, large: boolean): void {
		const request = decodeRequestParts(body, large);
		if (isRefusal(request)) return this.#malformed(upload, request);
		const { file, peer, ranges, given } = upload;
		// Without a slot nobody has a right to bytes; a client that was just stopped may not know it yet.
		if (file === undefined || !upload.slot || !isSame(file.ed2k, request.hash)) return;
		for (const range of request.ranges) {
			// A client repeats what it has not got yet: what is on its way would go twice.
			const key = `${range.from}-${range.to}`;
			if (given.has(key)) continue;
			if (!isHere(file, range) || ranges.length >= this.#client.limits.rangesWaiting) {
				this.#peers().refuse(peer, 'edonkey.part.range', `${range.from} to ${range.to} of ${file.size}`);
				return this.#peers().end(peer, 'it asks for what is not there');
			}
			ranges.push(range);
			if (given.size >= this.#client.limits.rangesGiven) given.delete(given.values().next().value!);
			given.add(key);
		}
		this.#work(upload);
	}

	/** Begins with the next block, if none is on its way. */
	#work(upload: Upload): void {
		const { peer, file, ranges } = upload;
		if (upload.busy || !upload.slot || file === undefined) return;
		const range = ranges[0];
		if (range === undefined) return;
		const admission = this.#client.host.admit(peer.link, this.#askerOf(peer, file));
		if (admission !== true) {
			slotEnds(upload);
			this.#peers().say(peer, ClientMessage.OutOfParts);
			return this.#wait(peer, file, admission);
		}
		ranges.shift();
		upload.busy = true;
		upload.sending = range.to - range.from;
		this.#give(peer, file, range);
	}

	/** Packed, where its taker can unpack it and the host finds it worth it. */
	#give(peer: Peer, { id, ed2k }: SharedFile, range: Range): void {
		const { from, to } = range;
		const packs = (peer.hello?.features.compression ?? 0) > 0 && to - from <= protocol.block;
		const of: Messages['of'] = (bytes, packed, room) =>
			(packed ? packedMessages : partMessages)(ed2k!, range, bytes, room);
		peer.tally.said(to - from);
		this.#client.host.serve(peer.link, id, from, to, { packs, of });
	}

	#askerOf(peer: Peer, file: SharedFile): Asker {
		const weight = this.#ledger.credits.weight(peer);
		return { address: peer.remote, agent: peer.agent, file: file.id, queues: true, weight };
	}

	#malformed({ peer }: Upload, { refused, detail }: Refusal): void {
		this.#peers().refuse(peer, refused, detail);
		this.#peers().end(peer, 'what it says makes no sense');
	}
}

function slotEnds(upload: Upload): void {
	upload.slot = false;
	upload.ranges.length = 0;
	upload.given.clear();
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
	return one?.every((byte, i) => byte === other[i]) === true;
}

/** All of the range is in the file, and here; and it is not more than three blocks. */
function isHere({ size, parts }: SharedFile, { from, to }: Range): boolean {
	if (to > size || to - from > 3 * protocol.block) return false;
	return parts === undefined || parts.some((part) => part.from <= from && to <= part.to);
}
