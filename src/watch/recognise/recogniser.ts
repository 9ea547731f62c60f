/**
 * Says which flow is which network, and why.
 *
 * A flow is looked at until its first payload packets have said what it is: a proof decides at once; a guard
 * (plainly something else) or eight payload packets without a proof give it up. What was given up can still be
 * explained when it ends: by what others announced, by its host, by its port (context.ts).
 *
 * The first bytes of each direction are kept only while a flow is undecided: at most 2 KiB a direction and
 * 8,192 flows at once; the oldest is given up first.
 */
import type { HttpHead, HttpPattern, Signature } from '../../networks/signature.ts';
import { type FlowSink, settled } from '../flows/flows.ts';
import type { Packet } from '../flows/packet.ts';
import { type EndReason, type FlowTable, openedByB, ports, state, synSeen, verdict } from '../flows/table.ts';
import { Context } from './context.ts';
import { Conversations } from './conversations.ts';
import { Dispatch, type Found } from './dispatch.ts';
import { type FirstBytes, FirstBytesPool, mostBytes, mostHead, Seen } from './first-bytes.ts';
import { guardDatagram, guardStream } from './guards.ts';
import { readHttp } from './http.ts';
import { decided, doneFromA, doneFromB, followed, guarded, late, packetCount, torn } from './stage.ts';
import { PayloadVerdict, type Verdict } from './verdict.ts';

const mostFlows = 8192;
const mostPackets = 8;
const leastBody = 24;

export class Recogniser implements FlowSink {
	readonly context: Context;
	readonly #table: FlowTable;
	readonly #httpPatterns: readonly { readonly signature: Signature; readonly pattern: HttpPattern }[];
	readonly #streams: Dispatch;
	readonly #datagrams: Dispatch;
	readonly #kept: FirstBytesPool;
	readonly #conversations: Conversations;
	readonly #seen = new Seen();
	readonly #found: (flow: number, verdict: Verdict) => void;
	readonly #ended: (flow: number, why: EndReason, verdict: Verdict | undefined) => void;

