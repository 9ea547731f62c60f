/**
 * What a recognised Gnutella conversation announces: endpoints in X-Try and X-Alt headers, in pongs (their own
 * and those packed in GGEP IPP), hits, alternates, push proxies, and PUSH messages; inside deflated links only where details
 * are wanted.
 * It stops at TLS, at a broken stream, and after 8 KiB of a direction: peers are named at the beginning.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { parseAddresses } from '../common/address.ts';
import { HeadText } from '../common/head-text.ts';
import type { Follower, FollowSink } from '../signature.ts';
import { LinkInflater } from './wire/deflate.ts';
import { decodeGgep, GGEP_MAGIC } from './wire/ggep.ts';
import { decodeHit } from './wire/hit.ts';
import { frameOfDatagram, MessageSplitter, MessageType, payloadOf, typeOf } from './wire/message.ts';
import { decodePush } from './wire/push.ts';
import { decodeQuery } from './wire/query.ts';

const mostOfDirection = 8192;
const mostAddresses = 64;

/** A value goes on in lines that begin with a space (gtk-gnutella folds long ones). */
const namingHeaders =
	/(X-Try|X-Try-Ultrapeers|X-Try-Hubs|X-Alt|X-Gnutella-Alternate-Location|X-Push-Proxy|X-Node|Listen-IP|Node):((?:[^\r\n]|\r?\n[ \t])*)/iy;

const upgrade = /Upgrade:.*TLS/iy;
const coding = /Content-Encoding:.*deflate/iy;

