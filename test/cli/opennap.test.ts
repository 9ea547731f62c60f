/** A server and two nodes of OpenNap, started as users start them, pass a file on. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/networks/opennap/wire/frames.ts';
import { Type } from '../../src/networks/opennap/wire/types.ts';
import { type RunningNode, removeFolders, startNode, temporaryFolder, until } from './sallyport.ts';

/** Sound by its first bytes: what is something else than its name says would stay in quarantine. */
const head = Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis', 'latin1');
const content = Buffer.concat([head, Buffer.alloc(3_000_000, 'a song that two users pass on. ')]);

const serverHome = join(temporaryFolder(), 'home');
let server: RunningNode;
let giver: RunningNode;
let taker: RunningNode;

function node(host: string, ...more: string[]): Promise<RunningNode> {
	const home = join(temporaryFolder(), 'home');
	const listen = ['--networks', 'opennap', '--listen', `${host}:0`, '--opennap-listen', `${host}:0`];
	const words = ['node', '--home', home, ...listen, '--api', '127.0.0.1:0'];
	return startNode([...words, '--peer', `opennap:${server.listen}`, ...more]);
}

beforeAll(async () => {
	const share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'Sally port ballad.ogg'), content);
	server = await startNode([
		'server',
		'--network',
		'opennap',
		'--home',
		serverHome,
		'--listen',
		'127.0.0.9:0',
	]);
	giver = await node('127.0.0.14', '--share', share);
	taker = await node('127.0.0.15');
	await until(async () => (await taker.json('status'))[0].networks[0].servers === 1);
});

afterAll(async () => {
	await Promise.all([giver?.stop(), taker?.stop()]);
	await server?.stop();
	removeFolders();
});

/** Logs in by hand, and answers what the server said within a second of its first word. */
async function said(type: number, line: string): Promise<string> {
	const [host, port] = server.listen.split(':');
	const socket = connect(Number(port), host);
	let text = '';
	socket.on('data', (bytes: Buffer) => {
		text += bytes.toString('latin1');
	});
	socket.on('error', () => {});
	socket.write(encodeFrame(type, Buffer.from(line)));
	await until(async () => text.includes('Sallyport') || text.includes('password'));
	socket.destroy();
	return text;
}

describe('a node of OpenNap', () => {
	it('finds and fetches what the other shares, and says that nothing proves it', async () => {
		const only = ['--network', 'opennap', '--wait', '2'];
		const hit = await until(async () => (await taker.json('search', 'ballad', ...only))[0]);
		expect(hit).toMatchObject({ network: 'opennap', size: content.length, verdict: 'ok' });
		const [transfer] = await taker.json('get', JSON.stringify(hit), '--wait');
		expect(transfer).toMatchObject({ state: 'complete', size: content.length, verdict: 'unverified' });
		expect(readFileSync(transfer.path).equals(content)).toBe(true);
	});

	it('keeps no password of a user in clear, and knows him by it', async () => {
		expect(await said(Type.NewUser, 'anna a-password-of-annas 0 "by hand" 8')).toContain('Sallyport');
		expect(await said(Type.Login, 'anna another-password 0 "by hand" 8')).toContain('wrong password');
		expect(await said(Type.Login, 'anna a-password-of-annas 0 "by hand" 8')).toContain('Sallyport');
		const folder = join(serverHome, 'opennap-server');
		const kept = readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ name }) => readFileSync(join(folder, name), 'latin1'));
		expect(kept.join('\n')).toContain('anna');
		expect(kept.join('\n')).not.toContain('password-of-annas');
	});
});
