/** The bytes of a fetch: asked for block by block, taken in order, handed to the host. */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { FetchHead } from '../network.ts';
import { type Arrival, arrivalOf } from './arrival.ts';
import type { Client } from './client.ts';
import type { Dealing } from './dealings.ts';
import { isLarge } from './identity.ts';
import type { Ledger } from './ledger.ts';
import { protocol } from './limits.ts';
import type { Peers } from './peers.ts';
import { decodeHashSet } from './wire/files.ts';
import { EDONKEY, EMULE } from './wire/frames.ts';
import { ClientMessage, MuleMessage } from './wire/messages.ts';
import { encodeRequestParts } from './wire/parts.ts';

/** Of a message before its bytes: hash, offset and length. */
const PART_HEAD = 24;

export class Receive {
	readonly #client: Client;
	readonly #peers: () => Peers;
	readonly #ledger: Ledger;
	/** The last word on a fetch. */
	readonly #end: (dealing: Dealing, why: string) => void;

	constructor(
		client: Client,
		{ peers, ledger }: { readonly peers: () => Peers; readonly ledger: Ledger },
		end: (dealing: Dealing, why: string) => void,
	) {
		this.#client = client;
		this.#peers = peers;
		this.#ledger = ledger;
		this.#end = end;
	}

	/** The source may have them later. */
	lacks(dealing: Dealing): void {
		const { request, peer } = dealing;
		const { host, limits } = this.#client;
		if (request === undefined) return;
		const head = { ...dealing.busy(), retryAfter: limits.fetchSeconds };
		host.fetchHead(request.fetch, peer?.link ?? 0, head);
		this.#end(dealing, 'the source does not have these bytes yet');
	}

	/** We have a slot: asks for the range. */
	begin(dealing: Dealing): void {
		const { request, peer, blocks } = dealing;
		if (request === undefined || peer === undefined) return;
		const end = dealing.endOfPart(request.from);
		if (end === undefined) return this.lacks(dealing);
		const to = Math.min(request.to ?? end, end);
		blocks.begin(request.from, to);
		const head: FetchHead = {
			...{ status: 206, from: request.from, to, agent: peer.agent, alternates: [] },
			...(request.size !== undefined && { size: request.size }),
			...(dealing.parts !== undefined && { parts: dealing.parts }),
		};
		this.#client.host.fetchHead(request.fetch, peer.link, head);
		if (dealing.request === request) this.#ask(dealing);
	}

	/** Hashes of the parts; the host holds them against the file's. */
	hashes(dealing: Dealing, body: Uint8Array): void {
		const set = decodeHashSet(body);
		if (isRefusal(set)) return this.#malformed(dealing, set);
		const { request } = dealing;
		if (request?.tree !== true || !dealing.isFile(set.hash)) return;
		const count = Math.floor((request.size ?? 0) / protocol.part) + 1;
		if (set.parts.length !== count * 16) {
			this.#peers().refuse(dealing.peer!, 'edonkey.hashes.other', `${set.parts.length / 16} parts`);
			return this.#end(dealing, 'the source gave hashes of something else');
		}
		const slices = set.parts.slice();
		this.#client.host.fetchTree(request.fetch, { kind: 'ed2k', slices, slice: protocol.part });
		this.#end(dealing, '');
	}

	part(dealing: Dealing, opcode: number, body: Uint8Array): void {
		const part = arrivalOf(dealing, opcode, body);
		const onTheWire = Math.max(0, body.length - PART_HEAD);
		if (part === 'more') return this.#ledger.received(dealing.peer!, onTheWire, 0);
		if (!isRefusal(part)) return this.#bytes(dealing, part, onTheWire);
		if (part.refused === 'edonkey.part.unasked') return this.#unasked(dealing, part.detail);
		this.#malformed(dealing, part);
	}

	#ask(dealing: Dealing): void {
		const { blocks, hash, request } = dealing;
		const spans = blocks.ask();
		const large = isLarge(request?.size ?? 0);
		for (let at = 0; at < spans.length; at += 3) {
			const body = encodeRequestParts({ hash, ranges: spans.slice(at, at + 3) }, large);
			const [opcode, kind] = large
				? [MuleMessage.RequestParts64, EMULE]
				: [ClientMessage.RequestParts, EDONKEY];
			if (!this.#peers().say(dealing.peer!, opcode, body, kind)) return;
		}
	}

	#bytes(dealing: Dealing, { from, to, data }: Arrival, onTheWire: number): void {
		const { blocks, request } = dealing;
		const taken = blocks.take({ from, to }, this.#client.world.now());
		if (taken === 'unasked') return this.#unasked(dealing, `from ${from} to ${to}`);
		dealing.idleSince = this.#client.world.now();
		this.#ledger.received(dealing.peer!, Math.min(onTheWire, data.length), data.length);
		if (taken === 'dropped' || request === undefined) return;
		this.#client.host.fetchBody(request.fetch, data);
		if (dealing.request !== request) return;
		if (blocks.done) this.#end(dealing, '');
		else this.#ask(dealing);
	}

	#malformed(dealing: Dealing, { refused, detail }: Refusal): void {
		this.#peers().refuse(dealing.peer!, refused, detail);
		this.#peers().end(dealing.peer!, 'what it says makes no sense');
	}

	#unasked(dealing: Dealing, detail?: string): void {
		this.#peers().refuse(dealing.peer!, 'edonkey.part.unasked', detail);
		this.#peers().end(dealing.peer!, 'it sends what nobody asked for');
	}
}
