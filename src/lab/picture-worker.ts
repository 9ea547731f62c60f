/** Plays one row to be watched, on a thread of its own, and ends. Started by pictures.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { load, type Request } from './load.ts';
import type { Picture } from './watched.ts';

export interface PictureJob {
	readonly request: Request;
	readonly row: string;
}

export interface PictureAnswer {
	readonly picture?: Picture;
	readonly error?: string;
}

const { request, row } = workerData as PictureJob;
let answer: PictureAnswer;
try {
	const picture = load(request).watch(row);
	answer = picture === undefined ? { error: 'there is nothing to see' } : { picture };
} catch (error) {
	answer = { error: (error as Error).message.split('\n', 1)[0] };
}
parentPort!.postMessage(answer);
