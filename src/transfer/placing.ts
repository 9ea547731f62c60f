/**
 * The last step of a download: from the partial file to its place, whole or not at all, never over
 * another file.
 *
 * On one file system the partial file gets its final name as a second name (link fails where the name
 * is taken, rename would overwrite), then loses the first. Across file systems it is copied under a
 * hidden name into the target folder, synced, and then named the same way. A kill at any moment leaves
 * the partial file, or the finished one, or both; the owner writes down the intended path first and so
 * recognises its own file after a restart.
 */
import { constants } from 'node:fs';
import { copyFile, link, lstat, open, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { makeFolder } from '../world/folder.ts';

const { COPYFILE_EXCL } = constants;
/** Names that are tried before the user is asked to tidy up. */
const mostTries = 1000;

/** A path in the folder that nothing has: `name`, or `name (2).ext` and so on. */
export async function freePath(folder: string, name: string): Promise<string> {
	makeFolder(folder);
	const extension = extname(name);
	const stem = name.slice(0, name.length - extension.length);
	for (let number = 1; number <= mostTries; number++) {
		const path = join(folder, number === 1 ? name : `${stem} (${number})${extension}`);
		if (!(await exists(path))) return path;
	}
	throw new Error(`there are ${mostTries} files of that name`);
}

/** Moves the partial file to the path. False: someone took the name in the meantime; choose another. */
export async function place(partial: string, path: string, folder: string, id: number): Promise<boolean> {
	try {
		await link(partial, path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return false;
		// EXDEV: another file system. The others: a file system without second names.
		if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
		if (!(await placeCopy(partial, path, join(folder, `.sallyport-${id}.part`)))) return false;
	}
	await rm(partial, { force: true });
	return true;
}

async function placeCopy(partial: string, path: string, copy: string): Promise<boolean> {
	// A copy of an earlier try that was killed is ours, and worth nothing.
	await rm(copy, { force: true });
	try {
		await copyFile(partial, copy, COPYFILE_EXCL);
		const handle = await open(copy, 'r+');
		await handle.sync();
		await handle.close();
		return await nameOnce(copy, path);
	} finally {
		await rm(copy, { force: true });
	}
}

/** Gives a file its name without taking it from another. */
async function nameOnce(copy: string, path: string): Promise<boolean> {
	try {
		await link(copy, path);
		return true;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return false;
		if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
		// No second names here (FAT): an exclusive copy does the same, only slower.
		try {
			await copyFile(copy, path, COPYFILE_EXCL);
			return true;
		} catch (second) {
			if ((second as NodeJS.ErrnoException).code === 'EEXIST') return false;
			await rm(path, { force: true });
			throw second;
		}
	}
}

async function exists(path: string): Promise<boolean> {
	try {
		await lstat(path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}
