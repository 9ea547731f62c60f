/**
 * The analyses that a console looks at: each has a thread of its own, so that whoever serves stays free. A capture
 * comes as a stream into a file of ours that goes with its analysis, or is a file or an interface of this machine.
 *
 * Bounded: three analyses at once, an upload of 4 GB, and what rows.ts says of one.
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Refusal } from '../../evidence/refusal.ts';
import { threadFile } from '../../world/installed.ts';
import type { Description, FlowEvidence, FlowWindow, HostRow, TrialResult } from './analysis.ts';
import type { Answer, Question, Source } from './analysis-thread.ts';
import type { Order } from './matches.ts';
import type { Overview } from './sums.ts';
import type { Wanted } from './tests.ts';

const mostAnalyses = 3;
const mostUpload = 4_000_000_000;
const longestName = 100;

export interface Listed extends Omit<Description, 'state'> {
	readonly id: number;
	readonly name: string;
	/** `receiving`: it is being uploaded. */
	readonly state: Description['state'] | 'receiving';
	/** Bytes of the capture; undefined: an interface has no end. */
	readonly size?: number;
	/** Packets can be read again. */
	readonly packetsKept: boolean;
	readonly live: boolean;
}

interface Entry {
	readonly id: number;
	readonly name: string;
	readonly source: Source | undefined;
	/** Bytes received, or all there are. */
	size: number | undefined;
	thread?: Thread;
	/** Of ours, to be deleted with it. */
	readonly folder?: string;
	/** Breaks the upload off. */
	readonly over: AbortController;
}

const nothing: Description = {
	state: 'reading',
	...{ read: 0, packets: 0, bytes: 0, flows: 0, open: 0, recognised: 0, notes: [], version: 0 },
};

export class Analyses {
	readonly #entries = new Map<number, Entry>();
	readonly #mostUpload: number;
	#last = 0;

	constructor(largest = mostUpload) {
		this.#mostUpload = largest;
	}

