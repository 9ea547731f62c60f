/**
 * Which folders may be shared at all. The talk's users shared C:\ by mistake; a folder is therefore
 * refused where sharing it can only be one:
 *
 * - the whole system, its folders, and the folders that all users throw things into;
 * - the home folder, what lies above it, and hidden folders in it (keys, mail, browser profiles);
 * - what Sallyport keeps for itself, except its downloads;
 * - a folder inside or around another shared one: each file has one number and one name.
 *
 * The path must be real (no links left), else a link would step around each of these.
 */
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve, sep } from 'node:path';
import { LibraryRefused } from './refused.ts';

interface RootFacts {
	/** Absolute, real. */
	readonly path: string;
	/** The user's home folder, real. */
	readonly userHome: string;
	/** Sallyport's own folders, real. */
	readonly own: readonly string[];
	/** Shared already, real. */
	readonly shared: readonly string[];
}

/** Refused together with everything beneath. */
const systemTrees = [
	...[
		'/bin',
		'/boot',
		'/dev',
		'/etc',
		'/lib',
		'/lib32',
		'/lib64',
		'/libx32',
		'/proc',
		'/sbin',
		'/sys',
		'/usr',
	],
	...['/var/backups', '/var/cache', '/var/log', '/var/mail', '/var/run', '/var/spool', '/lost+found'],
	...['/System', '/Library', '/private/etc', 'C:\\Windows', 'C:\\Program Files', 'C:\\ProgramData'],
];
/** Refused themselves; a folder inside may be shared. */
const systemFolders = [
	...['/', '/home', '/media', '/mnt', '/opt', '/root', '/run', '/srv', '/snap', '/tmp', '/var', '/var/lib'],
	...['/var/tmp', '/Users', '/Volumes', 'C:\\', 'C:\\Users'],
];
/** Hidden folders of the home in which data, not secrets, lies: judged by what is beneath. */
const dataFolders = ['.local', `.local${sep}share`];

/** The real path of a folder that may be shared; rejects with LibraryRefused. */
export async function realRoot(
	path: string,
	own: readonly string[],
	shared: () => string[],
): Promise<string> {
	const real = await realpath(resolve(path)).catch(() => undefined);
	if (real === undefined || !(await stat(real)).isDirectory()) {
		throw new LibraryRefused('library.root.missing', path);
	}
	const userHome = await realOrSame(homedir());
	const ownReal = await Promise.all(own.map(realOrSame));
	const code = rootRefusal({ path: real, userHome, own: ownReal, shared: shared() });
	if (code !== undefined) throw new LibraryRefused(code, real);
	return real;
}

export async function realOrSame(path: string): Promise<string> {
	return realpath(path).catch(() => path);
}

/** The code of the refusal, or undefined where the folder may be shared. */
export function rootRefusal({ path, userHome, own, shared }: RootFacts): string | undefined {
	for (const home of own) {
		if (isWithin(path, home) && !isWithin(path, `${home}${sep}downloads`)) return 'library.root.private';
	}
	if (systemFolders.includes(path) || /^[A-Z]:\\?$/.test(path)) return 'library.root.system';
	if (systemTrees.some((tree) => isWithin(path, tree))) return 'library.root.system';
	if (isWithin(userHome, path)) return 'library.root.home';
	if (isHiddenInHome(path, userHome)) return 'library.root.home';
	for (const other of shared) {
		if (path !== other && (isWithin(path, other) || isWithin(other, path))) return 'library.root.nested';
	}
	return undefined;
}

/** Is `path` the folder or beneath it? */
export function isWithin(path: string, folder: string): boolean {
	return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function isHiddenInHome(path: string, userHome: string): boolean {
	if (!isWithin(path, userHome)) return false;
	const inHome = path.slice(userHome.length + 1);
	if (dataFolders.includes(inHome)) return true;
	const first = inHome.split(sep)[0]!;
	if (!first.startsWith('.')) return false;
	// Keyrings and the like lie in .local/share too: a folder there must say that it is meant.
	return first !== '.local' || inHome.startsWith(`.local${sep}share${sep}keyrings`);
}
