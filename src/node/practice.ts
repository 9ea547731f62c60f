/**
 * The practice neighbourhood, as the node sees it: real nodes of each network, of the same code, on loopback
 * addresses of this machine, in one thread of their own (practice/practice-thread.ts). A thread rather than a
 * process: it cannot outlive the node, not even a kill -9, and takes less memory; its memory and its
 * event loop are its own all the same.
 */
import { Worker } from 'node:worker_threads';
import { threadFile } from '../world/installed.ts';
import type { Overlay } from './api/schemas.ts';
import type { Joining } from './practice/neighbourhood.ts';
import type { Told } from './practice/practice-thread.ts';

/** The neighbourhood is some tens of megabytes; more is a fault, and must not become the node's. */
const mostMegabytes = 256;
/** Milliseconds for goodbyes. */
const patience = 2000;

export class Practice {
	readonly joining: Joining;
	readonly #worker: Worker;
	#overlay: Overlay = { nodes: [], edges: [] };

	/** Resolves when all nodes of it listen. */
	static async start(version: string, failed: (error: Error) => void): Promise<Practice> {
		const worker = new Worker(threadFile('./practice/practice-thread.ts', import.meta.url), {
			workerData: { version },
			resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
		});
		const ready = await new Promise<Told & { kind: 'ready' }>((resolve, reject) => {
			worker.once('error', reject);
			worker.once('message', (told: Told) => told.kind === 'ready' && resolve(told));
		});
		worker.removeAllListeners('error').on('error', failed);
		return new Practice(worker, ready);
	}

	private constructor(worker: Worker, { joining }: Told & { kind: 'ready' }) {
		this.#worker = worker;
		this.joining = joining;
		worker.on('message', (told: Told) => {
			if (told.kind === 'overlay') this.#overlay = told.overlay;
		});
	}

	/** All nodes of the neighbourhood and their links among each other. */
	overlay(): Overlay {
		return this.#overlay;
	}

	async stop(): Promise<void> {
		const gone = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
		this.#worker.postMessage('stop');
		const late = setTimeout(() => void this.#worker.terminate(), patience);
		await gone;
		clearTimeout(late);
	}
}
