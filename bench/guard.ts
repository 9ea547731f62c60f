/**
 * What the guard costs: calls that it does not hear, opens that Landlock alone judges, opens that are heard (beside
 * strace with its seccomp filter), decisions a second, and the start. All in turn, so that what slows the machine down
 * slows all of them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { kernel, Piece } from '../src/guard/kernel/calls.ts';
import { median } from './sides.ts';

const launcher = resolve(import.meta.dirname, '../bin/sallyport.js');
const rounds = 7;
const startRounds = 25;
let usage: Piece | undefined;

type Around = readonly string[];

export async function guard(): Promise<void> {
	inFolder(measure);
}

/** The start alone: seconds, so that it may go ahead of everything else (chrt) where others use the machine. */
export async function guardStart(): Promise<void> {
	inFolder((folder) => starts(outerOf(folder)('opens: heard')));
}

function inFolder(work: (folder: string) => void): void {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	try {
		work(folder);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** A guard, with these lines in its policy. */
function outerOf(folder: string): (more: string) => Around {
	const file = join(folder, 'file');
	writeFileSync(file, 'x');
	return (more) => {
		const policy = join(folder, `${more.replace(/\W/g, '')}.yaml`);
		const network = 'network: [{ out: loopback }]';
		writeFileSync(policy, `name: bench\nuses: [base]\nfiles: [{ read: ${file} }]\n${network}\n${more}\n`);
		return [process.execPath, launcher, 'guard', 'run', '--policy', policy, '--'];
	};
}

function measure(folder: string): void {
	const program = join(folder, 'guard-calls');
	const file = join(folder, 'file');
	execFileSync('gcc', ['-O1', '-o', program, resolve(import.meta.dirname, 'guard-calls.c'), '-lpthread']);
	const around = outerOf(folder);
	const silent = around('opens: silent\noverflow: off');
	const heard = around('opens: heard\noverflow: off');
	const checked = around('opens: heard\noverflow: deny');
	const strace = ['strace', '-f', '--seccomp-bpf', '-e', 'trace=openat', '-o', '/dev/null'];
	const call =
		(what: string, count: number, threads = 1) =>
		(outer: Around) =>
			nanoseconds([...outer, program, what, String(count), String(threads), file]);
	compare('a call that is not heard (getppid)', call('getppid', 2_000_000), { plain: [], guarded: silent });
	compare('open and close, Landlock alone', call('open', 200_000), { plain: [], guarded: silent });
	compare('open and close, heard', call('open', 150_000), { strace, guarded: heard, plain: [] });
	compare('open and close, heard, overflow checked', call('open', 150_000), { strace, guarded: checked });
	compare('socket, connect, close (UDP)', call('connect', 20_000), { plain: [], guarded: silent });
	for (const threads of [1, 4]) {
		const each = call('open', 200_000 / threads, threads)(heard);
		console.log(`decisions a second, ${threads} threads: ${Math.round(1e9 / each)} [bar: >= 50,000]`);
	}
	starts(around('opens: heard'));
}

/** Ratios to the first. */
function compare(
	title: string,
	run: (outer: Around) => number,
	sides: Readonly<Record<string, Around>>,
): void {
	const found = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
	for (let round = 0; round < rounds; round++)
		for (const [name, outer] of Object.entries(sides)) found.get(name)!.push(run(outer));
	const [first] = found.values();
	const said = [...found].map(([name, values]) => {
		const ratio = median(values) / median(first!);
		return `${name} ${(median(values) / 1000).toFixed(2)} us (${ratio.toFixed(2)} x)`;
	});
	console.log(`${title}: ${said.join(', ')}`);
}

function nanoseconds(words: readonly string[]): number {
	const { stdout, status } = spawnSync(words[0]!, words.slice(1), { encoding: 'utf8' });
	if (status !== 0) throw new Error(`${words.join(' ')} ended with status ${status}`);
	return Number(stdout);
}

/** In turn. Beside the time, what the processes and their children used of the processors, which others change less. */
function starts(outer: Around): void {
	const sides = {
		true: ['/bin/true'],
		'Node.js alone': [process.execPath, '-e', '0'],
		version: [process.execPath, launcher, '--version'],
		guarded: [...outer, '/bin/true'],
	};
	const all = Object.entries(sides).map(([name, words]) => ({ name, words, took: [] as Took[] }));
	for (const { words } of all) took(words);
	for (let round = 0; round < startRounds; round++)
		for (const { words, took: found } of all) found.push(took(words));
	for (const { name, took: found } of all) {
		const elapsed = found.map(({ elapsed }) => elapsed);
		const range = `${Math.min(...elapsed).toFixed(1)} to ${Math.max(...elapsed).toFixed(1)}`;
		const used = median(found.map(({ used }) => used)).toFixed(1);
		console.log(
			`start of ${name}: ${median(elapsed).toFixed(1)} ms (${range}), ${used} ms of the processors`,
		);
	}
}

/** Milliseconds. */
interface Took {
	readonly elapsed: number;
	readonly used: number;
}

function took(words: readonly string[]): Took {
	const [began, before] = [performance.now(), usedByChildren()];
	const { status } = spawnSync(words[0]!, words.slice(1));
	if (status !== 0) throw new Error(`${words.join(' ')} ended with status ${status}`);
	return { elapsed: performance.now() - began, used: usedByChildren() - before };
}

/** getrusage(2) of those that have ended: seconds and microseconds, for them and in the kernel. */
function usedByChildren(): number {
	const getrusage = 98;
	const RUSAGE_CHILDREN = -1;
	usage ??= new Piece(144);
	kernel(getrusage, RUSAGE_CHILDREN, usage.at);
	const [seconds, parts, inside, partsInside] = [0, 8, 16, 24].map((at) => usage!.view.getInt32(at, true));
	return (seconds! + inside!) * 1000 + (parts! + partsInside!) / 1000;
}
