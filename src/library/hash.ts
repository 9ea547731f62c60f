/**
 * The queue of files to hash. One file is read once, in order, by one worker thread; small ones are
 * hashed on the spot, as the way to a worker costs more than the hash. Workers are started when there
 * is work and ended after some idle seconds: an idle node carries none of them.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import type { HashAnswer, HashJob } from './hash-worker.ts';

/** Up to this many bytes are hashed here (about 0.1 ms). */
const small = 256 * 1024;
const idleMilliseconds = 5000;

// The build rewrites imports from .ts to .js, not the names of workers.
const workerFile = new URL(
	import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js',
	import.meta.url,
);

interface Waiting extends HashJob {
	readonly resolve: (sha1: Uint8Array) => void;
	readonly reject: (error: Error) => void;
}

interface Thread {
	readonly worker: Worker;
	busy: Waiting | undefined;
}

export class Hasher {
	readonly #clock: Clock;
	readonly #most: number;
	readonly #queue: Waiting[] = [];
	readonly #threads = new Set<Thread>();
	readonly #paused = new Int32Array(new SharedArrayBuffer(4));
	#cancelIdle = () => {};
	#jobs = 0;
	#closed = false;

	constructor(clock: Clock, threads = 1) {
		this.#clock = clock;
		this.#most = threads;
	}

	/** SHA-1 of the first `size` bytes. The handle stays the caller's and must stay open until then. */
	async sha1(handle: FileHandle, size: number): Promise<Uint8Array> {
		if (this.#closed) throw new Error('the hasher is closed');
		if (size <= small && !this.paused) return sha1Here(handle, size);
		return new Promise((resolve, reject) => {
			this.#queue.push({ job: ++this.#jobs, fd: handle.fd, size, resolve, reject });
			this.#assign();
		});
	}

	/** Stops and continues, also in the middle of a file. */
	pause(paused: boolean): void {
		Atomics.store(this.#paused, 0, paused ? 1 : 0);
		Atomics.notify(this.#paused, 0);
		if (!paused) this.#assign();
	}

	get paused(): boolean {
		return Atomics.load(this.#paused, 0) === 1;
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

	#assign(): void {
		if (this.#closed || this.paused) return;
		this.#cancelIdle();
		while (this.#queue.length > 0) {
			const thread = this.#freeThread();
			if (thread === undefined) return;
			const waiting = this.#queue.shift()!;
			thread.busy = waiting;
			thread.worker.ref();
			const { job, fd, size } = waiting;
			thread.worker.postMessage({ job, fd, size } satisfies HashJob);
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
		const thread: Thread = { worker: new Worker(workerFile, { workerData: this.#paused }), busy: undefined };
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
		if (answer.sha1 === undefined)
			waiting.reject(Object.assign(new Error(answer.error), { code: answer.code }));
		else waiting.resolve(answer.sha1);
		this.#assign();
	}

	async #end(thread: Thread, why: Error): Promise<void> {
		this.#threads.delete(thread);
		await thread.worker.terminate();
		thread.busy?.reject(why);
	}
}

async function sha1Here(handle: FileHandle, size: number): Promise<Uint8Array> {
	const buffer = Buffer.allocUnsafe(size);
	let at = 0;
	while (at < size) {
		const { bytesRead } = await handle.read(buffer, at, size - at, at);
		if (bytesRead === 0) {
			throw Object.assign(new Error('the file became shorter while it was read'), { code: 'EIO' });
		}
		at += bytesRead;
	}
	return new Uint8Array(createHash('sha1').update(buffer).digest());
}
