/** What a path of another process means, and opening it as that process would. */
import { fstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { call, error, kernel, Piece } from './calls.ts';

const AT_FDCWD = -100;
const O_PATH_CLOEXEC = 0o12000000;
const O_DIRECTORY = 0o200000;
const RESOLVE_NO_MAGICLINKS = 2;
const RESOLVE_NO_SYMLINKS = 4;
const RESOLVE_IN_ROOT = 0x10;
const mode = 0o7777n;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_NOFOLLOW = 0o400000;
const O_CLOEXEC_NOCTTY = 0o2000000 | 0o400;

/** Nothing of it needs resolving: no empty part, and none that begins with a dot. */
const plain = /^(?:\/[^/.][^/]*)+$/;

/** Absolute, without dots; links are not followed. undefined: it cannot be told. */
export function absolute(thread: number, text: string, folder: number = AT_FDCWD): string | undefined {
	try {
		if (text.startsWith('/')) return own(thread, plain.test(text) ? text : resolve(text));
		const from = folder === AT_FDCWD ? `/proc/${thread}/cwd` : `/proc/${thread}/fd/${folder}`;
		return own(thread, resolve(readlinkSync(from), text));
	} catch {
		return undefined;
	}
}

/** /proc/self is whoever looks: here, the process that was asked for. */
function own(thread: number, path: string): string {
	if (!path.startsWith('/proc/')) return path;
	const found = /^\/proc\/(?:thread-)?self(?=\/|$)/.exec(path);
	return found === null ? path : `/proc/${thread}${path.slice(found[0].length)}`;
}

/** With its links followed; of a file that is not there, with those of its folder. */
export function real(path: string): string {
	try {
		return realpathSync.native(path);
	} catch {
		try {
			return join(realpathSync.native(dirname(path)), basename(path));
		} catch {
			return path;
		}
	}
}

/** Opens the same files as a process would, within its root. */
export class Opening {
	/** struct open_how, and a path. */
	readonly #how = new Piece(24);
	readonly #path = new Piece(4200);

	/** A descriptor that only stands for the file, and what it is. Or minus an error. */
	resolve(thread: number, path: string): { descriptor: number; path: string } | number {
		const root = this.#open(AT_FDCWD, `/proc/${thread}/root`, O_PATH_CLOEXEC | O_DIRECTORY, 0, 0);
		if (root < 0) return root;
		const descriptor = this.#open(root, path, O_PATH_CLOEXEC, 0, RESOLVE_IN_ROOT);
		kernel(call.close, root);
		if (descriptor < 0) return descriptor;
		try {
			return { descriptor, path: readlinkSync(`/proc/self/fd/${descriptor}`) };
		} catch {
			kernel(call.close, descriptor);
			return -error.EACCES;
		}
	}

	/** A file of this machine, of exactly this path: no part of it may be a link. */
	exactly(path: string, flags: number, permissions: number): number {
		return this.#open(AT_FDCWD, path, flags, permissions, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
	}

	/**
	 * Opens what a path means to a thread, once `may` has said yes to what it turned out to be. Minus an error;
	 * `refused`: may said no.
	 */
	within(
		thread: number,
		path: string,
		{ flags, permissions }: { readonly flags: number; readonly permissions: number },
		may: (followed: string) => boolean,
	): number | 'refused' {
		const found = this.resolve(thread, path);
		if (typeof found !== 'number') {
			const ours = this.#again(found, flags, permissions, may);
			kernel(call.close, found.descriptor);
			return ours;
		}
		if (found !== -error.ENOENT || (flags & O_CREAT) === 0) return found;
		const folder = this.resolve(thread, dirname(path));
		if (typeof folder === 'number') return folder;
		const name = basename(path);
		const how = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
		const ours = may(join(folder.path, name))
			? this.#open(folder.descriptor, name, flags | O_CLOEXEC_NOCTTY, permissions, how)
			: 'refused';
		kernel(call.close, folder.descriptor);
		return ours;
	}

	/** The same file, by its descriptor: no path is followed again. */
	#again(
		{ descriptor, path }: { readonly descriptor: number; readonly path: string },
		flags: number,
		permissions: number,
		may: (followed: string) => boolean,
	): number | 'refused' {
		if (!may(path)) return 'refused';
		if ((flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0) return -error.EEXIST;
		// To open a pipe may wait for its other end, and nothing here waits.
		if (fstatSync(descriptor).isFIFO()) return -error.EACCES;
		const kept = (flags & ~(O_CREAT | O_NOFOLLOW)) | O_CLOEXEC_NOCTTY;
		return this.#open(AT_FDCWD, `/proc/self/fd/${descriptor}`, kept, permissions, 0);
	}

	#open(folder: number, path: string, flags: number, permissions: number, how: number): number {
		const text = Buffer.from(`${path}\0`);
		if (text.length > 4200) return -error.ENOENT;
		this.#path.bytes.set(text);
		const { view, at } = this.#how;
		view.setBigUint64(0, BigInt(flags >>> 0), true);
		view.setBigUint64(8, (flags & O_CREAT) === 0 ? 0n : BigInt(permissions >>> 0) & mode, true);
		view.setBigUint64(16, BigInt(how), true);
		return kernel(call.openat2, folder, this.#path.at, at, 24);
	}
}
