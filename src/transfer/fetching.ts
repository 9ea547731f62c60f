/**
 * One question to one source, and its answer held against what was asked and promised:
 *
 * - a range may be shorter than asked for, or begin earlier (then the beginning is skipped), but it
 *   must hold the first byte wanted;
 * - the size of the file must be the one known, or there must be none known that can be trusted;
 * - not a byte more than the head said.
 */
import type { Refusal } from '../evidence/refusal.ts';
import type { FetchHead } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import type { Candidate } from './sources.ts';

export class Fetching {
	readonly number: number;
	readonly source: Candidate;
	/** First byte wanted. */
	readonly from: number;
	link: Link | undefined;
	/** We have stopped the link, as the disk is slower. */
	held = false;
	/** Bytes that went to the file. */
	got = 0;
	/** When the source last gave a sign. */
	lastAt: number;
	/** The source does not have the file. */
	gone = false;
	retryAfter: number | undefined;
	/** Position in the file of the next byte of the body; -1 before a head that announces bytes. */
	#at = -1;
	#end = -1;

	constructor(number: number, source: Candidate, from: number, now: number) {
		this.number = number;
		this.source = source;
		this.from = from;
		this.lastAt = now;
	}

	/** The size of the whole file; undefined where no body follows (the source is busy, or has no such file). */
	head(head: FetchHead, knownSize: number | null): number | undefined | Refusal {
		if (head.status < 200 || head.status > 299) {
			this.gone = head.status === 404 || head.status === 410;
			this.retryAfter = head.retryAfter;
			return undefined;
		}
		const { from, to, status } = head;
		const size = head.size ?? (status === 200 ? to : (knownSize ?? undefined));
		const detail = `asked from ${this.from}, answered ${status} with ${from} to ${to} of ${size ?? 'unknown'}`;
		if (!(from <= this.from && to > this.from)) return { refused: 'transfer.range.other', detail };
		if (size === undefined || !Number.isSafeInteger(size) || to > size) {
			return { refused: 'transfer.range.other', detail };
		}
		if (knownSize !== null && size !== knownSize) {
			return { refused: 'transfer.size.other', detail: `${size} instead of ${knownSize} bytes` };
		}
		this.#at = from;
		this.#end = to;
		return size;
	}

	/** The bytes that belong into the file, after those that it has. */
	body(bytes: Uint8Array): Uint8Array | Refusal {
		const next = this.from + this.got;
		const at = this.#at;
		if (at < 0 || at + bytes.length > this.#end) {
			return {
				refused: 'transfer.body.long',
				detail: `${at + bytes.length - this.#end} bytes behind the end`,
			};
		}
		this.#at += bytes.length;
		const fresh = at >= next ? bytes : bytes.subarray(Math.min(bytes.length, next - at));
		this.got += fresh.length;
		return fresh;
	}
}
