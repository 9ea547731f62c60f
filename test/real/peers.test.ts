/**
 * Real programs as leaves of our ultrapeer, in a network namespace of their own. Each runs where the path
 * of a start script is given (it takes LISTEN_IP LISTEN_PORT STATE_DIR SHARE_DIR PEER_IP:PORT and, for
 * gtk-gnutella, `leaf`, and stays in the foreground); docs/interoperability.md says what was seen.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Program {
	readonly name: string;
	readonly variable: string;
	readonly agent: RegExp;
	readonly address: string;
	readonly words: string;
	readonly more: readonly string[];
	/** Whether it serves what it shares to plain GET requests. */
	readonly serves: boolean;
}

const programs: readonly Program[] = [
	{
		name: 'gtk-gnutella',
		variable: 'SALLYPORT_TEST_GTKG',
		agent: /gtk-gnutella/,
		address: '85.10.1.1',
		words: 'kilo lima',
		more: ['leaf'],
		serves: true,
	},
	{
		name: 'giFT',
		variable: 'SALLYPORT_TEST_GIFT',
		agent: /giFT/,
		address: '88.40.1.1',
		words: 'golf hotel',
		more: [],
		serves: true,
	},
	// Unmodified mldonkey drops every `GET /...`.
	{
		name: 'mldonkey',
		variable: 'SALLYPORT_TEST_MLDONKEY',
		agent: /mldonkey/i,
		address: '89.50.1.1',
		words: 'india juliet',
		more: [],
		serves: false,
	},
];
const present = programs.filter(({ variable }) => process.env[variable] !== undefined);
const root = process.getuid?.() === 0;
for (const { name, variable } of programs) {
	if (process.env[variable] === undefined)
		console.log(`skipped: ${name} is not run, since ${variable} does not name its start script`);
	else if (!root) console.log(`skipped: ${name} is not run, since only root can make a network namespace`);
}

const namespace = `sallyport-${process.pid}`;
const launcher = resolve(import.meta.dirname, '../../bin/sallyport.js');
const inside = (words: readonly string[]): readonly string[] => ['netns', 'exec', namespace, ...words];
const children: ChildProcess[] = [];
let folder = '';

function run(words: readonly string[]): void {
	children.push(spawn('ip', inside(words), { stdio: 'ignore' }));
}

/** What a command of ours prints, as JSON lines. */
function ask(home: string, words: readonly string[]): Record<string, unknown>[] {
	const { stdout } = spawnSync(
		'ip',
		inside([process.execPath, launcher, ...words, '--home', join(folder, home), '--json']),
		{ encoding: 'utf8' },
	);
	return stdout
		.split('\n')
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Asks again until there is an answer that fits, or the tries are used up. */
async function until<T>(tries: number, look: () => T | undefined): Promise<T> {
	for (let i = 0; i < tries; i++) {
		const found = look();
		if (found !== undefined) return found;
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
	throw new Error(`nothing came in ${tries} tries`);
}

describe.skipIf(!root || present.length === 0)('a real program as a leaf of our ultrapeer', () => {
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'sallyport-real-'));
		chmodSync(folder, 0o755);
		execFileSync('ip', ['netns', 'add', namespace]);
		execFileSync('ip', inside(['ip', 'link', 'set', 'lo', 'up']) as string[]);
		for (const address of ['86.20.1.1', '90.60.1.1', ...programs.map((program) => program.address)]) {
			execFileSync('ip', inside(['ip', 'addr', 'add', `${address}/32`, 'dev', 'lo']) as string[]);
		}
		const node = (home: string, listen: string, role: string, more: string[]): void =>
			run([
				process.execPath,
				launcher,
				'node',
				'--home',
				join(folder, home),
				'--scope',
				'internet',
				'--listen',
				listen,
				'--api',
				'127.0.0.1:0',
				'--role',
				role,
				...more,
			]);
		node('ultrapeer', '86.20.1.1:7002', 'ultrapeer', []);
		await until(30, () => ask('ultrapeer', ['status'])[0]);
		node('leaf', '90.60.1.1:7003', 'leaf', ['--peer', 'gnutella:86.20.1.1:7002']);
		await until(30, () => ask('leaf', ['peers']).find((peer) => peer['state'] === 'connected'));
	}, 120_000);

	afterAll(async () => {
		for (const child of children) {
			child.kill('SIGTERM');
			if (child.exitCode === null) await new Promise((gone) => child.on('close', gone));
		}
		spawnSync('ip', ['netns', 'delete', namespace]);
		rmSync(folder, { recursive: true, force: true });
	}, 60_000);

	for (const { name, variable, agent, address, words, more, serves } of present) {
		it(`${name} links, its file is found by another leaf${serves ? ', and fetched' : ''}`, {
			timeout: 300_000,
		}, async () => {
			const share = join(folder, `share of ${name}`);
			mkdirSync(share);
			const content = randomBytes(900_000);
			writeFileSync(join(share, `${words} tune.ogg`), content);
			run([process.env[variable]!, address, '7301', join(folder, name), share, '86.20.1.1:7002', ...more]);
			// mldonkey dials a minute after its start.
			await until(150, () => ask('ultrapeer', ['peers']).find((peer) => agent.test(String(peer['agent']))));
			const [first = '', second = ''] = words.split(' ');
			const asked = [
				words,
				`${second} ${first}`,
				`${words} tune`,
				`tune ${words}`,
				`${first} tune ${second}`,
			];
			// Its table may come a minute after its link (giFT); the same words may be asked a few times.
			let turn = 0;
			const hit = await until(
				12,
				() => ask('leaf', ['search', asked[turn++ % asked.length]!, '--wait', '15'])[0],
			);
			expect(hit['name']).toBe(`${words} tune.ogg`);
			expect(hit['size']).toBe(content.length);
			if (!serves) return;
			const [got] = ask('leaf', ['get', JSON.stringify(hit), '--out', folder, '--wait']);
			expect(got?.['state']).toBe('complete');
			const sum = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');
			expect(sum(readFileSync(String(got?.['path'])))).toBe(sum(content));
		});
	}
});
