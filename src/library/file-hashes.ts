/** All hashes of a file, from one reading of it. Runs in the worker, and for small files on the spot. */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { sliceSize, TigerTree } from '../networks/common/tiger.ts';

export interface FileHashes {
	/** 20 bytes. */
	readonly sha1: Uint8Array;
	/** Root of the Tiger tree, 24 bytes. */
	readonly tth: Uint8Array;
	/** Hashes of the slices of `sliceSize(size)` bytes, 24 bytes each. */
	readonly slices: Uint8Array;
}

/** Large enough that the way into the system costs nothing, small enough to stay in the processor's cache. */
const chunk = 256 * 1024;
let buffer: Buffer | undefined;

/** `before` is called with the bytes that are read next. Throws what the disk says, or that the file became shorter. */
export function hashesOf(fd: number, size: number, before: (bytes: number) => void = () => {}): FileHashes {
	buffer ??= Buffer.allocUnsafe(chunk);
	const sha1 = createHash('sha1');
	const tree = new TigerTree(sliceSize(size));
	for (let at = 0; at < size; ) {
		const wanted = Math.min(chunk, size - at);
		before(wanted);
		const read = readSync(fd, buffer, 0, wanted, at);
		if (read === 0)
			throw Object.assign(new Error('the file became shorter while it was read'), { code: 'EIO' });
		const bytes = buffer.subarray(0, read);
		sha1.update(bytes);
		tree.update(bytes);
		at += read;
	}
	const { root: tth, slices } = tree.finish();
	return { sha1: new Uint8Array(sha1.digest()), tth, slices };
}
