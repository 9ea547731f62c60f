/**
 * Rows that are watched from a console, each played on a thread of its own. Bounded, as runs are (rehearsals.ts): two at once,
 * a minute each, and so much heap.
 */
import { Worker } from 'node:worker_threads';
import type { Refusal } from '../evidence/refusal.ts';
import { threadFile } from '../world/installed.ts';
import type { PictureAnswer, PictureJob } from './picture-worker.ts';
import type { Picture } from './watched.ts';

const mostAtOnce = 2;
const mostMilliseconds = 60_000;
/** Megabytes. */
const heap = 512;

const workerFile = threadFile('./picture-worker.ts', import.meta.url);

export class Pictures {
	readonly #after: (milliseconds: number, call: () => void) => () => void;
	readonly #workers = new Set<Worker>();

	/** Calls after milliseconds; the answer takes that back. */
	constructor(after: (milliseconds: number, call: () => void) => () => void) {
		this.#after = after;
	}

	async of(job: PictureJob): Promise<Picture | Refusal> {
		if (this.#workers.size >= mostAtOnce) return { refused: 'lab.run.many' };
		const worker = new Worker(workerFile, {
			workerData: job,
			resourceLimits: { maxOldGenerationSizeMb: heap },
		});
		this.#workers.add(worker);
		const late = this.#after(mostMilliseconds, () => void worker.terminate());
		const { picture, error } = await new Promise<PictureAnswer>((resolve) => {
			worker.once('message', resolve);
			worker.once('error', ({ message }: Error) => resolve({ error: message }));
			worker.once('exit', () => resolve({ error: `it took more than ${mostMilliseconds / 1000} seconds` }));
		});
		late();
		this.#workers.delete(worker);
		void worker.terminate();
		return picture ?? { refused: 'lab.order.setting', ...(error !== undefined && { detail: error }) };
	}

	async close(): Promise<void> {
		await Promise.all([...this.#workers].map((worker) => worker.terminate()));
	}
}
