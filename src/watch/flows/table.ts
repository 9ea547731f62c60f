/**
 * Longer than 300 lines: the layout of a record and the three lists through it are one thing.
 *
 * The flow table: 96 bytes a flow in one buffer, found by 5-tuple, ended by idle time.
 *
 * - A flow's two ends are ordered (a is the smaller address, then port), so that both directions meet in one
 *   record. `direction` of a packet: 0 from a to b, 1 from b to a.
 * - Idle time is measured on a clock that never goes back (the newest capture time so far): captures with
 *   jumps in time do not tear flows apart. A wheel of one-second buckets holds when each flow is looked at
 *   again; a packet does not move its flow in the wheel, the look finds that it was not idle.
 * - Memory is bounded: when `most` flows are open, the one that would end next is ended and counted.
 */
import { Addresses, hash } from './addresses.ts';
import type { Packet } from './packet.ts';

/** 32-bit words of a record. */
export const recordWords = 24;
export const addressA = 0;
export const addressB = 1;
/** Port of a in the upper half, of b in the lower. */
export const ports = 2;
/** Protocol in the lowest byte, 256 for IPv6. */
export const kind = 3;
const hashNext = 4;
export const startSeconds = 5;
export const startMicroseconds = 6;
export const lastSeconds = 7;
export const lastMicroseconds = 8;
export const packetsAB = 9;
export const packetsBA = 10;
/** TCP flags seen from a in the lowest byte, from b in the next, then the bits below. */
export const state = 11;
/** What recognition knows: see recognise/recogniser.ts. */
export const verdict = 12;
/** The number of what recognition holds of this flow: its first bytes, later its verdict. 0: nothing. */
export const held = 13;
/** Next sequence number expected from a, from b. */
export const nextFromA = 14;
export const nextFromB = 15;
/** ICMP has no sequence: type and code of the first packet stand here. */
export const icmpType = 14;
/** Doubles: index / 2 in `doubles`. */
export const bytesAB = 16;
export const bytesBA = 18;
export const lastTick = 20;
const wheelNext = 21;
export const serial = 22;
const hashValue = 23;

/** Bits of `state` above the two bytes of flags. */
export const openedByB = 1 << 16;
export const synSeen = 1 << 17;
export const sequenceOfA = 1 << 18;
export const sequenceOfB = 1 << 19;
export const closedState = 1 << 20;
export const payloadFromA = 1 << 21;
export const payloadFromB = 1 << 22;

const wheelSize = 4096;
/** Seconds a flow may be silent. An endpoint is remembered for 600 s, so a dial to it is too. */
export const idleSeconds = { tcp: 3600, attempt: 600, other: 600, closed: 600 } as const;

export type EndReason = 'timeout' | 'shutdown' | 'forced';

export class FlowTable {
	readonly ints: Int32Array;
	readonly doubles: Float64Array;
	addresses = new Addresses();
	/** Set by find(). */
	direction = 0;
	isNew = false;
	/** Flows open now, ever, and ended early because the table was full. */
	open = 0;
	total = 0;
	evicted = 0;
	/** The newest capture time, seconds. */
	now = 0;
	readonly #most: number;
	readonly #ended: (flow: number, why: EndReason) => void;
	#used = 0;
	#free = -1;
	/** Found last: packets come in bursts. */
	#last = -1;
	/** One more than the first flow of each chain; 0: none. */
	readonly #heads: Int32Array;
	/** No bucket before this second's has a flow. */
	#soonest = 0;
	readonly #wheel = new Int32Array(wheelSize).fill(-1);

	/** `ended` is called while the record is still there; it must not call back. */
	constructor(most: number, ended: (flow: number, why: EndReason) => void) {
		this.#most = most;
		this.#ended = ended;
		// All of it at once: the system gives memory to what is touched, and nothing is ever copied into more room.
		const buffer = new ArrayBuffer(most * recordWords * 4);
		this.ints = new Int32Array(buffer);
		this.doubles = new Float64Array(buffer);
		this.#heads = new Int32Array(powerOfTwo(most));
	}

