/**
 * A small node for the page's tests: plain node:http, the built page, canned rows, and the live stream
 * of the API's contract. Commands change the rows; every change is streamed at once, the status each
 * half second.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { ListName, Result, Search, Status } from '../../src/node/api/schemas.ts';
import * as data from './fake-data.ts';
import { type Row, type Watcher, watch } from './fake-live.ts';
import { answer, Refused } from './fake-routes.ts';

const page = join(import.meta.dirname, '../../dist/console');
const types: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.svg': 'image/svg+xml',
};

/** As strict as the node's own: a page that breaks it logs an error, and a test fails. */
const policy = {
	'content-security-policy':
		"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

export interface FakeOptions {
	/** How many transfers there are. */
	readonly transfers?: number;
	/** A node of which nothing is known and that has nothing. */
	readonly empty?: boolean;
	/** Every request is answered 401. */
	readonly locked?: boolean;
}

export class FakeNode {
	readonly lists: Record<Exclude<ListName, 'results'>, Row[]>;
	readonly results = new Map<number, Result[]>();
	folders = data.folders();
	readonly seen = new Set<string>();
	overlay = data.overlay();
	status: Status = data.status();
	/** Commands that came, as `POST transfers/3/pause`. */
	readonly commands: string[] = [];
	readonly watchers = new Set<Watcher>();
	/** Streams are refused while this is set. */
	deaf = false;
	locked: boolean;

	constructor({ transfers = 8, empty = false, locked = false }: FakeOptions) {
		this.locked = locked;
		this.lists = {
			peers: empty ? [] : data.peers(),
			files: empty ? [] : data.files(),
			searches: [],
			transfers: empty ? [] : data.transfers(transfers),
			uploads: empty ? [] : data.uploads(),
			evidence: empty ? [] : data.evidence(),
		};
		if (!empty) return;
		this.folders = [];
		this.overlay = { nodes: [], edges: [] };
		const network = { ...this.status.networks[0]!, ultrapeers: 0, known: 0, reachable: 'unknown' as const };
		network.why = 'No ultrapeer answered yet. The node goes on trying.';
		const counts = { searches: 0, active: 0, evidence: 0 };
		this.status = { ...this.status, networks: [network], counts, rates: { down: 0, up: 0 } };
	}

	rows(list: ListName, search: number): Row[] {
		return list === 'results' ? (this.results.get(search) ?? []) : this.lists[list];
	}

	find<Found extends Row>(list: Exclude<ListName, 'results'>, id: number): Found {
		const row = this.lists[list].find((one) => one.id === id);
		if (row === undefined) throw new Refused(404, 'There is no such row.');
		return row as Found;
	}

	/** Puts a changed row in the place of the old one and tells those who look. */
	change(list: Exclude<ListName, 'results'>, row: Row): void {
		this.lists[list] = this.lists[list].map((old) => (old.id === row.id ? row : old));
		this.changed();
	}

	changed(): void {
		for (const watcher of this.watchers) watcher.refresh();
	}

	tick(): void {
		this.status = { ...this.status, now: Date.now() };
		this.status.counts.searches = this.lists.searches.length;
		for (const watcher of this.watchers) watcher.status(this.status);
	}

	/** Starts a search whose answers arrive in three steps. */
	search(words: string): Search {
		const id = this.lists.searches.length + 1;
		const all = data.results(words);
		const row: Search = {
			id,
			words,
			startedAt: Date.now(),
			state: 'asking',
			why: 'Asked 12 ultrapeers, 3 s left.',
			asked: 12,
			hits: 0,
			results: 0,
			refused: 0,
		};
		this.lists.searches = [...this.lists.searches, row];
		this.results.set(id, []);
		const arrive = (count: number, end: boolean) => {
			const known = all.slice(0, count);
			this.results.set(id, known);
			const refused = known.filter(({ verdict }) => verdict === 'refused').length;
			const counts = { hits: known.length * 3, results: known.length, refused };
			const ending = end ? { state: 'ended' as const, why: 'Asked 12 ultrapeers, all have answered.' } : {};
			this.change('searches', { ...row, ...counts, ...ending });
		};
		arrive(6, false);
		setTimeout(() => arrive(20, false), 300);
		setTimeout(() => arrive(41, true), 900);
		return row;
	}
}

export interface FakeApi {
	readonly url: string;
	/** Now: `renew` puts another in its place. */
	readonly node: FakeNode;
	/** A fresh node at the same address, for which the browser has compiled the page already. */
	renew(options?: FakeOptions): void;
	/** Ends every stream and refuses new ones until it hears again. */
	goDeaf(): void;
	hearAgain(): void;
	close(): Promise<void>;
}

export async function startFakeApi(options: FakeOptions = {}): Promise<FakeApi> {
	let node = new FakeNode(options);
	const server = createServer((request, response) => void serve(node, request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const ticking = setInterval(() => node.tick(), 500);
	const end = () => {
		for (const watcher of node.watchers) watcher.end();
	};
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		get node() {
			return node;
		},
		renew(next = {}) {
			end();
			node = new FakeNode(next);
		},
		goDeaf() {
			node.deaf = true;
			end();
		},
		hearAgain() {
			node.deaf = false;
		},
		async close() {
			clearInterval(ticking);
			end();
			await closed(server);
		},
	};
}

function closed(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}

async function serve(node: FakeNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://127.0.0.1');
	if (!url.pathname.startsWith('/api/v1/')) return await serveFile(url.pathname, response);
	const path = url.pathname.slice('/api/v1/'.length);
	if (node.locked) return send(response, 401, { error: { code: 'locked', message: 'There is no key.' } });
	if (path === 'live') {
		if (node.deaf) return send(response, 503, { error: { code: 'deaf', message: 'Not now.' } });
		return watch(node, url.searchParams, response);
	}
	if (request.method !== 'GET') node.commands.push(`${request.method} ${path}`);
	try {
		send(response, 200, answer(node, request.method ?? 'GET', path, url.searchParams, await bodyOf(request)));
	} catch (error) {
		const refused = error instanceof Refused ? error : new Refused(500, String(error));
		send(response, refused.status, { error: { code: refused.code, message: refused.message } });
	}
}

function send(response: ServerResponse, status: number, value: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(value === undefined ? '' : JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function serveFile(path: string, response: ServerResponse): Promise<void> {
	const file = join(page, normalize(path === '/' ? '/index.html' : path));
	try {
		const bytes = await readFile(file);
		response.writeHead(200, {
			'content-type': types[extname(file)] ?? 'application/octet-stream',
			...policy,
		});
		response.end(bytes);
	} catch {
		response.writeHead(404).end();
	}
}
