/** A node in memory, for tests of the API alone: lists that the test fills, and commands that it records. */
import { pino } from 'pino';
import type { Backend, Standing } from '../../src/node/api/backend.ts';
import type { Identified, Source } from '../../src/node/api/ordering.ts';
import { Problem } from '../../src/node/api/problem.ts';
import type {
	Folder,
	Hit,
	ListName,
	Search,
	Status,
	Transfer,
	TransferDetail,
} from '../../src/node/api/schemas.ts';
import { type ApiOptions, type RunningApi, startApi } from '../../src/node/api/server.ts';

export class MemoryList implements Source {
	#rows: Identified[] = [];
	#version = 0;
	/** How often the rows were asked for. */
	asked = 0;

	version(): number {
		return this.#version;
	}

	rows(): readonly Identified[] {
		this.asked++;
		return this.#rows;
	}

	set(rows: Identified[]): void {
		this.#rows = rows;
		this.#version++;
	}
}

export class MemoryBackend implements Backend {
	readonly lists = new Map<string, MemoryList>();
	readonly calls: unknown[][] = [];
	readonly hits: Hit[] = [];
	readonly watchers: { hit: (hit: Hit) => void; ended: () => void }[] = [];
	searches: Search[] = [];
	transfers: Transfer[] = [];
	sharedFolders: Folder[] = [];
	statusWords = 'Connected to 2 ultrapeers.';

	status(): Status {
		return {
			version: '0.0.0',
			scope: 'practice',
			offers: ['node'],
			startedAt: 1,
			now: 2,
			guid: '0'.repeat(32),
			listen: '127.0.0.1:6346',
			networks: [
				{
					network: 'gnutella',
					role: 'leaf',
					ultrapeers: 2,
					leaves: 0,
					servers: 0,
					known: 7,
					listen: '127.0.0.1:6346',
					reachable: 'unknown',
					why: this.statusWords,
				},
			],
			shared: { files: 3, bytes: 4, hashing: 0 },
			rates: { down: 5, up: 6 },
			counts: { searches: 1, active: 0, evidence: 9 },
		};
	}

	of(name: ListName | `results ${number}`): MemoryList {
		const list = this.lists.get(name) ?? new MemoryList();
		this.lists.set(name, list);
		return list;
	}

	list(name: ListName, search?: number): Source | undefined {
		return name === 'results' ? this.lists.get(`results ${search}`) : this.of(name);
	}

	startSearch(words: string): Search {
		const search: Search = {
			id: 1,
			words,
			startedAt: 0,
			state: 'asking',
			why: '',
			asked: 0,
			hits: 0,
			results: 0,
			refused: 0,
		};
		this.searches.push(search);
		return search;
	}

	search(id: number) {
		return this.searches.find((one) => one.id === id);
	}

	stopSearch(id: number): boolean {
		return this.#record('stopSearch', id) && this.search(id) !== undefined;
	}

	removeSearch(id: number): boolean {
		const known = this.search(id) !== undefined;
		this.searches = this.searches.filter((one) => one.id !== id);
		return known;
	}

	watchHits(_search: number, hit: (hit: Hit) => void, ended: () => void): () => void {
		for (const one of this.hits) hit(one);
		const watcher = { hit, ended };
		this.watchers.push(watcher);
		return () => this.watchers.splice(this.watchers.indexOf(watcher), 1);
	}

	async want(want: object): Promise<Transfer> {
		this.#record('want', want);
		throw new Problem(409, 'refused', 'This hit is refused.');
	}

	transfer(id: number): TransferDetail | undefined {
		const found = this.transfers.find((one) => one.id === id);
		if (found === undefined) return undefined;
		const nothing = { here: [], verified: [], origins: [], sourceList: [], scanners: [] };
		return { ...found, ...nothing, releasedAt: null };
	}

	async preview(path: string) {
		return { path, files: 0, bytes: 0, leftOutCount: 0, byReason: [], surprising: [], whole: true };
	}

	audit(from: number, _count: number) {
		return { total: 0, from, rows: [] };
	}

	setPriority(id: number, priority: number): void {
		this.#record('priority', id, priority);
	}

	changeTransfer(id: number, change: string): void {
		this.#record(change, id);
	}

	removeTransfer(id: number): void {
		this.#record('removeTransfer', id);
	}

	folders(): Folder[] {
		return this.sharedFolders;
	}

	async addFolder(path: string): Promise<Folder> {
		const folder = {
			id: 1,
			path,
			files: 0,
			bytes: 0,
			hashing: 0,
			leftOut: [],
			leftOutCount: 0,
			scannedAt: null,
		};
		this.sharedFolders = [folder];
		return folder;
	}

	async seeFolder(path: string): Promise<void> {
		if (path === '/srv/unseen') throw new Problem(409, 'unseen', 'On the terminal the answer was no.');
		this.#record('seeFolder', path);
	}

	removeFolder(id: number): boolean {
		return this.sharedFolders.some((one) => one.id === id);
	}

	async rescan(): Promise<void> {
		this.#record('rescan');
	}

	async explain(path: string) {
		return { path, shared: false, reason: 'It is in none of the shared folders.' };
	}

	overlay() {
		return { nodes: [], edges: [] };
	}

	connect(address: string): void {
		this.#record('connect', address);
	}

	disconnect(id: number): boolean {
		return id === 7;
	}

	#record(...call: unknown[]): true {
		this.calls.push(call);
		return true;
	}
}

export interface Clock {
	now: number;
}

export async function startMemoryApi(
	backend: MemoryBackend | Standing,
	options: Partial<ApiOptions> = {},
): Promise<
	RunningApi & { get(path: string, headers?: Record<string, string>): Promise<Response>; send: Send }
> {
	const api = await startApi(backend, {
		host: '127.0.0.1',
		port: 0,
		key: new Uint8Array(32).fill(7),
		password: undefined,
		version: '0.0.0',
		log: pino({ level: 'silent' }) as never,
		now: () => Date.now(),
		...options,
	});
	const authorization = `Bearer ${api.bearer}`;
	return {
		...api,
		get: (path, headers) =>
			fetch(api.url + path, { headers: { authorization, ...headers }, redirect: 'manual' }),
		send: (method, path, body, headers) =>
			fetch(api.url + path, {
				method,
				headers: {
					authorization,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
					...headers,
				},
				...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			}),
	};
}

type Send = (
	method: string,
	path: string,
	body?: unknown,
	headers?: Record<string, string>,
) => Promise<Response>;

/** The body of an error answer. */
export async function errorOf(response: Response): Promise<{ code: string; message: string }> {
	return ((await response.json()) as { error: { code: string; message: string } }).error;
}
