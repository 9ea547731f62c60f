/** Verifies away from the thread that serves the network. Started by verifier.ts. */
import { parentPort } from 'node:worker_threads';
import { type VerifyJob, verifyJob } from './verify-job.ts';

export interface VerifyAnswer {
	readonly hashes?: Uint8Array;
	readonly error?: string;
	/** Of the system's error. */
	readonly code?: string;
}

/** Jobs are done and answered in the order in which they come. */
parentPort?.on('message', (job: VerifyJob) => {
	try {
		parentPort!.postMessage({ hashes: verifyJob(job) } satisfies VerifyAnswer);
	} catch (error) {
		const { message, code } = error as NodeJS.ErrnoException;
		parentPort!.postMessage({ error: message, code: code ?? 'EIO' } satisfies VerifyAnswer);
	}
});
