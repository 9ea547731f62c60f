/**
 * Flow control of one link. Frames wait here when the world's link is full; a full queue drops what
 * the network can best do without. The rules:
 *
 * - Order of leaving: our own control messages, then PUSH, HIT, PONG, QUERY, relayed PING. Within one
 *   class first in, first out (QRP patches and BYE are control: their order holds).
 * - Order of dropping when more than `queueBytes` wait: the reverse, oldest first. Control is never
 *   dropped: it is ours, and bounded by those who send it.
 * - A link that stays blocked for `blockedSeconds` is closed with BYE 405 (by connect.ts).
 *
 * Thresholds: limits.ts, after those of today's peers.
 */
import { hopsOf, MessageType, typeOf } from './wire/message.ts';

const CONTROL = 0;
const PUSH = 1;
const HIT = 2;
const PONG = 3;
const QUERY = 4;
const PING = 5;
const CLASSES = 6;

function classOf(frame: Uint8Array): number {
	switch (typeOf(frame)) {
		case MessageType.Push:
			return PUSH;
		case MessageType.Hit:
			return HIT;
		case MessageType.Pong:
			return PONG;
		case MessageType.Query:
			return hopsOf(frame) === 0 ? CONTROL : QUERY;
		case MessageType.Ping:
			return hopsOf(frame) === 0 ? CONTROL : PING;
		default:
			return CONTROL;
	}
}

export class SendQueue {
	/** Bytes that wait. */
	bytes = 0;
	/** Frames dropped so far. */
	dropped = 0;
	readonly #limit: number;
	#classes: (Uint8Array[] | undefined)[] | undefined;

	constructor(limit: number) {
		this.#limit = limit;
	}

	get empty(): boolean {
		return this.bytes === 0;
	}

	put(frame: Uint8Array): void {
		this.bytes += frame.length;
		const classes = (this.#classes ??= new Array(CLASSES));
		(classes[classOf(frame)] ??= []).push(frame);
		if (this.bytes > this.#limit) this.#drop();
	}

	/** Puts a frame back that the link did not take: it leaves first again within its class. */
	putBack(frame: Uint8Array): void {
		this.bytes += frame.length;
		const classes = (this.#classes ??= new Array(CLASSES));
		const list = (classes[classOf(frame)] ??= []);
		list.unshift(frame);
	}

	take(): Uint8Array | undefined {
		if (this.bytes === 0 || this.#classes === undefined) return undefined;
		for (let c = 0; c < CLASSES; c++) {
			const list = this.#classes[c];
			if (list === undefined || list.length === 0) continue;
			const frame = list.shift()!;
			this.bytes -= frame.length;
			return frame;
		}
		return undefined;
	}

	#drop(): void {
		for (let c = CLASSES - 1; c > CONTROL && this.bytes > this.#limit; c--) {
			const list = this.#classes?.[c];
			while (list !== undefined && list.length > 0 && this.bytes > this.#limit) {
				this.bytes -= list.shift()!.length;
				this.dropped++;
			}
		}
	}
}
