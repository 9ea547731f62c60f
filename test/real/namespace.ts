/**
 * A network of its own for tests against real programs: a network namespace (Linux, root). The programs
 * ignore loopback and private addresses, so its loopback device gets public-looking ones, each in another
 * /16. No route leaves it, so nothing that a program tries reaches anybody.
 *
 * Nodes of ours run in it by the real command line. Their API is reachable from inside only; the client
 * commands run inside too.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { base32 } from '../../src/networks/common/hash.ts';
import type { Hit, Peer, Status } from '../../src/node/api/schemas.ts';
import {
	cleanEnv,
	launcher,
	type Outcome,
	outcomeOf,
	root,
	temporaryFolder,
	until,
} from '../cli/sallyport.ts';

/** Addresses for the parties of a test. */
export const addresses = [
	'85.10.1.1',
	'86.20.1.1',
	'87.30.1.1',
	'88.40.1.1',
	'89.50.1.1',
	'90.60.1.1',
] as const;

/** Processes get this long to stop in order. */
const PATIENCE = 10_000;

/** Why a test against this program cannot run here; undefined: it can. */
export function whyNot(program: string, variable: string): string | undefined {
	const why = reason(variable);
	if (why !== undefined) console.log(`The tests against ${program} are skipped: ${why}`);
	return why;
}

function reason(variable: string): string | undefined {
	if (!process.env[variable]) return `${variable} does not name its start script (docs/interoperability.md).`;
	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		return 'a network namespace needs Linux and root.';
	}
	return spawnSync('ip', ['-V']).error === undefined ? undefined : 'the program "ip" (iproute2) is missing.';
}

export interface SharedFile {
	readonly folder: string;
	readonly name: string;
	/** Base32. */
	readonly sha1: string;
	readonly size: number;
}

/** A folder that any user may read. */
export function openFolder(): string {
	const folder = temporaryFolder();
	chmodSync(folder, 0o755);
	return folder;
}

/** A file of random bytes (servents refuse improbable hashes) in a folder to be shared. */
export function sharedFile(name: string, size = 3_000_000, folder = join(openFolder(), 'share')): SharedFile {
	const bytes = randomBytes(size);
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, name), bytes);
	return { folder, name, size, sha1: base32(createHash('sha1').update(bytes).digest()) };
}

/** Base32 of what is in a file; undefined: it is not there. */
export function sha1Of(path: string): string | undefined {
	try {
		return base32(createHash('sha1').update(readFileSync(path)).digest());
	} catch {
		return undefined;
	}
}

/** Two words of a name at a time: servents do not answer the same words twice. */
function* wordings({ name }: SharedFile): Generator<string> {
	const words = name.replace(/\..*$/, '').split(' ');
	for (const [i, one] of words.entries()) for (const two of words.slice(i + 1)) yield `${one} ${two}`;
}

export interface NodeOf {
	readonly listen: string;
	readonly role: 'leaf' | 'ultrapeer';
	readonly share?: SharedFile;
	readonly peers?: readonly string[];
	/** More words of the command line. */
	readonly words?: readonly string[];
	/** Another address than that where it listens: nobody gets through. */
	readonly announce?: string;
}

export class Namespace {
	readonly name = `sallyport-${process.pid}`;
	readonly #children: ChildProcess[] = [];

	constructor() {
		this.#ip('netns', 'add', this.name);
		this.#ip('-n', this.name, 'link', 'set', 'lo', 'up');
		for (const one of addresses) this.#ip('-n', this.name, 'address', 'add', `${one}/32`, 'dev', 'lo');
	}

