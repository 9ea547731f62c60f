/**
 * What the program sees: a file system of its own (mount_namespaces(7)) in which only what the policy grants exists.
 *
 * 1. What is not granted is not there: it cannot be asked for, no socket in it can be reached, nothing of it changed.
 * 2. What may not be written is mounted read-only. What is neither program nor library is mounted noexec, so that a
 *    dropped file is not run and not mapped as code, whoever starts it. No setuid, no devices.
 * 3. /tmp, /var/tmp and /dev/shm are the program's own, and gone when it ends.
 *
 * As root a mount namespace is enough; others need a user namespace around it, in which they are who they were.
 */
import { dirname } from 'node:path';
import type { Grant, Grants } from '../grants.ts';
import { call } from './calls.ts';
import type { Steps } from './launch-code.ts';

const CLONE_NEWNS = 0x20000;
const CLONE_NEWUSER = 0x10000000;
const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_REMOUNT = 32;
const MS_REC_PRIVATE = 16384 | (1 << 18);
const MNT_DETACH = 2;
const AT_FDCWD = -100;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE_CLOEXEC = 1 | 0o2000000;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const S_IFREG = 0o100000;
const O_WRONLY_CLOEXEC = 0o2000001;

/** The old root while the new one is made. */
const old = '/.old';

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const deviceLinks = [
	['fd', '/proc/self/fd'],
	['stdin', '/proc/self/fd/0'],
	['stdout', '/proc/self/fd/1'],
	['stderr', '/proc/self/fd/2'],
	['ptmx', 'pts/ptmx'],
] as const;
const ownFolders = ['/tmp', '/var/tmp', '/dev/shm'];

/** Of all mounts: no setuid, and no devices unless it is one. */
interface Mount {
	readonly path: string;
	readonly folder: boolean;
	readonly flags: number;
}

export function addNamespace(steps: Steps, user: number, group: number, privileged: boolean): void {
	steps.add(call.unshare, [privileged ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER], { what: 'view' });
	if (!privileged) {
		write(steps, '/proc/self/setgroups', 'deny');
		write(steps, '/proc/self/uid_map', `${user} ${user} 1`);
		write(steps, '/proc/self/gid_map', `${group} ${group} 1`);
	}
	steps.add(call.mount, ['none', '/', 0, MS_REC_PRIVATE, 0], { what: '/ (private)' });
}

export function addView(steps: Steps, grants: Grants): void {
	const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	steps.add(call.mount, ['tmpfs', '/tmp', 'tmpfs', flags, 'mode=0755,size=64m'], { what: 'the new root' });
	steps.add(call.chdir, ['/tmp']);
	steps.add(call.mkdir, ['.old', 0o700]);
	steps.add(call.pivot_root, ['.', '.old']);
	steps.add(call.chdir, ['/']);
	makeFixed(steps);
	for (const [path, says] of grants.links) {
		makeFolders(steps, dirname(path));
		steps.add(call.symlink, [says, path], { mayFail: true });
	}
	for (const grant of grants.granted) bind(steps, { ...grant, flags: flagsOf(grant) });
	for (const { path, folder } of grants.refused) cover(steps, path, folder);
	steps.add(call.umount2, [old, MNT_DETACH]);
	steps.add(call.rmdir, [old]);
	steps.add(call.mount, ['none', '/', 0, MS_REMOUNT | MS_RDONLY | flags, 0], { what: '/ (read-only)' });
}

function flagsOf({ write, load, run }: Grant): number {
	return MS_NOSUID | MS_NODEV | (write ? 0 : MS_RDONLY) | (load || run ? 0 : MS_NOEXEC);
}

function makeFixed(steps: Steps): void {
	const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	bind(steps, { path: '/proc', folder: true, flags: flags | MS_RDONLY });
	for (const name of devices)
		bind(steps, { path: `/dev/${name}`, folder: false, flags: MS_NOSUID | MS_NOEXEC });
	bind(steps, { path: '/dev/pts', folder: true, flags: MS_NOSUID | MS_NOEXEC }, true);
	for (const [name, says] of deviceLinks) steps.add(call.symlink, [says, `/dev/${name}`], { mayFail: true });
	for (const path of ownFolders) {
		makeFolders(steps, path);
		steps.add(call.mount, ['tmpfs', path, 'tmpfs', flags, 'mode=1777'], { what: path });
	}
}

/** The same place of the old root, with fewer rights. */
function bind(steps: Steps, { path, folder, flags }: Mount, mayFail = false): void {
	if (folder) makeFolders(steps, path);
	else {
		makeFolders(steps, dirname(path));
		steps.add(call.mknod, [path, S_IFREG | 0o444, 0], { mayFail: true });
	}
	const more = { mayFail, what: path };
	const tree = steps.add(
		call.open_tree,
		[AT_FDCWD, old + path, OPEN_TREE_CLONE_CLOEXEC | AT_RECURSIVE],
		more,
	);
	steps.add(call.move_mount, [tree, '', AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH], more);
	// struct mount_attr; its bits are those of MS_ for these four.
	const attributes = new BigUint64Array([BigInt(flags), 0n, 0n, 0n]);
	const at = steps.put(new Uint8Array(attributes.buffer));
	steps.add(call.mount_setattr, [AT_FDCWD, path, AT_RECURSIVE, at, 32], more);
}

/** Nothing can be seen in it: an empty folder, an empty file. */
function cover(steps: Steps, path: string, folder: boolean): void {
	const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
	if (folder) steps.add(call.mount, ['tmpfs', path, 'tmpfs', flags, 'mode=0,size=4k'], { what: path });
	else bindOver(steps, '/dev/null', path);
}

function bindOver(steps: Steps, from: string, path: string): void {
	const tree = steps.add(call.open_tree, [AT_FDCWD, from, OPEN_TREE_CLONE_CLOEXEC], { what: path });
	steps.add(call.move_mount, [tree, '', AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH], { what: path });
}

function makeFolders(steps: Steps, path: string): void {
	const parts = path.split('/').slice(1);
	for (let length = 1; length <= parts.length; length++)
		steps.add(call.mkdir, [`/${parts.slice(0, length).join('/')}`, 0o755], { mayFail: true });
}

function write(steps: Steps, path: string, text: string): void {
	const opened = steps.add(call.openat, [AT_FDCWD, path, O_WRONLY_CLOEXEC], { what: path });
	steps.add(call.write, [opened, text, text.length], { what: path });
}
