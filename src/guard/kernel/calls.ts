/**
 * The kernel's calls, by number, through one function of the C library (koffi). x86-64 on Linux, and nothing else:
 * the filter, the launch code and every structure here are laid out for it.
 *
 * The rule for memory: what the kernel reads or writes during a call is a Piece that lives as long as whoever uses
 * it. No address of a JavaScript buffer is ever given away: such a buffer may move or be collected.
 *
 * Longer than 300 lines: most of it is the list of the kernel's numbers.
 */
import { createRequire } from 'node:module';
import type koffi from 'koffi';

export const call = {
	read: 0,
	write: 1,
	open: 2,
	close: 3,
	mmap: 9,
	mprotect: 10,
	rt_sigaction: 13,
	rt_sigprocmask: 14,
	ioctl: 16,
	mremap: 25,
	shmat: 30,
	dup2: 33,
	getpid: 39,
	sendfile: 40,
	socket: 41,
	connect: 42,
	sendto: 44,
	sendmsg: 46,
	bind: 49,
	listen: 50,
	getsockname: 51,
	setsockopt: 54,
	getsockopt: 55,
	clone: 56,
	fork: 57,
	execve: 59,
	wait4: 61,
	kill: 62,
	fcntl: 72,
	truncate: 76,
	poll: 7,
	chdir: 80,
	fchdir: 81,
	rename: 82,
	mkdir: 83,
	rmdir: 84,
	creat: 85,
	link: 86,
	unlink: 87,
	symlink: 88,
	chmod: 90,
	chown: 92,
	lchown: 94,
	umask: 95,
	ptrace: 101,
	syslog: 103,
	getppid: 110,
	capset: 126,
	utime: 132,
	mknod: 133,
	uselib: 134,
	personality: 135,
	sysfs: 139,
	vhangup: 153,
	modify_ldt: 154,
	pivot_root: 155,
	prctl: 157,
	adjtimex: 159,
	chroot: 161,
	acct: 163,
	settimeofday: 164,
	mount: 165,
	umount2: 166,
	swapon: 167,
	swapoff: 168,
	reboot: 169,
	sethostname: 170,
	setdomainname: 171,
	iopl: 172,
	ioperm: 173,
	create_module: 174,
	init_module: 175,
	delete_module: 176,
	quotactl: 179,
	setxattr: 188,
	lsetxattr: 189,
	fsetxattr: 190,
	removexattr: 197,
	lremovexattr: 198,
	fremovexattr: 199,
	lookup_dcookie: 212,
	remap_file_pages: 216,
	clock_settime: 227,
	exit_group: 231,
	utimes: 235,
	mbind: 237,
	kexec_load: 246,
	add_key: 248,
	request_key: 249,
	keyctl: 250,
	migrate_pages: 256,
	openat: 257,
	mkdirat: 258,
	mknodat: 259,
	fchownat: 260,
	futimesat: 261,
	unlinkat: 263,
	renameat: 264,
	linkat: 265,
	symlinkat: 266,
	fchmodat: 268,
	unshare: 272,
	move_pages: 279,
	utimensat: 280,
	accept: 43,
	accept4: 288,
	pipe2: 293,
	perf_event_open: 298,
	fanotify_init: 300,
	prlimit64: 302,
	name_to_handle_at: 303,
	open_by_handle_at: 304,
	clock_adjtime: 305,
	sendmmsg: 307,
	setns: 308,
	process_vm_readv: 310,
	process_vm_writev: 311,
	kcmp: 312,
	finit_module: 313,
	renameat2: 316,
	seccomp: 317,
	memfd_create: 319,
	kexec_file_load: 320,
	bpf: 321,
	execveat: 322,
	userfaultfd: 323,
	pkey_mprotect: 329,
	io_uring_setup: 425,
	io_uring_enter: 426,
	io_uring_register: 427,
	pidfd_send_signal: 424,
	open_tree: 428,
	move_mount: 429,
	fsopen: 430,
	fsconfig: 431,
	fsmount: 432,
	fspick: 433,
	pidfd_open: 434,
	clone3: 435,
	close_range: 436,
	openat2: 437,
	pidfd_getfd: 438,
	process_madvise: 440,
	mount_setattr: 442,
	quotactl_fd: 443,
	landlock_create_ruleset: 444,
	landlock_add_rule: 445,
	landlock_restrict_self: 446,
	memfd_secret: 447,
	fchmodat2: 452,
	map_shadow_stack: 453,
	setxattrat: 463,
	removexattrat: 466,
	open_tree_attr: 467,
	file_setattr: 469,
} as const;

