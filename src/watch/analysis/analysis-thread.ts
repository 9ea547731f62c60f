/**
 * The thread of one analysis: it reads, and answers between two pieces of the capture. Started by analyses.ts.
 */
import { scheduler } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { isRefusal } from '../../evidence/refusal.ts';
import { LiveCapture } from '../capture/live.ts';
import { readAhead } from '../capture/read-ahead.ts';
import { Analysis } from './analysis.ts';

export type Source = { readonly file: string } | { readonly interface: string };

/** A method of the analysis, and what it is called with. */
export interface Question {
	readonly number: number;
	readonly ask: 'describe' | 'overview' | 'hosts' | 'flows' | 'flow' | 'try' | 'trial';
	readonly with: readonly unknown[];
}

export interface Answer {
	readonly number: number;
	readonly value?: unknown;
	readonly error?: string;
}

const source = workerData as Source;
const analysis = new Analysis('file' in source ? source.file : undefined);
const over = new AbortController();
let judging = false;

parentPort!.on('message', (message: Question | 'stop') => {
	if (message === 'stop') over.abort();
	else void answer(message);
});

async function answer({ number, ask, with: values }: Question): Promise<void> {
	try {
		const method = analysis[ask] as (...values: unknown[]) => unknown;
		const value = await method.apply(analysis, [...values]);
		parentPort!.postMessage({ number, value } satisfies Answer);
	} catch (error) {
		parentPort!.postMessage({ number, error: (error as Error).stack ?? String(error) } satisfies Answer);
	}
	if (ask === 'try') await judge();
}

/** A block of flows at a time, so that questions are answered meanwhile. */
async function judge(): Promise<void> {
	if (judging) return;
	judging = true;
	while (analysis.unjudged && !over.signal.aborted) {
		analysis.step();
		await scheduler.yield();
	}
	judging = false;
}

async function read(): Promise<void> {
	if ('file' in source) return analysis.end(await readAhead(source.file, analysis, over.signal));
	const capture = LiveCapture.open(source.interface);
	if (isRefusal(capture)) return analysis.end(capture);
	const second = setInterval(() => {
		analysis.advance(Math.floor(Date.now() / 1000));
		void judge();
	}, 1000);
	try {
		analysis.end(await capture.run(analysis, over.signal));
	} finally {
		clearInterval(second);
	}
}

async function work(): Promise<void> {
	await read();
	await judge();
	if (over.signal.aborted) parentPort!.close();
	else over.signal.addEventListener('abort', () => parentPort!.close());
}

void work();
