/** The routes under /api/v1: each checks its input by the schemas, asks the node, and answers JSON. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Backend, Standing } from './backend.ts';
import { fieldsOf, rowSchemas } from './fields.ts';
import { addGuard } from './guard-routes.ts';
import type { Guarding } from './guarding.ts';
import { addLab } from './lab-routes.ts';
import { streamLive, type View } from './live.ts';
import type { Operating } from './operating.ts';
import { type Identified, type Ordering, Orderings } from './ordering.ts';
import { Problem } from './problem.ts';
import type { Rehearsing } from './rehearsing.ts';
import { type Api, answers, Id, Nothing, typed } from './routing.ts';
import {
	Explanation,
	Folder,
	FolderPreview,
	Hit,
	ListName,
	Network,
	Overlay,
	Search,
	Status,
	Window,
} from './schemas.ts';
import { addServer } from './server-routes.ts';
import { addAudit, addTransfers } from './transfer-routes.ts';
import { addWatch } from './watch-routes.ts';
import type { Watching } from './watching.ts';

const SearchId = z.coerce.number().int().min(1).optional();
const Look = Window.extend({ search: SearchId });
const LiveLook = Look.extend({ list: ListName.optional() });
const Words = z.object({ words: z.string().trim().min(1).max(200), network: Network.optional() });
const Path = z.object({ path: z.string().min(1).max(4096) });
const PeerAddress = z.object({
	network: Network.default('gnutella'),
	address: z
		.string()
		.max(100)
		.regex(/^.+:\d{1,5}$/, 'is HOST:PORT'),
});

/** What a console is for beside a node, where somebody does it. */
export interface Beside {
	/** Who analyses captures. */
	readonly watching?: Watching | undefined;
	/** Who rehearses. */
	readonly rehearsing?: Rehearsing | undefined;
	/** The server whose operator looks at it. */
	readonly operating?: Operating | undefined;
	/** Who guards a program. */
	readonly guarding?: Guarding | undefined;
}

/** `over` ends all streams. */
export async function addRoutes(
	app: FastifyInstance,
	behind: Backend | Standing,
	{ watching, rehearsing, operating, guarding }: Beside,
	over: AbortSignal,
): Promise<void> {
	const api = typed(app);
	const node = 'list' in behind ? behind : undefined;
	addLists(api, behind, node, over);
	if (watching !== undefined) await addWatch(api, watching);
	if (rehearsing !== undefined) addLab(api, rehearsing);
	if (operating !== undefined) addServer(api, operating);
	if (guarding !== undefined) addGuard(api, guarding);
	if (node === undefined) return;
	addSearches(api, node, over);
	addTransfers(api, node);
	addAudit(api, node);
	addLibrary(api, node);
	addNetwork(api, node);
}

function addLists(api: Api, behind: Standing, node: Backend | undefined, over: AbortSignal): void {
	const orderings = new Orderings();
	const look = (list: ListName, query: z.infer<typeof Look>): Ordering<Identified> => {
		if (node === undefined)
			throw new Problem(404, 'no-node', 'No node runs here: this console is for something else.');
		const fields = fieldsOf[list];
		const field = query.sort?.replace(/^-/, '');
		if (field !== undefined && field !== '' && !fields.has(field)) {
			throw new Problem(
				400,
				'sort',
				`${list} cannot be sorted by "${field}", only by ${[...fields].join(', ')}.`,
			);
		}
		if (list === 'results' && query.search === undefined) {
			throw new Problem(400, 'search', 'Results need the number of their search: search=ID.');
		}
		const source = node.list(list, query.search);
		if (source === undefined) throw new Problem(404, 'search', `There is no search ${query.search}.`);
		const sort = field === '' ? undefined : query.sort;
		return orderings.of(source, `${list} ${query.search}`, { sort, filter: query.filter }, fields);
	};
	api.get('/status', { schema: { summary: 'How the node stands', ...answers(200, Status) } }, () =>
		behind.status(),
	);
	for (const list of node === undefined ? [] : ListName.options) {
		const page = z.object({
			total: z.number(),
			all: z.number(),
			from: z.number(),
			rows: z.array(rowSchemas[list]),
		});
		const schema = { summary: `A window of the ${list}`, querystring: Look, ...answers(200, page) };
		api.get(`/${list}`, { schema }, ({ query }, reply) => {
			const ordering = look(list, query);
			ordering.refresh(false);
			const { total, all } = ordering;
			return reply.send({ total, all, from: query.from, rows: ordering.window(query.from, query.count) });
		});
	}
	const schema = { summary: 'Status and one list as they change: server-sent events', querystring: LiveLook };
	api.get('/live', { schema }, async ({ query }, reply) => {
		const { list, from, count } = query;
		const view: View | undefined =
			list === undefined ? undefined : { ordering: look(list, query), from, count };
		beginStream(reply, 'text/event-stream');
		await streamLive(reply.raw, () => behind.status(), view, over);
	});
}

