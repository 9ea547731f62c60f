/**
 * What has arrived of one file: the bytes on disk, which of them are proven by the tree, and who gave
 * each. The rules:
 *
 * - A byte is taken once: what comes a second time (two sources raced for the end) is dropped.
 * - A piece is proven by what is on disk, read back in the verifying thread, not by what was in memory.
 * - A wrong piece is thrown away alone. A copy is kept until the right one is here, to tell who lied.
 * - Progress is told twice a second: what was told survives the end of the process, and is never fetched
 *   again.
 */
import { readSync } from 'node:fs';
import type { Clock } from '../library/clock.ts';
import type { Span } from '../networks/network.ts';
import { type Origin, Origins } from './origins.ts';
import { PartialFile } from './partial-file.ts';
import { Proof, type ProofEvents } from './proof.ts';
import type { Progress } from './records.ts';
import { Spans } from './spans.ts';
import type { Tree } from './tree.ts';
import type { Verifier } from './verifier.ts';

const recordMilliseconds = 500;
/** Files above this have their SHA-1 computed on the way. */
const followFrom = 4 << 20;

export interface BodyEvents extends ProofEvents {
	record(progress: Progress): void;
	/** The queue of the disk became shorter. */
	room(): void;
	/** What the disk said. */
	failed(error: unknown): void;
	/** Nothing is being written or checked any more. */
	settled(): void;
}

export class Body {
	readonly #path: string;
	readonly #clock: Clock;
	readonly #verifier: Verifier;
	readonly #events: BodyEvents;
	#here: Spans;
	readonly proof: Proof;
	/** Here, or on the way to the disk. */
	#claimed: Spans;
	#origins: Origins;
	#file: PartialFile | undefined;
	#key: number;
	#followed = 0;
	#recordedAt = 0;
	#unrecorded = false;
	#jobs = 0;
	#waiters: (() => void)[] = [];
	size: number | null;

	constructor(
		path: string,
		size: number | null,
		{ here, verified, origins }: Progress,
		{ clock, verifier }: { readonly clock: Clock; readonly verifier: Verifier },
		events: BodyEvents,
	) {
		this.#path = path;
		this.size = size;
		this.#clock = clock;
		this.#verifier = verifier;
		this.#events = events;
		this.#here = new Spans(here);
		this.#claimed = new Spans(here);
		this.#origins = new Origins(origins);
		this.#key = verifier.key();
		this.proof = new Proof(this, events, verified);
	}

	get here(): Spans {
		return this.#here;
	}

	get verified(): Spans {
		return this.proof.verified;
	}

	get tree(): Tree | undefined {
		return this.proof.tree;
	}

	get origins(): readonly Origin[] {
		return this.#origins.list;
	}

	get queued(): number {
		return this.#file?.queued ?? 0;
	}

	/** Every byte is on disk, and proven as far as the thread can follow. */
	get whole(): boolean {
		if (this.size === null) return false;
		const enough = this.tree === undefined || this.proof.behind ? this.#here : this.verified;
		return enough.has(0, this.size);
	}

	get proven(): boolean {
		return this.tree !== undefined && this.verified.has(0, this.size ?? 0);
	}

	/** The whole is not right: what the SHA-1 was to vouch for is checked. */
	checkAll(): void {
		this.proof.strict();
	}

	/** Bytes are on the way to the disk, or being checked. */
	get busy(): boolean {
		return this.#jobs > 0 || this.queued > 0;
	}

