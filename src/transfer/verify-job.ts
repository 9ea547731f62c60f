/**
 * Hashes of a partial file, read back from it: what was written is what is judged. Runs in the worker
 * (verify-worker.ts), and for small work on the spot. Pieces are hashed as they become whole; the
 * SHA-1 of the whole file follows the beginning of the file that is known to be good, so that little is
 * left to read when the last byte has come.
 */
import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { md4, partSize } from '../library/ed2k-hash.ts';
import { FtHash } from '../library/fthash.ts';
import { KzHasher, kzSlice } from '../library/kzhash.ts';
import { sliceHash } from '../networks/common/tiger.ts';
import { hashLength, type Tree } from './tree.ts';

export type VerifyJob =
	/** Hashes of the slices of [from, to). */
	| {
			readonly what: 'slices';
			readonly fd: number;
			readonly from: number;
			readonly to: number;
			readonly kind: Tree['kind'];
			readonly slice: number;
	  }
	/** The SHA-1 of this file may go on up to here; no answer is waited for. */
	| { readonly what: 'advance'; readonly key: number; readonly fd: number; readonly to: number }
	/** SHA-1 of the whole file. */
	| { readonly what: 'sha1'; readonly key: number; readonly fd: number; readonly size: number }
	/** The hash of the whole file in eDonkey. */
	| { readonly what: 'ed2k'; readonly fd: number; readonly size: number }
	/** What FastTrack calls the whole file. */
	| { readonly what: 'fthash'; readonly fd: number; readonly size: number }
	/** The same with the root of its tree behind it. */
	| { readonly what: 'kzhash'; readonly fd: number; readonly size: number }
	/** What is known of this file is of no worth. */
	| { readonly what: 'forget'; readonly key: number };

interface Following {
	readonly hash: Hash;
	at: number;
}

const chunk = 1 << 20;
let buffer = Buffer.alloc(0);
const sliceHashes: Readonly<Record<Tree['kind'], (bytes: Uint8Array, slice: number) => Uint8Array>> = {
	...{ tiger: sliceHash, ed2k: md4, kazaa: kzSlice },
};
const followed = new Map<number, Following>();

/** 24 bytes a slice (of eDonkey 16), 20 bytes of SHA-1, 16 of ed2k, 20 of FTHash, 36 of kzhash, or nothing. Throws what the disk says, or Error where the file is short. */
export function verifyJob(job: VerifyJob): Uint8Array {
	switch (job.what) {
		case 'slices':
			return slices(job);
		case 'advance':
			advance(job.key, job.fd, job.to);
			return new Uint8Array(0);
		case 'sha1':
			return digest(job.key, job.fd, job.size);
		case 'ed2k':
			return ed2k(job.fd, job.size);
		case 'fthash':
			return fthash(job.fd, job.size);
		case 'kzhash':
			return kzhash(job.fd, job.size);
		case 'forget':
			followed.delete(job.key);
			return new Uint8Array(0);
	}
}

function slices({ fd, from, to, kind, slice }: VerifyJob & { what: 'slices' }): Uint8Array {
	const count = Math.ceil((to - from) / slice);
	const [hash, length] = [sliceHashes[kind], hashLength[kind]];
	const hashes = new Uint8Array(count * length);
	for (let i = 0; i < count; i++) {
		const start = from + i * slice;
		hashes.set(hash(read(fd, start, Math.min(slice, to - start)), slice), i * length);
	}
	return hashes;
}

function ed2k(fd: number, size: number): Uint8Array {
	const last = Math.floor(size / partSize);
	const parts = slices({ what: 'slices', fd, from: 0, to: last * partSize, kind: 'ed2k', slice: partSize });
	// The last part counts where it is empty, too.
	const end = md4(read(fd, last * partSize, size - last * partSize));
	return last === 0 ? end : md4(Buffer.concat([parts, end]));
}

function fthash(fd: number, size: number): Uint8Array {
	const hash = new FtHash(size);
	for (let at = 0; at < size; at += chunk) hash.update(read(fd, at, Math.min(chunk, size - at)));
	return hash.digest();
}

function kzhash(fd: number, size: number): Uint8Array {
	const [name, tree] = [new FtHash(size), new KzHasher(size)];
	for (let at = 0; at < size; at += chunk) {
		const bytes = read(fd, at, Math.min(chunk, size - at));
		name.update(bytes);
		tree.update(bytes);
	}
	return Buffer.concat([name.digest(), tree.finish().root]);
}

function advance(key: number, fd: number, to: number): Following {
	let following = followed.get(key);
	if (following === undefined) followed.set(key, (following = { hash: createHash('sha1'), at: 0 }));
	while (following.at < to) {
		const bytes = read(fd, following.at, Math.min(chunk, to - following.at));
		following.hash.update(bytes);
		following.at += bytes.length;
	}
	return following;
}

function digest(key: number, fd: number, size: number): Uint8Array {
	const following = advance(key, fd, size);
	followed.delete(key);
	return new Uint8Array(following.hash.digest());
}

/** The bytes are good until the next read. */
function read(fd: number, from: number, length: number): Buffer {
	if (buffer.length < length) buffer = Buffer.alloc(length);
	let got = 0;
	while (got < length) {
		const count = readSync(fd, buffer, got, length - got, from + got);
		if (count === 0) throw Object.assign(new Error('the partial file became shorter'), { code: 'SHORT' });
		got += count;
	}
	return buffer.subarray(0, length);
}
