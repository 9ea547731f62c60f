/**
 * What never happens, and what the supervisor is asked: a seccomp filter (seccomp(2)) in the kernel's classic BPF,
 * assembled here. A filter sees numbers and arguments, never what a pointer points to: whatever needs that is heard.
 *
 * 1. Another architecture (32-bit calls, x32) is killed: its numbers would mean something else.
 * 2. What opens a way round the other walls is refused whatever the policy says: other processes' memory, handles,
 *    namespaces, mounts, io_uring, memory files (they can be run and have no path), sockets that nobody judges.
 * 3. clone3 and io_uring say "no such call": programs then take the old way, whose arguments can be seen.
 * 4. Everything else is allowed, and is the business of Landlock and the view.
 */
import { call, error } from './calls.ts';

const ALLOW = 0x7fff0000;
const NOTIFY = 0x7fc00000;
const KILL_PROCESS = 0x80000000;
const refuse = (number: number): number => 0x00050000 | number;

const AUDIT_ARCH_X86_64 = 0xc000003e;
const X32 = 0x40000000;

const LOAD = 0x20;
const AND = 0x54;
const RETURN = 0x06;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;

/** Of an argument's lower 32 bits: equal, after a mask; any of these bits; or not zero in all 64. */
type Test =
	| { readonly argument: number; readonly is: number; readonly mask?: number }
	| { readonly argument: number; readonly not: number; readonly mask?: number }
	| { readonly argument: number; readonly any: number }
	| { readonly argument: number; readonly upper: true };

interface Entry {
	readonly call: number;
	readonly tests: readonly Test[];
	readonly verdict: number;
}

export interface FilterWishes {
	/** Each open is heard. */
	readonly opens: boolean;
	/** What makes, renames and deletes is heard too: to learn from. */
	readonly everything: boolean;
	/** Memory that was written is not run. */
	readonly madeCode: boolean;
	/**
	 * Sockets for datagrams may be had. Where they may not, and the view hides all sockets of others, no message names
	 * an address that anybody would have to judge: sendmsg goes its own way.
	 */
	readonly datagrams: boolean;
	/** Who connects is judged. */
	readonly callers: boolean;
	/** There is no view of the program's own: what changes a file's mode, owner or times is refused as well. */
	readonly lockedModes: boolean;
}

