/**
 * Questions about files that are here: name, parts, hashes, one by one or several in one message, as all modern clients ask.
 * A file is known by its hash alone, looked up in the index of shares. Whoever asks for a list of all that is shared is
 * refused politely: it tells more of its user than he knows.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { hex } from '../common/hash.ts';
import type { SharedFile } from '../network.ts';
import type { Client } from './client.ts';
import type { Exchange } from './exchange.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import { partsOf } from './shared-parts.ts';
import {
	decodeFileHash,
	decodeMultiPacket,
	decodePartsSaid,
	encodeFileName,
	encodeFileStatus,
	encodeHashSet,
	encodeMultiPacketAnswer,
	type PartStatus,
} from './wire/files.ts';
import { EMULE, type Frame } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';

export interface QuestionParts {
	readonly peers: () => Peers;
	readonly exchange: () => Exchange;
	/** What it asks for from now on. */
	readonly chose: (peer: Peer, file: SharedFile) => void;
}

export class Questions implements PeerParts {
	readonly #client: Client;
	readonly #parts: QuestionParts;

	constructor(client: Client, parts: QuestionParts) {
		this.#client = client;
		this.#parts = parts;
	}

	arrived(): void {}

	left(): void {}

	needs(): boolean {
		return false;
	}

	frame(peer: Peer, { protocol, opcode, body }: Frame): boolean {
		if (protocol === EMULE) {
			if (opcode !== MuleMessage.MultiPacket && opcode !== MuleMessage.MultiPacketLarge) return false;
			this.#several(peer, body, opcode === MuleMessage.MultiPacketLarge);
			return true;
		}
		switch (opcode) {
			case ClientMessage.FileName:
			case ClientMessage.SetFile:
			case ClientMessage.HashSetRequest:
				this.#about(peer, opcode, body);
				return true;
			case ClientMessage.ViewShared:
			case ClientMessage.ViewFolders:
			case ClientMessage.ViewFolder:
				this.#parts.peers().say(peer, ClientMessage.ViewDenied);
				return true;
			default:
				return false;
		}
	}

	#several(peer: Peer, body: Uint8Array, large: boolean): void {
		const asked = decodeMultiPacket(body, large, peer.hello?.features.extendedRequests ?? 0);
		if (isRefusal(asked)) return this.#malformed(peer, asked);
		const { hash, wantsName, wantsStatus, wantsAichRoot, wantsSources, parts } = asked;
		const file = this.#client.host.shares.byEd2k(hash);
		if (file === undefined || (asked.size !== undefined && asked.size !== file.size))
			return void this.#say(peer, ClientMessage.NoSuchFile, hash.slice());
		if (wantsName || wantsStatus) this.#parts.chose(peer, file);
		if (parts !== undefined) this.#has(peer, file, parts);
		const aichRoot = wantsAichRoot ? this.#client.host.aich(file.id) : undefined;
		const answer = encodeMultiPacketAnswer({
			hash,
			...(wantsName && { name: file.name }),
			...(wantsStatus && { parts: partsOf(file) }),
			...(aichRoot !== undefined && { aichRoot }),
		});
		this.#parts.peers().say(peer, MuleMessage.MultiPacketAnswer, answer, EMULE);
		if (wantsSources !== undefined) this.#parts.exchange().answer(peer, hash, wantsSources);
	}

	#about(peer: Peer, opcode: number, body: Uint8Array): void {
		const hash = decodeFileHash(body);
		if (isRefusal(hash)) return this.#malformed(peer, hash);
		const file = this.#client.host.shares.byEd2k(hash);
		if (file === undefined) return this.#say(peer, ClientMessage.NoSuchFile, hash.slice());
		if (opcode === ClientMessage.HashSetRequest) return this.#hashes(peer, file, hash);
		this.#parts.chose(peer, file);
		if (opcode === ClientMessage.FileName) {
			const said = decodePartsSaid(body, peer.hello?.features.extendedRequests ?? 0);
			if (said !== undefined) this.#has(peer, file, said);
			this.#say(peer, ClientMessage.FileNameAnswer, encodeFileName({ hash, name: file.name }));
		} else this.#say(peer, ClientMessage.FileStatus, encodeFileStatus({ hash, parts: partsOf(file) }));
	}

	/** A file of one part has no other hash than its own: nobody needs to ask. */
	#hashes(peer: Peer, file: SharedFile, hash: Uint8Array): void {
		const tree = this.#client.host.tree(file.id, 'ed2k');
		if (tree !== undefined)
			this.#say(peer, ClientMessage.HashSet, encodeHashSet({ hash, parts: tree.slices }));
	}

	/** What somebody who asks has of the file already. Nothing is how a program says that it has no part, or is old. */
	#has(peer: Peer, { ed2k }: SharedFile, parts: PartStatus): void {
		if (parts !== 'all' && ed2k !== undefined) this.#parts.exchange().known.said(peer, hex(ed2k), parts);
	}

	#malformed(peer: Peer, { refused, detail }: Refusal): void {
		this.#parts.peers().refuse(peer, refused, detail);
		this.#parts.peers().end(peer, 'what it says makes no sense');
	}

	#say(peer: Peer, opcode: number, body: Uint8Array): void {
		this.#parts.peers().say(peer, opcode, body);
	}
}
