/**
 * What a source is asked about a file before its bytes: name, parts, and who else has it. In one message where it takes that, as
 * all of today do; old programs are asked one by one.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Client } from './client.ts';
import type { Dealing } from './dealings.ts';
import type { Exchange } from './exchange.ts';
import type { Peer, Peers } from './peers.ts';
import type { Recovery } from './recovery.ts';
import { partsOf } from './shared-parts.ts';
import {
	decodeFileStatus,
	decodeMultiPacketAnswer,
	encodeMultiPacket,
	encodeNameQuestion,
	type FileStatus,
} from './wire/files.ts';
import { EMULE } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';

export interface AskingParts {
	readonly peers: () => Peers;
	readonly exchange: () => Exchange;
	readonly recovery: () => Recovery;
}

export class Asking {
	readonly #client: Client;
	readonly #parts: AskingParts;

	constructor(client: Client, parts: AskingParts) {
		this.#client = client;
		this.#parts = parts;
	}

	ask({ hash, size }: Dealing, peer: Peer): void {
		const here = this.#client.host.shares.byEd2k(hash);
		// A count of none says that we have nothing that others could take from us.
		const parts = here === undefined ? 'all' : partsOf(here);
		const peers = this.#parts.peers();
		if (!takesSeveral(peer)) {
			const extended = peer.hello?.features.extendedRequests ?? 0;
			peers.say(peer, ClientMessage.FileName, encodeNameQuestion(hash, parts, extended));
			peers.say(peer, ClientMessage.SetFile, hash);
			return;
		}
		const wantsSources = this.#parts.exchange().asks(peer, hash);
		const question = encodeMultiPacket({
			...{
				hash,
				size,
				parts,
				wantsName: true,
				wantsStatus: true,
				wantsAichRoot: (peer.hello?.features.aich ?? 0) > 0,
			},
			...(wantsSources !== undefined && { wantsSources }),
		});
		peers.say(peer, MuleMessage.MultiPacketLarge, question, EMULE);
	}

	/** What it has of the file, from the answer to several questions or to one. */
	answered(peer: Peer, opcode: number, body: Uint8Array): FileStatus | Refusal {
		if (opcode === MuleMessage.MultiPacketAnswer) {
			const answer = decodeMultiPacketAnswer(body);
			if (isRefusal(answer)) return answer;
			if (answer.aichRoot !== undefined) this.#parts.recovery().rootSaid(peer, answer.hash, answer.aichRoot);
			// Files of one part have no others: some programs say nothing of it.
			return { hash: answer.hash, parts: answer.parts ?? 'all' };
		}
		const status = decodeFileStatus(body);
		if (!isRefusal(status) && !takesSeveral(peer)) this.#parts.exchange().ask(peer, status.hash);
		return status;
	}
}

function takesSeveral({ hello }: Peer): boolean {
	return hello?.features.extendedMultiPacket === true;
}
