/**
 * The file wall: Landlock (landlock(7)), as steps of the launcher. Rights are given to paths, and what no path gives
 * is refused, by the kernel, whatever way a program takes to it (links, descriptors, races, io_uring).
 *
 * TCP is handled and given to nobody: what may be connected and bound is done by the supervisor in the program's
 * place, so this wall stands even where that is dead or was got round. So are signals and abstract sockets of others.
 */
import type { Grant, Grants } from '../grants.ts';
import { call, kernel } from './calls.ts';
import type { Steps } from './launch-code.ts';

const EXECUTE = 1 << 0;
const WRITE_FILE = 1 << 1;
const READ_FILE = 1 << 2;
const READ_DIR = 1 << 3;
const REMOVE_DIR = 1 << 4;
const REMOVE_FILE = 1 << 5;
const MAKE_DIR = 1 << 7;
const MAKE_REG = 1 << 8;
const MAKE_SOCK = 1 << 9;
const MAKE_FIFO = 1 << 10;
const MAKE_SYM = 1 << 12;
const REFER = 1 << 13;
const TRUNCATE = 1 << 14;
const IOCTL_DEV = 1 << 15;
const ofFiles = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;
const making = MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_SYM | REMOVE_DIR | REMOVE_FILE | REFER;

/** The first version that has all that is needed here: scopes came with 6. */
export const neededVersion = 6;
/** Bits of rights that each version knows. */
const known = [0, 13, 14, 15, 15, 16];

const O_PATH_CLOEXEC = 0o12000000;
const AT_FDCWD = -100;
const RULE_PATH_BENEATH = 1;
const GET_VERSION = 1;

/** 0: the kernel has none. */
export function landlockVersion(): number {
	return Math.max(0, kernel(call.landlock_create_ruleset, 0, 0, GET_VERSION));
}

/** What a program needs of these whatever it is. */
const devices: readonly (readonly [string, number])[] = [
	...['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'].map(
		(path) => [path, READ_FILE | WRITE_FILE | TRUNCATE] as const,
	),
	['/dev/tty', READ_FILE | WRITE_FILE | IOCTL_DEV],
	['/dev/pts', READ_FILE | READ_DIR | WRITE_FILE | IOCTL_DEV],
	['/dev/ptmx', READ_FILE | WRITE_FILE | IOCTL_DEV],
	['/proc', READ_FILE | READ_DIR],
];
/** Of the program alone, in its view. */
const ownFolders = ['/tmp', '/var/tmp', '/dev/shm'];

/** `ownTemporary`: the folders for temporary files are the program's own (view.ts made them). */
export function addLandlock(steps: Steps, grants: Grants, version: number, ownTemporary: boolean): void {
	const most = known[Math.min(version, known.length - 1)]!;
	const mask = 2 ** most - 1;
	const attributes = new DataView(new ArrayBuffer(24));
	attributes.setBigUint64(0, BigInt(mask), true);
	attributes.setBigUint64(8, version >= 4 ? 3n : 0n, true);
	attributes.setBigUint64(16, version >= 6 ? 3n : 0n, true);
	const size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
	const made = steps.add(call.landlock_create_ruleset, [
		steps.put(new Uint8Array(attributes.buffer)),
		size,
		0,
	]);
	const ruleset = steps.hold(made, 100);
	const add = (path: string, rights: number, mayFail: boolean): void => {
		if ((rights & mask) === 0) return;
		const rule = new DataView(new ArrayBuffer(16));
		rule.setBigUint64(0, BigInt(rights & mask), true);
		rule.setInt32(8, -1, true);
		const at = steps.put(new Uint8Array(rule.buffer));
		const opened = steps.add(call.openat, [AT_FDCWD, path, O_PATH_CLOEXEC], { mayFail, what: path });
		steps.store(opened, at + 8);
		steps.add(call.landlock_add_rule, [ruleset, RULE_PATH_BENEATH, at, 0], { mayFail, what: path });
	};
	for (const grant of grants.granted) add(grant.path, rightsOf(grant), false);
	for (const [path, rights] of devices) add(path, rights, true);
	if (ownTemporary)
		for (const path of ownFolders) add(path, READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | making, true);
	steps.add(call.landlock_restrict_self, [ruleset, 0], { what: 'landlock' });
}

function rightsOf({ folder, write, create, run }: Grant): number {
	const rights =
		READ_FILE | READ_DIR | (write ? WRITE_FILE | TRUNCATE : 0) | (create ? making : 0) | (run ? EXECUTE : 0);
	return folder ? rights : rights & ofFiles;
}
