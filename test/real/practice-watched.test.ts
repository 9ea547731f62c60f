/**
 * The practice neighbourhood on real sockets in a network namespace, with `sallyport watch` at its loopback device: a user
 * searches and fetches in both networks, and every flow between the neighbours is known for what it is.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/networks/common/address.ts';
import {
	cleanEnv,
	launcher,
	outcomeOf,
	removeFolders,
	root,
	temporaryFolder,
	until,
} from '../cli/sallyport.ts';

interface Flow {
	readonly event_type: string;
	readonly proto: string;
	readonly src_ip: string;
	readonly dest_ip: string;
	readonly dest_port: number;
	readonly src_port: number;
	readonly p2p?: { readonly network: string; readonly by: string };
}

const namespace = `sallyport-${process.pid}-practice`;
const whyNot = reason();
if (whyNot !== undefined) console.log(`The practice neighbourhood is not watched: ${whyNot}`);

function reason(): string | undefined {
	if (process.platform !== 'linux' || process.getuid?.() !== 0)
		return 'a network namespace needs Linux and root.';
	const { status, error, stderr } = spawnSync('ip', ['netns', 'add', namespace], { encoding: 'utf8' });
	if (error !== undefined) return 'the program "ip" (iproute2) is missing.';
	if (status !== 0) return `no network namespace can be made here: ${stderr.trim()}`;
	spawnSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
	return undefined;
}

const home = join(temporaryFolder(), 'home');
let api: string;
let flows: Flow[];

function inside(...words: string[]): ChildProcess {
	const all = ['netns', 'exec', namespace, process.execPath, launcher, ...words];
	return spawn('ip', all, { env: cleanEnv(), cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
}

// biome-ignore lint/suspicious/noExplicitAny: what commands print
async function json(...words: string[]): Promise<any[]> {
	const { stdout } = await outcomeOf(inside(...words, '--home', home, '--json'));
	return stdout
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line));
}

function lineOf(stream: NodeJS.ReadableStream): Promise<string> {
	return new Promise((resolve) => createInterface(stream).once('line', resolve));
}

/** Searches in one network until somebody has it, and fetches it. */
async function fetched(network: string, ...words: string[]): Promise<string> {
	const hit = await until(async () => {
		const hits = await json('search', ...words, '--network', network, '--wait', '2');
		return hits.find(({ verdict }) => verdict === 'ok');
	});
	const [done] = await json('get', JSON.stringify(hit), '--wait');
	return done.state;
}

/** What users do, from the start of the neighbourhood to its end. */
async function practice(): Promise<void> {
	const started = inside('start', '--port', '0', '--home', home, '--json');
	const over = outcomeOf(started);
	api = new URL((JSON.parse(await lineOf(started.stdout!)) as { api: string }).api).port;
	await until(async () => (await json('status'))[0].networks[1].servers === 1);
	expect(await fetched('edonkey', 'donkey', 'gate')).toBe('complete');
	expect(await fetched('gnutella', 'query', 'routing')).toBe('complete');
	started.kill('SIGTERM');
	await over;
}

beforeAll(async () => {
	if (whyNot !== undefined) return;
	const watching = inside('watch', '--interface', 'lo', '--json');
	const watched = outcomeOf(watching);
	await lineOf(watching.stderr!);
	await practice();
	watching.kill('SIGINT');
	const { stdout } = await watched;
	const records = stdout
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line) as Flow);
	flows = records.filter((record) => record.event_type === 'flow' && String(record.dest_port) !== api);
});

afterAll(() => {
	if (whyNot === undefined) spawnSync('ip', ['netns', 'delete', namespace]);
	removeFolders();
});

describe.skipIf(whyNot !== undefined)('what passes between the neighbours', () => {
	it('is recognised, flow by flow', () => {
		expect(flows.length).toBeGreaterThan(30);
		expect(flows.filter(({ p2p }) => p2p === undefined)).toEqual([]);
		expect(new Set(flows.map(({ p2p }) => p2p!.network))).toEqual(
			new Set(['gnutella', 'edonkey', 'opennap', 'fasttrack']),
		);
	});

	it('is eDonkey by its payload at the server, at its clients and between them, by links and by datagrams', () => {
		const edonkey = flows.filter(({ p2p }) => p2p!.network === 'edonkey');
		const server = parseAddress('127.77.20.2:4661')!;
		const kinds = (wanted: (flow: Flow) => boolean) => edonkey.filter(wanted).length;
		// Four clients log in, each is dialled back, each asks for the status; the user fetches from one or more.
		expect(kinds(({ dest_ip, dest_port }) => dest_ip === server.host && dest_port === server.port)).toBe(4);
		expect(kinds(({ src_ip, proto }) => src_ip === server.host && proto === 'TCP')).toBe(4);
		expect(kinds(({ dest_port, proto }) => dest_port === server.port + 4 && proto === 'UDP')).toBe(4);
		const between = kinds(({ src_ip, dest_ip }) => src_ip !== server.host && dest_ip !== server.host);
		expect(between).toBeGreaterThanOrEqual(1);
		expect(new Set(edonkey.map(({ p2p }) => p2p!.by))).toEqual(new Set(['payload']));
	});
});
