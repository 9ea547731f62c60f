/** Hashes open files, away from the thread that serves the network. Started by hash.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Also, type FileHashes, hashesOf, sampleOf } from './file-hashes.ts';

export interface HashJob {
	readonly job: number;
	/** Open in the main thread: descriptors belong to the process, not to a thread. */
	readonly fd: number;
	readonly size: number;
	/** Its samples only (sample.ts), or all of it. */
	readonly read: 'sample' | 'all';
	readonly also: Also;
}

export interface HashAnswer {
	readonly job: number;
	readonly hashes?: FileHashes;
	readonly sample?: Uint8Array;
	readonly error?: string;
	/** Of the system's error. */
	readonly code?: string;
}

/** What the main thread says while a file is being read. */
export const PAUSED = 0;
/** KiB a second that this thread may read; 0: no limit. */
export const LIMIT = 1;
const orders = workerData as Int32Array;
/** Milliseconds of reading that may be caught up with after a pause. */
const burst = 200;

/** When the next byte may be read under the limit. */
let due = 0;

parentPort?.on('message', ({ job, fd, size, read, also }: HashJob) => {
	try {
		const found =
			read === 'sample' ? { sample: sampleOf(fd, size, wait) } : { hashes: hashesOf(fd, size, also, wait) };
		parentPort!.postMessage({ job, ...found } satisfies HashAnswer);
	} catch (error) {
		const { message, code } = error as NodeJS.ErrnoException;
		parentPort!.postMessage({ job, error: message, code: code ?? 'EIO' } satisfies HashAnswer);
	}
});

/** Sleeps here, in the middle of a file, while the user has hashing paused, or the limit is used up. */
function wait(bytes: number): void {
	Atomics.wait(orders, PAUSED, 1);
	for (;;) {
		const limit = Atomics.load(orders, LIMIT);
		if (limit === 0) return;
		const now = performance.now();
		due = Math.max(due, now - burst);
		if (due <= now) {
			due += (bytes / 1024 / limit) * 1000;
			return;
		}
		// A changed limit wakes us up.
		Atomics.wait(orders, LIMIT, limit, due - now);
	}
}
