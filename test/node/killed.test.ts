/** Two real nodes, of which each is killed with SIGKILL while a file goes from one to the other. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join as path } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { base32 } from '../../src/networks/common/hash.ts';
import type { Status, Transfer } from '../../src/node/api/schemas.ts';
import {
	clientOf,
	type RunningNode,
	removeFolders,
	startNode,
	temporaryFolder,
	until,
} from '../cli/sallyport.ts';
import { Gate } from './gate.ts';

const running: RunningNode[] = [];

let gate: Gate | undefined;

afterAll(async () => {
	gate?.close();
	await Promise.all(running.map((node) => node.stop('SIGKILL')));
	removeFolders();
});

async function start(...words: string[]): Promise<RunningNode> {
	const node = await startNode(['node', '--api', '127.0.0.1:0', ...words]);
	running.push(node);
	return node;
}

it('a download goes on after kill -9 of the taker, and then of the giver, and ends with the right SHA-1', async () => {
	const size = 24 << 20;
	const content = randomBytes(size);
	const sha1 = base32(new Uint8Array(createHash('sha1').update(content).digest()));
	const base = temporaryFolder();
	mkdirSync(path(base, 'share'));
	writeFileSync(path(base, 'share', 'film.ogv'), content);
	const giving = ['--home', path(base, 'giver'), '--share', path(base, 'share')];
	let giver = await start(...giving, '--listen', '127.0.0.1:0');
	const shares = async () => (await clientOf(giver).get<Status>('status')).shared.files === 1;
	await until(shares);
	gate = new Gate(() => giver.listen);
	gate.server.listen(0, '127.0.0.1');
	await once(gate.server, 'listening');
	const { port } = gate.server.address() as AddressInfo;

	const taking = ['--home', path(base, 'taker'), '--listen', '127.0.0.1:0'];
	let taker = await start(...taking);
	const transfer = (id: number) => clientOf(taker).get<Transfer>(`transfers/${id}`);
	const link = `http://127.0.0.1:${port}/uri-res/N2R?urn:sha1:${sha1}`;
	const { id } = await clientOf(taker).post<Transfer>('transfers', { link });
	gate.allow(size / 3);
	await until(async () => (await transfer(id)).done >= size / 4);
	await taker.stop('SIGKILL');

	taker = await start(...taking);
	const { state, done } = await transfer(id);
	expect(['complete', 'failed', 'cancelled']).not.toContain(state);
	expect(done).toBeGreaterThan(0);
	gate.allow((size * 2) / 3);
	await until(async () => (await transfer(id)).done >= size / 2);
	await giver.stop('SIGKILL');
	giver = await start(...giving, '--listen', giver.listen);
	await until(shares);
	gate.allow(Number.POSITIVE_INFINITY);

	const complete = await until(async () => {
		const now = await transfer(id);
		return now.state === 'complete' && now;
	});
	const fetched = readFileSync(complete.path!);
	expect(base32(new Uint8Array(createHash('sha1').update(fetched).digest()))).toBe(sha1);
	expect(fetched.equals(content)).toBe(true);
	// It went on where it was: nobody has asked for the beginning a second time.
	expect(gate.starts.length).toBeGreaterThanOrEqual(3);
	expect(gate.starts.filter((from) => from === 0)).toHaveLength(1);
	expect(gate.starts[1]).toBeGreaterThan(0);
	console.info(`asked for bytes from ${gate.starts.join(', from ')}`);
});