	/** Opens the partial file where it is not open. Throws what the disk says. */
	open(): void {
		if (this.#file !== undefined) return;
		const file = new PartialFile(this.#path, {
			written: (from, to) => this.#written(file, from, to),
			room: () => this.#events.room(),
			failed: (error) => {
				this.#file = undefined;
				void file.close();
				this.#events.failed(error);
			},
		});
		this.#file = file;
		// A file that is shorter than was recorded has been touched by someone, or lost by the system.
		if (file.found < this.#here.end) this.lose(file.found, this.#here.end);
		this.#claimed = new Spans(this.#here.list());
		this.proof.check();
	}

	/** Takes the bytes at this place in the file; answers how many of them were new. */
	take(source: number, at: number, bytes: Uint8Array): number {
		const end = at + bytes.length;
		const gaps = this.#claimed.touches(at, end) ? this.#claimed.missing(at, end) : [{ from: at, to: end }];
		let fresh = 0;
		for (const { from, to } of gaps) {
			this.#claimed.add(from, to);
			this.#origins.add(from, to, source);
			this.#file!.write(from, bytes.subarray(from - at, to - at));
			fresh += to - from;
		}
		return fresh;
	}

	/** What is still to come, as far as the size is known. */
	missing(from = 0, to = this.size ?? 0): Span[] {
		return this.#claimed.missing(from, to);
	}

	/** From now on pieces are proven as they arrive; those that are here, too. */
	setTree(tree: Tree): void {
		this.proof.begin(tree, false);
		if (this.#file !== undefined) this.proof.check();
	}

	/** After a restart: what was proven by this very tree. */
	keepTree(tree: Tree): void {
		this.proof.begin(tree, true);
	}

	dropTree(): void {
		this.proof.end(undefined);
		this.#record();
	}

	givers(from: number, to: number): Origin[] {
		return this.#origins.of(from, to);
	}

	read(from: number, to: number): Uint8Array {
		const bytes = new Uint8Array(to - from);
		readSync(this.#file!.fd, bytes, 0, bytes.length, from);
		return bytes;
	}

	/** Hashes of slices, unless the file is closed before. */
	hash(from: number, to: number, tree: Tree, then: (hashes: Uint8Array) => void): void {
		const file = this.#file!;
		const work = this.#verifier.slices(file.fd, from, to, tree).then(
			(hashes) => {
				if (file !== this.#file) return;
				then(hashes);
				this.#unrecorded = true;
				this.record();
			},
			(error: unknown) => {
				if (file === this.#file) this.#events.failed(error);
			},
		);
		// What follows from the hashes belongs to the work: before, nothing is settled.
		void this.#busy(work);
	}

	lose(from: number, to: number): void {
		this.#here.remove(from, to);
		this.proof.lose(from, to);
		this.#claimed.remove(from, to);
		this.#origins.remove(from, to);
		if (this.#followed > from) this.#forgetSha1();
		this.#unrecorded = true;
	}

	/** SHA-1 of the whole file. Rejects with what the disk says, or with code SHORT. */
	async sha1(): Promise<Uint8Array> {
		this.open();
		const key = this.#key;
		this.#key = this.#verifier.key();
		this.#followed = 0;
		return this.#busy(this.#verifier.sha1(key, this.#file!.fd, this.size ?? 0));
	}

	/** What another network calls the whole file. Rejects as sha1(). */
	async hashOf(kind: 'ed2k' | 'fthash' | 'kzhash'): Promise<Uint8Array> {
		this.open();
		return this.#busy(this.#verifier[kind](this.#file!.fd, this.size ?? 0));
	}

	/** Records what is on disk, if it is time or `now`. */
	record(now = false): void {
		if (!this.#unrecorded) return;
		if (now || this.#clock.now() - this.#recordedAt >= recordMilliseconds) this.#record();
	}

	/** Writes, records and closes. */
	async close(): Promise<void> {
		const file = this.#file;
		this.#file = undefined;
		await file?.settled();
		this.record(true);
		if (this.#jobs > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
		await file?.close();
	}

	/** Nothing that was fetched is of worth. */
	discard(): void {
		const file = this.#file;
		this.#file = undefined;
		this.#here = new Spans();
		this.#claimed = new Spans();
		this.proof.end(this.tree);
		this.#origins.clear();
		this.#forgetSha1();
		file?.discard();
	}

	#written(file: PartialFile, from: number, to: number): void {
		if (file !== this.#file && this.#file !== undefined) return;
		this.#here.add(from, to);
		this.#unrecorded = true;
		this.record();
		if (file !== this.#file) return;
		this.#follow(this.#here.reach(0));
		this.proof.came(from, to, this.#clock.now());
		this.#maybeSettled();
	}

	#follow(to: number): void {
		if (this.size === null || this.size < followFrom || to <= this.#followed || this.#file === undefined)
			return;
		this.#followed = to;
		// What the disk says here it says again at the end.
		this.#busy(this.#verifier.advance(this.#key, this.#file.fd, to)).catch(() => {});
	}

	#forgetSha1(): void {
		this.#verifier.forget(this.#key);
		this.#key = this.#verifier.key();
		this.#followed = 0;
	}

	#record(): void {
		this.#recordedAt = this.#clock.now();
		this.#unrecorded = false;
		this.#events.record({
			here: this.#here.list(),
			verified: this.verified.list(),
			origins: [...this.#origins.list],
		});
	}

	async #busy<T>(work: Promise<T>): Promise<T> {
		this.#jobs++;
		try {
			return await work;
		} finally {
			this.#jobs--;
			if (this.#jobs === 0) for (const resolve of this.#waiters.splice(0)) resolve();
			this.#maybeSettled();
		}
	}

	#maybeSettled(): void {
		if (!this.busy && this.#file !== undefined) this.#events.settled();
	}
}
