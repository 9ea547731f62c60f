/**
 * Retrieve, the end that has the file. The rules:
 *
 * - A file is known by its hash alone, looked up in the index of shares; a path is never made from anything.
 * - Slots are the host's. Who finds none has a place in its queue and is told of it; we ask the host again for him,
 *   and call when it is his turn, over his link or, where he can be dialled, a new one.
 * - A block is one message: its head, then the bytes that the host pumps. A client asks for three blocks of 180 KiB at a
 *   time; it may have asked for so many and not got them yet.
 * - What is not here, or not in the file, is refused; what somebody no longer wants is not begun.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import { hex } from '../common/hash.ts';
import type { Admission, Asker, SharedFile } from '../network.ts';
import type { Client } from './client.ts';
import type { Exchange } from './exchange.ts';
import { protocol } from './limits.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import { partsOf } from './shared-parts.ts';
import { Waiting } from './waiting.ts';
import {
	decodeFileHash,
	decodeMultiPacket,
	decodePartsSaid,
	encodeFileName,
	encodeFileStatus,
	encodeHashSet,
	encodeMultiPacketAnswer,
	encodeQueueRanking,
	type PartStatus,
} from './wire/files.ts';
import { EMULE, type Frame } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';
import { decodeRequestParts, partHead, type Range } from './wire/parts.ts';

interface Upload {
	readonly peer: Peer;
	/** What it asked about last. */
	file: SharedFile | undefined;
	/** It may ask for parts. */
	slot: boolean;
	/** Asked for, and not begun. */
	readonly ranges: Range[];
	/** A block is on its way. */
	busy: boolean;
}

export interface ServeParts {
	readonly peers: () => Peers;
	readonly exchange: () => Exchange;
}

export class Serve implements PeerParts {
	readonly #client: Client;
	readonly #peers: () => Peers;
	readonly #exchange: () => Exchange;
	readonly #uploads = new Map<Link, Upload>();
	readonly waiting: Waiting;

	constructor(client: Client, { peers, exchange }: ServeParts) {
		this.#client = client;
		this.#peers = peers;
		this.#exchange = exchange;
		this.waiting = new Waiting(client, {
			peers,
			admit: (link, asker) => client.host.admit(link, asker),
			turn: (peer, file) => this.#turn(peer, file),
		});
	}

	arrived(peer: Peer): void {
		this.#uploads.set(peer.link, { peer, file: undefined, slot: false, ranges: [], busy: false });
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

	/** The host has sent a block (why empty), or could not. */
	served(link: Link, why: string): void {
		const upload = this.#uploads.get(link);
		if (upload === undefined) return;
		upload.busy = false;
		upload.peer.lastAt = this.#client.world.now();
		if (why !== '') return this.#peers().end(upload.peer, why);
		this.#work(upload);
	}

	frame(peer: Peer, { protocol: kind, opcode, body }: Frame): boolean {
		const upload = this.#uploads.get(peer.link);
		if (upload === undefined) return false;
		if (kind === EMULE) return this.#muleFrame(upload, opcode, body);
		switch (opcode) {
			case ClientMessage.FileName:
			case ClientMessage.SetFile:
			case ClientMessage.HashSetRequest:
				this.#about(upload, opcode, body);
				return true;
			case ClientMessage.StartUpload:
				this.#start(upload, body);
				return true;
			case ClientMessage.RequestParts:
				this.#requested(upload, body, false);
				return true;
			case ClientMessage.ViewShared:
			case ClientMessage.ViewFolders:
			case ClientMessage.ViewFolder:
				// A list of all that somebody shares tells more of him than he knows.
				this.#peers().say(peer, ClientMessage.ViewDenied);
				return true;
			case ClientMessage.CancelTransfer:
			case ClientMessage.EndOfDownload:
				upload.ranges.length = 0;
				upload.slot = false;
				return true;
			default:
				return false;
		}
	}

	#muleFrame(upload: Upload, opcode: number, body: Uint8Array): boolean {
		switch (opcode) {
			case MuleMessage.RequestParts64:
				this.#requested(upload, body, true);
				return true;
			case MuleMessage.MultiPacket:
			case MuleMessage.MultiPacketLarge:
				this.#several(upload, body, opcode === MuleMessage.MultiPacketLarge);
				return true;
			default:
				return false;
		}
	}