/** Refused always, with the error that programs take best. */
const never: Readonly<Record<number, readonly (keyof typeof call)[]>> = {
	[error.EPERM]: [
		...([
			'ptrace',
			'process_vm_readv',
			'process_vm_writev',
			'kcmp',
			'pidfd_getfd',
			'process_madvise',
		] as const),
		...([
			'name_to_handle_at',
			'open_by_handle_at',
			'setns',
			'mount',
			'umount2',
			'pivot_root',
			'chroot',
		] as const),
		...(['open_tree', 'open_tree_attr', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick'] as const),
		...(['mount_setattr', 'bpf', 'perf_event_open', 'userfaultfd', 'fanotify_init', 'add_key'] as const),
		...(['request_key', 'keyctl', 'init_module', 'finit_module', 'delete_module', 'create_module'] as const),
		...(['kexec_load', 'kexec_file_load', 'reboot', 'swapon', 'swapoff', 'acct', 'quotactl'] as const),
		...([
			'quotactl_fd',
			'settimeofday',
			'clock_settime',
			'clock_adjtime',
			'adjtimex',
			'sethostname',
		] as const),
		...(['setdomainname', 'iopl', 'ioperm', 'modify_ldt', 'uselib', 'sysfs', 'syslog', 'vhangup'] as const),
		...(['lookup_dcookie', 'remap_file_pages', 'move_pages', 'migrate_pages', 'file_setattr'] as const),
	],
	[error.ENOSYS]: [
		...(['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register', 'memfd_create'] as const),
		...(['memfd_secret'] as const),
	],
};

const modes: readonly (keyof typeof call)[] = [
	...([
		'chmod',
		'fchmodat',
		'fchmodat2',
		'chown',
		'lchown',
		'fchownat',
		'utime',
		'utimes',
		'futimesat',
	] as const),
	...(['utimensat', 'setxattr', 'lsetxattr', 'setxattrat', 'removexattr', 'lremovexattr'] as const),
	...(['removexattrat'] as const),
];

const opening: readonly (keyof typeof call)[] = ['open', 'openat', 'openat2', 'creat'];
const changing: readonly (keyof typeof call)[] = [
	...([
		'mkdir',
		'mkdirat',
		'rmdir',
		'unlink',
		'unlinkat',
		'rename',
		'renameat',
		'renameat2',
		'link',
	] as const),
	...(['linkat', 'symlink', 'symlinkat', 'truncate', 'mknod', 'mknodat'] as const),
];
const executing: readonly (keyof typeof call)[] = ['execve', 'execveat'];

const namespaces = 0x7e020080;
const CLONE_FS_FILES_SYSVSEM = 0x200 | 0x400 | 0x40000;
const PROT_EXEC = 4;
const PROT_WRITE = 2;
const MAP_ANONYMOUS = 0x20;
const SHM_EXEC = 0x8000;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_KIND = 15;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const TIOCSETD = 0x5423;
const MSG_FASTOPEN = 0x20000000;
const PR_SET_MM = 35;
/** Options that lead packets by way of other hosts (level, name): IP_OPTIONS, IPV6_RTHDR and its older forms. */
const routes = [
	[0, 4],
	[41, 57],
	[41, 5],
	[41, 6],
] as const;

function entriesOf(wishes: FilterWishes): Entry[] {
	const entries: Entry[] = [];
	const add = (name: keyof typeof call, verdict: number, ...tests: Test[]): void => {
		entries.push({ call: call[name], tests, verdict });
	};
	for (const [number, names] of Object.entries(never))
		for (const name of names) add(name, refuse(Number(number)));
	if (wishes.lockedModes) for (const name of modes) add(name, refuse(error.EPERM));
	add('clone', refuse(error.EPERM), { argument: 0, any: namespaces });
	add('unshare', refuse(error.EPERM), { argument: 0, any: ~CLONE_FS_FILES_SYSVSEM >>> 0 });
	add('personality', refuse(error.EPERM), { argument: 0, not: 0 }, { argument: 0, not: 0xffffffff });
	add('shmat', refuse(error.EACCES), { argument: 2, any: SHM_EXEC });
	for (const request of [TIOCSTI, TIOCLINUX, TIOCSETD])
		add('ioctl', refuse(error.EPERM), { argument: 1, is: request });
	add('prctl', refuse(error.EPERM), { argument: 0, is: PR_SET_MM });
	addSockets(add, wishes);
	if (wishes.madeCode) addMadeCode(add);
	for (const name of executing) add(name, NOTIFY);
	if (wishes.opens || wishes.everything) for (const name of opening) add(name, NOTIFY);
	if (wishes.everything) for (const name of changing) add(name, NOTIFY);
	return entries;
}

type Add = (name: keyof typeof call, verdict: number, ...tests: Test[]) => void;

/**
 * Families that are judged, and netlink's routing part, which the C library asks for addresses. Of those kinds only
 * TCP and UDP: no raw packets, no other protocol such as MPTCP, which goes round rules for TCP.
 */
function addSockets(add: Add, { datagrams, callers }: FilterWishes): void {
	const kind = (is: number): Test => ({ argument: 1, is, mask: SOCK_KIND });
	for (const family of [AF_INET, AF_INET6]) {
		for (const [type, protocol] of [
			[SOCK_STREAM, 6],
			[SOCK_DGRAM, 17],
		] as const)
			for (const is of [0, protocol])
				add(
					'socket',
					datagrams || type === SOCK_STREAM ? ALLOW : NOTIFY,
					{ argument: 0, is: family },
					kind(type),
					{ argument: 2, is },
				);
		add('socket', refuse(error.EPROTONOSUPPORT), { argument: 0, is: family });
	}
	add('socket', ALLOW, { argument: 0, is: AF_UNIX });
	add('socket', ALLOW, { argument: 0, is: AF_NETLINK }, { argument: 2, is: 0 });
	add('socket', refuse(error.EAFNOSUPPORT));
	// Also where the policy has no network: that something wanted to reach out is worth telling.
	for (const name of ['connect', 'bind', 'listen'] as const) add(name, NOTIFY);
	if (callers) for (const name of ['accept', 'accept4'] as const) add(name, NOTIFY);
	if (datagrams) for (const name of ['sendmsg', 'sendmmsg'] as const) add(name, NOTIFY);
	add('sendmsg', refuse(error.EOPNOTSUPP), { argument: 2, any: MSG_FASTOPEN });
	add('sendmmsg', refuse(error.EOPNOTSUPP), { argument: 3, any: MSG_FASTOPEN });
	for (const [level, name] of routes)
		add('setsockopt', refuse(error.EPERM), { argument: 1, is: level }, { argument: 2, is: name });
	add('sendto', refuse(error.EOPNOTSUPP), { argument: 3, any: MSG_FASTOPEN });
	add('sendto', NOTIFY, { argument: 4, any: 0xffffffff });
	add('sendto', NOTIFY, { argument: 4, upper: true });
}

function addMadeCode(add: Add): void {
	const exec: Test = { argument: 2, any: PROT_EXEC };
	add('mmap', refuse(error.EACCES), exec, { argument: 2, any: PROT_WRITE });
	add('mmap', refuse(error.EACCES), exec, { argument: 3, any: MAP_ANONYMOUS });
	add('mprotect', refuse(error.EACCES), exec);
	add('pkey_mprotect', refuse(error.EACCES), exec);
	add('map_shadow_stack', refuse(error.ENOSYS));
}

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, k: number];

/** The instructions as bytes: eight each. */
export function assemble(wishes: FilterWishes): Uint8Array<ArrayBuffer> {
	const byCall = Map.groupBy(entriesOf(wishes), (entry) => entry.call);
	const program: Instruction[] = [
		[LOAD, 0, 0, 4],
		[JUMP_EQUAL, 1, 0, AUDIT_ARCH_X86_64],
		[RETURN, 0, 0, KILL_PROCESS],
		[LOAD, 0, 0, 0],
		[JUMP_AT_LEAST, 0, 1, X32],
		[RETURN, 0, 0, KILL_PROCESS],
	];
	// The kernel walks through them for each call that may end in something else than going on: opens above all.
	const isHeard = ([, entries]: [number, Entry[]]): boolean =>
		entries.some(({ verdict }) => verdict === NOTIFY);
	const calls = [...byCall];
	for (const [number, entries] of [...calls.filter(isHeard), ...calls.filter((one) => !isHeard(one))]) {
		const block = entries.flatMap(instructionsOf);
		// What no entry of its own call took is allowed.
		block.push([RETURN, 0, 0, ALLOW]);
		if (block.length > 255) throw new Error('a filter jumps at most 255 instructions');
		program.push([JUMP_EQUAL, 0, block.length, number], ...block);
	}
	program.push([RETURN, 0, 0, ALLOW]);
	const bytes = new DataView(new ArrayBuffer(program.length * 8));
	for (const [index, [code, ifTrue, ifFalse, k]] of program.entries()) {
		bytes.setUint16(index * 8, code, true);
		bytes.setUint8(index * 8 + 2, ifTrue);
		bytes.setUint8(index * 8 + 3, ifFalse);
		bytes.setUint32(index * 8 + 4, k >>> 0, true);
	}
	return new Uint8Array(bytes.buffer);
}

/** All tests hold: the verdict. Otherwise what follows. */
function instructionsOf({ tests, verdict }: Entry): Instruction[] {
	let after: Instruction[] = [[RETURN, 0, 0, verdict]];
	for (const test of tests.toReversed()) after = [...testOf(test, after.length), ...after];
	return after;
}

/** Goes on to the next instruction where it holds, and past `rest` more where it does not. */
function testOf(test: Test, rest: number): Instruction[] {
	const at = 16 + 8 * test.argument;
	if ('any' in test)
		return [
			[LOAD, 0, 0, at],
			[JUMP_ANY_BIT, 0, rest, test.any],
		];
	if ('upper' in test)
		return [
			[LOAD, 0, 0, at + 4],
			[JUMP_EQUAL, rest, 0, 0],
		];
	const masked: Instruction[] = test.mask === undefined ? [] : [[AND, 0, 0, test.mask]];
	if ('not' in test) return [[LOAD, 0, 0, at], ...masked, [JUMP_EQUAL, rest, 0, test.not]];
	return [[LOAD, 0, 0, at], ...masked, [JUMP_EQUAL, 0, rest, test.is]];
}
