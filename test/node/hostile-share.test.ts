/**
 * What lies outside of the share stays there: a real node with a real folder on a disk, and strangers who ask
 * over raw sockets for a secret beside it, by paths, by links, by numbers and by content.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/cli/client.ts';
import { base32 } from '../../src/networks/common/hash.ts';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import type { EvidenceRow, LibraryFile, Page, Status } from '../../src/node/api/schemas.ts';
import { clientOf, type RunningNode, removeFolders, startNode, temporaryFolder } from '../cli/sallyport.ts';
import { freshId, hangUpAll, join, query, request, until } from './raw.ts';

/** Two files of the same length, so that not even that tells them apart. */
const secret = 'the secret that lies outside of the share';
const plain = 'a plain file that anyone may have a look: '.slice(0, secret.length);

let node: RunningNode;
let api: Client;
let share: string;
let outside: string;
let files: readonly LibraryFile[];

function urnOf(text: string): string {
	return `urn:sha1:${base32(new Uint8Array(createHash('sha1').update(text).digest()))}`;
}

beforeAll(async () => {
	const base = temporaryFolder();
	share = path(base, 'share');
	outside = path(base, 'outside');
	for (const folder of [share, outside, path(outside, 'windows')]) mkdirSync(folder);
	for (const name of ['secret.txt', 'windows/win.ini', 'passwd']) writeFileSync(path(outside, name), secret);
	writeFileSync(path(share, 'plain talk.txt'), plain);
	writeFileSync(path(share, 'turncoat talk.txt'), plain.toUpperCase());
	symlinkSync(path(outside, 'secret.txt'), path(share, 'linked talk.txt'));
	symlinkSync('../outside/secret.txt', path(share, 'relative talk.txt'));
	symlinkSync(outside, path(share, 'outside'));
	symlinkSync('..', path(share, 'up'));
	node = await startNode([
		...['node', '--home', path(base, 'home'), '--role', 'ultrapeer', '--share', share],
		...['--listen', '127.0.0.1:0', '--api', '127.0.0.1:0'],
	]);
	api = clientOf(node);
	while ((await api.get<Status>('status')).shared.files < 2)
		await new Promise((turned) => setTimeout(turned, 50));
	files = (await api.get<Page<LibraryFile>>('files')).rows;
});

afterEach(hangUpAll);

afterAll(async () => {
	await node?.stop();
	removeFolders();
});

describe('links in the share that lead outside', () => {
	it('are not shared, and the library says why', async () => {
		expect(files.map(({ path: name }) => name).sort()).toEqual(['plain talk.txt', 'turncoat talk.txt']);
		const [folder] = await api.get<{ leftOut: { path: string; reason: string }[] }[]>('folders');
		expect(folder!.leftOut.map((one) => one.path).sort()).toEqual([
			'linked talk.txt',
			'outside',
			'relative talk.txt',
			'up',
		]);
		for (const { reason } of folder!.leftOut) expect(reason).toMatch(/link/i);
	});

	it('are not found by a search, which finds the plain files', async () => {
		const peer = await join(node.listen, 'ultrapeer');
		for (const words of ['linked talk', 'relative talk', 'secret txt']) peer.send(query(words));
		const byContent = encodeQuery({ text: '', urns: [urnOf(secret)] });
		peer.send(encodeMessage(MessageType.Query, freshId(), 3, 0, byContent));
		peer.send(query('plain talk'));
		await until(() => peer.of(MessageType.Hit).length > 0);
		const [hit, ...more] = peer.of(MessageType.Hit).map((frame) => Buffer.from(frame).toString('latin1'));
		expect(more).toEqual([]);
		expect(hit).toContain('plain talk.txt');
	});

	it('are not served: not under any number and name, nor by content', async () => {
		const { id } = files.find(({ name }) => name === 'plain talk.txt')!;
		expect(await request(node.listen, `/get/${id}/plain%20talk.txt`)).toContain(plain);
		expect(await request(node.listen, `/uri-res/N2R?${urnOf(plain)}`)).toContain(plain);
		const names = ['linked talk.txt', 'relative talk.txt', 'outside/secret.txt', 'up/outside/secret.txt'];
		const targets = Array.from({ length: 20 }, (_, index) =>
			names.map((name) => `/get/${index}/${encodeURIComponent(name)}`),
		).flat();
		for (const name of names) targets.push(`/get/${id}/${name}`, `/${name}`);
		for (const service of ['N2R', 'N2X']) targets.push(`/uri-res/${service}?${urnOf(secret)}`);
		for (const target of targets) {
			const answer = await request(node.listen, target);
			expect([target, answer]).toEqual([target, expect.stringMatching(/^HTTP\/1\.1 40[04] /)]);
			expect(answer).not.toContain(secret);
		}
	});

	it('are not served either where a shared file was exchanged for one after it was hashed', async () => {
		const { id } = files.find(({ name }) => name === 'turncoat talk.txt')!;
		const target = `/get/${id}/turncoat%20talk.txt`;
		expect(await request(node.listen, target)).toContain(plain.toUpperCase());
		symlinkSync(path(outside, 'secret.txt'), path(share, 'new'));
		renameSync(path(share, 'new'), path(share, 'turncoat talk.txt'));
		for (const one of [target, `/uri-res/N2R?${urnOf(plain.toUpperCase())}`])
			expect(await request(node.listen, one)).not.toContain(secret);
	});
});

describe('the two BearShare URLs of the talk', () => {
	it('and their relatives get the same no as any unknown name, and are evidence', async () => {
		const climbs = [
			'/get/1/%5c..%5c..%5c..%5cwindows%5cwin.ini',
			'/%5c..%5c..%5c..%5c..%5cwindows%5cwin.ini',
			'/get/1/..%5coutside%5csecret.txt',
			'/get/1/../outside/secret.txt',
			'/get/1/%2e%2e%2foutside%2fsecret.txt',
			'/get/1/..%252foutside%252fsecret.txt',
			'/get/1/..%c0%afoutside%c0%afsecret.txt',
			'/../outside/secret.txt',
			`/get/1/${path(outside, 'secret.txt')}`,
			`/get/1/${encodeURIComponent(path(outside, 'secret.txt'))}`,
			`//${path(outside, 'passwd')}`,
			'/get/1/plain%20talk.txt%00/../../outside/secret.txt',
		];
		for (const target of climbs) {
			const answer = await request(node.listen, target);
			expect([target, answer]).toEqual([target, expect.stringMatching(/^HTTP\/1\.1 40[04] /)]);
			expect(answer).not.toContain(secret);
			expect(answer).not.toContain('plain');
		}
		const noticed = async () =>
			(await api.allRows<EvidenceRow>('evidence'))
				.filter(({ code }) => code === 'defence.path.traversal')
				.map(({ detail }) => detail);
		// Two slashes in front make no path that climbs: that one is only not understood.
		const noted = climbs.filter((target) => !target.startsWith('//'));
		const lines = noted.map((target) => `GET ${target} HTTP/1.0`.slice(0, 120)).sort();
		while ((await noticed()).length < lines.length) await new Promise((turned) => setTimeout(turned, 50));
		expect((await noticed()).sort()).toEqual(lines);
	});
});
