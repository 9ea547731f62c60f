/**
 * Says which flow is which network, and why.
 *
 * A flow is looked at until its first payload packets have said what it is: a proof decides at once; a guard
 * (plainly something else) or eight payload packets without a proof give it up. What was given up can still be
 * explained when it ends: by what others announced, by its host, by its port (context.ts).
 *
 * The first bytes of each direction are kept only while a flow is undecided: at most 2 KiB a direction and
 * 16,384 flows at once; the oldest is given up first.
 */
import type { HttpHead, Signature } from '../../networks/signature.ts';
import { type FlowSink, settled } from '../flows/flows.ts';
import type { Packet } from '../flows/packet.ts';
import { type EndReason, type FlowTable, openedByB, ports, state, synSeen, verdict } from '../flows/table.ts';
import { Context } from './context.ts';
import { Dispatch, type Found } from './dispatch.ts';
import { type FirstBytes, keep, mostBytes, nothingYet, Seen } from './first-bytes.ts';
import { guardDatagram, guardStream } from './guards.ts';
import { readHttp } from './http.ts';
import type { Verdict } from './verdict.ts';

const mostFlows = 16_384;
const mostPackets = 8;
/** Of a datagram that waits for its answer. */
const mostHead = 64;

/** Bits of the word `verdict` beside `settled`. */
export const decided = 2;
/** A guard knew it: no announcement explains it. */
export const guarded = 4;
export const followed = 8;
const packetCount = 8;

export class Recogniser implements FlowSink {
	readonly context: Context;
	readonly #table: FlowTable;
	readonly #signatures: readonly Signature[];
	readonly #streams: Dispatch;
	readonly #datagrams: Dispatch;
	readonly #looked = new Map<number, FirstBytes>();
	readonly #verdicts = new Map<number, Verdict>();
	readonly #seen = new Seen();
	readonly #found: (flow: number, verdict: Verdict) => void;
	readonly #ended: (flow: number, why: EndReason, verdict: Verdict | undefined) => void;

	/** `found` is called at a verdict by payload or seed, `ended` once for each flow. */
	constructor(
		table: FlowTable,
		signatures: readonly Signature[],
		found: (flow: number, verdict: Verdict) => void,
		ended: (flow: number, why: EndReason, verdict: Verdict | undefined) => void,
	) {
		this.#table = table;
		this.#signatures = signatures;
		this.#streams = new Dispatch(signatures, 'tcp');
		this.#datagrams = new Dispatch(signatures, 'udp');
		this.context = new Context(table, signatures);
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
		const bits = this.#table.ints[flow + verdict]!;
		if ((bits & decided) !== 0)
			return this.#follow(flow, direction, bytes, from, to, hole || to - from < wireLength);
		let looked = this.#looked.get(flow);
		if (hole && looked !== undefined) {
			looked.length[direction] = 0;
			looked.torn = true;
		}
		const before = looked === undefined ? 0 : looked.length[direction]!;
		const seen = this.#see(flow, direction, looked);
		seen.packets = (looked === undefined ? 0 : looked.packets[direction]!) + 1;
		if (before === 0) {
			seen.bytes = bytes;
			seen.from = from;
			seen.to = to;
			seen.wireLength = wireLength;
		} else {
			keep(looked!, direction, bytes, from, to);
			seen.bytes = looked!.first[direction]!;
			seen.from = 0;
			seen.to = looked!.length[direction]!;
			seen.wireLength = before + wireLength;
		}
		const finding = this.#judgeStream(flow, seen);
		if (finding === 'give up') return this.#giveUp(flow);
		if (typeof finding === 'object') {
			this.#decide(flow, direction, finding, seen);
			this.#follow(flow, 1 - direction, seen.other, seen.otherFrom, seen.otherTo, false);
			this.#follow(flow, direction, seen.bytes, seen.from, seen.to, to - from < wireLength);
			return;
		}
		looked ??= this.#look(flow);
		if (before === 0) keep(looked, direction, bytes, from, to);
		looked.packets[direction]!++;
		const packets = looked.packets[0] + looked.packets[1];
		const full = looked.length[direction]! >= mostBytes;
		if (packets >= mostPackets || full) this.#lastCall(flow);
	}

	datagram(flow: number, direction: number, packet: Packet): void {
		const ints = this.#table.ints;
		const bits = ints[flow + verdict]!;
		if ((bits & decided) !== 0)
			return this.#follow(flow, direction, packet.bytes, packet.payload, packet.payloadEnd, false);
		const looked = this.#looked.get(flow);
		const seen = this.#see(flow, direction, looked);
		const count = (bits >> packetCount) + 1;
		ints[flow + verdict] = (bits & 255) | (count << packetCount);
		seen.bytes = packet.bytes;
		seen.from = packet.payload;
		seen.to = packet.payloadEnd;
		seen.wireLength = packet.payloadLength;
		seen.packets = count;
		if (seen.to > seen.from) {
			const finding = this.#judgeDatagram(flow, seen);
			if (finding === 'give up') return this.#giveUp(flow);
			if (finding === 'more') {
				// What the other side answers decides: the head of this one is kept for it.
				const kept = looked ?? this.#look(flow);
				kept.length[direction] = 0;
				keep(
					kept,
					direction,
					packet.bytes,
					packet.payload,
					Math.min(packet.payloadEnd, packet.payload + mostHead),
				);
			} else if (finding !== undefined) {
				this.#decide(flow, direction, finding, seen);
				this.#follow(flow, direction, seen.bytes, seen.from, seen.to, false);
				return;
			}
		}
		if (count >= mostPackets) this.#giveUp(flow);
	}

