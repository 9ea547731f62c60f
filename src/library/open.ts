/**
 * Opens a shared file for reading. A path never comes from the network: it is the index's own. Yet the
 * folder may have changed since it was scanned: by mistake, or by someone who may write to it and
 * wants this node to hand out something else. So:
 *
 * 1. Nothing outside the folder. On Linux each part of the path is opened beneath the part before it,
 *    as /proc/self/fd/N/part with O_NOFOLLOW: what openat(2) does, which Node lacks. No name is looked
 *    up twice, so there is no moment for exchanging a directory for a link. Elsewhere the real path is
 *    compared before and after the opening; what changes and changes back in between is not seen.
 * 2. Only a plain file (O_NONBLOCK: a FIFO put in its place does not block us).
 * 3. Only the file that was hashed: size, time and inode are those of the index, at every upload.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import type { Stamp } from './records.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

export type Opened = { readonly handle: FileHandle; readonly stamp: Stamp };

/** Opens `path` (relative, with `/`) beneath `root` (absolute). The caller closes the handle. */
export async function openBeneath(root: string, path: string): Promise<Opened | Refusal> {
	const parts = path.split('/');
	for (const part of parts) {
		if (part === '' || part === '.' || part === '..' || part.includes('\0')) {
			throw new Error(`the index holds a path that no scan makes: ${JSON.stringify(path)}`);
		}
	}
	let handle: FileHandle | undefined;
	try {
		handle =
			process.platform === 'linux' ? await openByParts(root, parts) : await openByRealPath(root, parts);
		const facts = await handle.stat();
		if (facts.isFile()) {
			return { handle, stamp: { size: facts.size, mtime: facts.mtimeMs, ino: facts.ino } };
		}
		await handle.close();
		return { refused: 'library.entry.special', detail: path };
	} catch (error) {
		await handle?.close();
		return refusalOf(error as NodeJS.ErrnoException, path);
	}
}

/** As openBeneath, and only if it is still the file that was hashed. */
export async function openUnchanged(root: string, path: string, stamp: Stamp): Promise<Opened | Refusal> {
	const opened = await openBeneath(root, path);
	if (isRefusal(opened) || equalStamps(opened.stamp, stamp)) return opened;
	await opened.handle.close();
	return { refused: 'library.file.changed', detail: path };
}

export function equalStamps(one: Stamp, other: Stamp): boolean {
	return one.size === other.size && one.mtime === other.mtime && one.ino === other.ino;
}

async function openByParts(root: string, parts: readonly string[]): Promise<FileHandle> {
	let directory = await open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	try {
		for (const part of parts.slice(0, -1)) {
			const below = await open(`/proc/self/fd/${directory.fd}/${part}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
			await directory.close();
			directory = below;
		}
		return await open(`/proc/self/fd/${directory.fd}/${parts.at(-1)}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	} finally {
		await directory.close();
	}
}

/** For systems without /proc/self/fd. Exported for its test. */
export async function openByRealPath(root: string, parts: readonly string[]): Promise<FileHandle> {
	const path = [root, ...parts].join(sep);
	await mustBeReal(path);
	const handle = await open(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
	try {
		await mustBeReal(path);
		return handle;
	} catch (error) {
		await handle.close();
		throw error;
	}
}

async function mustBeReal(path: string): Promise<void> {
	if ((await realpath(path)) !== path) throw Object.assign(new Error('a link on the way'), { code: 'ELOOP' });
}

function refusalOf(error: NodeJS.ErrnoException, path: string): Refusal {
	switch (error.code) {
		// ELOOP: the last part is a link. ENOTDIR: a part before it is a link (or no directory any more).
		case 'ELOOP':
		case 'ENOTDIR':
			return { refused: 'library.entry.link', detail: path };
		case 'ENOENT':
			return { refused: 'library.file.gone', detail: path };
		case 'ENXIO':
			return { refused: 'library.entry.special', detail: path };
		default:
			return { refused: 'library.entry.unreadable', detail: `${path}: ${error.code ?? error.message}` };
	}
}
