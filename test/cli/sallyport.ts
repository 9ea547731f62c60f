/** Starts the real program, as a user does: bin/sallyport.js with the pinned Node.js. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '../../src/cli/client.ts';

export const root = resolve(import.meta.dirname, '../..');
export const launcher = join(root, 'bin', 'sallyport.js');

export interface Outcome {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** SALLYPORT_TEST_GUARDED=1 vitest run test/node: every node that a test starts stands behind the guard. */
const guarded = process.env['SALLYPORT_TEST_GUARDED'] === '1';

function guardedWords(words: readonly string[]): readonly string[] {
	return guarded && words[0] === 'node' && !words.includes('--guarded') ? [...words, '--guarded'] : words;
}

interface Options {
	readonly env?: Record<string, string>;
	readonly cwd?: string;
	/** Of another installation. */
	readonly launcher?: string;
}

/** The environment without what this machine says about Sallyport. */
export function cleanEnv(more: Record<string, string> = {}): Record<string, string> {
	const kept = Object.entries(process.env).filter(
		([name]) => !name.startsWith('SALLYPORT_') && name !== 'NODE_OPTIONS',
	);
	return { ...Object.fromEntries(kept), ...more } as Record<string, string>;
}

/** Runs a command to its end. */
export function sallyport(words: readonly string[], options: Options = {}): Promise<Outcome> {
	const child = spawn(process.execPath, [options.launcher ?? launcher, ...words], {
		env: cleanEnv(options.env),
		cwd: options.cwd ?? root,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	return outcomeOf(child);
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
	let stdout = '';
	let stderr = '';
	child.stdout!.on('data', (text) => (stdout += text));
	child.stderr!.on('data', (text) => (stderr += text));
	return new Promise((resolved) => {
		child.on('close', (status, signal) => resolved({ status, signal, stdout, stderr }));
	});
}

/** What `start` and `node` print with --json. */
export interface Ready {
	readonly event: 'ready';
	readonly console: string;
	readonly api: string;
	readonly listen: string;
	readonly home: string;
}

export interface RunningNode extends Ready {
	readonly child: ChildProcess;
	/** Runs a client command against it. */
	ask(...words: string[]): Promise<Outcome>;
	/** The objects that a client command prints. */
	// biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
	json(...words: string[]): Promise<any[]>;
	/** Sends the signal and waits for the end. */
	stop(signal?: NodeJS.Signals): Promise<Outcome>;
}

/** Starts a node that runs until it is stopped; resolves when it says that it is ready. */
export async function startNode(words: readonly string[], options: Options = {}): Promise<RunningNode> {
	const child = spawn(process.execPath, [options.launcher ?? launcher, ...guardedWords(words), '--json'], {
		env: cleanEnv(options.env),
		cwd: options.cwd ?? root,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const over = outcomeOf(child);
	const line = await Promise.race([
		new Promise<string>((resolved) => createInterface(child.stdout!).once('line', resolved)),
		over.then(({ status, stderr }) => Promise.reject(new Error(`it ended with ${status}: ${stderr}`))),
	]);
	const ready = JSON.parse(line) as Ready;
	const ask = (...more: string[]) => sallyport([...more, '--home', ready.home], options);
	return {
		...ready,
		child,
		ask,
		async json(...more) {
			const { stdout, stderr, status } = await ask(...more, '--json');
			if (status !== 0) throw new Error(`${more.join(' ')} ended with ${status}: ${stderr}`);
			return stdout
				.split('\n')
				.filter(Boolean)
				.map((text) => JSON.parse(text));
		},
		stop(signal = 'SIGTERM') {
			child.kill(signal);
			return over;
		},
	};
}

/** A client of the node's API, with the key of its home. */
export function clientOf({ home }: Ready): Client {
	const { url, token } = JSON.parse(readFileSync(join(home, 'api.json'), 'utf8'));
	return new Client(url, `Bearer ${token}`);
}

const folders: string[] = [];

/** A new folder that removeFolders() takes away. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
	folders.push(folder);
	return folder;
}

export function removeFolders(): void {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Asks again until the answer is one; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
	for (;;) {
		const answer = await ask();
		if (answer !== undefined && answer !== false) return answer;
		await new Promise((resolved) => setTimeout(resolved, 50));
	}
}
