/**
 * The OpenNap server beside opennap 0.36 where SALLYPORT_BENCH_OPENNAP names its program: 20 users publish, one after
 * another, names of four words out of 53 (on which opennap's lists grow) and out of 5,000; then searches of 100 answers
 * from sockets with their default settings; then everybody leaves. The sides alternate; each server is a process, and has
 * had a user with other files, who searched and left, before anything is counted: servers run for weeks.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, owned } from './children.ts';
import { OpenNapUser } from './opennap-user.ts';
import { median } from './sides.ts';

const USERS = 20;
const ROUNDS = 3;
const SEARCHES = 200;

interface Side {
	readonly name: string;
	start(port: number): Promise<ChildProcess>;
	readonly counts: readonly number[];
}

interface Figures {
	readonly publish: number;
	readonly search: number;
	readonly bytes: number;
	readonly left: number;
}

const ours: Side = {
	name: 'Sallyport',
	counts: [1000, 20_000, 100_000, 1_000_000],
	async start(port) {
		const script = join(import.meta.dirname, 'opennap-server-host.ts');
		const child = owned(
			spawn(process.execPath, [script, String(port)], {
				stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
			}),
		);
		await once(child.stdout!, 'data');
		return child;
	},
};

function theirs(program: string, folder: string): Side {
	return {
		name: 'opennap 0.36',
		// Of 100,000 it is busy for minutes.
		counts: [1000, 20_000],
		async start(port) {
			mkdirSync(folder, { recursive: true });
			writeFileSync(join(folder, 'users'), '');
			const config = join(folder, 'config');
			writeFileSync(
				config,
				[
					'server_name localhost',
					'listen_addr 127.0.0.1',
					`server_ports ${port}`,
					`config_dir ${folder}`,
					'max_connections 1000',
					'max_shared 1000000',
					'max_results 100',
					'client_queue_length 100000000',
					'flood_commands 0',
					'uid 0',
					'gid 0',
					'',
				].join('\n'),
			);
			const child = owned(spawn(program, ['-c', config], { stdio: 'ignore' }));
			await listening(port);
			return child;
		},
	};
}

async function listening(port: number): Promise<void> {
	for (let attempt = 0; attempt < 200; attempt++) {
		const socket = connect({ port, host: '127.0.0.1' });
		const is = await new Promise<boolean>((resolve) => {
			socket.once('connect', () => resolve(true));
			socket.once('error', () => resolve(false));
		});
		socket.destroy();
		if (is) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`nothing listens at port ${port}`);
}

/** Equal names on both sides, and in each run. */
function linesOf(count: number, words: number): string[] {
	let seed = 12_345;
	const word = (): string => {
		seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
		return `word${(seed >>> 8) % words}`;
	};
	return Array.from({ length: count }, (_, i) => {
		const name = `${word()} ${word()} ${word()} ${word()}`;
		return `"C:\\music\\${name} ${i}.mp3" ${'0'.repeat(32)} ${1_000_000 + i} 128 44100 240`;
	});
}

function resident({ pid }: ChildProcess): number {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

/** Collects what is garbage there; `empty`: waits until it has no files any more. */
async function collected(child: ChildProcess, empty = false): Promise<void> {
	if (!child.connected) return;
	for (let i = 0; i < 3; ) {
		child.send('held');
		const [files] = (await once(child, 'message')) as [number];
		if (!empty || files === 0) i++;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

async function warm(port: number): Promise<void> {
	const user = new OpenNapUser(port);
	await user.login('early');
	await user.share(
		Array.from({ length: 3000 }, (_, i) => `"C:\\early ${i}.mp3" ${'1'.repeat(32)} 1 128 44100 9`),
	);
	const asker = new OpenNapUser(port);
	await asker.login('asked');
	for (let i = 0; i < SEARCHES; i++) await asker.search('early', 100);
	for (const { socket } of [user, asker]) socket.destroy();
}

async function round(side: Side, port: number, count: number, words: number): Promise<Figures> {
	const child = await side.start(port);
	await warm(port);
	const users = Array.from({ length: USERS }, () => new OpenNapUser(port));
	for (const [i, user] of users.entries()) await user.login(`user${i}`);
	const lines = linesOf(count, words);
	await collected(child);
	const before = resident(child);
	const started = performance.now();
	for (const [i, user] of users.entries())
		await user.share(lines.slice((i * count) / USERS, ((i + 1) * count) / USERS));
	const publish = count / ((performance.now() - started) / 1000);
	await collected(child);
	const bytes = (resident(child) - before) / count;
	const asker = new OpenNapUser(port);
	await asker.login('asker');
	const times: number[] = [];
	for (let i = 0; i < SEARCHES; i++) {
		const asked = performance.now();
		const hits = await asker.search(`word${i % Math.min(words, 10)}`, 100);
		if (hits === 100) times.push(performance.now() - asked);
	}
	for (const { socket } of [...users, asker]) socket.destroy();
	await new Promise((resolve) => setTimeout(resolve, 1000));
	await collected(child, true);
	const left = (resident(child) - before) / count;
	await end(child);
	return { publish, search: times.length === 0 ? Number.NaN : median(times), bytes, left };
}

export async function opennapServer(): Promise<void> {
	const program = process.env['SALLYPORT_BENCH_OPENNAP'];
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	const sides = [ours, ...(program === undefined ? [] : [theirs(program, join(folder, 'opennap'))])];
	if (program === undefined) console.log('opennap: not measured; SALLYPORT_BENCH_OPENNAP names its program');
	let port = 18_888;
	try {
		for (const words of [53, 5000])
			for (const count of ours.counts) {
				const figures = new Map<string, Figures[]>();
				for (let i = 0; i < (count > 100_000 ? 1 : ROUNDS); i++)
					for (const side of sides) {
						if (!side.counts.includes(count)) continue;
						const run = await round(side, port++, count, words);
						figures.set(side.name, [...(figures.get(side.name) ?? []), run]);
					}
				for (const [name, runs] of figures) tell(name, count, words, runs);
			}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function tell(name: string, count: number, words: number, runs: readonly Figures[]): void {
	const of = (what: keyof Figures): number => median(runs.map((run) => run[what]));
	console.log(
		`${name}, ${count} files, ${words} words: ${of('publish').toFixed(0)} files/s [bar 50,000, flat], ` +
			(Number.isNaN(of('search')) ? '' : `100 answers p50 ${of('search').toFixed(2)} ms [bar 0.2], `) +
			`${of('bytes').toFixed(0)} bytes resident a file [bar 450], ` +
			`${of('left').toFixed(0)} left when all have gone`,
	);
}
