/** Plays units of experiments on a thread of its own. Started by workers.ts. */
import { parentPort } from 'node:worker_threads';
import { type Experiment, OrderError, type Unit } from './experiment.ts';
import { load, type Request } from './load.ts';
import type { Counts } from './scenario.ts';

export interface PlayJob {
	readonly job: number;
	readonly request: Request;
	readonly unit: Unit;
}

export interface PlayAnswer {
	readonly job: number;
	readonly counts?: Counts;
	readonly error?: string;
	/** The error is of what the user ordered: a sentence. */
	readonly isOrder?: boolean;
}

/** The last experiment: units of one come one after the other. */
let known: { readonly words: string; readonly experiment: Experiment } | undefined;

parentPort!.on('message', ({ job, request, unit }: PlayJob) => {
	let answer: PlayAnswer;
	try {
		const words = JSON.stringify(request);
		if (known?.words !== words) known = { words, experiment: load(request) };
		answer = { job, counts: known.experiment.play(unit) };
	} catch (error) {
		const isOrder = error instanceof OrderError;
		answer = { job, isOrder, error: isOrder ? error.message : String((error as Error).stack ?? error) };
	}
	parentPort!.postMessage(answer);
});
