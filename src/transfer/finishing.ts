/** From "the bytes are proven" to "the file is at its place": quarantine, and the way out of it. */
import { constants } from 'node:fs';
import { chmod, lstat, open, rename, rm } from 'node:fs/promises';
import { base32, hex } from '../networks/common/hash.ts';
import { safeFileName } from './file-name.ts';
import type { Life } from './life.ts';
import { freePath, place } from './placing.ts';
import type { Verifier } from './verifier.ts';

/** The usual mode of a file, less what the user's umask takes away; never an execute bit. */
const released = 0o644;

/** Moves the partial file into the quarantine. False: it is not there; it was moved before a kill, or is lost. */
export async function quarantine(partial: string, held: string): Promise<boolean> {
	try {
		await rename(partial, held);
		await chmod(held, 0o400);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		return isFile(held);
	}
}

/**
 * Moves a file from the quarantine to its place and answers its path; undefined where it is neither in the
 * quarantine nor, moved before the process was killed, at the place that was written down.
 */
export async function release(life: Life, held: string, verifier: Verifier): Promise<string | undefined> {
	const { path, sha1, size, out, name, id } = life.record;
	if (path !== undefined && size !== null && (await sha1OfFile(path, size, verifier)) === sha1) {
		await rm(held, { force: true });
		return path;
	}
	if (!(await isFile(held))) return undefined;
	await chmod(held, released & ~process.umask());
	for (;;) {
		const free = await freePath(out, safeFileName(name));
		life.save({ path: free });
		if (await place(held, free, out, id)) return free;
	}
}

async function isFile(path: string): Promise<boolean> {
	try {
		return (await lstat(path)).isFile();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}

/** SHA-1 of a file in base32; undefined where there is no plain file of this size. */
export function sha1OfFile(path: string, size: number, verifier: Verifier): Promise<string | undefined> {
	return hashOfFile(path, size, async (fd) => base32(await verifier.sha1(verifier.key(), fd, size)));
}

/** The same of eDonkey, in hex. */
export function ed2kOfFile(path: string, size: number, verifier: Verifier): Promise<string | undefined> {
	return hashOfFile(path, size, async (fd) => hex(await verifier.ed2k(fd, size)));
}

/** What Kazaa calls it, with the root of the tree. */
export function kzhashOfFile(path: string, size: number, verifier: Verifier): Promise<string | undefined> {
	return hashOfFile(path, size, async (fd) => hex(await verifier.kzhash(fd, size)));
}

async function hashOfFile(
	path: string,
	size: number,
	hash: (fd: number) => Promise<string>,
): Promise<string | undefined> {
	if (!(await isFile(path))) return undefined;
	const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const facts = await handle.stat();
		if (!facts.isFile() || facts.size !== size) return undefined;
		return await hash(handle.fd);
	} finally {
		await handle.close();
	}
}
