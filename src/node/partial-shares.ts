/**
 * Downloads in progress among what is shared, where the user wants it: found by their SHA-1 alone (never by a
 * name, never in a list), as far as they are proven. Their ids lie above those of the library.
 */
import { open } from 'node:fs/promises';
import type { OpenFile } from '../library/views.ts';
import { base32, unbase32 } from '../networks/common/hash.ts';
import type { ClaimedTree, SharedFile, Shares } from '../networks/network.ts';
import type { Partial } from '../transfer/partial.ts';
import type { Served } from '../transfer/uploads.ts';

/** File indexes are 32 bits on the wire, and the library counts from 1. */
export const firstPartial = 0x80000000;

interface Downloads {
	partial(sha1: string): Partial | undefined;
	partialOf(id: number): Partial | undefined;
}

interface Library extends Served {
	readonly shares: Shares;
	tree(id: number): ClaimedTree | undefined;
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
		bySha1: (sha1) => shares().bySha1(sha1) ?? sharedOf(downloads().partial(base32(sha1))),
		all: () => shares().all(),
		words: () => shares().words(),
		sha1s: () => shares().sha1s(),
	};
}

/** The tree of a file of the library, or of one that is being fetched. */
export function treeWith(library: Library, downloads: Downloads, id: number): ClaimedTree | undefined {
	return id < firstPartial ? library.tree(id) : downloads.partialOf(id - firstPartial)?.tree;
}

/** What uploads open: of a partial file the path is our own record's, nothing of it came from the network. */
export function servedWith(library: Library, downloads: () => Downloads): Served {
	return {
		open: (id) =>
			id < firstPartial ? library.open(id) : openPartial(downloads().partialOf(id - firstPartial)),
		served: (id, requests, bytes) => {
			if (id < firstPartial) library.served(id, requests, bytes);
		},
	};
}

async function openPartial(partial: Partial | undefined): Promise<OpenFile> {
	if (partial === undefined) throw new Error('the download is no longer offered');
	return { handle: await open(partial.path, 'r'), size: partial.size, name: partial.name };
}

function sharedOf(partial: Partial | undefined): SharedFile | undefined {
	if (partial === undefined) return undefined;
	const { id, name, size, sha1, root, parts } = partial;
	return { id: firstPartial + id, name, size, sha1: unbase32(sha1)!, tth: unbase32(root)!, parts };
}
