/** Threads that play: each takes the next unit when it is done with one. Which thread plays what changes nothing. */
import { Worker } from 'node:worker_threads';
import { threadFile } from '../world/installed.ts';
import { OrderError, type Unit } from './experiment.ts';
import type { Request } from './load.ts';
import type { PlayAnswer, PlayJob } from './play-worker.ts';
import type { Counts } from './scenario.ts';

const workerFile = threadFile('./play-worker.ts', import.meta.url);

interface Waiting extends PlayJob {
	readonly done: (counts: Counts) => void;
	readonly failed: (error: Error) => void;
}

export class Players {
	readonly #idle: Worker[] = [];
	readonly #all: Worker[] = [];
	readonly #queue: Waiting[] = [];
	readonly #playing = new Map<number, Waiting>();
	#jobs = 0;

	/** A thread that needs more megabytes of heap than `most` ends, and its play has failed. */
	constructor(threads: number, most?: number) {
		for (let thread = 0; thread < threads; thread++) this.#hire(most);
	}

	play(request: Request, unit: Unit): Promise<Counts> {
		return new Promise((done, failed) => {
			this.#queue.push({ job: this.#jobs++, request, unit, done, failed });
			this.#assign();
		});
	}

	/** Ends the threads, in the middle of what they play. */
	async end(): Promise<void> {
		await Promise.all(this.#all.map((worker) => worker.terminate()));
	}

	#hire(most: number | undefined): void {
		const worker = new Worker(
			workerFile,
			most === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: most } },
		);
		worker.on('message', (answer: PlayAnswer) => {
			const waiting = this.#playing.get(answer.job);
			this.#playing.delete(answer.job);
			this.#idle.push(worker);
			if (answer.counts !== undefined) waiting?.done(answer.counts);
			else waiting?.failed(answer.isOrder === true ? new OrderError(answer.error) : new Error(answer.error));
			this.#assign();
		});
		worker.on('error', (error) => {
			for (const waiting of this.#playing.values()) waiting.failed(error as Error);
		});
		this.#all.push(worker);
		this.#idle.push(worker);
	}

	#assign(): void {
		while (this.#idle.length > 0 && this.#queue.length > 0) {
			const worker = this.#idle.pop()!;
			const waiting = this.#queue.shift()!;
			this.#playing.set(waiting.job, waiting);
			const { job, request, unit } = waiting;
			worker.postMessage({ job, request, unit } satisfies PlayJob);
		}
	}
}
