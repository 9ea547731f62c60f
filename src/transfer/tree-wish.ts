/** Whom to ask for the hashes of pieces. Pure. */
import { partSize } from '../library/ed2k-hash.ts';
import type { Wish } from './fetching.ts';
import type { Candidate } from './sources.ts';
import type { Tree } from './tree.ts';

/** Sources of one network that are asked before it is given up. */
const mostTries = 4;
/** A file of fewer bytes is one piece. */
const leastSize = 256 * 1024;

/** `asked`: those that were asked for it before. */
export function wantsTree(
	source: Candidate,
	{ sha1, tth, ed2k, kzhash }: Wish,
	{ size, tree }: { readonly size: number | null; readonly tree: Tree | undefined },
	asked: ReadonlySet<Candidate>,
): boolean {
	if (!source.hasTree || size === null || asked.has(source)) return false;
	const tries = [...asked].filter(({ network }) => network === source.network);
	if (tries.length >= mostTries) return false;
	// Shorter than one part, the file has no other hash than its own.
	if (source.network === 'edonkey') return ed2k !== undefined && size >= partSize && tree?.proven !== true;
	if (size < leastSize) return false;
	// Of Kazaa only the one that was asked for is of worth.
	if (source.network === 'fasttrack') return kzhash !== undefined && tree?.proven !== true;
	if (sha1 === undefined) return false;
	// What is proven is not given for a claim.
	return tree === undefined || (tree.kind !== 'tiger' && tth !== undefined);
}
