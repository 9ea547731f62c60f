/**
 * What of a download may be given to others while it grows: bytes that are on disk and were held against the
 * file's tree, of a download that still runs. Who takes them checks them again, against the same tree.
 */
import { join } from 'node:path';
import type { ClaimedTree, Span } from '../networks/network.ts';
import type { Body } from './body.ts';
import { type Content, isNamed } from './content.ts';
import type { DownloadRecord } from './records.ts';

export interface Partial {
	/** Number of the download. */
	readonly id: number;
	readonly name: string;
	readonly size: number;
	readonly content: Content;
	/** Root of the tree, as it is written, and its hashes. */
	readonly root: string;
	readonly tree: ClaimedTree;
	readonly parts: readonly Span[];
	readonly path: string;
}

const running: ReadonlySet<string> = new Set(['wanted', 'fetching', 'waiting']);

/** `incomplete`: the folder of partial files. */
export function partialOf(record: DownloadRecord, body: Body, incomplete: string): Partial | undefined {
	const { id, name, size, state } = record;
	const { tree } = body;
	if (!isNamed(record) || size === null || tree === undefined || !running.has(state)) return undefined;
	const parts = body.verified.list();
	if (parts.length === 0) return undefined;
	const { kind, root, slices, slice } = tree;
	const path = partialPath(incomplete, id);
	return { id, name, size, content: record, root, tree: { kind, slices, slice }, parts, path };
}

/** Where a download grows. */
export function partialPath(incomplete: string, id: number): string {
	return join(incomplete, `${id}.part`);
}
