/**
 * What of a download may be given to others while it grows: bytes that are on disk and were held against the
 * file's tree, of a download that still runs. Who takes them checks them again, against the same tree.
 */
import { join } from 'node:path';
import type { ClaimedTree, Span } from '../networks/network.ts';
import type { Body } from './body.ts';
import type { DownloadRecord } from './records.ts';

export interface Partial {
	/** Number of the download. */
	readonly id: number;
	readonly name: string;
	readonly size: number;
	/** Base32. */
	readonly sha1: string;
	/** Root of the tree, base32, and its hashes. */
	readonly root: string;
	readonly tree: ClaimedTree;
	readonly parts: readonly Span[];
	readonly path: string;
}

const running: ReadonlySet<string> = new Set(['wanted', 'fetching', 'waiting']);

/** `incomplete`: the folder of partial files. */
export function partialOf(record: DownloadRecord, body: Body, incomplete: string): Partial | undefined {
	const { id, name, size, sha1, state } = record;
	const { tree } = body;
	if (sha1 === undefined || size === null || tree === undefined || !running.has(state)) return undefined;
	const parts = body.verified.list();
	if (parts.length === 0) return undefined;
	const { root, slices, slice } = tree;
	return {
		id,
		name,
		size,
		sha1,
		root,
		tree: { kind: 'tiger', slices, slice },
		parts,
		path: partialPath(incomplete, id),
	};
}

/** Where a download grows. */
export function partialPath(incomplete: string, id: number): string {
	return join(incomplete, `${id}.part`);
}
