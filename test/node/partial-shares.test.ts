/** A node that has half of a file, and is asked for it by others. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join as path } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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
import { addressOf } from './raw.ts';

const running: RunningNode[] = [];
const gates: Gate[] = [];
const size = 4 << 20;
const content = randomBytes(size);
const sha1 = base32(new Uint8Array(createHash('sha1').update(content).digest()));

afterAll(async () => {
	for (const gate of gates) gate.close();
	await Promise.all(running.map((node) => node.stop('SIGKILL')));
	removeFolders();
});

async function start(...words: string[]): Promise<RunningNode> {
	const node = await startNode(['node', '--api', '127.0.0.1:0', '--listen', '127.0.0.1:0', ...words]);
	running.push(node);
	return node;
}

/** A node that waits for the second half of a file of which it has proven the first. */
async function halfway(...flags: string[]) {
	const base = temporaryFolder();
	mkdirSync(path(base, 'share'));
	writeFileSync(path(base, 'share', 'film.ogv'), content);
	const giver = await start('--home', path(base, 'giver'), '--share', path(base, 'share'));
	await until(async () => (await clientOf(giver).get<Status>('status')).shared.files === 1);
	// Two ways to it: with one source alone the whole is fetched in one go, and its tree is not asked for.
	const ways = [await gateTo(giver), await gateTo(giver)];
	const taker = await start('--home', path(base, 'taker'), ...flags);
	const at = ways.map(({ port }) => `&xs=http://127.0.0.1:${port}/uri-res/N2R?urn:sha1:${sha1}`).join('');
	const link = `magnet:?xt=urn:sha1:${sha1}&xl=${size}&dn=film.ogv${at}`;
	const { id } = await clientOf(taker).post<Transfer>('transfers', { link });
	const allow = (bytes: number) => {
		for (const { gate } of ways) gate.allow(bytes);
	};
	// A first megabyte from each, then the tree.
	allow(size / 4 + 300_000);
	await until(async () => (await clientOf(taker).get<Transfer>(`transfers/${id}`)).done >= size / 8);
	return { taker, allow, id };
}

async function gateTo(giver: RunningNode): Promise<{ gate: Gate; port: number }> {
	const gate = new Gate(() => giver.listen);
	gates.push(gate);
	gate.server.listen(0, '127.0.0.1');
	await once(gate.server, 'listening');
	return { gate, port: (gate.server.address() as AddressInfo).port };
}

/** What a servent at this address answers. */
async function asked(node: RunningNode, range: string): Promise<{ head: string; body: Buffer }> {
	const socket = connect(addressOf(node.listen));
	socket.write(
		`GET /uri-res/N2R?urn:sha1:${sha1} HTTP/1.1\r\nConnection: close\r\nRange: bytes=${range}\r\n\r\n`,
	);
	const pieces: Buffer[] = [];
	for await (const piece of socket) pieces.push(piece as Buffer);
	const all = Buffer.concat(pieces);
	const end = all.indexOf('\r\n\r\n') + 4;
	return { head: all.subarray(0, end).toString('latin1'), body: all.subarray(end) };
}

describe('a download in progress', () => {
	it('is given to others as far as it is proven, where the user wants it', async () => {
		const { taker, allow, id } = await halfway('--share-partial');
		const first = await until(async () => {
			const answer = await asked(taker, '0-65535');
			return answer.head.startsWith('HTTP/1.1 206') && answer;
		});
		expect(first.body.equals(content.subarray(0, 65_536))).toBe(true);
		const parts = /^X-Available-Ranges: bytes[ =]0-([0-9]+)/m.exec(first.head);
		expect(Number(parts?.[1])).toBeLessThan(size - 1000);
		const last = await asked(taker, `${size - 1000}-${size - 1}`);
		expect(last.head).toMatch(/^HTTP\/1\.1 416 /);
		expect(last.body).toHaveLength(0);

		allow(Number.POSITIVE_INFINITY);
		await until(async () => (await clientOf(taker).get<Transfer>(`transfers/${id}`)).state === 'complete');
		// What is complete is no share of its own accord.
		expect((await asked(taker, '0-99')).head).toMatch(/^HTTP\/1\.1 404 /);
	});

	it('is nobody else’s where the user has not said so', async () => {
		const { taker } = await halfway();
		expect((await asked(taker, '0-99')).head).toMatch(/^HTTP\/1\.1 404 /);
	});
});
