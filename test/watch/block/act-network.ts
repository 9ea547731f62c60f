/**
 * Three network namespaces in a row, joined by veth: a taker (10.77.1.2), a router, and a giver (10.77.2.2). Nothing
 * in them reaches anybody else. Programs run in them as users start them.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanEnv, launcher, type Outcome, outcomeOf, root, temporaryFolder } from '../../cli/sallyport.ts';

/** Why acting cannot be tested here; undefined: it can. */
export function whyNotAct(): string | undefined {
	const why = reason();
	if (why !== undefined) console.log(`Acting is not tested: ${why}`);
	return why;
}

function reason(): string | undefined {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs Linux and root.';
	for (const program of ['ip', 'nft', 'tc', 'ss', 'ethtool', 'curl'])
		if (spawnSync(program, ['-V']).error !== undefined) return `the program "${program}" is missing.`;
	const name = `sallyport-${process.pid}-try`;
	const { status, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
	if (status !== 0) return `no network namespace can be made here: ${stderr.trim()}`;
	const ifb = spawnSync('ip', ['-n', name, 'link', 'add', 'try', 'type', 'ifb'], { encoding: 'utf8' });
	spawnSync('ip', ['netns', 'delete', name]);
	return ifb.status === 0 ? undefined : `no intermediate device can be made here: ${ifb.stderr.trim()}`;
}

export type Place = 'taker' | 'router' | 'giver';

/** The interface that is watched in each place. */
export const watched: Readonly<Record<Place, string>> = { taker: 'a0', router: 'r1', giver: 'b0' };

/** What `sallyport watch --json` prints. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into any record
export type Said = any;

/** A process inside. What it prints as JSON, a line each, is kept. */
export class Inside {
	readonly child: ChildProcess;
	readonly over: Promise<Outcome>;
	readonly said: Said[] = [];
	errors = '';
	#waiting: (() => void)[] = [];

	constructor(child: ChildProcess) {
		this.child = child;
		createInterface(child.stdout!).on('line', (line) => {
			this.said.push(line.startsWith('{') ? JSON.parse(line) : line);
			this.#wake();
		});
		child.stderr!.on('data', (text) => {
			this.errors += text;
			this.#wake();
		});
		this.over = outcomeOf(child).finally(() => this.#wake());
	}

	/** Its first answer that is one, asked after each line; throws when it has ended without. */
	async until<T>(ask: (said: readonly Said[], errors: string) => T | undefined | false): Promise<T> {
		for (;;) {
			const answer = ask(this.said, this.errors);
			if (answer !== undefined && answer !== false) return answer;
			if (this.child.exitCode !== null || this.child.signalCode !== null)
				throw new Error(`it ended early: ${this.errors} ${JSON.stringify(this.said.slice(-5))}`);
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
	}

	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
		if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
		return this.over;
	}

	#wake(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}
}

export class ActNetwork {
	readonly #name = `sallyport-${process.pid}`;
	readonly #started: Inside[] = [];

	constructor() {
		for (const place of ['taker', 'router', 'giver'] as const) {
			ip('netns', 'add', this.of(place));
			ip('-n', this.of(place), 'link', 'set', 'lo', 'up');
		}
		this.#join('taker', 'a0', '10.77.1.2/24', 'r1', '10.77.1.1/24');
		this.#join('giver', 'b0', '10.77.2.2/24', 'r2', '10.77.2.1/24');
		ip('-n', this.of('taker'), 'route', 'add', 'default', 'via', '10.77.1.1');
		ip('-n', this.of('giver'), 'route', 'add', 'default', 'via', '10.77.2.1');
		this.run('router', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
	}

	of(place: Place): string {
		return `${this.#name}-${place}`;
	}

	/** Runs a program to its end, and answers what it printed. */
	run(place: Place, ...words: string[]): string {
		const all = ['netns', 'exec', this.of(place), ...words];
		const { stdout, stderr, status } = spawnSync('ip', all, { encoding: 'utf8', env: cleanEnv() });
		if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
		return stdout;
	}

	start(place: Place, words: readonly string[], env: Record<string, string> = {}): Inside {
		const all = ['netns', 'exec', this.of(place), ...words];
		const child = spawn('ip', all, { env: cleanEnv(env), cwd: root, stdio: 'pipe' });
		const inside = new Inside(child);
		this.#started.push(inside);
		return inside;
	}

	sallyport(place: Place, words: readonly string[], env: Record<string, string> = {}): Inside {
		return this.start(place, [process.execPath, launcher, ...words], env);
	}

	/** A watch that acts, or only says what it would do; ready when this returns. */
	async watch(place: Place, policy: string, words: readonly string[] = ['--apply']): Promise<Inside> {
		const file = join(temporaryFolder(), 'policy.yaml');
		writeFileSync(file, policy);
		const how = ['watch', '--interface', watched[place], '--policy', file, '--json', ...words];
		const inside = this.sallyport(place, how);
		await inside.until((_, errors) => errors.includes('Ctrl-C'));
		return inside;
	}

	/** Kills whatever runs in a place, the launcher and the program: neither gets to do anything more. */
	kill(place: Place): void {
		const pids = spawnSync('ip', ['netns', 'pids', this.of(place)], { encoding: 'utf8' }).stdout;
		for (const pid of pids.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
	}

	/** Segmentation and aggregation of packets, on all devices. */
	offloads(state: 'on' | 'off'): void {
		for (const [place, device] of [
			['taker', 'a0'],
			['router', 'r1'],
			['router', 'r2'],
			['giver', 'b0'],
		] as const)
			this.run(place, 'ethtool', '-K', device, 'tso', state, 'gso', state, 'gro', state);
	}

	/** What nftables and tc hold in a place, beside what the kernel has by itself. */
	held(place: Place): string {
		const qdiscs = this.run(place, 'tc', 'qdisc', 'show')
			.split('\n')
			.filter((line) => !/^(qdisc noqueue 0:|$)/.test(line));
		const devices = this.run(place, 'ip', '-brief', 'link').match(/sallyport\S*/g) ?? [];
		return [this.run(place, 'nft', 'list', 'ruleset').trim(), ...qdiscs, ...devices].join('\n').trim();
	}

	/** Bytes that the taker has received so far on the connections to the giver's port, by its own port. */
	received(port: number): Map<number, number> {
		const text = this.run('taker', 'ss', '-tinHO', `dport = :${port}`);
		const found = text.matchAll(/10\.77\.1\.2:([0-9]+)\s.*?bytes_received:([0-9]+)/g);
		return new Map([...found].map(([, own, bytes]) => [Number(own), Number(bytes)]));
	}

	/** From now on the taker's kernel counts what comes to it from the giver's port. */
	countFrom(port: number): void {
		const set = '{ typeof tcp dport; flags dynamic; counter; }';
		const chain = '{ type filter hook input priority 0; }';
		const commands = [
			'add table ip came',
			`add set ip came ports ${set}`,
			`add chain ip came in ${chain}`,
			`add rule ip came in tcp sport ${port} update @ports { tcp dport counter }`,
		];
		this.run('taker', 'nft', commands.join('; '));
	}

	/** Bytes of packets that have come so to a port of the taker. */
	came(port: number): number {
		const text = this.run('taker', 'nft', 'list', 'set', 'ip', 'came', 'ports');
		return Number(new RegExp(`\\b${port} counter packets \\d+ bytes (\\d+)`).exec(text)?.[1] ?? 0);
	}

	/** Bytes of frames that have arrived at the taker. */
	arrived(): number {
		return JSON.parse(this.run('taker', 'ip', '-json', '-statistics', 'link', 'show', 'a0'))[0].stats64.rx
			.bytes;
	}

	async close(): Promise<void> {
		await Promise.all(this.#started.map((inside) => inside.stop('SIGKILL')));
		for (const place of ['taker', 'router', 'giver'] as const) ip('netns', 'delete', this.of(place));
	}

	#join(place: Place, device: string, address: string, other: string, otherAddress: string): void {
		ip(
			'-n',
			this.of(place),
			'link',
			'add',
			device,
			'type',
			'veth',
			'peer',
			'name',
			other,
			'netns',
			this.of('router'),
		);
		for (const [where, name, own] of [
			[place, device, address],
			['router', other, otherAddress],
		] as const) {
			ip('-n', this.of(where), 'address', 'add', own, 'dev', name);
			ip('-n', this.of(where), 'link', 'set', name, 'up');
		}
	}
}

/** A folder with a file of random bytes, to be shared. */
export function shareOf(name: string, size: number): string {
	const folder = join(temporaryFolder(), 'share');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, name), randomBytes(size));
	return folder;
}

function ip(...words: string[]): void {
	const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
	if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}