	/** The word index of the packet's flow (new or known). Call advance() with the packet's time before. */
	find(packet: Packet): number {
		let a = packet.source0;
		let b = packet.destination0;
		let kindOf = packet.protocol;
		if (packet.version === 6) {
			kindOf |= 256;
			a = this.addresses.number(a, packet.source1, packet.source2, packet.source3);
			b = this.addresses.number(b, packet.destination1, packet.destination2, packet.destination3);
		}
		let portA = packet.sourcePort;
		let portB = packet.destinationPort;
		// ICMP has no ports: all of a pair of hosts is one flow.
		if (packet.protocol === 1 || packet.protocol === 58) portA = portB = 0;
		const turned = a > b || (a === b && portA > portB);
		this.direction = turned ? 1 : 0;
		if (turned) {
			const address = a;
			a = b;
			b = address;
			const port = portA;
			portA = portB;
			portB = port;
		}
		const both = (portA << 16) | portB;
		const ints = this.ints;
		const last = this.#last;
		if (
			last !== -1 &&
			ints[last + ports] === both &&
			ints[last + addressA] === a &&
			ints[last + addressB] === b &&
			ints[last + kind] === kindOf
		) {
			this.isNew = false;
			return last;
		}
		const mixed = hash(a, b, both, kindOf);
		let flow = this.#heads[mixed & (this.#heads.length - 1)]! - 1;
		while (flow !== -1) {
			if (
				ints[flow + ports] === both &&
				ints[flow + addressA] === a &&
				ints[flow + addressB] === b &&
				ints[flow + kind] === kindOf
			) {
				this.isNew = false;
				this.#last = flow;
				return flow;
			}
			flow = ints[flow + hashNext]!;
		}
		return this.#create(packet, a, b, both, kindOf, mixed);
	}

	/** Counts the packet in its flow. */
	count(flow: number, packet: Packet): void {
		const ints = this.ints;
		ints[flow + lastSeconds] = packet.seconds;
		ints[flow + lastMicroseconds] = packet.microseconds;
		ints[flow + lastTick] = this.now;
		if (this.direction === 0) {
			ints[flow + packetsAB]!++;
			this.doubles[(flow + bytesAB) >> 1]! += packet.wireLength;
		} else {
			ints[flow + packetsBA]!++;
			this.doubles[(flow + bytesBA) >> 1]! += packet.wireLength;
		}
	}

	/** Capture time has come to this second: flows that were idle for too long end. */
	advance(seconds: number): void {
		if (seconds <= this.now) return;
		const from = this.now;
		this.now = seconds;
		const rounds = from === 0 ? 0 : Math.min(seconds - from, wheelSize);
		for (let second = seconds - rounds + 1; second <= seconds; second++) this.#look(second & (wheelSize - 1));
	}

	/** Shows every open flow. */
	each(see: (flow: number) => void): void {
		for (let flow = 0; flow < this.#used * recordWords; flow += recordWords)
			if (this.ints[flow + serial] !== 0) see(flow);
	}

	/** All flows end. The table is emptied as a whole: taking each flow out of its chain costs as much again. */
	end(why: EndReason): void {
		for (let bucket = 0; bucket < wheelSize; bucket++) {
			for (let flow = this.#wheel[bucket]!; flow !== -1; flow = this.ints[flow + wheelNext]!) {
				this.#ended(flow, why);
				this.open--;
			}
			this.#wheel[bucket] = -1;
		}
		this.#heads.fill(0);
		this.addresses = new Addresses();
		this.#used = 0;
		this.#free = this.#last = -1;
	}

	/** The 5-tuple is used anew (a SYN after the end): the old flow ends, the record begins again. */
	restart(flow: number, packet: Packet): void {
		this.#ended(flow, 'shutdown');
		this.ints.fill(0, flow + startSeconds, flow + wheelNext);
		this.#begin(flow, packet);
	}

	#create(packet: Packet, a: number, b: number, both: number, kindOf: number, mixed: number): number {
		// Before a record is taken: the flow that makes room for it may be the last other user of an address.
		if (packet.version === 6) {
			this.addresses.use(a);
			this.addresses.use(b);
		}
		const flow = this.#take();
		const ints = this.ints;
		// Faster than fill() for so few.
		for (let word = flow + startSeconds; word < flow + recordWords; word++) ints[word] = 0;
		ints[flow + addressA] = a;
		ints[flow + addressB] = b;
		ints[flow + ports] = both;
		ints[flow + kind] = kindOf;
		ints[flow + hashValue] = mixed;
		this.#begin(flow, packet);
		const bucket = mixed & (this.#heads.length - 1);
		ints[flow + hashNext] = this.#heads[bucket]! - 1;
		this.#heads[bucket] = flow + 1;
		this.#schedule(flow, this.now + idleSeconds.other);
		this.open++;
		this.isNew = true;
		this.#last = flow;
		return flow;
	}

	#begin(flow: number, packet: Packet): void {
		this.ints[flow + startSeconds] = packet.seconds;
		this.ints[flow + startMicroseconds] = packet.microseconds;
		this.ints[flow + lastTick] = this.now;
		this.ints[flow + serial] = ++this.total | 0;
		// Who sends first has opened it, as long as no SYN says otherwise.
		this.ints[flow + state] = this.direction === 1 ? openedByB : 0;
	}

