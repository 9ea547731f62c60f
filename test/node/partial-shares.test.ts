/** A node that has half of a file, and is asked for it by others: by hand, and by a third node. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join as path } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { base32 } from '../../src/networks/common/hash.ts';
import type { AuditRow, Status, Transfer, TransferDetail } from '../../src/node/api/schemas.ts';
import { firstPartial } from '../../src/node/partial-shares.ts';
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
const magnet = `magnet:?xt=urn:sha1:${sha1}&xl=${size}&dn=film.ogv`;
/** A source, as a magnet link names it. */
const from = (address: string) => `&xs=http://${address}/uri-res/N2R?urn:sha1:${sha1}`;

afterAll(async () => {
	for (const gate of gates) gate.close();
	await Promise.all(running.map((node) => node.stop('SIGKILL')));
	removeFolders();
});

async function start(host: string, ...words: string[]): Promise<RunningNode> {
	const node = await startNode(['node', '--api', '127.0.0.1:0', '--listen', `${host}:0`, ...words]);
	running.push(node);
	return node;
}

/** A node that waits for the second half of a file of which it has proven the first. */
async function halfway(...flags: string[]) {
	const base = temporaryFolder();
	mkdirSync(path(base, 'share'));
	writeFileSync(path(base, 'share', 'film.ogv'), content);
	const giver = await start('127.0.0.1', '--home', path(base, 'giver'), '--share', path(base, 'share'));
	await until(async () => (await clientOf(giver).get<Status>('status')).shared.files === 1);
	// Two ways to it: with one source alone the whole is fetched in one go, and its tree is not asked for.
	const ways = [await gateTo(giver), await gateTo(giver)];
	const taker = await start('127.0.0.1', '--home', path(base, 'taker'), ...flags);
	const at = ways.map(({ port }) => from(`127.0.0.1:${port}`)).join('');
	const { id } = await clientOf(taker).post<Transfer>('transfers', { link: `${magnet}${at}` });
	const allow = (bytes: number) => {
		for (const { gate } of ways) gate.allow(bytes);
	};
	// A first megabyte from each, then the tree.
	allow(size / 4 + 300_000);
	await until(async () => (await clientOf(taker).get<Transfer>(`transfers/${id}`)).done >= size / 8);
	return { giver, taker, allow, id };
}

async function gateTo(giver: RunningNode): Promise<{ gate: Gate; port: number }> {
	const gate = new Gate(() => giver.listen);
	gates.push(gate);
	gate.server.listen(0, '127.0.0.1');
	await once(gate.server, 'listening');
	return { gate, port: (gate.server.address() as AddressInfo).port };
}

function ask(node: RunningNode, what: string, range: string): Socket {
	const socket = connect(addressOf(node.listen));
	socket.write(`GET ${what} HTTP/1.1\r\nConnection: close\r\nRange: bytes=${range}\r\n\r\n`);
	return socket;
}

/** What a servent at this address answers. */
async function asked(
	node: RunningNode,
	range: string,
	what = `/uri-res/N2R?urn:sha1:${sha1}`,
): Promise<{ head: string; body: Buffer }> {
	const socket = ask(node, what, range);
	const pieces: Buffer[] = [];
	for await (const piece of socket) pieces.push(piece as Buffer);
	const all = Buffer.concat(pieces);
	const end = all.indexOf('\r\n\r\n') + 4;
	return { head: all.subarray(0, end).toString('latin1'), body: all.subarray(end) };
}

/** A third node, at a host of its own: who stands before a gate at 127.0.0.1 has all slots of that host. */
async function third(...addresses: string[]) {
	const node = await start('127.0.0.31', '--home', path(temporaryFolder(), 'third'));
	const api = clientOf(node);
	const want = (...more: string[]) =>
		api.post<Transfer>('transfers', { link: `${magnet}${more.map(from).join('')}` });
	const { id } = await want(...addresses);
	const detail = () => api.get<TransferDetail>(`transfers/${id}`);
	return { want, detail, complete: () => until(async () => complete(await detail())) };
}

function complete(transfer: TransferDetail): TransferDetail | false {
	return transfer.state === 'complete' && transfer;
}

function sourceAt({ sourceList }: TransferDetail, { listen }: RunningNode) {
	return sourceList.find(({ address }) => address === listen)!;
}

/** [from, to) of all that came from this source. */
function cameFrom({ origins }: TransferDetail, source: number): [number, number][] {
	const spans: [number, number][] = [];
	for (let i = 0; i < origins.length; i += 3)
		if (origins[i + 2] === source) spans.push([origins[i]!, origins[i + 1]!]);
	return spans;
}

function within([from, to]: [number, number], flat: readonly number[]): boolean {
	return flat.some((start, i) => i % 2 === 0 && start <= from && to <= flat[i + 1]!);
}

async function served(node: RunningNode): Promise<AuditRow[]> {
	const { rows } = await clientOf(node).get<{ rows: AuditRow[] }>('audit');
	return rows.filter(({ what }) => what === 'served');
}

