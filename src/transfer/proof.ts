/**
 * Proving pieces: each slice of the file that is whole on disk is read back, hashed in the verifying
 * thread, and held against the tree. A wrong piece is thrown away alone; a copy is kept until the right one is
 * here, to tell who lied.
 *
 * Where bytes come at the speed of a local network, the hashing would slow down what it waits for, and a lie costs a second.
 * Then pieces are passed over; if the whole is here before they were checked, its hash, which is quicker, decides,
 * and only where that is wrong they are checked after all (`strict`).
 */
import type { Span } from '../networks/network.ts';
import type { Origin } from './origins.ts';
import { Rate } from './rate.ts';
import { Spans } from './spans.ts';
import { hashLength, type Tree } from './tree.ts';

/** Wrong pieces that are kept to find the liar, and the largest of them. */
const mostKept = 4;
const largestKept = 16 << 20;
/** Pieces that are checked with one message to the thread. */
const atOnce = 4 << 20;
/** Bytes that wait for the thread. What comes faster than it can hash is checked when it has caught up. */
const mostWaiting = 16 << 20;
/** Bytes a second from which on pieces are passed over. */
const hurry = 64 << 20;

export interface WrongPiece extends Span {
	readonly givers: readonly Origin[];
}

/** What the proof needs of the bytes. */
export interface Provable {
	readonly size: number | null;
	readonly here: Spans;
	givers(from: number, to: number): Origin[];
	read(from: number, to: number): Uint8Array;
	/** Hashes of the tree's slices of [from, to). Never answers after the file was closed. */
	hash(from: number, to: number, tree: Tree, then: (hashes: Uint8Array) => void): void;
	/** These bytes are of no worth. */
	lose(from: number, to: number): void;
}

export interface ProofEvents {
	/** A part of eDonkey is wrong; these are its bytes, which are lost next. */
	broken(piece: WrongPiece, bytes: Uint8Array): void;
	/** These pieces are right. */
	proven(givers: readonly Origin[]): void;
	wrong(piece: WrongPiece): void;
	/** A piece that was wrong has come right: both, to be compared. */
	righted(piece: WrongPiece, before: Uint8Array, after: Uint8Array): void;
}

export class Proof {
	readonly #bytes: Provable;
	readonly #events: ProofEvents;
	#tree: Tree | undefined;
	#verified: Spans;
	#checking = new Spans();
	#waiting = 0;
	/** Pieces were passed over. */
	#behind = false;
	#strict = false;
	readonly #arrival = new Rate();
	readonly #kept = new Map<number, { piece: WrongPiece; bytes: Uint8Array }>();

	constructor(bytes: Provable, events: ProofEvents, verified: readonly Span[]) {
		this.#bytes = bytes;
		this.#events = events;
		this.#verified = new Spans(verified);
	}

	get tree(): Tree | undefined {
		return this.#tree;
	}

	get verified(): Spans {
		return this.#verified;
	}

	/** All bytes are here, and pieces were passed over: the hash of the whole may decide. */
	get behind(): boolean {
		return this.#behind && !this.#strict;
	}

	/** The whole is not right: every piece is checked now. */
	strict(): void {
		this.#strict = true;
		this.check();
	}

	/** `kept`: what was proven before the restart was proven by this very tree. */
	begin(tree: Tree, kept: boolean): void {
		this.#strict = false;
		// Pieces of another tree are no pieces of this one.
		this.#kept.clear();
		this.#tree = tree;
		if (!kept) this.#verified = new Spans();
		this.#checking = new Spans();
	}

	/** There is no tree, or there are no bytes any more. */
	end(tree: Tree | undefined): void {
		this.#tree = tree;
		this.#verified = new Spans();
		this.#checking = new Spans();
		this.#kept.clear();
	}

	lose(from: number, to: number): void {
		this.#verified.remove(from, to);
		this.#checking.remove(from, to);
	}

	/** These bytes are on disk. */
	came(from: number, to: number, now: number): void {
		this.#arrival.add(to - from, now);
		if (this.#tree === undefined) return;
		if (this.#arrival.get(now) > hurry && !this.#strict) {
			this.#behind = true;
			return;
		}
		this.#catchUp();
		this.check(from, to);
	}

	/** Has the whole pieces that touch [from, to) checked, neighbours together. */
	check(from = 0, to = this.#bytes.size ?? 0): void {
		const tree = this.#tree;
		const { size, here } = this.#bytes;
		if (tree === undefined || size === null) return;
		let start = -1;
		let end = -1;
		for (let at = from - (from % tree.slice); at < to; at += tree.slice) {
			if (this.#waiting + Math.max(0, end - start) > mostWaiting) {
				this.#behind = true;
				break;
			}
			const stop = Math.min(at + tree.slice, size);
			const due = here.has(at, stop) && !this.#verified.has(at, stop) && !this.#checking.has(at, stop);
			if (due && start < 0) start = at;
			if (due) end = stop;
			if (start >= 0 && (!due || end - start >= atOnce)) {
				this.#prove(tree, start, end);
				start = end = -1;
			}
		}
		if (start >= 0) this.#prove(tree, start, end);
	}

	/** Each second: where bytes no longer come so fast, what was passed over is checked. */
	tick(now: number): void {
		if (this.#arrival.get(now) <= hurry) this.#catchUp();
	}

	/** Checks what was passed over. */
	#catchUp(): void {
		if (!this.#behind) return;
		this.#behind = false;
		this.check();
	}

	#prove(tree: Tree, from: number, to: number): void {
		this.#checking.add(from, to);
		this.#waiting += to - from;
		this.#bytes.hash(from, to, tree, (hashes) => {
			this.#waiting -= to - from;
			if (tree !== this.#tree) return;
			this.#judge(tree, from, to, hashes);
			this.#catchUp();
		});
	}

	#judge(tree: Tree, from: number, to: number, hashes: Uint8Array): void {
		this.#checking.remove(from, to);
		const first = from / tree.slice;
		const length = hashLength[tree.kind];
		const wrong: WrongPiece[] = [];
		for (let i = 0; i < hashes.length / length; i++) {
			const start = from + i * tree.slice;
			const stop = Math.min(start + tree.slice, to);
			const right = tree.slices.subarray((first + i) * length, (first + i + 1) * length);
			if (right.every((byte, at) => byte === hashes[i * length + at])) this.#right(start, stop);
			else wrong.push({ from: start, to: stop, givers: this.#bytes.givers(start, stop) });
		}
		for (const piece of wrong) {
			// One of them may have shown that the tree is the lie.
			if (tree === this.#tree) this.#wrong(piece);
		}
	}

	#right(from: number, to: number): void {
		this.#verified.add(from, to);
		this.#events.proven(this.#bytes.givers(from, to));
		const kept = this.#kept.get(from);
		if (kept === undefined) return;
		this.#kept.delete(from);
		this.#events.righted(kept.piece, kept.bytes, this.#bytes.read(from, to));
	}

	#wrong(piece: WrongPiece): void {
		const { from, to } = piece;
		const several = piece.givers.some(({ source }) => source !== piece.givers[0]!.source);
		if (several && this.#kept.size < mostKept && to - from <= largestKept) {
			this.#kept.set(from, { piece, bytes: this.#bytes.read(from, to) });
		}
		if (this.#tree?.kind === 'ed2k') this.#events.broken(piece, this.#bytes.read(from, to));
		this.#bytes.lose(from, to);
		this.#events.wrong(piece);
	}
}
