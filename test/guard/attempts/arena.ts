/**
 * Where attempts are made: a folder of their own each time, a secret that the policy does not grant, servers that it
 * does not name, and the same program once unguarded and once behind the guard.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { Behind } from './behind.ts';
import { MemoryGroup } from './memory-group.ts';

const root = resolve(import.meta.dirname, '../../..');
const nobody = 65_534;

export const users: readonly ('root' | 'ordinary')[] =
	process.getuid?.() === 0 ? ['root', 'ordinary'] : ['ordinary'];

/** Why nothing can be tried here; undefined: it can. */
export function obstacle(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'the guard is made for Linux on x86-64';
	for (const program of ['gcc', 'setpriv', '/usr/bin/python3'])
		try {
			execFileSync(program, ['--version'], { stdio: 'ignore' });
		} catch {
			return `${program} is not installed`;
		}
	return undefined;
}

export interface Facts extends Readonly<Record<string, string | number>> {
	readonly TCP: number;
	readonly UDP: number;
	readonly TCP_ALLOWED: number;
	readonly UDP_ALLOWED: number;
}

export interface Outcome {
	readonly status: number;
	readonly signal: string | null;
	readonly output: string;
	readonly errors: string;
	/** Datagrams that came where they must not, and where they may. */
	readonly counts: { readonly forbidden: number; readonly allowed: number };
}

export class Arena {
	readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-attempts-'));
	readonly #user: 'root' | 'ordinary';
	#outside!: ChildProcess;
	#lines!: Interface;
	#facts!: Facts;
	#made = 0;

	constructor(user: 'root' | 'ordinary') {
		this.#user = user;
	}

