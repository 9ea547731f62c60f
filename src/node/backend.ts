/** The node as the API sees it: views of its parts, and commands that are handed on. */
import { reasonOf } from '../evidence/reasons.ts';
import type { Preview } from '../library/preview.ts';
import type { FolderView } from '../library/views.ts';
import { formatAddress } from '../networks/common/address.ts';
import { hex } from '../networks/common/hash.ts';
import type { Neighbour, NetworkName } from '../networks/network.ts';
import type { Content } from '../transfer/content.ts';
import { usableIn } from '../world/scope.ts';
import type { Backend } from './api/backend.ts';
import type { Identified, Source } from './api/ordering.ts';
import { Problem } from './api/problem.ts';
import type {
	Folder,
	FolderPreview,
	LibraryFile,
	ListName,
	Overlay,
	Peer,
	Status,
	Transfer,
} from './api/schemas.ts';
import type { Node } from './node.ts';
import type { NodeOptions } from './options.ts';
import { toldOf } from './partial-shares.ts';
import { letSee, reached } from './reach.ts';
import { detailOf, transferOf, uploadRows } from './transfer-views.ts';
import { wantedOf } from './want.ts';

export function backendOf(node: Node): Backend {
	const lists = listsOf(node);
	const { searches, downloads, participants } = node;
	const { reach, scope } = node.options;
	const usable = usableIn(scope);
	const context = {
		result: (search: number, id: number) => searches.result(search, id),
		found: (content: Content) => searches.found(content),
		speaks: (network: NetworkName) => participants.of(network) !== undefined,
		usable,
		scope,
	};
	return {
		status: () => statusOf(node),
		list: (name, search) => (name === 'results' ? searches.results(search!) : lists[name]),
		startSearch: (words, only) => searches.start(words, only),
		search: (id) => searches.get(id),
		stopSearch: (id) => searches.stop(id),
		removeSearch: (id) => searches.remove(id),
		watchHits: (search, hit, ended) =>
			searches.watch(search, (one) => hit({ ...one, reasons: [...one.reasons] }), ended),
		async want(want) {
			reached(reach, 'writes', want.out);
			return transferOf(downloads.get(await downloads.want(wantedOf(want, context)))!);
		},
		transfer(id) {
			const detail = downloads.detail(id);
			return detail && detailOf(detail);
		},
		changeTransfer: (id, change) => downloads[change](id),
		audit: (from, count) => ({
			total: node.store.audit.count,
			from,
			rows: node.store.audit.list(from, count),
		}),
		setPriority: (id, priority) => downloads.setPriority(id, priority),
		removeTransfer: (id) => downloads.remove(id),
		...foldersOf(node),
		overlay: () => overlayOf(node),
		connect(text, network) {
			const colon = text.lastIndexOf(':');
			const [host, port] = [text.slice(0, colon).replace(/^\[|\]$/g, ''), Number(text.slice(colon + 1))];
			if (port < 1 || port > 65_535) throw new Problem(400, 'address', `${port} is not a port.`);
			if (!usable(host)) {
				throw new Problem(
					409,
					'scope',
					`${host} is not an address in the scope "${node.options.scope}" of this node.`,
				);
			}
			const part = participants.of(network);
			if (part === undefined)
				throw new Problem(409, 'network', `This node does not take part in ${network}.`);
			part.network.connect({ host, port });
		},
		disconnect: (id) => participants.disconnect(id),
	};
}

type Folders = Pick<
	Backend,
	'folders' | 'addFolder' | 'seeFolder' | 'removeFolder' | 'rescan' | 'explain' | 'preview'
>;

function foldersOf(node: Node): Folders {
	const { library } = node;
	const { reach } = node.options;
	return {
		folders: () => library.folders().map(folderOf),
		async addFolder(path) {
			const folder = await library.addFolder(reached(reach, 'reads', path));
			node.audited('shared', folder.path);
			return folderOf(folder);
		},
		seeFolder: (path) => letSee(reach, path, node.port),
		removeFolder(id) {
			const folder = library.folders().find((one) => one.id === id);
			if (folder !== undefined) {
				node.audited('unshared', folder.path);
				void reach?.forget(folder.path, node.port);
			}
			return library.removeFolder(id);
		},
		rescan: () => library.rescan(),
		explain: (path) => library.explain(path),
		preview: async (path) => previewOf(await library.preview(reached(reach, 'reads', path))),
	};
}

