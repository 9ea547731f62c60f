/**
 * A network of its own that needs no root: `unshare` makes a user and a network namespace whose loopback device gets
 * public-looking addresses (amuled refuses 127.0.0.0/8). No route leaves it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readApiKey } from '../../src/node/api-key.ts';
import { cleanEnv, launcher, type Outcome, outcomeOf, root, temporaryFolder } from '../cli/sallyport.ts';
import { addresses } from './namespace.ts';

export class PrivateNet {
	readonly #holder: ChildProcess;
	readonly #children: ChildProcess[] = [];

	private constructor(holder: ChildProcess) {
		this.#holder = holder;
	}

	static async make(): Promise<PrivateNet> {
		const adds = addresses.map((one) => `ip address add ${one}/32 dev lo`).join(' && ');
		// It lives until its input is closed.
		const script = `ip link set lo up && ${adds} && echo ready && exec cat`;
		const holder = spawn('unshare', ['-rn', 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
		const line = await new Promise((resolved) => createInterface(holder.stdout!).once('line', resolved));
		if (line !== 'ready') throw new Error('the private network could not be made');
		return new PrivateNet(holder);
	}

	/** `before`: words in front of all, outside of the network. */
	spawn(
		words: readonly string[],
		input = false,
		env: Record<string, string> = {},
		before: readonly string[] = [],
	): ChildProcess {
		const inside = [
			...before,
			'nsenter',
			'-t',
			String(this.#holder.pid),
			'-U',
			'-n',
			'--preserve-credentials',
			'--',
			...words,
		];
		const [program, ...rest] = inside;
		const child = spawn(program!, rest, {
			env: cleanEnv(env),
			cwd: root,
			stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
		});
		this.#children.push(child);
		return child;
	}

	run(words: readonly string[]): Promise<Outcome> {
		return outcomeOf(this.spawn(words));
	}

	/** A server of ours, by the command line. What asks it for its figures. */
	async server(listen: string): Promise<() => Promise<string>> {
		const home = join(temporaryFolder(), 'home');
		const words = [
			'server',
			'--network',
			'edonkey',
			'--json',
			'--home',
			home,
			'--listen',
			listen,
			'--metrics',
			'127.0.0.1:0',
		];
		const child = this.spawn([process.execPath, launcher, ...words]);
		const over = outcomeOf(child);
		const line = await Promise.race([
			new Promise<string>((resolved) => createInterface(child.stdout!).once('line', resolved)),
			over.then(({ stderr }) => Promise.reject(new Error(`the server did not start: ${stderr}`))),
		]);
		const { metrics } = JSON.parse(line) as { metrics: string };
		// Only inside can it be reached.
		const fetched = `fetch('${metrics}').then((answer) => answer.text()).then((text) => process.stdout.write(text))`;
		return async () => (await this.run([process.execPath, '-e', fetched])).stdout;
	}

	/** A node of ours that takes part in eDonkey, by the command line. */
	async node(host: string, more: readonly string[]): Promise<OwnNode> {
		const home = join(temporaryFolder(), 'home');
		const listen = ['--listen', `${host}:0`, '--edonkey-listen', `${host}:4662`, '--api', '127.0.0.1:0'];
		const words = [
			'node',
			'--json',
			'--home',
			home,
			'--scope',
			'internet',
			'--networks',
			'edonkey',
			...listen,
		];
		const child = this.spawn([process.execPath, launcher, ...words, ...more]);
		const over = outcomeOf(child);
		await Promise.race([
			new Promise<string>((resolved) => createInterface(child.stdout!).once('line', resolved)),
			over.then(({ stderr }) => Promise.reject(new Error(`the node did not start: ${stderr}`))),
		]);
		return {
			home,
			json: async (...command) => {
				const inside = [process.execPath, launcher, ...command, '--json', '--home', home];
				const { stdout, stderr, status } = await this.run(inside);
				if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
				return stdout
					.split('\n')
					.filter(Boolean)
					.map((line) => JSON.parse(line));
			},
			api: async (path) => {
				const { url, token } = readApiKey(home)!;
				const call = `fetch('${url}/api/v1/${path}', { headers: { authorization: 'Bearer ${token}' } })`;
				const print = '.then((answer) => answer.text()).then((text) => process.stdout.write(text))';
				return JSON.parse((await this.run([process.execPath, '-e', call + print])).stdout);
			},
		};
	}

	async close(): Promise<void> {
		const ends = this.#children.map(async (child) => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const ended = new Promise((resolved) => child.once('exit', resolved));
			child.kill('SIGTERM');
			const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
			await ended;
			clearTimeout(late);
		});
		await Promise.all(ends);
		this.#holder.stdin!.end();
		this.#holder.kill('SIGTERM');
	}
}

export interface OwnNode {
	readonly home: string;
	/** What a client command prints. */
	json(...command: string[]): Promise<Record<string, unknown>[]>;
	/** What its API answers to a GET. */
	// biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
	api(path: string): Promise<any>;
}