/** From here on the route writes to the socket itself. */
function beginStream(reply: FastifyReply, type: string): void {
	reply.hijack();
	// X-Accel-Buffering: a proxy must pass events on at once.
	reply.raw.writeHead(200, {
		...reply.getHeaders(),
		'content-type': type,
		'x-accel-buffering': 'no',
	} as never);
	reply.raw.flushHeaders();
}

function addSearches(api: Api, node: Backend, over: AbortSignal): void {
	const known = (id: number): Search => {
		const search = node.search(id);
		if (search === undefined) throw new Problem(404, 'search', `There is no search ${id}.`);
		return search;
	};
	api.post(
		'/searches',
		{ schema: { summary: 'Ask the network for words', body: Words, ...answers(201, Search) } },
		({ body }, reply) => reply.code(201).send(node.startSearch(body.words, body.network)),
	);
	api.get(
		'/searches/:id',
		{ schema: { summary: 'One search', params: Id, ...answers(200, Search) } },
		({ params }) => known(params.id),
	);
	api.post(
		'/searches/:id/stop',
		{ schema: { summary: 'Ask nobody any more', params: Id, ...answers(200, Search) } },
		({ params }) => {
			node.stopSearch(params.id);
			return known(params.id);
		},
	);
	api.delete(
		'/searches/:id',
		{ schema: { summary: 'Forget a search and its results', params: Id, ...answers(204, Nothing) } },
		({ params }, reply) => {
			if (!node.removeSearch(params.id)) known(params.id);
			return reply.code(204).send();
		},
	);
	const schema = {
		summary: 'Each hit of a search as a line of JSON, until the search ends',
		querystring: z.object({ search: z.coerce.number().int().min(1) }),
		...answers(200, Hit),
	};
	api.get('/hits', { schema }, ({ query }, reply) => {
		known(query.search);
		return reply.type('application/x-ndjson').send(hitLines(node, query.search, over));
	});
}

/** Hits come faster than a slow reader takes them, but a search keeps a bounded number of them. */
function hitLines(node: Backend, search: number, over: AbortSignal): Readable {
	const lines = new Readable({ read() {} });
	const stop = node.watchHits(
		search,
		(hit) => lines.push(`${JSON.stringify(hit)}\n`),
		() => lines.push(null),
	);
	const end = () => lines.destroy();
	over.addEventListener('abort', end);
	return lines.on('close', () => {
		stop();
		over.removeEventListener('abort', end);
	});
}

function addLibrary(api: Api, node: Backend): void {
	api.get('/folders', { schema: { summary: 'The shared folders', ...answers(200, z.array(Folder)) } }, () =>
		node.folders(),
	);
	api.post(
		'/folders',
		{ schema: { summary: 'Share a folder', body: Path, ...answers(201, Folder) } },
		async ({ body }, reply) => reply.code(201).send(await node.addFolder(body.path)),
	);
	api.post(
		'/folders/see',
		{
			schema: {
				summary:
					'Behind the guard: ask, on its terminal, that the node may see a folder; it then starts again',
				body: Path,
				...answers(202, Path),
			},
		},
		async ({ body }, reply) => {
			await node.seeFolder(body.path);
			return reply.code(202).send(body);
		},
	);
	api.get(
		'/folders/preview',
		{
			schema: {
				summary: 'What sharing a folder would share, before anything is',
				querystring: Path,
				...answers(200, FolderPreview),
			},
		},
		({ query }) => node.preview(query.path),
	);
	api.post(
		'/folders/rescan',
		{ schema: { summary: 'Look for changes in all folders now', ...answers(200, z.array(Folder)) } },
		async () => {
			await node.rescan();
			return node.folders();
		},
	);
	api.delete(
		'/folders/:id',
		{ schema: { summary: 'Share a folder no more', params: Id, ...answers(204, Nothing) } },
		({ params }, reply) => {
			if (!node.removeFolder(params.id)) throw new Problem(404, 'folder', `There is no folder ${params.id}.`);
			return reply.code(204).send();
		},
	);
	api.get(
		'/files/explain',
		{
			schema: {
				summary: 'Whether a file is shared, and why not',
				querystring: Path,
				...answers(200, Explanation),
			},
		},
		({ query }) => node.explain(query.path),
	);
}

function addNetwork(api: Api, node: Backend): void {
	api.get(
		'/overlay',
		{ schema: { summary: 'The network as far as this node knows it', ...answers(200, Overlay) } },
		() => node.overlay(),
	);
	api.post(
		'/peers',
		{ schema: { summary: 'Connect to a peer', body: PeerAddress, ...answers(202, PeerAddress) } },
		({ body }, reply) => {
			node.connect(body.address, body.network);
			return reply.code(202).send(body);
		},
	);
	api.delete(
		'/peers/:id',
		{ schema: { summary: 'Say goodbye to a peer', params: Id, ...answers(204, Nothing) } },
		({ params }, reply) => {
			if (!node.disconnect(params.id)) throw new Problem(404, 'peer', `There is no peer ${params.id}.`);
			return reply.code(204).send();
		},
	);
}