/** Once a first part is proven, and so given. */
async function given(taker: RunningNode): Promise<{ head: string; body: Buffer }> {
	return until(async () => {
		const answer = await asked(taker, '0-65535');
		return answer.head.startsWith('HTTP/1.1 206') && answer;
	});
}

describe('a download in progress', () => {
	it('is given to others as far as it is proven, where the user wants it', async () => {
		const { taker, allow, id } = await halfway('--share-partial');
		const first = await given(taker);
		expect(first.body.equals(content.subarray(0, 65_536))).toBe(true);
		const parts = /^X-Available-Ranges: bytes[ =]0-([0-9]+)/m.exec(first.head);
		expect(Number(parts?.[1])).toBeLessThan(size - 1000);
		const last = await asked(taker, `${size - 1000}-${size - 1}`);
		expect(last.head).toMatch(/^HTTP\/1\.1 416 /);
		expect(last.body).toHaveLength(0);
		// Not by a number: neither the one it has, nor the download's.
		for (const index of [firstPartial + id, id])
			expect((await asked(taker, '0-99', `/get/${index}/film.ogv`)).head).toMatch(/^HTTP\/1\.1 404 /);
		const [row] = await until(async () => {
			const rows = await served(taker);
			return rows.length > 0 && rows;
		});
		expect(row).toMatchObject({ name: 'film.ogv', sha1, from: 0, to: 65_536, bytes: 65_536 });

		allow(Number.POSITIVE_INFINITY);
		await until(async () => (await clientOf(taker).get<Transfer>(`transfers/${id}`)).state === 'complete');
		// What is complete is no share of its own accord.
		expect((await asked(taker, '0-99')).head).toMatch(/^HTTP\/1\.1 404 /);
	});

	it('is a source of what it has proven for a third node, which has the rest from the giver', async () => {
		const nodes = await halfway('--share-partial');
		await given(nodes.taker);
		const { giver, taker } = nodes;
		const { want, detail, complete } = await third(taker.listen);
		const half = await until(async () => {
			const now = await detail();
			return sourceAt(now, taker).gave > 0 && now;
		});
		// Read after what the third has: it only grows.
		const taken = await clientOf(taker).get<TransferDetail>(`transfers/${nodes.id}`);
		expect(taken.done).toBeLessThan(size);
		const spans = cameFrom(half, sourceAt(half, taker).number);
		expect(spans.length).toBeGreaterThan(0);
		for (const span of spans) expect(within(span, taken.verified)).toBe(true);

		await want(giver.listen);
		const whole = await complete();
		expect(sourceAt(whole, giver).gave).toBeGreaterThan(0);
		expect(sourceAt(whole, taker).gave).toBeGreaterThan(0);
		expect(readFileSync(whole.path!).equals(content)).toBe(true);
	});

	it('ends the uploads of it when the user cancels it', async () => {
		const { taker, id } = await halfway('--share-partial', '--limit-peer', '10k');
		const { head } = await given(taker);
		const end = Number(/^X-Available-Ranges: bytes[ =]0-([0-9]+)/m.exec(head)![1]);
		const socket = ask(taker, `/uri-res/N2R?urn:sha1:${sha1}`, `0-${end}`);
		socket.on('error', () => {});
		const pieces: Buffer[] = [];
		socket.on('data', (piece: Buffer) => pieces.push(piece));
		const over = new Promise((resolve) => socket.on('close', resolve));
		await until(async () => Buffer.concat(pieces).length > 2048);
		await clientOf(taker).post(`transfers/${id}/cancel`);
		await over;
		const all = Buffer.concat(pieces);
		const body = all.subarray(all.indexOf('\r\n\r\n') + 4);
		expect(body.length).toBeLessThan(end);
		expect(body.equals(content.subarray(0, body.length))).toBe(true);
		// What one host had of one file is one row, which says how it ended.
		const row = await until(async () => (await served(taker)).find(({ why }) => why !== undefined));
		expect(row).toMatchObject({ sha1, to: end + 1, why: 'the download is no longer offered' });
		expect(row.bytes).toBeLessThan(end);
		expect((await asked(taker, '0-99')).head).toMatch(/^HTTP\/1\.1 404 /);
	});

	it('is nobody else’s where the user has not said so', async () => {
		const nodes = await halfway();
		// It has proven something: with the flag it would be given.
		await until(async () => {
			const now = await clientOf(nodes.taker).get<TransferDetail>(`transfers/${nodes.id}`);
			return now.verified.length > 0;
		});
		expect((await asked(nodes.taker, '0-99')).head).toMatch(/^HTTP\/1\.1 404 /);
		const whole = await (await third(nodes.taker.listen, nodes.giver.listen)).complete();
		expect(sourceAt(whole, nodes.taker)).toMatchObject({
			gave: 0,
			trust: 'dropped',
			why: 'Does not have it.',
		});
		expect(readFileSync(whole.path!).equals(content)).toBe(true);
		expect(await served(nodes.taker)).toEqual([]);
	});
});
