/**
 * What of an AICH tree one part needs: its own blocks, and the nodes beside the way up to the root. With them a part that
 * arrived wrong is mended block by block. Which node is where: ed2k-hash.ts. A node's path is the way down to it behind a
 * leading 1, a 1 for each turn to the left.
 */
import { createHash } from 'node:crypto';
import type { AichHash } from '../networks/network.ts';
import { blockSize, blocksOf, partSize, splitOf } from './ed2k-hash.ts';

const LENGTH = 20;
/** Blocks of a part, and more levels than any tree has. */
const mostHashes = 53 + 64;

interface Node {
	readonly from: number;
	readonly size: number;
	readonly left: boolean;
	readonly path: number;
}

const rootOf = (size: number): Node => ({ from: 0, size, left: true, path: 1 });

/** `blocks`: hashes of all of the file's. undefined: there is no such part. */
export function recoveryOf(blocks: Uint8Array, size: number, part: number): AichHash[] | undefined {
	if (!isPart(size, part) || blocks.length !== blocksOf(size) * LENGTH) return undefined;
	const hashes: AichHash[] = [];
	let node = rootOf(size);
	while (!isWithin(node, part)) {
		const [one, other] = childrenOf(node);
		const [way, beside] = holds(one, part) ? [one, other] : [other, one];
		hashes.push({ path: beside.path, hash: hashOf(beside, blocks) });
		node = way;
	}
	for (const leaf of leavesOf(node)) hashes.push({ path: leaf.path, hash: hashOf(leaf, blocks) });
	return hashes;
}

/** The hashes of the part's blocks, if they and the others lead to this root. */
export function blocksIn(
	root: Uint8Array,
	size: number,
	part: number,
	hashes: readonly AichHash[],
): Uint8Array | undefined {
	if (!isPart(size, part) || hashes.length > mostHashes) return undefined;
	const given = new Map(hashes.map(({ path, hash }) => [path, hash]));
	const blocks: Uint8Array[] = [];
	const hash = (node: Node): Uint8Array | undefined => {
		const isLeaf = node.size <= blockSize;
		if (!holds(node, part) && !isWithin(node, part)) return given.get(node.path);
		if (isLeaf) {
			const own = given.get(node.path);
			if (own !== undefined) blocks.push(own);
			return own;
		}
		const [one, other] = childrenOf(node).map(hash);
		return one === undefined || other === undefined ? undefined : sha1(one, other);
	};
	const found = hash(rootOf(size));
	const fits = found?.length === LENGTH && found.every((byte, i) => byte === root[i]);
	return fits && blocks.every((one) => one.length === LENGTH)
		? new Uint8Array(Buffer.concat(blocks))
		: undefined;
}

/** Which blocks of these bytes, the whole part, are right. */
export function rightBlocks(bytes: Uint8Array, blocks: Uint8Array): { from: number; to: number }[] {
	const right: { from: number; to: number }[] = [];
	for (let from = 0, at = 0; from < bytes.length; from += blockSize, at += LENGTH) {
		const to = Math.min(bytes.length, from + blockSize);
		const hash = sha1(bytes.subarray(from, to));
		if (!hash.every((byte, i) => byte === blocks[at + i])) continue;
		const last = right.at(-1);
		if (last?.to === from) last.to = to;
		else right.push({ from, to });
	}
	return right;
}

function isPart(size: number, part: number): boolean {
	return Number.isSafeInteger(part) && part >= 0 && part * partSize < size;
}

/** The part begins in it. */
function holds({ from, size }: Node, part: number): boolean {
	return from <= part * partSize && part * partSize < from + size;
}

/** It is the part, or in it. */
function isWithin({ from, size }: Node, part: number): boolean {
	return size <= partSize && Math.floor(from / partSize) === part;
}

function childrenOf({ from, size, left, path }: Node): [Node, Node] {
	const first = splitOf(size, left);
	return [
		{ from, size: first, left: true, path: path * 2 + 1 },
		{ from: from + first, size: size - first, left: false, path: path * 2 },
	];
}

function leavesOf(node: Node): Node[] {
	return node.size <= blockSize ? [node] : childrenOf(node).flatMap(leavesOf);
}

function hashOf(node: Node, blocks: Uint8Array): Uint8Array {
	if (node.size <= blockSize) {
		const before = blocksOf(Math.floor(node.from / partSize) * partSize);
		const index = before + (node.from % partSize) / blockSize;
		return blocks.subarray(index * LENGTH, (index + 1) * LENGTH);
	}
	const [one, other] = childrenOf(node);
	return sha1(hashOf(one, blocks), hashOf(other, blocks));
}

function sha1(...pieces: readonly Uint8Array[]): Uint8Array {
	const hash = createHash('sha1');
	for (const piece of pieces) hash.update(piece);
	return new Uint8Array(hash.digest());
}
