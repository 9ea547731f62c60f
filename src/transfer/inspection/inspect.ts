/**
 * What becomes of a fetched file: the verdict of everything that looked at it.
 *
 * Whoever made the file wants a reader of it to break. So it is read in a thread of its own, with bounded
 * memory, which is ended when it takes too long. It fails closed: an inspection that is late, or whose
 * thread breaks, is `suspicious`, with what was found until then, and never `ok`. Files are inspected one
 * after the other; the thread is started when there is one, and ended after some idle seconds.
 */
import { Worker } from 'node:worker_threads';
import type { Finding } from '../../defence/content.ts';
import { refusals as reasonsOfDefence } from '../../defence/refusals.ts';
import type { Clock } from '../../library/clock.ts';
import { threadFile } from '../../world/installed.ts';
import { refusals as reasonsOfTransfer } from '../refusals.ts';
import { type ClamdPlace, clamdPlace } from './clamd.ts';
import type { InspectionAnswer, InspectionJob } from './inspection-worker.ts';
import type { Look, Seen } from './look.ts';

export interface Verdict {
	readonly verdict: 'ok' | 'suspicious' | 'refused';
	readonly findings: readonly Finding[];
	/** MIME type by the content. */
	readonly type?: string;
	/** What looked at it: `content`, `archive`, `ClamAV`, `YARA`, `known-bad.txt`. */
	readonly scanners: readonly string[];
	/** A sentence or two for a person. */
	readonly why: string;
}

export interface InspectorOptions {
	/** Holds the user's `yara/*.yar` and `known-bad.txt`. Without it there are none. */
	readonly home?: string;
	/** clamd's socket: a path, or HOST:PORT. Default: SALLYPORT_CLAMD, else the usual places. */
	readonly clamd?: string;
	/** Names of defences that are switched off, for the laboratory and tests of attacks. */
	readonly defencesOff?: readonly string[];
	/** Milliseconds for a file. Default 60,000. */
	readonly deadline?: number;
}

const idleMilliseconds = 10_000;
/** A reader that wants more is broken; bytes of files are kept outside of this. */
const heapMegabytes = 512;

const usualWorker = threadFile('./inspection-worker.ts', import.meta.url);

interface Waiting {
	readonly job: number;
	readonly path: string;
	readonly name: string;
	readonly sha1: Uint8Array | undefined;
	readonly resolve: (verdict: Verdict) => void;
	readonly reject: (error: Error) => void;
	/** So far. */
	seen: Seen | undefined;
}

export class Inspector {
	readonly #clock: Clock;
	readonly #options: InspectorOptions;
	readonly #worker: URL;
	readonly #queue: Waiting[] = [];
	/** Scanners that have answered: from then on they are missed when they do not. */
	readonly #reached = new Set<string>();
	#thread: Worker | undefined;
	#busy: Waiting | undefined;
	#cancel = () => {};
	#jobs = 0;
	#closed = false;

	constructor(clock: Clock, options: InspectorOptions = {}, worker = usualWorker) {
		this.#clock = clock;
		this.#options = options;
		this.#worker = worker;
	}