export class DatagramAnnouncements implements Follower {
	readonly #sink: FollowSink;

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(_byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		// Most are pings, queries and the rest: only these four name endpoints, or details.
		const type = bytes[from + 16];
		if (
			type !== MessageType.Pong &&
			type !== MessageType.Hit &&
			type !== MessageType.Push &&
			type !== MessageType.Query
		)
			return true;
		if (type === MessageType.Query && !this.#sink.wantsDetail) return true;
		const frame = frameOfDatagram(bytes.subarray(from, to));
		if (!isRefusal(frame)) announceFrame(frame, this.#sink);
		return true;
	}
}

class Head extends HeadText {
	/** What announce() saw beside the names. */
	takesTls = false;
	isDeflated = false;

	announce(sink: FollowSink): void {
		const said = this.text;
		for (let at = 0; at < said.length; ) {
			// X, L or N names peers, U upgrades, C says how the rest is coded: most lines need no more than that.
			const first = said.charCodeAt(at) | 32;
			if (first === 120 || first === 108 || first === 110) {
				namingHeaders.lastIndex = at;
				const found = namingHeaders.exec(said);
				if (found !== null) announceTexts(parseAddresses(found[2]!, mostAddresses, 6346), found[1]!, sink);
			} else if (first === 117) {
				upgrade.lastIndex = at;
				this.takesTls ||= upgrade.test(said);
			} else if (first === 99) {
				coding.lastIndex = at;
				this.isDeflated ||= coding.test(said);
			}
			const end = said.indexOf('\n', at);
			if (end < 0) return;
			at = end + 1;
		}
	}
}

/** The heads of both directions: HTTP, or a handshake whose stream is not read on. */
export class HttpAnnouncements implements Follower {
	readonly #sink: FollowSink;
	readonly #heads: [Head | undefined, Head | undefined] = [new Head(), new Head()];

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const side = byOpener ? 0 : 1;
		const head = this.#heads[side];
		if (head !== undefined && head.push(bytes, from, to) !== -1) {
			head.announce(this.#sink);
			this.#heads[side] = undefined;
		}
		return this.#heads[0] !== undefined || this.#heads[1] !== undefined;
	}
}

/** One direction of a link: heads until the last of the handshake, then messages. */
interface Side {
	head: Head | undefined;
	heads: number;
	splitter: MessageSplitter | undefined;
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
		let at = from;
		while (at < to && side.head !== undefined && this.#going) at = this.#head(side, byOpener, bytes, at, to);
		if (at < to && this.#going && side.taken < mostOfDirection) this.#messages(side, bytes.subarray(at, to));
		return this.#going && Math.min(this.#opener.taken, this.#answerer.taken) < mostOfDirection;
	}

	#head(side: Side, byOpener: boolean, bytes: Uint8Array, from: number, to: number): number {
		const head = side.head!;
		const end = head.push(bytes, from, to);
		if (end === -1) return to;
		head.announce(this.#sink);
		side.heads++;
		// The request only offers TLS, the answer takes it.
		if (end === undefined || (!byOpener && head.takesTls)) this.#going = false;
		if (head.isDeflated) {
			// Unpacking costs as much as all the rest, and in ten minutes of a real node it explained one dial more.
			if (this.#sink.wantsDetail) side.inflater = new LinkInflater();
			else this.#going = false;
		}
		// The opener speaks first and third, the answerer second: 0.4 and a refusal have fewer heads.
		const more = byOpener && side.heads === 1 && !head.text.startsWith('GNUTELLA CONNECT/0.4');
		side.head = more ? new Head() : undefined;
		return end ?? to;
	}

	#messages(side: Side, bytes: Uint8Array): void {
		const { inflater } = side;
		side.splitter ??= new MessageSplitter(() => 65_536);
		const { splitter } = side;
		if (inflater === undefined) this.#split(splitter, bytes);
		else if (isRefusal(inflater.push(bytes, (chunk) => this.#split(splitter, chunk)))) this.#going = false;
	}

	/** The splitter copies what is not whole yet, so the bytes may be overwritten afterwards. */
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
		head: new Head(),
		heads: 0,
		splitter: undefined,
		inflater: undefined,
		taken: 0,
	};
}

function announceFrame(frame: Uint8Array, sink: FollowSink): void {
	const payload = payloadOf(frame);
	switch (typeOf(frame)) {
		case MessageType.Pong:
			return announcePong(payload, sink);
		case MessageType.Hit: {
			const hit = decodeHit(payload);
			if (isRefusal(hit)) return;
			announceTexts([hit.address], 'hit', sink);
			announceTexts(hit.pushProxies, 'hit, push proxy', sink);
			for (const record of hit.records) {
				announceTexts(record.alternates ?? [], 'hit, alternate', sink);
				sink.detail('file', record.name);
			}
			return;
		}
		case MessageType.Push: {
			const push = decodePush(payload);
			if (!isRefusal(push)) announceTexts([push.address], 'push', sink);
			return;
		}
		case MessageType.Query: {
			if (!sink.wantsDetail) return;
			const query = decodeQuery(payload);
			if (!isRefusal(query)) sink.detail('query', query.text);
			return;
		}
		default:
	}
}

/** Port 2, little-endian, IPv4 4, files 4, kilobytes 4, GGEP with IPP: 6 bytes a peer. */
function announcePong(payload: Uint8Array, sink: FollowSink): void {
	if (payload.length < 14) return;
	sink.announced(payload, 2, payload[0]! | (payload[1]! << 8), 'pong');
	const packed = payload[14] === GGEP_MAGIC ? packedAddresses(payload) : undefined;
	if (packed === undefined) return;
	const end = Math.min(packed.length - 5, mostAddresses * 6);
	for (let at = 0; at < end; at += 6)
		sink.announced(packed, at, packed[at + 4]! | (packed[at + 5]! << 8), 'pong, IPP');
}

/** GGEP IPP. Only a block that may have it is decoded: the letters must be there. */
function packedAddresses(payload: Uint8Array): Uint8Array | undefined {
	for (let at = 15; at + 3 < payload.length; at++) {
		if (payload[at] !== 0x49 || payload[at + 1] !== 0x50 || payload[at + 2] !== 0x50) continue;
		const block = decodeGgep(payload, 14, payload.length);
		return isRefusal(block) ? undefined : block.extensions.get('IPP');
	}
	return undefined;
}

function announceTexts(addresses: readonly Address[], where: string, sink: FollowSink): void {
	for (const { host, port } of addresses) sink.announcedText(host, port, where);
}
