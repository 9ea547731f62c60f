/**
 * Downloads in progress among what is shared, where the user wants it: found by their hash alone (never by a
 * name, never in a list), as far as they are proven. Their ids lie above those of the library.
 *
 * What was proven when an upload began may be thrown away while it runs: the tree turns out to be a lie, the user
 * cancels, the file goes into quarantine. So each read is held against what is proven after it, and by the same tree:
 * the upload ends where that is no longer so, before those bytes leave.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileView } from '../library/views.ts';
import { base32, hex, unbase32, unhex } from '../networks/common/hash.ts';
import type { ClaimedTree, SharedFile, Shares } from '../networks/network.ts';
import type { Content } from '../transfer/content.ts';
import type { Reader } from '../transfer/outgoing.ts';
import type { Partial } from '../transfer/partial.ts';
import type { Served } from '../transfer/uploads.ts';
import type { DownloadView } from '../transfer/views.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** File indexes are 32 bits on the wire, and the library counts from 1. */
export const firstPartial = 0x80000000;

interface Downloads {
	partial(content: Content): Partial | undefined;
	partialOf(id: number): Partial | undefined;
}

interface Library extends Served {
	readonly shares: Shares;
	tree(id: number, kind: ClaimedTree['kind']): ClaimedTree | undefined;
}

/** The shares as the network sees them. */
export function withPartials(library: () => Library, downloads: () => Downloads): Shares {
	const shares = () => library().shares;
	return {
		get files() {
			return shares().files;
		},
		get kilobytes() {
			return shares().kilobytes;
		},
		get version() {
			return shares().version;
		},
		match: (text, limit) => shares().match(text, limit),
		byId: (id) => shares().byId(id),
		bySha1: (sha1) => shares().bySha1(sha1) ?? sharedOf(downloads().partial({ sha1: base32(sha1) })),
		byEd2k: (ed2k) => shares().byEd2k(ed2k) ?? sharedOf(downloads().partial({ ed2k: hex(ed2k) })),
		// FastTrack has no words for parts of a file: nobody is given what is not whole.
		byFthash: (fthash) => shares().byFthash(fthash),
		all: () => shares().all(),
		words: () => shares().words(),
		sha1s: () => shares().sha1s(),
	};
}

/** The tree of a file of the library, or of one that is being fetched. */
export function treeWith(
	library: Library,
	downloads: Downloads,
	id: number,
	kind: ClaimedTree['kind'],
): ClaimedTree | undefined {
	const tree = id < firstPartial ? library.tree(id, kind) : downloads.partialOf(id - firstPartial)?.tree;
	return tree?.kind === kind ? tree : undefined;
}

/** What uploads open: of a partial file the path is our own record's, nothing of it came from the network. */
export function servedWith(library: Library, downloads: () => Downloads): Served {
	return {
		open: (id) =>
			id < firstPartial ? library.open(id) : openPartial(() => downloads().partialOf(id - firstPartial)),
		served: (id, requests, bytes) => {
			if (id < firstPartial) library.served(id, requests, bytes);
		},
	};
}

/** What users are told of a file that is given or waited for; a download is known after its end, too. */
export function toldOf(
	library: { file(id: number): FileView | undefined },
	downloads: { get(id: number): DownloadView | undefined },
	id: number,
): { readonly name: string; readonly size: number; readonly sha1?: string } | undefined {
	if (id < firstPartial) return library.file(id);
	const known = downloads.get(id - firstPartial);
	return known && { ...known, size: known.size ?? 0 };
}

async function openPartial(offered: () => Partial | undefined): ReturnType<Served['open']> {
	const first = offered();
	if (first === undefined) throw new Error('the download is no longer offered');
	const { path, root, size, name } = first;
	const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	const read: Reader['read'] = async (buffer, offset, length, position) => {
		const { bytesRead } = await handle.read(buffer, offset, length, position);
		const now = offered();
		if (now === undefined) throw new Error('the download is no longer offered');
		const proven = now.parts.some(({ from, to }) => from <= position && position + bytesRead <= to);
		if (now.root !== root || !proven) throw new Error('this part is no longer proven');
		return { bytesRead };
	};
	return { handle: { read, close: () => handle.close() }, size, name };
}

function sharedOf(partial: Partial | undefined): SharedFile | undefined {
	if (partial === undefined) return undefined;
	const { id, name, size, content, root, tree, parts } = partial;
	const { sha1, ed2k } = content;
	return {
		...{ id: firstPartial + id, name, size, parts },
		...(sha1 === undefined ? {} : { sha1: unbase32(sha1)! }),
		...(ed2k === undefined ? {} : { ed2k: unhex(ed2k)! }),
		...(tree.kind === 'tiger' ? { tth: unbase32(root)! } : {}),
	};
}
