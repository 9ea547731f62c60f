/**
 * A guarded node does not see the folder that a user names for a file. So the node puts it into its home, and this
 * program, which is the user's own, copies it to its place.
 *
 * The node may have been taken over: what it calls the file's path may be, or become at any moment, a way to the user's
 * keys. So the file is opened first, and then asked where it is: beneath the node's home, or it is not touched.
 */
import { constants } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../world/folder.ts';
import { CommandFailed } from './context.ts';

/** Answers where the copy is. */
export async function bring(path: string, home: string, out: string): Promise<string> {
	const downloads = join(await realpath(home), 'downloads');
	const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
	const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
		throw new CommandFailed(`${path} cannot be read: ${error.message}.`);
	});
	try {
		const real = await readlink(`/proc/self/fd/${file.fd}`);
		if (!real.startsWith(`${downloads}/`) || !(await file.stat()).isFile())
			throw new CommandFailed(`The node says that the file is ${path}, which is none of its own.`, 3);
		makeFolder(out);
		const place = join(out, basename(real));
		const copy = await open(place, 'wx', 0o644).catch((error: NodeJS.ErrnoException) => {
			throw new CommandFailed(`${place} cannot be made: ${error.message}. The file is ${real}.`);
		});
		await pipeline(file.createReadStream({ autoClose: false }), copy.createWriteStream());
		return place;
	} finally {
		await file.close();
	}
}
