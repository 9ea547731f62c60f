/**
 * What a recognised Gnutella conversation announces: endpoints in X-Try and X-Alt headers, in pongs (their own
 * and those packed in GGEP IPP), hits, alternates, push proxies, and PUSH messages; also inside deflated links.
 * It stops at TLS, at a broken stream, and after 1 MiB of a link.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { parseAddresses } from '../common/address.ts';
import type { Follower, FollowSink } from '../signature.ts';
import { LinkInflater } from './wire/deflate.ts';
import { readAddresses } from './wire/endpoint.ts';
import { HeaderBlock } from './wire/head.ts';
import { decodeHit } from './wire/hit.ts';
import { frameOfDatagram, MessageSplitter, MessageType, payloadOf, typeOf } from './wire/message.ts';
import { decodePong } from './wire/pong.ts';
import { decodePush } from './wire/push.ts';
import { decodeQuery } from './wire/query.ts';

const mostOfLink = 1 << 20;
const mostAddresses = 64;

const namingHeaders = new Map([
	['x-try', 'X-Try'],
	['x-try-ultrapeers', 'X-Try-Ultrapeers'],
	['x-try-hubs', 'X-Try-Hubs'],
	['x-alt', 'X-Alt'],
	['x-gnutella-alternate-location', 'X-Gnutella-Alternate-Location'],
	['x-push-proxy', 'X-Push-Proxy'],
	['x-node', 'X-Node'],
	['listen-ip', 'Listen-IP'],
	['node', 'Node'],
]);

export class DatagramAnnouncements implements Follower {
	readonly #sink: FollowSink;

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(_byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const frame = frameOfDatagram(bytes.subarray(from, to));
		if (!isRefusal(frame)) announceFrame(frame, this.#sink);
		return true;
	}
}

/** The heads of both directions: HTTP, or a handshake whose stream is not read on. */
export class HttpAnnouncements implements Follower {
	readonly #sink: FollowSink;
	readonly #heads: [HeaderBlock | undefined, HeaderBlock | undefined] = [
		new HeaderBlock(),
		new HeaderBlock(),
	];

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const side = byOpener ? 0 : 1;
		const head = this.#heads[side];
		if (head !== undefined && head.push(bytes.subarray(from, to)) !== 'more') {
			announceHeaders(head.headers, this.#sink);
			this.#heads[side] = undefined;
		}
		return this.#heads[0] !== undefined || this.#heads[1] !== undefined;
	}
}

/** One direction of a link: heads until the last of the handshake, then messages. */
interface Side {
	head: HeaderBlock | undefined;
	heads: number;
	readonly splitter: MessageSplitter;
	inflater: LinkInflater | undefined;
	taken: number;
}

export class LinkAnnouncements implements Follower {
	readonly #sink: FollowSink;
	readonly #opener = newSide();
	readonly #answerer = newSide();
	#going = true;

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const side = byOpener ? this.#opener : this.#answerer;
		side.taken += to - from;
		let rest = bytes.subarray(from, to);
		while (rest.length > 0 && side.head !== undefined && this.#going) rest = this.#head(side, byOpener, rest);
		if (rest.length > 0 && this.#going) this.#messages(side, rest);
		return this.#going && side.taken < mostOfLink;
	}

	#head(side: Side, byOpener: boolean, bytes: Uint8Array): Uint8Array {
		const head = side.head!;
		const result = head.push(bytes);
		if (result === 'more') return bytes.subarray(bytes.length);
		if (isRefusal(result)) {
			this.#going = false;
			return bytes;
		}
		announceHeaders(head.headers, this.#sink);
		side.heads++;
		// The request only offers TLS, the answer takes it.
		if (!byOpener && head.headers.get('upgrade')?.toUpperCase().includes('TLS')) this.#going = false;
		if (head.headers.get('content-encoding')?.toLowerCase().includes('deflate'))
			side.inflater = new LinkInflater();
		// The opener speaks first and third, the answerer second: 0.4 and a refusal have fewer heads.
		const more = byOpener && side.heads === 1 && !/^GNUTELLA CONNECT\/0\.4/.test(head.firstLine ?? '');
		side.head = more ? new HeaderBlock() : undefined;
		return head.rest.slice();
	}

	#messages(side: Side, bytes: Uint8Array): void {
		const { inflater, splitter } = side;
		if (inflater === undefined) this.#split(splitter, bytes);
		// The splitter keeps views of a chunk only until it has been emptied.
		else if (isRefusal(inflater.push(bytes.slice(), (chunk) => this.#split(splitter, chunk))))
			this.#going = false;
	}

	#split(splitter: MessageSplitter, bytes: Uint8Array): void {
		if (!this.#going) return;
		splitter.push(bytes);
		for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
			if (isRefusal(frame)) {
				this.#going = false;
				return;
			}
			announceFrame(frame, this.#sink);
		}
	}
}

function newSide(): Side {
	return {
		head: new HeaderBlock(),
		heads: 0,
		splitter: new MessageSplitter(() => 65_536),
		inflater: undefined,
		taken: 0,
	};
}

function announceHeaders(headers: ReadonlyMap<string, string>, sink: FollowSink): void {
	for (const [name, where] of namingHeaders) {
		const value = headers.get(name);
		if (value !== undefined) announce(parseAddresses(value, mostAddresses, 6346), where, sink);
	}
}

function announceFrame(frame: Uint8Array, sink: FollowSink): void {
	const payload = payloadOf(frame);
	switch (typeOf(frame)) {
		case MessageType.Pong: {
			const pong = decodePong(payload);
			if (isRefusal(pong)) return;
			announce([pong.address], 'pong', sink);
			announce(readAddresses(pong.ggep.get('IPP'), mostAddresses), 'pong, IPP', sink);
			return;
		}
		case MessageType.Hit: {
			const hit = decodeHit(payload);
			if (isRefusal(hit)) return;
			announce([hit.address], 'hit', sink);
			announce(hit.pushProxies, 'hit, push proxy', sink);
			for (const record of hit.records) {
				announce(record.alternates ?? [], 'hit, alternate', sink);
				sink.detail('file', record.name);
			}
			return;
		}
		case MessageType.Push: {
			const push = decodePush(payload);
			if (!isRefusal(push)) announce([push.address], 'push', sink);
			return;
		}
		case MessageType.Query: {
			const query = decodeQuery(payload);
			if (!isRefusal(query)) sink.detail('query', query.text);
			return;
		}
		default:
	}
}

function announce(addresses: readonly Address[], where: string, sink: FollowSink): void {
	for (const { host, port } of addresses) sink.announced({ host, port, where });
}
