/** Inspects away from the thread that serves the network, and may be ended at any time. Started by inspect.ts. */
import { parentPort } from 'node:worker_threads';
import { type Look, look, type Seen } from './look.ts';

export interface InspectionJob {
	readonly job: number;
	readonly look: Look;
}

export interface InspectionAnswer {
	readonly job: number;
	/** So far, or all. */
	readonly seen?: Seen;
	readonly done: boolean;
	/** It could not be inspected. */
	readonly error?: string;
}

parentPort?.on('message', ({ job, look: file }: InspectionJob) => {
	const answer = (value: Omit<InspectionAnswer, 'job'>): void => parentPort!.postMessage({ job, ...value });
	look(file, (seen) => answer({ seen, done: false })).then(
		(seen) => answer({ seen, done: true }),
		(error: Error) => answer({ error: error.message, done: true }),
	);
});
