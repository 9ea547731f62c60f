/** A folder for one test, and programs behind the guard in it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const nobody = 65_534;
export const python = '/usr/bin/python3';

/** Why the guard cannot be tried here. */
export function obstacle(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'the guard is made for Linux on x86-64';
	try {
		execFileSync(python, ['--version'], { stdio: 'ignore' });
	} catch {
		return `${python} is not installed`;
	}
	return undefined;
}

export interface Ended {
	readonly status: number | null;
	readonly signal: string | null;
	readonly output: string;
	/** Without the summary. */
	readonly errors: string;
	/** Calls that were judged. */
	readonly heard: number;
	/** What was decided. */
	readonly records: readonly {
		readonly code: string;
		readonly action: string;
		readonly act: string;
		readonly rule: string;
	}[];
}

/** Where each guard writes its decisions: on standard error they may fall into the midst of the program's own lines. */
const logs = new WeakMap<ChildProcess, string>();

export class Room {
	readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-guard-'));
	/** Out of the program's reach. */
	readonly #logs = mkdtempSync(join(tmpdir(), 'sallyport-guard-logs-'));
	readonly #ordinary: boolean;
	#started = 0;

	/** `ordinary`: as nobody, where we are root. */
	constructor(ordinary = false) {
		this.#ordinary = ordinary && process.getuid?.() === 0;
		chmodSync(this.folder, 0o755);
		if (this.#ordinary) for (const folder of [this.folder, this.#logs]) chownSync(folder, nobody, nobody);
	}

	path(name: string): string {
		return join(this.folder, name);
	}

	write(name: string, text: string, mode = 0o644): string {
		writeFileSync(this.path(name), text, { mode });
		if (this.#ordinary) chownSync(this.path(name), nobody, nobody);
		return this.path(name);
	}

	/** `policy`: lines, or the name of a profile. */
	start(policy: string, program: readonly string[], options: readonly string[] = []): ChildProcess {
		const file = policy.includes('\n') ? this.write('policy.yaml', policy) : policy;
		const [verb = 'run', ...more] = options;
		const own = more.includes('--log') ? more[more.indexOf('--log') + 1] : undefined;
		const log = own ?? join(this.#logs, String(this.#started++));
		const words = [
			join(root, 'bin/sallyport.js'),
			'guard',
			verb,
			'--json',
			'--home',
			this.path('home'),
			...more,
		];
		if (own === undefined) words.push('--log', log);
		if (file !== '') words.push('--policy', file);
		const child = this.spawn(process.execPath, [...words, '--', ...program]);
		logs.set(child, log);
		return child;
	}

	spawn(program: string, words: readonly string[]): ChildProcess {
		const drop = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
		const [file, ...rest] = this.#ordinary ? [...drop, program, ...words] : [program, ...words];
		// In a session of its own it has no terminal.
		return spawn(file!, rest, {
			cwd: this.folder,
			env: { ...process.env, HOME: this.folder },
			stdio: ['pipe', 'pipe', 'pipe'],
			detached: true,
		});
	}

	run(policy: string, program: readonly string[], options: readonly string[] = []): Promise<Ended> {
		return ended(this.start(policy, program, options));
	}

	close(): void {
		for (const folder of [this.folder, this.#logs]) rmSync(folder, { recursive: true, force: true });
	}
}

export function ended(child: ChildProcess): Promise<Ended> {
	let output = '';
	let errors = '';
	child.stdout!.on('data', (text) => (output += text));
	child.stderr!.on('data', (text) => (errors += text));
	child.stdin!.end();
	return new Promise((done) =>
		child.once('close', (status, signal) => {
			const log = logs.get(child);
			const told = log !== undefined && existsSync(log) ? readFileSync(log, 'utf8') : '';
			const lines = told.split('\n').filter((line) => line !== '');
			const summary = /^\{"summary".*\n/m.exec(errors)?.[0];
			const heard = summary === undefined ? 0 : JSON.parse(summary).summary.heard;
			const rest = errors.replace(summary ?? '', '');
			done({ status, signal, output, errors: rest, heard, records: lines.map((line) => JSON.parse(line)) });
		}),
	);
}