	/**
	 * `name`: as the network called it. `sha1`: where it is known, else it is computed if it is needed.
	 * Rejects only when the inspector is closed: the file was not inspected then.
	 */
	inspect(path: string, name: string, sha1?: Uint8Array): Promise<Verdict> {
		if (this.#closed) return Promise.reject(new Error('inspecting was stopped'));
		return new Promise((resolve, reject) => {
			this.#queue.push({ job: ++this.#jobs, path, name, sha1, resolve, reject, seen: undefined });
			this.#next();
		});
	}

	/** Rejects what is unfinished. */
	async close(): Promise<void> {
		this.#closed = true;
		const lost = this.#queue.splice(0);
		if (this.#busy !== undefined) lost.unshift(this.#busy);
		this.#busy = undefined;
		await this.#endThread();
		for (const { reject } of lost) reject(new Error('inspecting was stopped'));
	}

	#next(): void {
		if (this.#closed || this.#busy !== undefined) return;
		this.#cancel();
		const waiting = this.#queue.shift();
		if (waiting === undefined) {
			this.#thread?.unref();
			this.#cancel = this.#clock.after(idleMilliseconds, () => void this.#endThread());
			return;
		}
		this.#busy = waiting;
		const deadline = this.#options.deadline ?? 60_000;
		this.#cancel = this.#clock.after(deadline, () => {
			void this.#fail('transfer.inspection.late', `after ${Math.round(deadline / 1000)} s`);
		});
		const thread = (this.#thread ??= this.#start());
		thread.ref();
		thread.postMessage({ job: waiting.job, look: this.#lookFor(waiting) } satisfies InspectionJob);
	}

	#lookFor({ path, name, sha1 }: Waiting): Look {
		const { home, clamd, defencesOff } = this.#options;
		const place: ClamdPlace | undefined = clamdPlace(clamd);
		return { path, name, sha1, home, clamd: place, reached: [...this.#reached], off: defencesOff ?? [] };
	}

	#start(): Worker {
		const thread = new Worker(this.#worker, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
		const broke = (why: string): void => {
			if (this.#thread === thread) void this.#fail('transfer.inspection.failed', why);
		};
		thread.on('message', (answer: InspectionAnswer) => this.#answered(answer));
		thread.on('error', (error) => broke((error as Error).message));
		thread.on('exit', () => broke('its thread ended'));
		return thread;
	}

	#answered({ job, seen, done, error }: InspectionAnswer): void {
		const waiting = this.#busy;
		if (waiting === undefined || waiting.job !== job) return;
		waiting.seen = seen ?? waiting.seen;
		for (const scanner of waiting.seen?.scanners ?? []) this.#reached.add(scanner);
		if (!done) return;
		this.#busy = undefined;
		if (error === undefined) waiting.resolve(verdictOf(waiting.seen));
		else waiting.resolve(verdictOf(waiting.seen, failure('transfer.inspection.failed', error)));
		this.#next();
	}

	/** The thread is of no use any more: what it was at gets its verdict, the next file a new thread. */
	async #fail(code: string, detail: string): Promise<void> {
		const waiting = this.#busy;
		await this.#endThread();
		if (this.#busy !== waiting || waiting === undefined) return;
		this.#busy = undefined;
		waiting.resolve(verdictOf(waiting.seen, failure(code, detail)));
		this.#next();
	}

	async #endThread(): Promise<void> {
		this.#cancel();
		const thread = this.#thread;
		this.#thread = undefined;
		await thread?.terminate();
	}
}

function failure(code: string, detail: string): Finding {
	return { code, verdict: 'suspicious', detail: detail.slice(0, 200) };
}

function verdictOf(seen: Seen | undefined, failed?: Finding): Verdict {
	const findings = [...(seen?.findings ?? [])];
	if (failed !== undefined) findings.push(failed);
	else if (seen === undefined) findings.push(failure('transfer.inspection.failed', 'no answer'));
	const worst = findings.find((one) => one.verdict === 'refused') ?? findings[0];
	const scanners = seen?.scanners ?? [];
	const why = worst === undefined ? `Nothing was found by: ${scanners.join(', ')}.` : sentenceOf(worst);
	return {
		verdict: worst?.verdict ?? 'ok',
		findings,
		...(seen?.type === undefined ? {} : { type: seen.type }),
		scanners,
		why: [why, ...(seen?.notes ?? [])].join(' '),
	};
}

function sentenceOf({ code, detail }: Finding): string {
	const reasons = code.startsWith('defence.') ? reasonsOfDefence : reasonsOfTransfer;
	const sentence = reasons.find((reason) => reason.code === code)?.sentence ?? code;
	return detail === undefined ? sentence : `${sentence.replace(/\.$/, '')} (${detail}).`;
}