	/** `found` is called at a verdict by payload or seed, `ended` once for each flow. */
	constructor(
		table: FlowTable,
		signatures: readonly Signature[],
		found: (flow: number, verdict: Verdict) => void,
		ended: (flow: number, why: EndReason, verdict: Verdict | undefined) => void,
		historical = false,
	) {
		this.#table = table;
		this.#httpPatterns = signatures.flatMap((signature) =>
			(signature.http ?? []).map((pattern) => ({ signature, pattern })),
		);
		this.#kept = new FirstBytesPool(table, mostFlows, (oldest) => this.#lastCall(oldest));
		this.#conversations = new Conversations(table);
		this.#streams = new Dispatch(signatures, 'tcp');
		this.#datagrams = new Dispatch(signatures, 'udp');
		this.context = new Context(table, signatures, historical);
		this.#found = found;
		this.#ended = ended;
	}

	stream(
		flow: number,
		direction: number,
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		hole: boolean,
	): void {
		const ints = this.#table.ints;
		let bits = ints[flow + verdict]!;
		if ((bits & decided) !== 0)
			return this.#follow(flow, direction, bytes, from, to, hole || to - from < wireLength);
		if ((bits & late) !== 0) return this.#lookLate(flow, direction, bytes, from, to);
		if (hole) bits |= torn;
		if ((ints[flow + state]! & synSeen) === 0) bits |= torn;
		bits += 1 << packetCount;
		ints[flow + verdict] = bits;
		let kept = this.#kept.of(flow);
		// Of a stream whose beginning is missing each segment may begin a message; of another one only the first.
		if (hole && kept !== undefined) kept.length[direction] = 0;
		const isDone = (bits & (doneFromA << direction)) !== 0 && (bits & torn) === 0;
		const finding = isDone ? undefined : this.#judgeNext(flow, direction, bytes, from, to, wireLength, kept);
		if (finding === 'give up') return this.#giveUp(flow);
		if (typeof finding === 'object') {
			const seen = this.#seen;
			this.#decide(flow, direction, finding, seen);
			this.#follow(flow, 1 - direction, seen.other, seen.otherFrom, seen.otherTo, false);
			this.#follow(flow, direction, seen.bytes, seen.from, seen.to, to - from < wireLength);
			return;
		}
		kept = this.#kept.of(flow);
		if (finding === 'more') {
			kept ??= this.#kept.take(flow);
			if (kept.length[direction] === 0) kept.keep(direction, bytes, from, to);
		} else if (!isDone) {
			ints[flow + verdict]! |= doneFromA << direction;
			if (finding !== 'answer' && (bits & torn) === 0) {
				kept ??= this.#kept.take(flow);
				if (kept.length[direction] === 0) kept.keep(direction, bytes, from, to, mostHead);
			} else if (kept !== undefined) kept.length[direction] = 0;
		}
		const isAllDone = (ints[flow + verdict]! & (doneFromA | doneFromB | torn)) === (doneFromA | doneFromB);
		const isFull = kept !== undefined && kept.length[direction]! >= mostBytes;
		const isEnough = isFull || bits >> packetCount >= mostPackets;
		if (isAllDone || isEnough) this.#lastCall(flow, isEnough || (bits & guarded) !== 0);
	}

	#lookLate(flow: number, direction: number, bytes: Uint8Array, from: number, to: number): void {
		const bits = this.#table.ints[flow + verdict]! + (1 << packetCount);
		this.#table.ints[flow + verdict] = bits;
		const seen = this.#see(flow, direction, undefined);
		Object.assign(seen, { bytes, from, to, wireLength: to - from, last: true });
		const found = this.#streams.late(seen);
		seen.last = false;
		if (found !== undefined) this.#decide(flow, direction, found, seen);
		else if (bits >> packetCount >= mostPackets) this.#giveUp(flow);
	}

	/** Judges a segment, together with what came before it where that waits for more. */
	#judgeNext(
		flow: number,
		direction: number,
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		kept: FirstBytes | undefined,
	): Found | 'more' | 'answer' | 'give up' | undefined {
		const seen = this.#see(flow, direction, kept);
		if (kept !== undefined && kept.length[direction] !== 0) {
			kept.keep(direction, bytes, from, to);
			seen.setKept(kept, direction);
			seen.wireLength += wireLength - (to - from);
		} else {
			seen.bytes = bytes;
			seen.from = from;
			seen.to = to;
			seen.wireLength = wireLength;
		}
		return this.#judgeStream(flow, seen);
	}

	datagram(flow: number, direction: number, packet: Packet): void {
		const ints = this.#table.ints;
		const bits = ints[flow + verdict]! + (1 << packetCount);
		if ((bits & decided) !== 0)
			return this.#follow(flow, direction, packet.bytes, packet.payload, packet.payloadEnd, false);
		ints[flow + verdict] = bits;
		const kept = this.#kept.of(flow);
		const seen = this.#see(flow, direction, kept);
		seen.bytes = packet.bytes;
		seen.from = packet.payload;
		seen.to = packet.payloadEnd;
		seen.wireLength = packet.payloadLength;
		if (seen.to > seen.from) {
			const finding = this.#judgeDatagram(flow, seen);
			if (finding === 'give up') return this.#giveUp(flow);
			if (finding === 'more') {
				// What the other side answers decides: the head of this one is kept for it.
				const head = kept ?? this.#kept.take(flow);
				head.length[direction] = 0;
				head.keep(direction, packet.bytes, packet.payload, packet.payloadEnd, mostHead);
			} else if (finding !== undefined) {
				this.#decide(flow, direction, finding, seen);
				this.#follow(flow, direction, seen.bytes, seen.from, seen.to, false);
				return;
			}
		}
		if (bits >> packetCount >= mostPackets) this.#giveUp(flow);
	}

	ended(flow: number, why: EndReason): void {
		const bits = this.#table.ints[flow + verdict]!;
		let found: Verdict | undefined;
		if ((bits & (settled | decided)) === 0) this.#lastCall(flow);
		if ((this.#table.ints[flow + verdict]! & decided) !== 0) {
			found = this.#conversations.verdictOf(flow);
			this.#conversations.end(flow);
		} else found = this.context.explain(flow, (bits & guarded) !== 0);
		this.#ended(flow, why, found);
	}

	/** Of a flow that is still open: what its payload has said or, where that said nothing, its surroundings. */
	verdictOf(flow: number): Verdict | undefined {
		const bits = this.#table.ints[flow + verdict]!;
		if ((bits & decided) !== 0) return this.#conversations.verdictOf(flow);
		return (bits & settled) === 0 ? undefined : this.context.explain(flow, (bits & guarded) !== 0);
	}

	#see(flow: number, direction: number, kept: FirstBytes | undefined): Seen {
		const seen = this.#seen;
		const ints = this.#table.ints;
		const both = ints[flow + ports]!;
		seen.byOpener = (direction === 1) === ((ints[flow + state]! & openedByB) !== 0);
		seen.sourcePort = direction === 0 ? both >>> 16 : both & 0xffff;
		seen.destinationPort = direction === 0 ? both & 0xffff : both >>> 16;
		seen.packets = ints[flow + verdict]! >> packetCount;
		seen.fromStart = (ints[flow + verdict]! & torn) === 0;
		seen.setOther(kept, 1 - direction);
		return seen;
	}

	#judgeStream(flow: number, seen: Seen): Found | 'more' | 'answer' | 'give up' | undefined {
		const strong = this.#streams.strong(seen);
		if (typeof strong === 'object') return strong;
		const http = readHttp(seen.bytes, seen.from, seen.to);
		if (typeof http === 'object') {
			const found = this.#http(http, seen) ?? this.context.seedOfHttp(http);
			if (found !== undefined) return found;
			this.#table.ints[flow + verdict]! |= guarded;
			// The answer may still say what the request did not.
			if (!http.complete && seen.to - seen.from < mostBytes) return 'more';
			if (http.isRequest) return 'answer';
			// A web cache's answer is known by the first line of its body.
			return seen.to - seen.from - http.length < leastBody ? 'more' : 'give up';
		}
		const guard = guardStream(seen);
		if (guard !== undefined) {
			if (guard !== 'tls') this.#table.ints[flow + verdict]! |= guarded;
			return (
				this.context.seedOfGuarded(guard, seen) ??
				(strong === 'more' && guard === 'other' ? 'more' : 'give up')
			);
		}
		const weak = this.#streams.weak(seen);
		if (typeof weak === 'object') return weak;
		return strong === 'more' || http === 'more' ? 'more' : weak;
	}

	#judgeDatagram(flow: number, seen: Seen): Found | 'more' | 'give up' | undefined {
		const strong = this.#datagrams.strong(seen);
		if (typeof strong === 'object') return strong;
		const guard = guardDatagram(seen);
		if (guard !== undefined) {
			const seed = this.context.seedOfGuarded(guard, seen);
			if (seed !== undefined) return seed;
			if (guard !== 'rtp') this.#table.ints[flow + verdict]! |= guarded;
			return guard === 'dns' ? undefined : 'give up';
		}
		return this.#datagrams.weak(seen) ?? strong;
	}

	#http(head: HttpHead, seen: Seen): Found | undefined {
		for (let index = 0; index < this.#httpPatterns.length; index++) {
			const { signature, pattern } = this.#httpPatterns[index]!;
			const match = pattern.match(head, seen);
			if (match !== undefined) return { signature, match };
		}
		return undefined;
	}

	#decide(flow: number, direction: number, { signature, match }: Found, seen: Seen): void {
		// What `seen` shows of it stays until another flow takes its place.
		this.#kept.release(flow);
		const found = new PayloadVerdict(signature.network, match, seen.byOpener, seen.packets);
		const follower = this.context.spoke(flow, direction, signature, match, found);
		this.#conversations.begin(flow, found, follower);
		this.#table.ints[flow + verdict]! |= decided | (follower === undefined ? settled : followed);
		this.#found(flow, found);
	}

	#follow(flow: number, direction: number, bytes: Uint8Array, from: number, to: number, torn: boolean): void {
		if ((this.#table.ints[flow + verdict]! & followed) === 0) return;
		const byOpener = (direction === 1) === ((this.#table.ints[flow + state]! & openedByB) !== 0);
		if (!this.#conversations.follow(flow, byOpener, bytes, from, to) || torn) {
			this.#conversations.unfollow(flow);
			this.#table.ints[flow + verdict]! = (this.#table.ints[flow + verdict]! & ~followed) | settled;
		}
	}

	/** Enough was seen, or nothing more comes: what waited for more must say now. */
	#lastCall(flow: number, isOver = true): void {
		const kept = this.#kept.of(flow);
		for (let direction = 0; direction < 2 && kept !== undefined; direction++) {
			const isDone = (this.#table.ints[flow + verdict]! & (doneFromA << direction)) !== 0;
			if (kept.length[direction] === 0 || isDone) continue;
			const seen = this.#see(flow, direction, kept);
			seen.setKept(kept, direction);
			seen.last = true;
			const found = this.#streams.strong(seen);
			seen.last = false;
			if (typeof found !== 'object') continue;
			return this.#decide(flow, direction, found, seen);
		}
		if (isOver) return this.#giveUp(flow);
		this.#kept.release(flow);
		this.#table.ints[flow + verdict]! |= late;
	}

	#giveUp(flow: number): void {
		this.#kept.release(flow);
		this.#table.ints[flow + verdict]! |= settled;
	}
}
