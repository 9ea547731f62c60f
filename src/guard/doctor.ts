/** What this machine and this user can have of the guard, found by trying, and what is open without it. */
import { readFileSync } from 'node:fs';
import { call, errorName, kernel, Piece } from './kernel/calls.ts';
import { assemble } from './kernel/filter.ts';
import { landlockVersion, neededVersion } from './kernel/landlock.ts';
import { Steps } from './kernel/launch-code.ts';
import { addNamespace, addView } from './kernel/view.ts';

export interface Finding {
	readonly what: string;
	readonly works: boolean;
	readonly detail: string;
	/** What a guarded program could do without it. */
	readonly open: string;
}

const PR_SET_NO_NEW_PRIVS = 38;
const O_CLOEXEC = 0o2000000;
const NEW_LISTENER = 8;
const WAIT_KILLABLE = 32;

export function examine(): Finding[] {
	const version = landlockVersion();
	const root = process.geteuid!() === 0;
	const views = root ? ([true, false] as const) : ([false] as const);
	const view = views
		.map((privileged) => tryView(privileged))
		.find((fault, index) => fault === undefined || index === views.length - 1);
	const filter = tryFilter();
	return [
		{
			what: 'view',
			works: view === undefined,
			detail: view ?? (root ? 'a mount namespace' : 'a mount namespace within a user namespace'),
			open: 'it can ask which files there are, map as code what it wrote, and it cannot change modes, owners and times anywhere',
		},
		{
			what: 'landlock',
			works: version >= neededVersion,
			detail: `version ${version}, ${neededVersion} is needed`,
			open:
				version === 0
					? 'all files, and races against the supervisor'
					: 'signals and abstract sockets of others, or TCP where the supervisor is got round',
		},
		{
			what: 'filter',
			works: filter === undefined,
			detail: filter ?? 'a seccomp filter with a listener',
			open: 'everything: nothing is started without it',
		},
		{
			what: 'kernel',
			works: kernelVersion() >= 6.11,
			detail: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
			open: 'nothing; before 6.11 the overflow check is slower, before 6.9 threads of one process share a descriptor table',
		},
	];
}

function kernelVersion(): number {
	const [major = '0', minor = '0'] = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('.');
	return Number(major) + Number(minor) / 100 >= 6.11 ? 6.11 : 0;
}

/** In a child that ends at once. undefined: it can be had. */
function tried(write: (steps: Steps) => void): string | undefined {
	const ends = new Piece(8);
	kernel(call.pipe2, ends.at, O_CLOEXEC);
	const [from, to] = [ends.view.getInt32(0, true), ends.view.getInt32(4, true)];
	const steps = new Steps();
	write(steps);
	steps.add(call.exit_group, [0]);
	const pid = steps.walk(to);
	kernel(call.close, to);
	const said = new Piece(16);
	const length = kernel(call.read, from, said.at, 16);
	kernel(call.close, from);
	kernel(call.wait4, pid, 0, 0);
	if (length !== 16) return undefined;
	return `${steps.nameOf(Number(said.view.getBigInt64(0, true)))}: ${errorName(Number(-said.view.getBigInt64(8, true)))}`;
}

function tryView(privileged: boolean): string | undefined {
	return tried((steps) => {
		addNamespace(steps, process.geteuid!(), process.getegid!(), privileged);
		addView(steps, { granted: [], refused: [], links: new Map(), faults: [] });
	});
}

function tryFilter(): string | undefined {
	return tried((steps) => {
		const wishes = {
			opens: true,
			everything: false,
			madeCode: true,
			lockedModes: false,
			datagrams: true,
			callers: true,
		};
		const bytes = assemble(wishes);
		const program = new DataView(new ArrayBuffer(16));
		program.setUint16(0, bytes.length / 8, true);
		program.setBigUint64(8, BigInt(steps.put(bytes)), true);
		steps.add(call.prctl, [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
		steps.add(call.seccomp, [1, NEW_LISTENER | WAIT_KILLABLE, steps.put(new Uint8Array(program.buffer))]);
	});
}