	/** Oldest first. */
	async list(): Promise<Listed[]> {
		return Promise.all([...this.#entries.values()].map((entry) => this.#describe(entry)));
	}

	/** A file or an interface of this machine. `size` of a file. */
	open(name: string, source: Source, size?: number): Promise<Listed> | Refusal {
		const full = this.#full();
		if (full !== undefined) return full;
		const entry: Entry = { id: ++this.#last, name, source, size, over: new AbortController() };
		this.#entries.set(entry.id, entry);
		entry.thread = new Thread(source);
		return this.#describe(entry);
	}

	/** Takes an upload to its end, and begins to analyse it. */
	async receive(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Listed | Refusal> {
		const full = this.#full();
		if (full !== undefined) return full;
		const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-'));
		const file = join(folder, 'capture');
		const over = new AbortController();
		const entry: Entry = { id: ++this.#last, name: tidy(name), source: { file }, size: 0, folder, over };
		this.#entries.set(entry.id, entry);
		const refusal = await this.#write(entry, file, chunks);
		if (refusal !== undefined) {
			await this.remove(entry.id);
			return refusal;
		}
		entry.thread = new Thread({ file });
		return this.#describe(entry);
	}

	/** False: there is none. */
	async remove(id: number): Promise<boolean> {
		const entry = this.#entries.get(id);
		if (entry === undefined) return false;
		this.#entries.delete(id);
		entry.over.abort();
		await entry.thread?.stop();
		if (entry.folder !== undefined) rmSync(entry.folder, { recursive: true, force: true });
		return true;
	}

	async close(): Promise<void> {
		await Promise.all([...this.#entries.keys()].map((id) => this.remove(id)));
	}

	/** Questions about one analysis; undefined: there is none, or it is still being received. */
	of(id: number): Thread | undefined {
		return this.#entries.get(id)?.thread;
	}

	#full(): Refusal | undefined {
		return this.#entries.size < mostAnalyses ? undefined : { refused: 'watch.analysis.many' };
	}

	async #describe(entry: Entry): Promise<Listed> {
		const { id, name, size, thread, source } = entry;
		const found = thread === undefined ? nothing : await thread.describe();
		return {
			...found,
			id,
			name,
			state: thread === undefined ? 'receiving' : found.state,
			...(size === undefined ? {} : { size }),
			packetsKept: source !== undefined && 'file' in source,
			live: source !== undefined && 'interface' in source,
		};
	}

	async #write(entry: Entry, file: string, chunks: AsyncIterable<Uint8Array>): Promise<Refusal | undefined> {
		const into = createWriteStream(file, { mode: 0o600, signal: entry.over.signal });
		let size = 0;
		try {
			for await (const chunk of chunks) {
				size += chunk.length;
				if (size > this.#mostUpload) return { refused: 'watch.upload.large' };
				entry.size = size;
				if (!into.write(chunk)) await once(into, 'drain', { signal: entry.over.signal });
			}
			into.end();
			await once(into, 'close');
			return undefined;
		} catch (error) {
			const detail = (error as NodeJS.ErrnoException).code ?? (error as Error).name;
			return { refused: 'watch.upload.broken', detail };
		} finally {
			into.destroy();
		}
	}
}

/** What is shown of a file's name. */
function tidy(name: string): string {
	const last = name.split(/[/\\]/).at(-1) ?? '';
	return last.replace(/\p{C}/gu, '').slice(0, longestName) || 'capture';
}

/** The thread of one analysis, and questions to it. */
class Thread {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
	readonly #gone: Promise<void>;
	#next = 0;
	#broken: Error | undefined;

	constructor(source: Source) {
		this.#worker = new Worker(threadFile('./analysis-thread.ts', import.meta.url), { workerData: source });
		this.#worker.on('message', ({ number, value, error }: Answer) => {
			const waiting = this.#waiting.get(number);
			this.#waiting.delete(number);
			if (error === undefined) waiting?.resolve(value as never);
			else waiting?.reject(new Error(error));
		});
		this.#worker.on('error', (error) => this.#fail(error as Error));
		this.#gone = once(this.#worker, 'exit').then(() => this.#fail(new Error('the analysis was ended')));
		this.#gone.catch(() => undefined);
	}

	async describe(): Promise<Description> {
		try {
			return await this.#ask('describe');
		} catch (error) {
			const refusal = { refused: 'watch.analysis.broken', detail: (error as Error).message.split('\n')[0]! };
			return { ...nothing, state: 'failed', refusal };
		}
	}

	overview(wanted: Wanted): Promise<Overview> {
		return this.#ask('overview', wanted);
	}

	hosts(wanted: Wanted, by: 'moved' | 'score', most: number): Promise<{ hosts: HostRow[]; whole: boolean }> {
		return this.#ask('hosts', wanted, by, most);
	}

	flows(wanted: Wanted, order: Order, from: number, count: number): Promise<FlowWindow> {
		return this.#ask('flows', wanted, order, from, count);
	}

	async flow(id: number): Promise<FlowEvidence | Refusal | undefined> {
		return this.#ask('flow', id);
	}

	try(text: string): Promise<TrialResult> {
		return this.#ask('try', text);
	}

	trial(): Promise<TrialResult> {
		return this.#ask('trial');
	}

	/** By a message: a ring of the kernel must be closed by its own thread. */
	async stop(): Promise<void> {
		this.#worker.postMessage('stop');
		await this.#gone;
	}

	#ask<Value>(ask: Question['ask'], ...values: readonly unknown[]): Promise<Value> {
		if (this.#broken !== undefined) return Promise.reject(this.#broken);
		const number = ++this.#next;
		return new Promise((resolve, reject) => {
			this.#waiting.set(number, { resolve: resolve as (value: never) => void, reject });
			this.#worker.postMessage({ number, ask, with: values } satisfies Question);
		});
	}

	#fail(error: Error): void {
		this.#broken ??= error;
		for (const { reject } of this.#waiting.values()) reject(this.#broken);
		this.#waiting.clear();
	}
}
