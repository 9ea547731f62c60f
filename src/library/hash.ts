/**
 * The queue of files to hash. One file is read once, in order, by one worker thread; small ones are
 * hashed on the spot, as the way to a worker costs more than the hash. Workers are started when there
 * is work and ended after some idle seconds: an idle node carries none of them.
 */
import type { FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { threadFile } from '../world/installed.ts';
import type { Clock } from './clock.ts';
import { type Also, type FileHashes, hashesOf, sampleOf } from './file-hashes.ts';
import { type HashAnswer, type HashJob, LIMIT, PAUSED } from './hash-worker.ts';

/** Up to this many bytes are hashed here (less than a millisecond). */
const small = 256 * 1024;
const idleMilliseconds = 5000;

const workerFile = threadFile('./hash-worker.ts', import.meta.url);

interface Waiting extends HashJob {
	readonly resolve: (answer: HashAnswer) => void;
	readonly reject: (error: Error) => void;
}

interface Thread {
	readonly worker: Worker;
	busy: Waiting | undefined;
}

export class Hasher {
	readonly #clock: Clock;
	readonly #most: number;
	readonly #also: Also;
	readonly #queue: Waiting[] = [];
	readonly #threads = new Set<Thread>();
	readonly #orders = new Int32Array(new SharedArrayBuffer(8));
	#cancelIdle = () => {};
	#jobs = 0;
	#closed = false;

	/** `threads`: at most so many; half of the processors where nothing is said. */
	constructor(clock: Clock, threads = Math.max(1, availableParallelism() >> 1), also: Also = {}) {
		this.#clock = clock;
		this.#most = threads;
		this.#also = also;
	}

	/** All hashes of the first `size` bytes. The handle stays the caller's and must stay open until then. */
	async hashes(handle: FileHandle, size: number): Promise<FileHashes> {
		if (this.#here(size)) return hashesOf(handle.fd, size, this.#also);
		return (await this.#ask(handle, size, 'all')).hashes!;
	}

	/** The digest of the samples of a file of this size (sample.ts). The handle as for `hashes`. */
	async sample(handle: FileHandle, size: number): Promise<Uint8Array> {
		if (this.#here(size)) return sampleOf(handle.fd, size);
		return (await this.#ask(handle, size, 'sample')).sample!;
	}

	/** Stops and continues, also in the middle of a file. */
	pause(paused: boolean): void {
		Atomics.store(this.#orders, PAUSED, paused ? 1 : 0);
		Atomics.notify(this.#orders, PAUSED);
		if (!paused) this.#assign();
	}

	/** Bytes a second of all threads together; undefined: no limit. Holds from the next quarter of a megabyte on. */
	limit(bytesPerSecond: number | undefined): void {
		const kilobytes =
			bytesPerSecond === undefined ? 0 : Math.max(1, Math.round(bytesPerSecond / 1024 / this.#most));
		Atomics.store(this.#orders, LIMIT, kilobytes);
		Atomics.notify(this.#orders, LIMIT);
	}

	get paused(): boolean {
		return Atomics.load(this.#orders, PAUSED) === 1;
	}

	/** Rejects what is unfinished. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#cancelIdle();
		const lost = new Error('hashing was stopped');
		for (const waiting of this.#queue.splice(0)) waiting.reject(lost);
		// A thread must be gone before its file may be closed: the number could name another file by then.
		await Promise.all([...this.#threads].map((thread) => this.#end(thread, lost)));
	}

	#here(size: number): boolean {
		if (this.#closed) throw new Error('the hasher is closed');
		return size <= small && !this.paused && Atomics.load(this.#orders, LIMIT) === 0;
	}

	#ask({ fd }: FileHandle, size: number, read: HashJob['read']): Promise<HashAnswer> {
		return new Promise((resolve, reject) => {
			this.#queue.push({ job: ++this.#jobs, fd, size, read, also: this.#also, resolve, reject });
			this.#assign();
		});
	}

	#assign(): void {
		if (this.#closed || this.paused) return;
		this.#cancelIdle();
		while (this.#queue.length > 0) {
			const thread = this.#freeThread();
			if (thread === undefined) return;
			const waiting = this.#queue.shift()!;
			thread.busy = waiting;
			thread.worker.ref();
			const { job, fd, size, read, also } = waiting;
			thread.worker.postMessage({ job, fd, size, read, also } satisfies HashJob);
		}
		this.#cancelIdle = this.#clock.after(idleMilliseconds, () => {
			for (const thread of this.#threads) {
				if (thread.busy === undefined) void this.#end(thread, new Error('idle'));
			}
		});
	}

	#freeThread(): Thread | undefined {
		for (const thread of this.#threads) if (thread.busy === undefined) return thread;
		if (this.#threads.size >= this.#most) return undefined;
		const thread: Thread = { worker: new Worker(workerFile, { workerData: this.#orders }), busy: undefined };
		this.#threads.add(thread);
		thread.worker.on('message', (answer: HashAnswer) => this.#answered(thread, answer));
		thread.worker.on('error', (error) => void this.#end(thread, error as Error).then(() => this.#assign()));
		return thread;
	}

	#answered(thread: Thread, answer: HashAnswer): void {
		const waiting = thread.busy;
		if (waiting === undefined || waiting.job !== answer.job) return;
		thread.busy = undefined;
		thread.worker.unref();
		if (answer.error === undefined) waiting.resolve(answer);
		else waiting.reject(Object.assign(new Error(answer.error), { code: answer.code }));
		this.#assign();
	}

	async #end(thread: Thread, why: Error): Promise<void> {
		this.#threads.delete(thread);
		await thread.worker.terminate();
		thread.busy?.reject(why);
	}
}
