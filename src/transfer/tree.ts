/**
 * The hashes against which pieces are proven while they arrive. The root is what the user asked for, or,
 * where he asked by SHA-1 only, what a source says: then the tree is a claim, which the SHA-1 of the
 * whole file confirms or refutes at the end.
 */
import type { Refusal } from '../evidence/refusal.ts';
import { base32 } from '../networks/common/hash.ts';
import { parents, rootOf } from '../networks/common/tiger.ts';
import type { ClaimedTree } from '../networks/network.ts';

const HASH = 24;
/** Pieces smaller than this cost more to follow than they save when one is wrong. */
const leastSlice = 64 * 1024;
/** A tree of 10 GB with pieces of 64 KiB has 163,840; the network gives 2,048. */
const mostSlices = 1 << 18;

export interface Tree {
	/** Base32 of the root. */
	readonly root: string;
	/** 24 bytes each. */
	readonly slices: Uint8Array;
	/** Bytes of the file below each. */
	readonly slice: number;
	/** Number of the source that gave it. */
	readonly source: number;
	/** The root is the one that the user asked for. */
	readonly proven: boolean;
}

/** `wanted`: the root that the user asked for, base32. */
export function treeOf(
	{ kind, slices, slice }: ClaimedTree,
	size: number,
	source: number,
	wanted: string | undefined,
): Tree | Refusal {
	const count = slices.length / HASH;
	const pieces = Math.max(1, Math.ceil(size / slice));
	if (
		kind !== 'tiger' ||
		slice < 1024 ||
		(slice & (slice - 1)) !== 0 ||
		count !== pieces ||
		count > mostSlices
	) {
		return {
			refused: 'transfer.tree.other',
			detail: `${count} hashes of ${slice} bytes for a file of ${size}`,
		};
	}
	const root = base32(rootOf(slices));
	if (wanted !== undefined && root !== wanted)
		return { refused: 'transfer.tree.other', detail: `root ${root}` };
	let hashes = slices;
	let bytes = slice;
	while (bytes < leastSlice && hashes.length > HASH) {
		hashes = parents(hashes);
		bytes *= 2;
	}
	return { root, slices: hashes, slice: bytes, source, proven: wanted !== undefined };
}