	/** Runs a command inside to its end. */
	run(words: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
		return outcomeOf(this.#spawn(words, env));
	}

	/** Runs a program inside until close(). What it prints is kept from blocking it, and thrown away. */
	start(words: readonly string[], env: Record<string, string> = {}): void {
		const child = this.#spawn(words, env);
		child.stdout!.resume();
		child.stderr!.resume();
		this.#children.push(child);
	}

	/** Starts a program of ours inside, until close(); resolves when it has said its first line. */
	async ready(words: readonly string[]): Promise<ChildProcess> {
		const child = this.#spawn(words);
		this.#children.push(child);
		const over = outcomeOf(child);
		await Promise.race([
			new Promise((resolved) => createInterface(child.stdout!).once('line', resolved)),
			over.then(({ stderr }) => Promise.reject(new Error(`it did not start: ${stderr}`))),
		]);
		return child;
	}

	/** One more address, which none of the others is beside. */
	address(host: string): void {
		this.#ip('-n', this.name, 'address', 'add', `${host}/32`, 'dev', 'lo');
	}

	/** Runs a script that lies beside a start script. */
	async beside(script: string, name: string, ...words: string[]): Promise<string> {
		return (await this.run([join(dirname(script), name), ...words])).stdout;
	}

	async node(given: NodeOf): Promise<RealNode> {
		const { listen, role, share, peers = [], announce, words: more = [] } = given;
		const home = join(openFolder(), 'home');
		const words = [launcher, 'node', '--json', '--home', home, '--scope', 'internet', '--role', role];
		words.push('--listen', listen, '--api', '127.0.0.1:0');
		if (share !== undefined) words.push('--share', share.folder);
		if (announce !== undefined) words.push('--announce', announce);
		for (const peer of peers) words.push('--peer', `gnutella:${peer}`);
		await this.ready([process.execPath, ...words, ...more]);
		const node = new RealNode(this, home, listen);
		if (share !== undefined) await until(async () => (await node.sharedFiles()) > 0);
		return node;
	}

	/** Ends everything that was started inside, and the namespace. */
	async close(): Promise<void> {
		const ends = this.#children.map(async (child) => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const ended = new Promise((resolved) => child.once('exit', resolved));
			child.kill('SIGTERM');
			const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
			await ended;
			clearTimeout(late);
		});
		await Promise.all(ends);
		this.#ip('netns', 'delete', this.name);
	}

	#spawn(words: readonly string[], env: Record<string, string> = {}): ChildProcess {
		const inside = ['netns', 'exec', this.name, ...words];
		return spawn('ip', inside, { env: cleanEnv(env), cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
	}

	#ip(...words: string[]): void {
		const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
		if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
	}
}

/** A node of ours inside, spoken to by the command line. */
export class RealNode {
	readonly listen: string;
	readonly home: string;
	readonly #namespace: Namespace;

	constructor(namespace: Namespace, home: string, listen: string) {
		this.#namespace = namespace;
		this.home = home;
		this.listen = listen;
	}

	/** The objects that a client command prints; none where it has failed. */
	async ask(...words: string[]): Promise<unknown[]> {
		const command = [process.execPath, launcher, ...words, '--json', '--home', this.home];
		const { stdout } = await this.#namespace.run(command);
		return stdout
			.split('\n')
			.filter(Boolean)
			.map((text) => JSON.parse(text));
	}

	async sharedFiles(): Promise<number> {
		const [status] = (await this.ask('status')) as Status[];
		return status?.shared.files ?? 0;
	}

	/** The neighbour with this agent, as soon as it is there. */
	peer(agent: string): Promise<Peer> {
		return until(async () => {
			const peers = (await this.ask('peers')) as Peer[];
			return peers.find((peer) => peer.agent.startsWith(agent) && peer.state === 'connected');
		});
	}

	/** Searches, in other words each time, until the file is found. */
	async find(file: SharedFile): Promise<Hit> {
		for (const words of wordings(file)) {
			const hits = (await this.ask('search', words, '--wait', '12')) as Hit[];
			const hit = hits.find((one) => one.sha1 === file.sha1);
			if (hit !== undefined) return hit;
		}
		throw new Error(`nobody has answered a search for "${file.name}"`);
	}

	/** The same in a network that has no SHA-1: by name and size. */
	async named({ name, size }: Pick<SharedFile, 'name' | 'size'>, words: string): Promise<Hit> {
		return until(async () => {
			const hits = (await this.ask('search', words, '--wait', '5')) as Hit[];
			return hits.find((one) => one.name === name && one.size === size);
		});
	}

	/** Fetches what a hit describes; the SHA-1 of the file that has arrived. */
	async get(hit: Hit): Promise<string | undefined> {
		const [got] = (await this.ask('get', JSON.stringify(hit))) as { state: string; path?: string }[];
		return got?.state === 'complete' && got.path !== undefined ? sha1Of(got.path) : undefined;
	}

	/** Fetches by PUSH, as if the source had said that it cannot be dialled. */
	getPushed(hit: Hit): Promise<string | undefined> {
		return this.get({ ...hit, source: { ...hit.source, firewalled: true } });
	}
}
