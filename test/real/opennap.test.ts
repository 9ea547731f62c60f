/**
 * opennap 0.36 as the server of two nodes of ours: login, publication, search, a download. SALLYPORT_OPENNAP names its
 * program (docs/interoperability.md). It runs on loopback, as the user who runs the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningNode, removeFolders, startNode, temporaryFolder, until } from '../cli/sallyport.ts';

const program = process.env['SALLYPORT_OPENNAP'] ?? '';
if (program === '')
	console.log(
		'skipped: opennap 0.36 as the server; SALLYPORT_OPENNAP names its program (docs/interoperability.md)',
	);

const head = Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis', 'latin1');
const content = Buffer.concat([head, Buffer.alloc(2_000_000, '0123 a song that begins with digits. ')]);
const at = { host: '127.0.0.1', port: 18_777 };

function answers(): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(at);
		socket.once('connect', () => resolve(true));
		socket.once('error', () => resolve(false));
		socket.once('close', () => socket.destroy());
		setTimeout(() => socket.destroy(), 500);
	});
}

describe.skipIf(program === '')('opennap 0.36 as the server', () => {
	let server: ChildProcess;
	const nodes: RunningNode[] = [];

	async function node(...more: string[]): Promise<RunningNode> {
		const home = join(temporaryFolder(), 'home');
		const listen = ['--listen', '127.0.0.1:0', '--opennap-listen', '127.0.0.1:0', '--api', '127.0.0.1:0'];
		const words = ['node', '--home', home, '--networks', 'opennap', ...listen];
		const one = await startNode([...words, '--peer', `opennap:${at.host}:${at.port}`, ...more]);
		nodes.push(one);
		await until(async () => (await one.json('status'))[0].networks[0].servers === 1);
		return one;
	}

	beforeAll(async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, 'users'), '');
		const settings = {
			...{ server_name: 'localhost', listen_addr: at.host, server_ports: at.port, config_dir: folder },
			...{ max_connections: 100, max_shared: 1000, max_results: 100, client_queue_length: 1_000_000 },
			...{ flood_commands: 0, uid: process.getuid!(), gid: process.getgid!() },
		};
		const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
		writeFileSync(join(folder, 'config'), lines.join(''));
		server = spawn(program, ['-c', join(folder, 'config')], { stdio: 'ignore' });
		await until(answers);
	});

	afterAll(async () => {
		await Promise.all(nodes.map((one) => one.stop()));
		server?.kill();
		removeFolders();
	});

	it('takes what one of ours shares, and the other finds and fetches it', async () => {
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		writeFileSync(join(share, 'Gatehouse ballad.mp3'), content);
		writeFileSync(join(share, 'Gatehouse song.ogg'), content);
		await node('--share', share);
		const taker = await node();
		const only = ['--network', 'opennap', '--wait', '2'];
		const hit = await until(async () => (await taker.json('search', 'gatehouse', ...only))[0]);
		expect(hit).toMatchObject({ network: 'opennap', size: content.length });
		const [transfer] = await taker.json('get', JSON.stringify(hit), '--wait');
		expect(transfer).toMatchObject({ size: content.length, verdict: expect.any(String) });
		expect(readFileSync(transfer.path).equals(content)).toBe(true);
	});
});