export const error = {
	EPERM: 1,
	ENOENT: 2,
	ESRCH: 3,
	EINTR: 4,
	EBADF: 9,
	EAGAIN: 11,
	EACCES: 13,
	EEXIST: 17,
	EFAULT: 14,
	ENODEV: 19,
	EINVAL: 22,
	ENOTTY: 25,
	ENOSYS: 38,
	ENOTSOCK: 88,
	EMSGSIZE: 90,
	EPROTONOSUPPORT: 93,
	EOPNOTSUPP: 95,
	EAFNOSUPPORT: 97,
	ECONNREFUSED: 111,
	EINPROGRESS: 115,
	EPIPE: 32,
	E2BIG: 7,
	ENOBUFS: 105,
	EADDRNOTAVAIL: 99,
	ENETUNREACH: 101,
	ETIMEDOUT: 110,
} as const;

type Word = number | bigint;

type Waited = (failed: Error | null, pid: number) => void;

interface Library {
	readonly koffi: typeof koffi;
	readonly syscall: (...words: Word[]) => number;
	/** The two that the supervisor lives on, with as few arguments to be turned into C's as they have. */
	readonly ioctl: (descriptor: number, request: number, at: number) => number;
	readonly readMemory: (thread: number, ours: number, one: 1, theirs: number, oneToo: 1, flags: 0) => number;
	/** wait4, on another thread; minus one: there is nobody to wait for. */
	waitLater(pid: number, state: number, options: number, usage: number, done: Waited): void;
}

let loaded: Library | undefined;

/** Loaded when it is wanted first: it is native code, and there may be none for this machine. Throws then. */
export function library(): Library {
	if (loaded !== undefined) return loaded;
	if (process.platform !== 'linux' || process.arch !== 'x64')
		throw new Error(
			`the guard is made for Linux on x86-64, and this is ${process.platform} on ${process.arch}`,
		);
	const native = loadNative();
	const c = native.load(null);
	const words = Array(7).fill('int64_t').join(', ');
	const wait4 = c.func('int wait4(int, int64_t, int, int64_t)');
	loaded = {
		koffi: native,
		syscall: c.func(`int64_t syscall(${words})`) as never,
		ioctl: c.func('int ioctl(int, uint32_t, int64_t)') as never,
		readMemory: c.func('int64_t process_vm_readv(int, int64_t, int64_t, int64_t, int64_t, int64_t)') as never,
		waitLater: (...all) => wait4.async(...all),
	};
	return loaded;
}

/** Its native part alone, where it is found: the rest of koffi takes some milliseconds of a start, and is not used here. */
function loadNative(): typeof koffi {
	const require = createRequire(import.meta.url);
	try {
		return require('@koromix/koffi-linux-x64') as typeof koffi;
	} catch {
		return require('koffi') as typeof koffi;
	}
}

/** The result, or minus the number of the error. */
export function kernel(
	number: number,
	a: Word = 0,
	b: Word = 0,
	c: Word = 0,
	d: Word = 0,
	e: Word = 0,
): number {
	const { koffi, syscall } = library();
	const result = syscall(number, a, b, c, d, e, 0);
	return result === -1 ? -koffi.errno() : result;
}

/** ioctl(2), the same. */
export function control(descriptor: number, request: number, at: number): number {
	const { koffi, ioctl } = library();
	const result = ioctl(descriptor, request, at);
	return result === -1 ? -koffi.errno() : result;
}

/** 64 bits of a number that has at most 53. */
export function setWord(view: DataView, at: number, value: number): void {
	view.setUint32(at, value % 2 ** 32, true);
	view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

/** Throws where the kernel refuses: for what is our own to do. */
export function must(what: string, result: number): number {
	if (result < 0) throw new Error(`${what}: ${errorName(-result)}`);
	return result;
}

export function errorName(number: number): string {
	const names = library().koffi.os.errno;
	return Object.keys(names).find((name) => names[name] === number) ?? `error ${number}`;
}

/** Zeroed memory at an address that stays. */
export class Piece {
	readonly at: number;
	readonly size: number;
	readonly bytes: Buffer;
	readonly view: DataView;
	readonly #pointer: bigint;

	constructor(size: number) {
		const { koffi } = library();
		this.#pointer = koffi.alloc('uint8_t', size) as bigint;
		// User addresses have 47 bits, and fit into a number.
		this.at = Number(koffi.address(this.#pointer));
		this.size = size;
		const memory = koffi.view(this.#pointer, size);
		this.view = new DataView(memory);
		this.bytes = Buffer.from(memory);
		this.bytes.fill(0);
	}

	free(): void {
		library().koffi.free(this.#pointer);
	}
}
