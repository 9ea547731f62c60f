/**
 * What a recognised FastTrack conversation announces: in a session lists of super-nodes, the leaf's own endpoint,
 * sources in results, call-backs; in HTTP the addresses in X-Kazaa headers. Names of users and files, and queries,
 * only where details are wanted.
 *
 * An observer needs both greetings, for they carry the seeds, and every byte from there on: a session that is
 * joined late, has a hole, or uses another type than 01, 08 or 09 stays closed. What it costs is bounded: one key
 * is made before anything is opened and one more behind the first name, both only while the sink has time for them;
 * of each direction so much is read.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { parseAddresses } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import { HeadText } from '../common/head-text.ts';
import type { Follower, FollowSink } from '../signature.ts';
import { ours, specification } from './limits.ts';
import { type Message, MessageType } from './wire/frame.ts';
import { decodeNodeInfo, decodeNodes } from './wire/node.ts';
import { ObservedSession } from './wire/observed.ts';
import { decodePush, decodePushRequest } from './wire/push.ts';
import { decodeQuery } from './wire/query.ts';
import { decodeReply } from './wire/reply.ts';
import { decodeShare, type FileRecord } from './wire/share.ts';
import { nameIn, Tag } from './wire/tags.ts';
import { decodeText } from './wire/text.ts';

const namingHeaders = /^(X-Kazaa-(?:Supernode)?IP|X-Kazaa-Username):([^\r\n]*)/gim;
/** GIVE is one of its own, before the answer that follows it. */
const mostHeads = 2;
const usualPort = 1214;

/** The heads of both directions of a transfer. */
export class TransferAnnouncements implements Follower {
	readonly #sink: FollowSink;
	readonly #sides = [
		{ head: new HeadText(), left: mostHeads },
		{ head: new HeadText(), left: mostHeads },
	];

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const side = this.#sides[byOpener ? 0 : 1];
		for (let at = from; at < to && side.left > 0; ) {
			const end = side.head.push(bytes, at, to);
			if (end === -1) break;
			this.#announce(side.head.text);
			side.left = end === undefined ? 0 : side.left - 1;
			side.head = new HeadText();
			at = end ?? to;
		}
		return this.#sides.some(({ left }) => left > 0);
	}

	#announce(head: string): void {
		for (const [, name, value] of head.matchAll(namingHeaders)) {
			if (!/username$/i.test(name)) announce(parseAddresses(value, 1, usualPort), name, this.#sink);
			else if (this.#sink.wantsDetail) this.#sink.detail('user', value.trim().slice(0, ours.text));
		}
	}
}

export class SessionAnnouncements implements Follower {
	readonly #sink: FollowSink;
	readonly #session: ObservedSession;
	/** Bytes of the answerer, and of the opener, that are still read. */
	readonly #left: [number, number];

	constructor(sink: FollowSink) {
		this.#sink = sink;
		const most = sink.wantsDetail ? ours.watchedDetail : ours.watched;
		this.#left = [most, most];
		this.#session = new ObservedSession(
			(fromLeaf, message) => (fromLeaf ? this.#leafSaid(message) : this.#supernodeSaid(message)),
			() => sink.mayWork(),
		);
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const side = byOpener ? 1 : 0;
		const end = Math.min(to, from + this.#left[side]);
		if (end > from && !this.#session.bytes(byOpener, bytes.subarray(from, end))) return false;
		this.#left[side] -= end - from;
		return this.#left[0] > 0 || this.#left[1] > 0;
	}

	#leafSaid({ type, body }: Message): void {
		const sink = this.#sink;
		if (type === MessageType.NodeInfo) {
			const info = decodeNodeInfo(body);
			if (isRefusal(info)) return;
			announce([info.address], 'node info', sink);
			if (sink.wantsDetail) sink.detail('user', info.user);
		} else if (type === MessageType.Push) {
			const push = decodePushRequest(body);
			if (!isRefusal(push)) announce([push.requester, push.target, push.supernode], 'push', sink);
		} else if (type === MessageType.Share && sink.wantsDetail) {
			const share = decodeShare(body);
			if (!isRefusal(share)) this.#file(share);
		} else if (type === MessageType.Query && sink.wantsDetail) {
			const query = decodeQuery(body);
			if (isRefusal(query)) return;
			for (const { tag, value } of query.terms) {
				if (tag === Tag.Hash) sink.detail('query', `hash ${hex(value.subarray(0, specification.hash))}`);
				else if (words.includes(tag) && value.length <= ours.text) sink.detail('query', decodeText(value));
			}
		}
	}

	#supernodeSaid({ type, body }: Message): void {
		const sink = this.#sink;
		if (type === MessageType.NodeList) {
			for (const { address } of decodeNodes(body)) announce([address], 'node list', sink);
		} else if (type === MessageType.Push) {
			const push = decodePush(body);
			if (!isRefusal(push)) announce([push.requester], 'push', sink);
		} else if (type === MessageType.Reply) {
			const reply = decodeReply(body);
			if (isRefusal(reply)) return;
			announce([reply.supernode], 'reply, super-node', sink);
			for (const result of reply.results) {
				announce([result.source], 'reply', sink);
				if (sink.wantsDetail) this.#file(result);
			}
		}
	}

	#file({ tags }: FileRecord): void {
		const name = nameIn(tags);
		if (name !== '') this.#sink.detail('file', name);
	}
}

/** Tags that hold words; others hold numbers. */
const words: readonly number[] = [Tag.Any, Tag.Name, Tag.Title, Tag.Artist, Tag.Album, Tag.Keywords];

/** Port 0 says that nobody listens there. */
function announce(addresses: readonly Address[], where: string, sink: FollowSink): void {
	for (const { host, port } of addresses) if (port !== 0) sink.announcedText(host, port, where);
}
