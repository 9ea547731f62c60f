/**
 * Starts a program within its walls. The launcher's steps, in this order: the view, fewer rights, limits, Landlock,
 * the filter; then it says that it is ready, waits until somebody hears the filter's questions, and becomes the
 * program. A wall that cannot be built ends the child before the program began.
 *
 * The word that lets it go on is the number of execve, written over that of exit_group: were we to die before we say
 * it, the child would read nothing, and end.
 */
import type { Grants } from '../grants.ts';
import type { Limits } from '../policy.ts';
import { call, errorName, kernel, must, Piece } from './calls.ts';
import { assemble, type FilterWishes } from './filter.ts';
import { addLandlock } from './landlock.ts';
import { Steps } from './launch-code.ts';
import { addNamespace, addView } from './view.ts';

export interface Order {
	readonly program: string;
	/** With the program's own name in front. */
	readonly words: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly here: string;
	readonly grants: Grants;
	readonly limits: Limits;
	readonly filter: FilterWishes;
	/** `root`: a mount namespace is enough. */
	readonly view: 'none' | 'root' | 'user';
	/** Version of Landlock; 0: without it. */
	readonly landlock: number;
}

export interface Launched {
	readonly pid: number;
	/** Our descriptor of the filter's questions. */
	readonly listener: number;
	/** Lets it become the program. */
	go(): void;
	/** After go(): undefined, or why it did not become the program. Waits. */
	outcome(): string | undefined;
}

const PR_SET_PDEATHSIG = 1;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const SIGKILL = 9;
const SIG_SETMASK = 2;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const CLOSE_RANGE_CLOEXEC = 4;
const O_CLOEXEC = 0o2000000;
const SET_MODE_FILTER = 1;
const NEW_LISTENER = 8;
const WAIT_KILLABLE = 32;
const mostSignals = 64;
const lastCapability = 40;
/** Of root, what a program may need for its own files, users and low ports. */
const keptCapabilities = [0, 1, 3, 4, 5, 6, 7, 10];

/** RLIMIT_ numbers. Memory is what a program may fill (DATA): its address space may well be larger. */
const limitNumbers = { memory: 2, processes: 6, 'open-files': 7, 'file-size': 1, cpu: 0 } as const;

export class LaunchFailed extends Error {
	override readonly name = 'LaunchFailed';
	/** The view could not be had; what else fails is no wall that can be left out. */
	readonly ofView: boolean;

	constructor(message: string, ofView: boolean) {
		super(message);
		this.ofView = ofView;
	}
}

export function launch(order: Order): Launched {
	const [saidRead, saidWrite] = pipe();
	const [wordRead, wordWrite] = pipe();
	const steps = new Steps();
	const viewEnds = addWalls(steps, order);
	addManners(steps);
	addFilter(steps, order, saidWrite, wordRead);
	const pid = steps.walk(saidWrite);
	kernel(call.close, saidWrite);
	kernel(call.close, wordRead);
	const said = new Piece(16);
	const length = kernel(call.read, saidRead, said.at, 16);
	if (length !== 4) {
		kernel(call.wait4, pid, 0, 0);
		if (length !== 16) throw new LaunchFailed('the launcher ended before it was ready', false);
		throw new LaunchFailed(failure(steps, said), Number(said.view.getBigInt64(0, true)) < viewEnds);
	}
	const listener = fetch(pid, said.view.getInt32(0, true));
	return {
		pid,
		listener,
		go: () => {
			said.view.setBigInt64(0, BigInt(call.execve), true);
			must('write', kernel(call.write, wordWrite, said.at, 8));
			kernel(call.close, wordWrite);
		},
		outcome: () => {
			const rest = kernel(call.read, saidRead, said.at, 16);
			kernel(call.close, saidRead);
			return rest === 16 ? failure(steps, said) : undefined;
		},
	};
}

function pipe(): [number, number] {
	const ends = new Piece(8);
	must('pipe', kernel(call.pipe2, ends.at, O_CLOEXEC));
	return [ends.view.getInt32(0, true), ends.view.getInt32(4, true)];
}

function failure(steps: Steps, said: Piece): string {
	const index = Number(said.view.getBigInt64(0, true));
	const number = Number(-said.view.getBigInt64(8, true));
	return `${steps.nameOf(index)}: ${errorName(number)}`;
}