	async open(programs: readonly string[]): Promise<void> {
		chmodSync(this.folder, 0o755);
		this.#folder('bin');
		this.#folder('programs');
		for (const name of [...programs, 'other']) this.compile(name);
		execFileSync('gcc', [
			'-m32',
			'-nostdlib',
			'-static',
			'-o',
			join(this.folder, 'bin/other32'),
			this.#source('other32'),
		]);
		writeFileSync(join(this.folder, 'one.c'), 'int main(void) { return 1; }\n');
		execFileSync('gcc', ['-o', join(this.folder, 'programs/a'), join(this.folder, 'one.c')]);
		cpSync(join(this.folder, 'bin/other'), join(this.folder, 'programs/b'));
		this.#folder('hidden');
		writeFileSync(join(this.folder, 'hidden/secret'), 'the secret of others\n');
		writeFileSync(
			join(this.folder, 'granted'),
			'not the secret of others, but granted\n'.replace(' of others', ''),
		);
		this.#own('hidden/secret');
		this.#outside = this.#spawn('/usr/bin/python3', [
			join(import.meta.dirname, 'outside.py'),
			join(this.folder, 'hidden/secret'),
			join(this.folder, 'hidden/socket'),
			`sallyport-${process.pid}-${this.#user}`,
		]);
		this.#lines = createInterface({ input: this.#outside.stdout! });
		this.#facts = JSON.parse(await this.#line()) as Facts;
	}

	get facts(): Facts {
		return this.#facts;
	}

	compile(name: string): void {
		const words = [
			'-O1',
			'-Wno-unused-result',
			'-o',
			join(this.folder, 'bin', name),
			this.#source(name),
			'-lpthread',
		];
		execFileSync('gcc', words);
	}

	/** The policy of all attempts, with these lines added. */
	policy(more = ''): string {
		const path = join(this.folder, `policy-${this.#made++}.yaml`);
		const { TCP_ALLOWED, UDP_ALLOWED } = this.#facts;
		const text = `name: attempts
uses: [base]
files:
  - read: [${this.folder}/bin, ${this.folder}/programs, ${this.folder}/granted]
  - create: ${this.folder}/own
network:
  - out: 127.0.0.1
    ports: ${TCP_ALLOWED}
    protocol: tcp
  - out: 127.0.0.1
    ports: ${UDP_ALLOWED}
    protocol: udp
programs:
  - run: ${this.folder}/programs/a
${more}`;
		writeFileSync(path, text);
		return path;
	}

	/** In a clean folder. `policy` undefined: unguarded. */
	async attempt(
		program: string,
		name: string,
		policy: string | undefined,
		variables: Readonly<Record<string, string | number>> = {},
		{ orphaned = false, memory }: { readonly orphaned?: boolean; readonly memory?: number } = {},
	): Promise<Outcome> {
		await this.clean();
		const own = [join(this.folder, 'bin', program), name];
		const words = policy === undefined ? own : guarded(policy, own);
		const environment = this.#environment(policy !== undefined, variables);
		const group = memory === undefined ? undefined : new MemoryGroup(memory);
		const child = this.#spawn(words[0]!, words.slice(1), environment, group?.around ?? []);
		if (orphaned) child.stdout!.once('data', () => child.kill('SIGKILL'));
		const outcome = await this.#finish(child);
		await group?.close();
		return { ...outcome, counts: await this.counts() };
	}

	/** The same for every attempt but for these variables. */
	#environment(
		guarded: boolean,
		variables: Readonly<Record<string, string | number>> = {},
	): NodeJS.ProcessEnv {
		const { TCP, UDP_ALLOWED } = this.#facts;
		return {
			...process.env,
			...Object.fromEntries(Object.entries(this.#facts).map(([key, value]) => [key, String(value)])),
			TCP: String(TCP),
			ALLOWED: String(UDP_ALLOWED),
			FORBIDDEN: String(this.#facts.UDP),
			OWN: join(this.folder, 'own'),
			SECRET: join(this.folder, 'hidden/secret'),
			SPARE: join(this.folder, 'hidden/spare'),
			SOCKET: join(this.folder, 'hidden/socket'),
			ABSTRACT: `sallyport-${process.pid}-${this.#user}`,
			GRANTED: join(this.folder, 'granted'),
			PROGRAMS: join(this.folder, 'programs'),
			OTHER: join(this.folder, 'bin/other'),
			OTHER32: join(this.folder, 'bin/other32'),
			HOME: this.folder,
			...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
			...(guarded ? { GUARDED: 'yes' } : {}),
		};
	}

	/** Nothing is left of the attempt before. The folder itself stays: a guard that has begun has it in its view. */
	async clean(): Promise<void> {
		const own = join(this.folder, 'own');
		this.#folder('own');
		for (const name of readdirSync(own)) rmSync(join(own, name), { recursive: true, force: true });
		chmodSync(own, 0o755);
		writeFileSync(join(this.folder, 'hidden/spare'), 'spare\n');
		this.#own('hidden/spare');
		await this.counts();
	}

	/** One guard for many attempts, each of which is made in a process of its own behind it. */
	async behind(program: string, policy: string): Promise<Behind> {
		await this.clean();
		const words = guarded(policy, [join(this.folder, 'bin', program), 'each']);
		return new Behind(this.#spawn(words[0]!, words.slice(1), this.#environment(true)));
	}

	#finish(child: ChildProcess): Promise<Omit<Outcome, 'counts'>> {
		let output = '';
		let errors = '';
		child.stdout!.on('data', (text) => (output += text));
		child.stderr!.on('data', (text) => (errors += text));
		return new Promise((done) =>
			child.once('close', (status, signal) => done({ status: status ?? -1, signal, output, errors })),
		);
	}

	#spawn(
		program: string,
		words: readonly string[],
		env: NodeJS.ProcessEnv = process.env,
		around: readonly string[] = [],
	): ChildProcess {
		const drop = this.#user === 'ordinary' && process.getuid?.() === 0;
		const dropping = drop
			? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', program, ...words]
			: [program, ...words];
		const [file, ...rest] = [...around, ...dropping];
		return spawn(file!, rest, { env, cwd: this.folder, stdio: ['pipe', 'pipe', 'pipe'] });
	}

	/** Datagrams since this was asked last. */
	async counts(): Promise<Outcome['counts']> {
		this.#outside.stdin!.write('count\n');
		return JSON.parse(await this.#line()) as Outcome['counts'];
	}

	#line(): Promise<string> {
		return new Promise((done) => this.#lines.once('line', done));
	}

	#source(name: string): string {
		return join(import.meta.dirname, `${name}.c`);
	}

	#folder(name: string): void {
		mkdirSync(join(this.folder, name), { recursive: true });
		this.#own(name);
	}

	#own(name: string): void {
		if (this.#user === 'ordinary' && process.getuid?.() === 0)
			chownSync(join(this.folder, name), nobody, nobody);
	}

	close(): void {
		this.#outside.kill('SIGKILL');
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** The words that start a program behind the guard. */
function guarded(policy: string, program: readonly string[]): string[] {
	const launcher = join(root, 'bin/sallyport.js');
	return [process.execPath, launcher, 'guard', 'run', '--policy', policy, '--', ...program];
}
