/** From "all bytes are here" to "the file is at its place": hash, compare, move. */
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Hasher } from '../library/hash.ts';
import { base32 } from '../networks/common/hash.ts';
import { safeFileName } from './file-name.ts';
import type { Life } from './life.ts';
import { freePath, place } from './placing.ts';

export type Outcome =
	/** It is at its place. */
	| { readonly path: string }
	/** All bytes are there, but this is their SHA-1. */
	| { readonly wrong: string }
	/** The partial file is not what it was: someone else touched it. */
	| 'lost';

/** `hashed`: the SHA-1 of the partial file where it was computed on the way. */
export async function finish(
	life: Life,
	partial: string,
	hashed: Uint8Array | undefined,
	hasher: Hasher,
): Promise<Outcome> {
	const { path, sha1: wanted, size, out, name, id } = life.record;
	// It was moved before the process was killed, which then could not say so.
	if (path !== undefined && wanted !== undefined && (await sha1OfFile(path, size!, hasher)) === wanted) {
		await rm(partial, { force: true });
		return { path };
	}
	const sha1 = hashed ? base32(hashed) : await sha1OfFile(partial, size!, hasher);
	if (sha1 === undefined) return 'lost';
	if (wanted === undefined) life.save({ sha1, verdict: 'suspicious' });
	else if (wanted !== sha1) return { wrong: sha1 };
	for (;;) {
		const free = await freePath(out, safeFileName(name));
		life.save({ path: free });
		if (await place(partial, free, out, id)) return { path: free };
	}
}

/** SHA-1 of a file in base32, read anew; undefined where there is no plain file of this size. */
async function sha1OfFile(path: string, size: number, hasher: Hasher): Promise<string | undefined> {
	let handle: FileHandle;
	try {
		handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ELOOP') return undefined;
		throw error;
	}
	try {
		const facts = await handle.stat();
		if (!facts.isFile() || facts.size !== size) return undefined;
		return base32(await hasher.sha1(handle, size));
	} finally {
		await handle.close();
	}
}
