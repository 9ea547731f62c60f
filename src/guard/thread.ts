/** Starts the supervisor's thread: first of all, since it takes as long to begin as everything else of a start together. */
import { SHARE_ENV, Worker } from 'node:worker_threads';

export function startThread(): Worker {
	const file = import.meta.url.endsWith('.ts') ? './supervisor-thread.ts' : './supervisor-thread.js';
	const worker = new Worker(new URL(file, import.meta.url), { env: SHARE_ENV, trackUnmanagedFds: false });
	// Where nothing comes of it, it holds up nobody.
	worker.unref();
	return worker;
}