function listsOf(node: Node): Record<Exclude<ListName, 'results'>, Source> {
	const { library, downloads, uploads, searches, evidence } = node;
	let files = 0;
	library.onChange(() => files++);
	return {
		peers: watched(() =>
			node.participants.all.flatMap(({ network }) =>
				network.peers().map((peer) => peerOf(network.name, peer)),
			),
		),
		// The index changes at once, the rest is told a moment later.
		files: {
			version: () => files + library.shares.version,
			rows: () => library.files().map(fileRow),
		},
		searches: searches.source,
		// Rates and times left change by themselves; these lists are short.
		transfers: watched<Transfer>(() => downloads.list().reverse().map(transferOf)),
		uploads: watched(() =>
			uploadRows(uploads.list(), uploads.waiting(), (file) => toldOf(library, downloads, file)),
		),
		evidence: evidence.source,
	};
}

/** A short list that tells nobody of its changes: it is looked at each time. */
function watched<Row extends Identified>(rows: () => readonly Row[]): Source<Row> {
	let version = 0;
	return { version: () => ++version, rows };
}

function peerOf(network: NetworkName, peer: Neighbour): Peer {
	const { link, remote, dialled, role, agent, since, compressed, refused, queued } = peer;
	return {
		id: link,
		network,
		address: formatAddress(remote),
		direction: dialled ? 'out' : 'in',
		role,
		state: 'connected',
		agent,
		since,
		compressed,
		in: { ...peer.in },
		out: { ...peer.out },
		refused,
		queued,
	};
}

function statusOf(node: Node): Status {
	const { library, downloads, uploads, searches, evidence, options } = node;
	return {
		version: options.version,
		scope: options.scope,
		startedAt: node.startedAt,
		offers: offersOf(options),
		now: Date.now(),
		guid: hex(node.guid),
		listen: formatAddress(node.listening),
		networks: node.participants.all.map(({ network, listening }) => ({
			network: network.name,
			...network.status(),
			listen: formatAddress(listening),
		})),
		shared: { files: library.shares.files, bytes: library.bytes, hashing: library.hashing },
		rates: { down: downloads.rate, up: uploads.rate },
		counts: {
			searches: searches.size,
			active: downloads.list().filter(({ state }) => state === 'fetching').length,
			evidence: evidence.count(),
		},
	};
}

function offersOf({ watching, rehearsing }: NodeOptions): Status['offers'] {
	return [
		'node',
		...(watching === undefined ? [] : (['watch'] as const)),
		...(rehearsing === undefined ? [] : (['lab'] as const)),
	];
}

function previewOf({ byReason, ...preview }: Preview): FolderPreview {
	const reasons = Object.entries(byReason).map(([code, count]) => ({
		code,
		short: reasonOf(code)?.short ?? code,
		count,
	}));
	return {
		...preview,
		surprising: [...preview.surprising],
		byReason: reasons.sort((one, other) => other.count - one.count),
	};
}

function folderOf(folder: FolderView): Folder {
	const leftOut = folder.leftOut.map(({ path, reason }) => ({
		path,
		reason: reasonOf(reason)?.short ?? reason,
	}));
	return { ...folder, leftOut };
}

/**
 * We, our neighbours, and what is known beyond. A link that was accepted comes from any port of its
 * owner, so the owner is found by the host where that is known.
 */
function overlayOf(node: Node): Overlay {
	const beyond = node.options.surroundings?.() ?? { nodes: [], edges: [] };
	const self = formatAddress(node.listening);
	const nodes = new Map<string, Overlay['nodes'][number]>(beyond.nodes.map((one) => [one.id, one]));
	const edges = new Map(beyond.edges.map((edge) => [[edge.from, edge.to].sort().join(' '), edge]));
	nodes.set(self, { id: self, label: 'you', role: 'self' });
	const peers = node.participants.all.flatMap(({ network }) => network.peers());
	for (const { remote, role, dialled } of peers) {
		const exact = formatAddress(remote);
		const owner = beyond.nodes.find(({ id }) => !dialled && id.startsWith(`${remote.host}:`));
		const id = owner?.id ?? exact;
		if (!nodes.has(id)) nodes.set(id, { id, label: id, role: role === 'legacy' ? 'leaf' : role });
		edges.set([self, id].sort().join(' '), { from: self, to: id });
	}
	return {
		nodes: [...nodes.values()],
		edges: [...edges.values()].filter(({ from, to }) => nodes.has(from) && nodes.has(to)),
	};
}

/** What the API shows of a shared file: not what the store keeps to recognise it. */
function fileRow(file: LibraryFile): LibraryFile {
	const { id, name, path, folder, size, sha1, ed2k, fthash, kzhash, modified, requests, served } = file;
	return {
		id,
		name,
		path,
		folder,
		size,
		...(sha1 === undefined ? {} : { sha1 }),
		...(ed2k === undefined ? {} : { ed2k }),
		...(fthash === undefined ? {} : { fthash }),
		...(kzhash === undefined ? {} : { kzhash }),
		modified,
		requests,
		served,
	};
}
