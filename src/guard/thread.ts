/**
 * Starts the supervisor's thread: first of all, since it takes as long to begin as everything else of a start together.
 */
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { threadFile } from '../world/installed.ts';
import type { ToSupervisor } from './supervising.ts';

/** `prepare`: what has to be there before a program is launched. Where that fails, the thread has ended too. */
export async function besideThread<Ready>(prepare: (worker: Worker) => Promise<Ready>): Promise<Ready> {
	const worker = startThread();
	try {
		return await prepare(worker);
	} catch (error) {
		await dismiss(worker);
		throw error;
	}
}

function startThread(): Worker {
	const file = threadFile('./supervisor-thread.ts', import.meta.url);
	const worker = new Worker(file, { env: SHARE_ENV, trackUnmanagedFds: false });
	// Where nothing comes of it, it holds up nobody.
	worker.unref();
	return worker;
}

/**
 * Nothing comes of it. It is asked to end, and does so when it has begun: a thread that is ended from outside while it
 * loads native code takes the whole process with it (abort).
 */
export function dismiss(worker: Worker): Promise<void> {
	// It has ended by itself.
	if (worker.threadId < 0) return Promise.resolve();
	worker.ref();
	return new Promise((resolve) => {
		// Should it fail to begin: whoever dismisses it has something to say already.
		worker.on('error', () => undefined);
		worker.once('exit', () => resolve());
		worker.postMessage({ dismissed: true } satisfies ToSupervisor);
	});
}
