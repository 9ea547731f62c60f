/** All hashes of a file, from one reading of it, or its samples alone. Runs in the worker, and for small files on the spot. */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { sliceSize, TigerTree } from '../networks/common/tiger.ts';
import { Ed2kHasher, type Ed2kHashes } from './ed2k-hash.ts';
import { FtHash } from './fthash.ts';
import { KzHasher, type KzTree } from './kzhash.ts';
import { Sampler, type Span, samplesOf } from './sample.ts';

export interface FileHashes {
	/** 20 bytes. */
	readonly sha1: Uint8Array;
	/** Root of the Tiger tree, 24 bytes. */
	readonly tth: Uint8Array;
	/** Hashes of the slices of `sliceSize(size)` bytes, 24 bytes each. */
	readonly slices: Uint8Array;
	/** Digest of the samples (sample.ts), 20 bytes. */
	readonly sample: Uint8Array;
	/** Only where this node takes part in eDonkey: they cost a third of the speed. */
	readonly ed2k?: Ed2kHashes;
	/** 20 bytes. Only where this node takes part in FastTrack. */
	readonly fthash?: Uint8Array;
	/** The tree that kzhash has behind it, and as it. */
	readonly kztree?: KzTree;
}

/** Hashes that one network alone asks by: taken where this node takes part in it. */
export interface Also {
	readonly ed2k?: boolean | undefined;
	/** And the tree of kzhash. */
	readonly fthash?: boolean | undefined;
}

/** Called with the bytes that are read next. */
type Before = (bytes: number) => void;

/** Large enough that the way into the system costs nothing, small enough to stay in the processor's cache. */
const chunk = 256 * 1024;
let buffer: Buffer | undefined;

/** Throws what the disk says, or that the file became shorter. */
export function hashesOf(fd: number, size: number, also: Also = {}, before: Before = () => {}): FileHashes {
	const sha1 = createHash('sha1');
	const tree = new TigerTree(sliceSize(size));
	const sampler = new Sampler(size);
	const ed2k = also.ed2k === true ? new Ed2kHasher(size) : undefined;
	const fthash = also.fthash === true ? new FtHash(size) : undefined;
	const kztree = also.fthash === true ? new KzHasher(size) : undefined;
	for (const bytes of read(fd, { from: 0, to: size }, before)) {
		sha1.update(bytes);
		tree.update(bytes);
		sampler.update(bytes);
		ed2k?.update(bytes);
		fthash?.update(bytes);
		kztree?.update(bytes);
	}
	const { root: tth, slices } = tree.finish();
	return {
		sha1: new Uint8Array(sha1.digest()),
		tth,
		slices,
		sample: sampler.finish(),
		...(ed2k && { ed2k: ed2k.finish() }),
		...(fthash && { fthash: fthash.digest() }),
		...(kztree && { kztree: kztree.finish() }),
	};
}

/** The digest of the samples, from reading nothing else. Throws as hashesOf. */
export function sampleOf(fd: number, size: number, before: Before = () => {}): Uint8Array {
	const sha1 = createHash('sha1');
	for (const span of samplesOf(size)) for (const bytes of read(fd, span, before)) sha1.update(bytes);
	return new Uint8Array(sha1.digest());
}

/** What is given holds until the next is taken. */
function* read(fd: number, { from, to }: Span, before: Before): Iterable<Uint8Array> {
	buffer ??= Buffer.allocUnsafe(chunk);
	for (let at = from; at < to; ) {
		const wanted = Math.min(chunk, to - at);
		before(wanted);
		const count = readSync(fd, buffer, 0, wanted, at);
		if (count === 0)
			throw Object.assign(new Error('the file became shorter while it was read'), { code: 'EIO' });
		yield buffer.subarray(0, count);
		at += count;
	}
}