/** The child's descriptor becomes ours. */
function fetch(pid: number, theirs: number): number {
	const process = must('pidfd_open', kernel(call.pidfd_open, pid, 0));
	const ours = must('pidfd_getfd', kernel(call.pidfd_getfd, process, theirs, 0));
	kernel(call.close, process);
	return ours;
}

/** Answers where the steps of the view end. */
function addWalls(steps: Steps, { view, grants, here, landlock }: Order): number {
	const [user, group] = [process.geteuid!(), process.getegid!()];
	if (view !== 'none') {
		addNamespace(steps, user, group, view === 'root');
		addView(steps, grants);
		steps.add(call.chdir, ['/']);
		steps.add(call.chdir, [here], { mayFail: true });
	}
	const viewEnds = steps.count;
	addFewerRights(steps, user);
	steps.add(call.prctl, [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
	steps.add(call.prctl, [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
	if (landlock > 0) addLandlock(steps, grants, landlock, view !== 'none');
	return viewEnds;
}

/** Last: what is done before needs more descriptors than a program may be left. */
function addLimits(steps: Steps, limits: Limits): void {
	for (const [name, number] of Object.entries(limitNumbers)) {
		const limit = limits[name as keyof Limits];
		if (limit === undefined) continue;
		const at = steps.put(new Uint8Array(new BigUint64Array([BigInt(limit), BigInt(limit)]).buffer));
		steps.add(call.prlimit64, [0, number, at, 0], { what: `limit ${name}` });
	}
}

/** Root keeps what programs need for their own; everybody else has nothing to keep after execve. */
function addFewerRights(steps: Steps, user: number): void {
	if (user !== 0) return;
	const kept = keptCapabilities.reduce((mask, number) => mask | (1 << number), 0);
	for (let number = 0; number <= lastCapability; number++)
		if (!keptCapabilities.includes(number))
			steps.add(call.prctl, [PR_CAPBSET_DROP, number, 0, 0, 0], { mayFail: true });
	// _LINUX_CAPABILITY_VERSION_3, this process; then twice effective, permitted, inheritable.
	const head = steps.put(new Uint8Array(new Uint32Array([0x20080522, 0]).buffer));
	const data = steps.put(new Uint8Array(new Uint32Array([kept, kept, 0, 0, 0, 0]).buffer));
	steps.add(call.capset, [head, data], { what: 'fewer rights' });
}

/**
 * What Node.js changed about the process: signals, and its standard descriptors, which it closes on exec, and which
 * would not wait for who reads or writes them (EAGAIN).
 */
function addManners(steps: Steps): void {
	const plain = steps.put(new Uint8Array(32));
	for (let signal = 1; signal <= mostSignals; signal++)
		steps.add(call.rt_sigaction, [signal, plain, 0, 8], { mayFail: true });
	steps.add(call.close_range, [3, 0xffffffff, CLOSE_RANGE_CLOEXEC]);
	for (const descriptor of [0, 1, 2]) {
		steps.add(call.fcntl, [descriptor, F_SETFD, 0], { mayFail: true });
		const flags = kernel(call.fcntl, descriptor, F_GETFL);
		if (flags < 0) continue;
		steps.add(call.fcntl, [descriptor, F_SETFL, flags & ~O_NONBLOCK], { mayFail: true });
	}
}

function addFilter(steps: Steps, order: Order, said: number, word: number): void {
	const bytes = assemble(order.filter);
	const program = new DataView(new ArrayBuffer(16));
	program.setUint16(0, bytes.length / 8, true);
	program.setBigUint64(8, BigInt(steps.put(bytes)), true);
	const at = steps.put(new Uint8Array(program.buffer));
	const environment = Object.entries(order.environment).flatMap(([name, value]) =>
		value === undefined ? [] : [`${name}=${value}`],
	);
	const words = steps.list(order.words);
	const variables = steps.list(environment);
	const mine = steps.put(new Uint8Array(8));
	const listening = steps.add(call.seccomp, [SET_MODE_FILTER, NEW_LISTENER | WAIT_KILLABLE, at], {
		what: 'filter',
	});
	steps.store(listening, mine);
	addLimits(steps, order.limits);
	steps.add(call.write, [said, mine, 4]);
	// Its first word is the number of the step after the next.
	steps.add(call.read, [word, steps.next + 2 * 72, 8]);
	steps.add(call.rt_sigprocmask, [SIG_SETMASK, steps.put(new Uint8Array(8)), 0, 8]);
	steps.add(call.exit_group, [order.program, words, variables], { what: `execve ${order.program}` });
	steps.add(call.exit_group, [125]);
}
