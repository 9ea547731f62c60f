/**
 * Endpoints that BitTorrent's DHT and trackers name: compact lists of 26 bytes a node and 6 bytes a peer inside
 * bencoding. Only these lists are looked for; nothing else is parsed.
 */
import { text } from '../common/lines.ts';
import type { Follower, FollowSink } from '../signature.ts';

const mostPeers = 200;
const mostBody = 16_384;
/** Bytes of `5:peers<n>:` without its last one. */
const longestStart = 12;

/** Answers of DHT nodes: `5:nodes<n>:` and `6:valuesl6:......6:......e`. */
export class NodeAnnouncements implements Follower {
	readonly #sink: FollowSink;

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(_byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		const said = text(bytes, from, Math.min(to, from + 2048));
		const nodes = /5:nodes([0-9]{1,4}):/.exec(said);
		if (nodes !== null)
			compact(
				bytes,
				from + nodes.index + nodes[0].length,
				Math.min(to, from + nodes.index + nodes[0].length + Number(nodes[1])),
				26,
				20,
				'DHT, nodes',
				this.#sink,
			);
		let at = said.indexOf('6:valuesl');
		if (at < 0) return true;
		at += 9;
		for (let count = 0; count < mostPeers && said.startsWith('6:', at) && from + at + 8 <= to; count++) {
			compact(bytes, from + at + 2, from + at + 8, 6, 0, 'DHT, values', this.#sink);
			at += 8;
		}
		return true;
	}
}

/** The answer of a tracker, whose `5:peers<n>:` may come in a later segment than its head. */
export class TrackerAnnouncements implements Follower {
	readonly #sink: FollowSink;
	#body = new Uint8Array(2048);
	#length = 0;
	/** Where the list lies, once its length is known. */
	#list: readonly [number, number] | undefined;

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		if (byOpener) return true;
		const before = this.#length;
		this.#append(bytes, from, Math.min(to, from + mostBody - before));
		this.#list ??= this.#find(Math.max(0, before - longestStart));
		const isAll = this.#length >= mostBody;
		if (this.#list === undefined) return !isAll;
		const [start, end] = this.#list;
		if (end > this.#length && !isAll) return true;
		compact(this.#body, start, Math.min(end, this.#length), 6, 0, 'tracker', this.#sink);
		return false;
	}

	#append(bytes: Uint8Array, from: number, to: number): void {
		const length = this.#length + to - from;
		if (length > this.#body.length) {
			const larger = new Uint8Array(Math.min(mostBody, Math.max(length, this.#body.length * 2)));
			larger.set(this.#body.subarray(0, this.#length));
			this.#body = larger;
		}
		this.#body.set(bytes.subarray(from, to), this.#length);
		this.#length = length;
	}

	/** What was looked at before is not looked at again: an answer may come byte by byte. */
	#find(from: number): readonly [number, number] | undefined {
		const peers = /5:peers([0-9]{1,5}):/.exec(text(this.#body, from, this.#length));
		if (peers === null) return undefined;
		const start = from + peers.index + peers[0].length;
		return [start, start + Number(peers[1])];
	}
}

function compact(
	bytes: Uint8Array,
	from: number,
	to: number,
	step: number,
	skip: number,
	where: string,
	sink: FollowSink,
): void {
	for (let at = from, count = 0; at + step <= to && count < mostPeers; at += step, count++) {
		const port = (bytes[at + skip + 4]! << 8) | bytes[at + skip + 5]!;
		sink.announced(bytes, at + skip, port, where);
	}
}
