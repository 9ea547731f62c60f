/** What the fake node answers to requests, and how commands change its rows. */
import type {
	Explanation,
	FolderPreview,
	ListName,
	Transfer,
	TransferDetail,
} from '../../src/node/api/schemas.ts';
import { ListName as ListNames } from '../../src/node/api/schemas.ts';
import type { FakeNode } from './fake-api.ts';
import { transfers } from './fake-data.ts';
import { pageOf } from './fake-live.ts';
import { surprisingFolder, tidyFolder } from './fake-preview.ts';

/** A request that is answered with an error and a sentence. */
export class Refused extends Error {
	readonly status: number;
	readonly code: string;
	constructor(status: number, sentence: string, code = 'refused') {
		super(sentence);
		this.status = status;
		this.code = code;
	}
}

type Body = Record<string, unknown>;

export function answer(
	node: FakeNode,
	method: string,
	path: string,
	query: URLSearchParams,
	body: Body,
): unknown {
	const [first = '', second = '', third = ''] = path.split('/');
	const id = Number(second);
	switch (`${method} ${first}`) {
		case 'GET status':
			return node.status;
		case 'GET folders':
			return second === 'preview' ? preview(node, query) : node.folders;
		case 'GET transfers':
			if (id > 0) return detail(node, id);
			break;
		case 'GET overlay':
			return node.overlay;
		case 'GET files':
			if (second === 'explain') return explain(query);
			break;
		case 'POST searches':
			return third === 'stop' ? stop(node, id) : node.search(String(body['words']));
		case 'DELETE searches':
		case 'DELETE transfers':
		case 'DELETE peers':
			return remove(node, first as 'searches' | 'transfers' | 'peers', id);
		case 'POST transfers':
			return third === '' ? want(node, body) : command(node, id, third);
		case 'PUT transfers':
			return prioritise(node, id, Number(body['priority']));
		case 'POST folders':
			if (second === 'see') return see(node, String(body['path']));
			return second === 'rescan' ? undefined : addFolder(node, String(body['path']));
		case 'DELETE folders':
			node.folders = node.folders.filter((folder) => folder.id !== id);
			return undefined;
		case 'POST peers':
			if (!/:\d+$/.test(String(body['address']))) throw new Refused(400, 'An address is a host and a port.');
			return undefined;
	}
	const list = ListNames.safeParse(first);
	if (method !== 'GET' || !list.success) throw new Refused(404, 'There is no such address in the API.');
	return pageOf(node, list.data, query);
}

function explain(query: URLSearchParams): Explanation {
	const path = query.get('path') ?? '';
	if (path.endsWith('.pdf')) return { path, shared: true, reason: 'It is shared as "wall.pdf".' };
	return {
		path,
		shared: false,
		code: 'library.entry.hidden',
		reason: 'Names that begin with a dot are settings and secrets more often than things to share.',
		advice: 'Take the dot from the beginning of the name.',
	};
}

/** `/srv/link` is a link to `/srv/music`; `/srv/tidy` has nothing that surprises. */
/** `/srv/unseen/no` is never agreed to. */
function see(node: FakeNode, path: string): undefined {
	if (path.endsWith('/no')) throw new Refused(409, 'On the terminal the answer was no.', 'unseen');
	node.seen.add(path);
}

/** What lies in `/srv/unseen` is seen only after it was asked for. */
function preview(node: FakeNode, query: URLSearchParams): FolderPreview {
	const path = query.get('path') ?? '';
	if (path.startsWith('/srv/unseen') && !node.seen.has(path))
		throw new Refused(409, 'This node is guarded and does not see it.', 'guarded');
	if (!path.startsWith('/')) throw new Refused(400, 'A folder is named by its whole path.');
	if (path === '/home/you') {
		throw new Refused(
			409,
			`${path}: This is your home folder, a folder above it, or one of its hidden folders.`,
		);
	}
	return {
		...surprisingFolder(),
		path: path.replace('link', 'music'),
		...(path === '/srv/tidy' && tidyFolder),
	};
}

function prioritise(node: FakeNode, id: number, priority: number): Transfer {
	const row: Transfer = { ...node.find<Transfer>('transfers', id), priority };
	node.change('transfers', row);
	return row;
}

function stop(node: FakeNode, id: number): unknown {
	const search = { ...node.find<{ id: number }>('searches', id), state: 'ended', why: 'Stopped by you.' };
	node.change('searches', search);
	return search;
}

function remove(node: FakeNode, list: Exclude<ListName, 'results'>, id: number): undefined {
	node.find(list, id);
	node.lists[list] = node.lists[list].filter((row) => row.id !== id);
	node.changed();
}

function want(node: FakeNode, body: Body): Transfer {
	const list = node.lists.transfers as Transfer[];
	const result = body['result'] as { search: number; id: number } | undefined;
	const found = result && node.results.get(result.search)?.find((row) => row.id === result.id);
	const made = {
		...transfers(1)[0]!,
		id: Math.max(0, ...list.slice(0, 50).map((row) => row.id), list.length) + 1,
		name: found?.name ?? String(body['link'] ?? body['urn']),
		size: found?.size ?? null,
		done: 0,
		createdAt: Date.now(),
	};
	node.lists.transfers = [...list, made];
	node.status.counts.active++;
	node.changed();
	return made;
}

const becomes: Readonly<Record<string, [Transfer['state'], string]>> = {
	pause: ['paused', 'Paused by you.'],
	resume: ['fetching', 'Fetching from 4 sources.'],
	cancel: ['cancelled', 'Cancelled by you.'],
	retry: ['wanted', 'Asking for sources.'],
	release: ['complete', 'Complete. Released by you from quarantine.'],
};

function detail(node: FakeNode, id: number): TransferDetail {
	const row = node.find<Transfer>('transfers', id);
	const half = Math.round(row.done / 2);
	const source = { network: 'gnutella', agent: 'Sallyport/0.1.0', firewalled: false } as const;
	return {
		...row,
		here: [0, row.done],
		verified: [0, half],
		tree: { root: 'A'.repeat(39), slice: 65_536, proven: false },
		origins: [0, row.done, 1],
		sourceList: [
			{
				...source,
				number: 1,
				address: '127.0.0.4:6346',
				trust: 'good',
				why: 'Asked.',
				rate: 1000,
				gave: row.done,
			},
			{
				...source,
				number: 2,
				address: '127.0.0.5:6346',
				trust: 'dropped',
				why: 'It lied.',
				rate: 0,
				gave: 9,
			},
		],
		scanners: ['content', 'ClamAV'],
		releasedAt: null,
	};
}

function command(node: FakeNode, id: number, name: string): Transfer {
	const next = becomes[name];
	if (next === undefined) throw new Refused(404, 'There is no such command.');
	const [state, why] = next;
	const row: Transfer = { ...node.find<Transfer>('transfers', id), state, why, rate: 0, eta: null };
	node.change('transfers', row);
	return row;
}

function addFolder(node: FakeNode, path: string): unknown {
	if (!path.startsWith('/')) throw new Refused(400, 'A folder is named by its whole path.');
	const folder = {
		id: node.folders.length + 1,
		path,
		files: 3,
		bytes: 12_000,
		hashing: 0,
		leftOut: [],
		leftOutCount: 0,
		scannedAt: Date.now(),
	};
	node.folders = [...node.folders, folder];
	return folder;
}