	#take(): number {
		if (this.#free === -1 && this.#used === this.#most) this.#evict();
		if (this.#free !== -1) {
			const flow = this.#free;
			this.#free = this.ints[flow + hashNext]!;
			return flow;
		}
		return this.#used++ * recordWords;
	}

	/** Frees at least one record: the flow that would end next. */
	#evict(): void {
		for (let step = Math.max(1, this.#soonest - this.now); step <= wheelSize; step++) {
			this.#soonest = this.now + step;
			const bucket = (this.now + step) & (wheelSize - 1);
			const flow = this.#wheel[bucket]!;
			if (flow === -1) continue;
			// One of them only, and it stays lazily correct: the rest of the bucket waits for the next call.
			this.#wheel[bucket] = this.ints[flow + wheelNext]!;
			const due = this.ints[flow + lastTick]! + this.#idle(flow);
			if (due > this.now + step) {
				this.#schedule(flow, due);
				step--;
				continue;
			}
			this.evicted++;
			this.#end(flow, 'forced');
			return;
		}
	}

	#look(bucket: number): void {
		let flow = this.#wheel[bucket]!;
		this.#wheel[bucket] = -1;
		while (flow !== -1) {
			const next = this.ints[flow + wheelNext]!;
			const due = this.ints[flow + lastTick]! + this.#idle(flow);
			if (due > this.now) this.#schedule(flow, due);
			else this.#end(flow, 'timeout');
			flow = next;
		}
	}

	#schedule(flow: number, due: number): void {
		const second = Math.min(due, this.now + wheelSize - 1);
		if (second < this.#soonest) this.#soonest = second;
		const bucket = second & (wheelSize - 1);
		this.ints[flow + wheelNext] = this.#wheel[bucket]!;
		this.#wheel[bucket] = flow;
	}

	#idle(flow: number): number {
		if ((this.ints[flow + kind]! & 255) !== 6) return idleSeconds.other;
		const bits = this.ints[flow + state]!;
		if ((bits & closedState) !== 0) return idleSeconds.closed;
		return (bits & (payloadFromA | payloadFromB)) === 0 ? idleSeconds.attempt : idleSeconds.tcp;
	}

	#end(flow: number, why: EndReason): void {
		this.#ended(flow, why);
		if (flow === this.#last) this.#last = -1;
		const ints = this.ints;
		const bucket = ints[flow + hashValue]! & (this.#heads.length - 1);
		let at = this.#heads[bucket]! - 1;
		if (at === flow) this.#heads[bucket] = ints[flow + hashNext]! + 1;
		else {
			while (ints[at + hashNext] !== flow) at = ints[at + hashNext]!;
			ints[at + hashNext] = ints[flow + hashNext]!;
		}
		if ((ints[flow + kind]! & 256) !== 0) {
			this.addresses.release(ints[flow + addressA]!);
			this.addresses.release(ints[flow + addressB]!);
		}
		ints[flow + serial] = 0;
		ints[flow + hashNext] = this.#free;
		this.#free = flow;
		this.open--;
	}
}

function powerOfTwo(atLeast: number): number {
	return 1 << (32 - Math.clz32(Math.max(atLeast - 1, 1)));
}