	ended(flow: number, why: EndReason): void {
		const bits = this.#table.ints[flow + verdict]!;
		let found: Verdict | undefined;
		if ((bits & (settled | decided)) === 0) this.#lastCall(flow);
		if ((this.#table.ints[flow + verdict]! & decided) !== 0) {
			found = this.#verdicts.get(flow);
			this.#verdicts.delete(flow);
			this.context.unfollow(flow);
		} else found = this.context.explain(flow, (bits & guarded) !== 0);
		this.#ended(flow, why, found);
	}

	/** Of a flow that is still open. */
	verdictOf(flow: number): Verdict | undefined {
		return this.#verdicts.get(flow);
	}

	#see(flow: number, direction: number, looked: FirstBytes | undefined): Seen {
		const seen = this.#seen;
		const ints = this.#table.ints;
		const both = ints[flow + ports]!;
		const bits = ints[flow + state]!;
		seen.byOpener = (direction === 1) === ((bits & openedByB) !== 0);
		seen.sourcePort = direction === 0 ? both >>> 16 : both & 0xffff;
		seen.destinationPort = direction === 0 ? both & 0xffff : both >>> 16;
		seen.fromStart = (bits & synSeen) !== 0 && (looked === undefined || !looked.torn);
		seen.setOther(looked, 1 - direction);
		return seen;
	}

	#judgeStream(flow: number, seen: Seen): Found | 'more' | 'give up' | undefined {
		const strong = this.#streams.strong(seen);
		if (typeof strong === 'object') return strong;
		const http = readHttp(seen.bytes, seen.from, seen.to);
		if (typeof http === 'object') {
			const found = this.#http(http, seen) ?? this.context.seedOfHttp(http);
			if (found !== undefined) return found;
			this.#table.ints[flow + verdict]! |= guarded;
			// The answer may still say what the request did not.
			return http.isRequest || !http.complete ? 'more' : 'give up';
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
		for (const signature of this.#signatures) {
			for (const pattern of signature.http ?? []) {
				const match = pattern.match(head, seen);
				if (match !== undefined) return { signature, match };
			}
		}
		return undefined;
	}

	#decide(flow: number, direction: number, { signature, match }: Found, seen: Seen): void {
		const looked = this.#looked.get(flow);
		const packets = looked === undefined ? seen.packets : looked.packets[0] + looked.packets[1] + 1;
		const whose = seen.byOpener ? 'the opener' : 'the answerer';
		const last = match.offset + Math.max(match.length, 1) - 1;
		const found: Verdict = {
			network: match.network ?? signature.network,
			by: match.seed ? 'seed' : 'payload',
			evidence: `${match.what}: bytes ${match.offset} to ${last} from ${whose}, payload packet ${packets}`,
			...(match.label === undefined ? {} : { label: match.label }),
			packets,
		};
		this.#looked.delete(flow);
		this.#verdicts.set(flow, found);
		const follows = this.context.spoke(flow, direction, signature, match, found);
		this.#table.ints[flow + verdict]! |= decided | (follows ? followed : settled);
		this.#found(flow, found);
	}

	#follow(flow: number, direction: number, bytes: Uint8Array, from: number, to: number, torn: boolean): void {
		if ((this.#table.ints[flow + verdict]! & followed) === 0) return;
		if (!this.context.follow(flow, direction, bytes, from, to) || torn) {
			this.context.unfollow(flow);
			this.#table.ints[flow + verdict]! = (this.#table.ints[flow + verdict]! & ~followed) | settled;
		}
	}

	/** Enough was seen, or nothing more comes: what waited for more must say now. */
	#lastCall(flow: number): void {
		const looked = this.#looked.get(flow);
		for (let direction = 0; direction < 2 && looked !== undefined; direction++) {
			if (looked.length[direction] === 0) continue;
			const seen = this.#see(flow, direction, looked);
			seen.bytes = looked.first[direction]!;
			seen.from = 0;
			seen.to = seen.wireLength = looked.length[direction]!;
			seen.packets = looked.packets[direction]!;
			seen.last = true;
			const found = this.#streams.strong(seen);
			seen.last = false;
			if (typeof found === 'object') return this.#decide(flow, direction, found, seen);
		}
		this.#giveUp(flow);
	}

	#look(flow: number): FirstBytes {
		if (this.#looked.size >= mostFlows) this.#lastCall(this.#looked.keys().next().value!);
		const looked = nothingYet();
		this.#looked.set(flow, looked);
		return looked;
	}

	#giveUp(flow: number): void {
		this.#looked.delete(flow);
		this.#table.ints[flow + verdict]! |= settled;
	}
}
