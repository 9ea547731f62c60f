/** SHA-1 of open files, away from the thread that serves the network. Started by hash.ts. */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

export interface HashJob {
	readonly job: number;
	/** Open in the main thread: descriptors belong to the process, not to a thread. */
	readonly fd: number;
	readonly size: number;
}

export interface HashAnswer {
	readonly job: number;
	readonly sha1?: Uint8Array;
	readonly error?: string;
	/** Of the system's error. */
	readonly code?: string;
}

const paused = workerData as Int32Array;
const buffer = Buffer.allocUnsafe(1 << 20);

parentPort?.on('message', ({ job, fd, size }: HashJob) => {
	try {
		parentPort!.postMessage({ job, sha1: sha1Of(fd, size) } satisfies HashAnswer);
	} catch (error) {
		const { message, code } = error as NodeJS.ErrnoException;
		parentPort!.postMessage({ job, error: message, code: code ?? 'EIO' } satisfies HashAnswer);
	}
});

function sha1Of(fd: number, size: number): Uint8Array {
	const hash = createHash('sha1');
	let at = 0;
	while (at < size) {
		// Sleeps here, in the middle of a file, while the user has hashing paused.
		Atomics.wait(paused, 0, 1);
		const read = readSync(fd, buffer, 0, Math.min(buffer.length, size - at), at);
		if (read === 0) throw new Error('the file became shorter while it was read');
		hash.update(read === buffer.length ? buffer : buffer.subarray(0, read));
		at += read;
	}
	return new Uint8Array(hash.digest());
}
