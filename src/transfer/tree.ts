/**
 * The hashes against which pieces are proven while they arrive: the slices of a Tiger tree, the parts of eDonkey,
 * or the slices of Kazaa's tree. The root is what the user asked for, or, where he asked by SHA-1 only, what a
 * source says: then the tree is a claim, which the SHA-1 of the whole file confirms or refutes at the end. Of
 * eDonkey and Kazaa a claim is never taken: their root is wanted, or they are of no use.
 */
import type { Refusal } from '../evidence/refusal.ts';
import { md4, partSize } from '../library/ed2k-hash.ts';
import { kzRoot } from '../library/kzhash.ts';
import { base32, hex } from '../networks/common/hash.ts';
import { parents, rootOf, sliceSize } from '../networks/common/tiger.ts';
import type { ClaimedTree } from '../networks/network.ts';

/** Bytes of one hash. */
export const hashLength = { tiger: 24, ed2k: 16, kazaa: 16 } as const;
/** Pieces smaller than this cost more to follow than they save when one is wrong. */
const leastSlice = 64 * 1024;
/** A tree of 10 GB with pieces of 64 KiB has 163,840; the network gives 2,048. */
const mostSlices = 1 << 18;

export interface Tree {
	readonly kind: ClaimedTree['kind'];
	/** Of Tiger in base32, of eDonkey the file's hash in hex, of Kazaa the second part of kzhash. */
	readonly root: string;
	/** 24 bytes each, of eDonkey and Kazaa 16; in eDonkey an empty last part has one, too. */
	readonly slices: Uint8Array;
	/** Bytes of the file below each. */
	readonly slice: number;
	/** Number of the source that gave it. */
	readonly source: number;
	/** The root is the one that the user asked for. */
	readonly proven: boolean;
}

/** Roots that the user asked for: of Tiger in base32, of eDonkey in hex, of Kazaa in hex behind the FTHash. */
interface Roots {
	readonly tth?: string | undefined;
	readonly ed2k?: string | undefined;
	readonly kzhash?: string | undefined;
}

export function treeOf(claim: ClaimedTree, size: number, source: number, wanted: Roots): Tree | Refusal {
	const { kind, slices, slice } = claim;
	if (!fits(claim, size)) {
		const count = slices.length / hashLength[kind];
		return other(`${count} hashes of ${slice} bytes for a file of ${size}`);
	}
	if (kind !== 'tiger') {
		const [root, want] =
			kind === 'kazaa'
				? [hex(kzRoot(slices)), wanted.kzhash?.slice(-32)]
				: [hex(slices.length === hashLength.ed2k ? slices : md4(slices)), wanted.ed2k];
		return root === want ? { kind, root, slices, slice, source, proven: true } : other(`root ${root}`);
	}
	const root = base32(rootOf(slices));
	const want = wanted.tth;
	if (want !== undefined && root !== want) return other(`root ${root}`);
	let hashes = slices;
	let bytes = slice;
	while (bytes < leastSlice && hashes.length > hashLength.tiger) {
		hashes = parents(hashes);
		bytes *= 2;
	}
	return { kind, root, slices: hashes, slice: bytes, source, proven: want !== undefined };
}

/** What is proven is better than a claim, and small pieces are better than large ones. */
export function isBetter(tree: Tree, than: Tree | undefined): boolean {
	if (than === undefined) return true;
	return tree.proven === than.proven ? tree.slice < than.slice : tree.proven;
}

function fits({ kind, slices, slice }: ClaimedTree, size: number): boolean {
	const count = slices.length / hashLength[kind];
	// Where the size is a multiple of a part, an empty last part is counted.
	if (kind === 'ed2k') return slice === partSize && count === Math.floor(size / partSize) + 1;
	if (kind === 'kazaa' && slice !== sliceSize(size)) return false;
	const whole = slice >= 1024 && (slice & (slice - 1)) === 0;
	return whole && count === Math.max(1, Math.ceil(size / slice)) && count <= mostSlices;
}

function other(detail: string): Refusal {
	return { refused: 'transfer.tree.other', detail };
}
