/**
 * The thread that hashes what arrives. It is started when there is enough to hash and ended after some
 * idle seconds; a small file is hashed on the spot, which is quicker than any message.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../library/clock.ts';
import { threadFile } from '../world/installed.ts';
import type { Tree } from './tree.ts';
import { type VerifyJob, verifyJob } from './verify-job.ts';
import type { VerifyAnswer } from './verify-worker.ts';

/** Files up to this size are hashed here (about 1 ms). */
const small = 256 * 1024;
const idleMilliseconds = 10_000;

const workerFile = threadFile('./verify-worker.ts', import.meta.url);

interface Waiting {
	readonly resolve: (hashes: Uint8Array) => void;
	readonly reject: (error: Error) => void;
}

export class Verifier {
	readonly #clock: Clock;
	#worker: Worker | undefined;
	#waiting: Waiting[] = [];
	#cancelIdle = () => {};
	#keys = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** A number for the SHA-1 of one file. */
	key(): number {
		return ++this.#keys;
	}

	/** Hashes of the tree's slices of [from, to). The file must stay open until then. Rejects with what the disk says. */
	slices(fd: number, from: number, to: number, { kind, slice }: Tree): Promise<Uint8Array> {
		return this.#do({ what: 'slices', fd, from, to, kind, slice }, to - from <= small);
	}

	/** The beginning of the file is good up to here: its SHA-1 may go on. The file must stay open until then. */
	advance(key: number, fd: number, to: number): Promise<void> {
		return this.#do({ what: 'advance', key, fd, to }).then(() => {});
	}

	/** SHA-1 of the whole file; the key is used up. */
	sha1(key: number, fd: number, size: number): Promise<Uint8Array> {
		return this.#do({ what: 'sha1', key, fd, size }, size <= small);
	}

	/** The hash of the whole file in eDonkey. */
	ed2k(fd: number, size: number): Promise<Uint8Array> {
		return this.#do({ what: 'ed2k', fd, size }, size <= small);
	}

	/** What FastTrack calls the whole file. */
	fthash(fd: number, size: number): Promise<Uint8Array> {
		return this.#do({ what: 'fthash', fd, size }, size <= small);
	}

	/** What Kazaa calls the whole file, with the root of its tree behind it. */
	kzhash(fd: number, size: number): Promise<Uint8Array> {
		return this.#do({ what: 'kzhash', fd, size }, size <= small);
	}

	/** The file has changed: its SHA-1 begins anew. */
	forget(key: number): void {
		if (this.#worker !== undefined) void this.#do({ what: 'forget', key }).catch(() => {});
	}

	/** Rejects what is unfinished. */
	async close(): Promise<void> {
		this.#cancelIdle();
		await this.#end(new Error('verifying was stopped'));
	}

	#do(job: VerifyJob, here = false): Promise<Uint8Array> {
		if (here) {
			try {
				return Promise.resolve(verifyJob(job));
			} catch (error) {
				return Promise.reject(error as Error);
			}
		}
		this.#cancelIdle();
		const worker = (this.#worker ??= this.#start());
		return new Promise((resolve, reject) => {
			this.#waiting.push({ resolve, reject });
			worker.ref();
			worker.postMessage(job);
		});
	}

	#start(): Worker {
		const worker = new Worker(workerFile);
		worker.on('message', (answer: VerifyAnswer) => {
			const waiting = this.#waiting.shift();
			if (answer.hashes !== undefined) waiting?.resolve(answer.hashes);
			else waiting?.reject(Object.assign(new Error(answer.error), { code: answer.code }));
			if (this.#waiting.length > 0) return;
			worker.unref();
			this.#cancelIdle = this.#clock.after(idleMilliseconds, () => void this.#end(new Error('idle')));
		});
		worker.on('error', (error) => void this.#end(error as Error));
		return worker;
	}

	async #end(why: Error): Promise<void> {
		const worker = this.#worker;
		this.#worker = undefined;
		const lost = this.#waiting.splice(0);
		await worker?.terminate();
		for (const { reject } of lost) reject(why);
	}
}
