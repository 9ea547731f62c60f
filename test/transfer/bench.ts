/** A download's whole world in the hands of a test: time, disk, and sources that say what they are told to. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from '../../src/evidence/evidence.ts';
import type { Clock } from '../../src/library/clock.ts';
import { base32 } from '../../src/networks/common/hash.ts';
import type { FetchHead, FetchRequest, Source } from '../../src/networks/network.ts';
import { Store } from '../../src/node/store.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import type { DownloadState } from '../../src/transfer/states.ts';
import type { DownloadOptions, Inspected } from '../../src/transfer/surroundings.ts';
import type { DownloadView } from '../../src/transfer/views.ts';
import type { Wanted } from '../../src/transfer/wanted.ts';

/** A clock that a test turns by hand. */
export class HandClock implements Clock {
	time = 1_000_000;
	readonly #timers = new Set<{ at: number; call: () => void }>();

	now(): number {
		return this.time;
	}

	after(milliseconds: number, call: () => void): () => void {
		const timer = { at: this.time + milliseconds, call };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	/** Lets time pass in steps of at most a second, with the turns in between. */
	async pass(milliseconds: number): Promise<void> {
		const end = this.time + milliseconds;
		while (this.time < end) {
			this.time = Math.min(end, this.time + 1000);
			for (const timer of [...this.#timers]) {
				if (timer.at <= this.time && this.#timers.delete(timer)) timer.call();
			}
			await breath();
		}
	}
}

/** Microtasks and one round of I/O. */
export function breath(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

export function sha1Of(content: Uint8Array): string {
	return base32(createHash('sha1').update(content).digest());
}

/** Bytes that look like nothing, the same for the same seed. */
export function contentOf(size: number, seed = 1): Buffer {
	const content = Buffer.alloc(size);
	let state = seed >>> 0;
	for (let at = 0; at < size; at++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		content[at] = state >>> 24;
	}
	return content;
}

export function sourceOf(number: number): Source {
	return {
		host: `127.0.0.${number}`,
		port: 6346,
		id: `${number}`,
		index: 1,
		network: 'gnutella',
		firewalled: false,
		agent: 'Test/1',
	};
}

export class Bench {
	readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-transfer-'));
	readonly incomplete = join(this.folder, 'incomplete');
	readonly quarantine = join(this.folder, 'quarantine');
	readonly out = join(this.folder, 'downloads');
	readonly clock = new HandClock();
	requests: FetchRequest[] = [];
	cancelled: number[] = [];
	paused: boolean[] = [];
	searched: string[] = [];
	notices: Evidence[] = [];
	poisoned: string[] = [];
	/** What the inspection says. */
	inspected: Inspected = { verdict: 'ok', findings: [], scanners: ['rules'], why: '' };
	readonly more: Partial<DownloadOptions>;
	store!: Store;
	downloads!: Downloads;
	#over = false;

	constructor(more: Partial<DownloadOptions> = {}) {
		this.more = more;
		mkdirSync(this.incomplete);
		mkdirSync(this.quarantine);
		this.begin();
	}

	begin(): void {
		this.store = new Store(join(this.folder, 'store.sqlite'));
		this.downloads = new Downloads({
			records: this.store.transfers,
			clock: this.clock,
			incomplete: this.incomplete,
			quarantine: this.quarantine,
			downloads: this.out,
			fetch: (request) => this.requests.push(request),
			cancelFetch: (fetch) => this.cancelled.push(fetch),
			pause: (_link, paused) => this.paused.push(paused),
			findSources: ({ sha1, ed2k, fthash }) => this.searched.push((sha1 ?? ed2k ?? fthash)!),
			inspect: async () => this.inspected,
			poisoned: ({ host }) => this.poisoned.push(host),
			notice: (record) => this.notices.push(record),
			...this.more,
		});
		this.downloads.start();
	}

	async restart(): Promise<void> {
		await this.downloads.close();
		this.store.close();
		this.requests = [];
		this.begin();
	}

	async end(): Promise<void> {
		this.#over = true;
		await this.downloads.close();
		this.store.close();
		rmSync(this.folder, { recursive: true });
	}

	/** The last request, once there are so many. */
	async request(count: number): Promise<FetchRequest> {
		await this.until(() => this.requests.length >= count);
		if (this.requests.length !== count) throw new Error(`${this.requests.length} requests, not ${count}`);
		return this.requests.at(-1)!;
	}

	/** Answers a request with (a part of) a file. */
	answer({ fetch, from }: FetchRequest, content: Uint8Array, more: Partial<FetchHead> = {}): void {
		this.head(fetch, { from, to: content.length, size: content.length, ...more });
		this.body(fetch, content.subarray(from, more.to));
		this.downloads.onFetchEnd(fetch, '');
	}

	head(fetch: number, head: Partial<FetchHead>): void {
		this.downloads.onFetchHead(fetch, 77, {
			status: 206,
			from: 0,
			to: 0,
			agent: 'Test/1',
			alternates: [],
			...head,
		});
	}

	body(fetch: number, bytes: Uint8Array): void {
		this.downloads.onFetchBody(fetch, bytes);
	}

	async state(id: number, state: DownloadState): Promise<DownloadView> {
		await this.until(() => this.downloads.get(id)?.state === state);
		return this.downloads.get(id)!;
	}

	/** Waits for the disk, not for the clock. */
	async until(condition: () => boolean): Promise<void> {
		while (!condition()) {
			if (this.#over) throw new Error('the test is over, and this never came');
			await breath();
		}
	}

	async want(content: Uint8Array, more: Partial<Wanted> = {}): Promise<number> {
		const sources = [sourceOf(1), sourceOf(2)];
		return this.downloads.want({
			name: 'a film.ogv',
			sha1: sha1Of(content),
			size: content.length,
			sources,
			...more,
		});
	}

	read(name: string): Buffer {
		return readFileSync(join(this.out, name));
	}

	files(folder = this.out): string[] {
		return existsSync(folder) ? readdirSync(folder).sort() : [];
	}
}