	/** Several questions about one file, as all modern clients ask. */
	#several(upload: Upload, body: Uint8Array, large: boolean): void {
		const { peer } = upload;
		const asked = decodeMultiPacket(body, large, peer.hello?.features.extendedRequests ?? 0);
		if (isRefusal(asked)) return this.#malformed(upload, asked);
		const { hash, wantsName, wantsStatus, wantsAichRoot, wantsSources, parts } = asked;
		const file = this.#client.host.shares.byEd2k(hash);
		if (file === undefined || (asked.size !== undefined && asked.size !== file.size))
			return void this.#peers().say(peer, ClientMessage.NoSuchFile, hash.slice());
		if (wantsName || wantsStatus) this.#chose(upload, file);
		if (parts !== undefined) this.#has(peer, file, parts);
		const aichRoot = wantsAichRoot ? this.#client.host.aich(file.id) : undefined;
		const answer = encodeMultiPacketAnswer({
			hash,
			...(wantsName && { name: file.name }),
			...(wantsStatus && { parts: partsOf(file) }),
			...(aichRoot !== undefined && { aichRoot }),
		});
		this.#peers().say(peer, MuleMessage.MultiPacketAnswer, answer, EMULE);
		if (wantsSources !== undefined) this.#exchange().answer(peer, hash, wantsSources);
	}

	/** What somebody who asks has of the file already. Nothing is how a program says that it has no part, or is old. */
	#has(peer: Peer, { ed2k }: SharedFile, parts: PartStatus): void {
		if (parts !== 'all' && ed2k !== undefined) this.#exchange().known.said(peer, hex(ed2k), parts);
	}

	#about(upload: Upload, opcode: number, body: Uint8Array): void {
		const hash = decodeFileHash(body);
		if (isRefusal(hash)) return this.#malformed(upload, hash);
		const file = this.#client.host.shares.byEd2k(hash);
		const { peer } = upload;
		if (file === undefined) return void this.#peers().say(peer, ClientMessage.NoSuchFile, hash.slice());
		if (opcode === ClientMessage.HashSetRequest) return this.#hashes(peer, file, hash);
		this.#chose(upload, file);
		if (opcode === ClientMessage.FileName) {
			const said = decodePartsSaid(body, peer.hello?.features.extendedRequests ?? 0);
			if (said !== undefined) this.#has(peer, file, said);
			const name = encodeFileName({ hash, name: file.name });
			return void this.#peers().say(peer, ClientMessage.FileNameAnswer, name);
		}
		const status = encodeFileStatus({ hash, parts: partsOf(file) });
		this.#peers().say(peer, ClientMessage.FileStatus, status);
	}

	/** A file of one part has no other hash than its own: nobody needs to ask. */
	#hashes(peer: Peer, file: SharedFile, hash: Uint8Array): void {
		const tree = this.#client.host.tree(file.id, 'ed2k');
		if (tree === undefined) return;
		this.#peers().say(peer, ClientMessage.HashSet, encodeHashSet({ hash, parts: tree.slices }));
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
		const admission = this.#client.host.admit(peer.link, askerOf(peer, file));
		if (admission === true) this.#turn(peer, file);
		else this.#wait(peer, file, admission);
	}

	/** Its slot was for another file. */
	#chose(upload: Upload, file: SharedFile): void {
		if (upload.file?.id !== file.id) {
			upload.slot = false;
			upload.ranges.length = 0;
		}
		upload.file = file;
	}

	#turn(peer: Peer, file: SharedFile): void {
		const upload = this.#uploads.get(peer.link);
		if (upload === undefined) return;
		this.waiting.forget(peer);
		this.#chose(upload, file);
		upload.slot = true;
		this.#peers().say(peer, ClientMessage.AcceptUpload);
	}

	#wait(peer: Peer, file: SharedFile, admission: Exclude<Admission, true>): void {
		const rank = this.waiting.add(peer, file, askerOf(peer, file), admission);
		if (rank === undefined) return this.#peers().refuse(peer, 'edonkey.queue.crowd');
		this.#peers().say(peer, MuleMessage.QueueRanking, encodeQueueRanking(rank), EMULE);
	}

	#requested(upload: Upload, body: Uint8Array, large: boolean): void {
		const request = decodeRequestParts(body, large);
		if (isRefusal(request)) return this.#malformed(upload, request);
		const { file, peer, ranges } = upload;
		// Without a slot nobody has a right to bytes; a client that was just stopped may not know it yet.
		if (file === undefined || !upload.slot || !isSame(file.ed2k, request.hash)) return;
		for (const range of request.ranges) {
			// A client repeats what it has not got yet.
			if (ranges.some(({ from, to }) => from === range.from && to === range.to)) continue;
			if (!isHere(file, range) || ranges.length >= this.#client.limits.rangesWaiting) {
				this.#peers().refuse(peer, 'edonkey.part.range', `${range.from} to ${range.to} of ${file.size}`);
				return this.#peers().end(peer, 'it asks for what is not there');
			}
			ranges.push(range);
		}
		this.#work(upload);
	}

	/** Begins with the next block, if none is on its way. */
	#work(upload: Upload): void {
		const { peer, file, ranges } = upload;
		if (upload.busy || !upload.slot || file === undefined) return;
		const range = ranges[0];
		if (range === undefined) return;
		const admission = this.#client.host.admit(peer.link, askerOf(peer, file));
		if (admission !== true) {
			upload.slot = false;
			ranges.length = 0;
			this.#peers().say(peer, ClientMessage.OutOfParts);
			return this.#wait(peer, file, admission);
		}
		ranges.shift();
		upload.busy = true;
		if (!this.#peers().sayBytes(peer, partHead(file.ed2k!, range))) return;
		this.#client.host.serve(peer.link, file.id, range.from, range.to);
	}

	#malformed({ peer }: Upload, { refused, detail }: Refusal): void {
		this.#peers().refuse(peer, refused, detail);
		this.#peers().end(peer, 'what it says makes no sense');
	}
}

function askerOf(peer: Peer, file: SharedFile): Asker {
	return { address: peer.remote, agent: peer.agent, file: file.id, queues: true };
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
	return one?.every((byte, i) => byte === other[i]) === true;
}

/** All of the range is in the file, and here; and it is not more than three blocks. */
function isHere({ size, parts }: SharedFile, { from, to }: Range): boolean {
	if (to > size || to - from > 3 * protocol.block) return false;
	return parts === undefined || parts.some((part) => part.from <= from && to <= part.to);
}
