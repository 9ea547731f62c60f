/** Two nodes, started as users start them, find each other and pass a file on. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { md4 } from '../../src/library/ed2k-hash.ts';
import {
	type RunningNode,
	removeFolders,
	sallyport,
	startNode,
	temporaryFolder,
	until,
} from './sallyport.ts';

/** Sound by its first bytes: what is something else than its name says would stay in quarantine. */
const head = Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis', 'latin1');
const rest = Buffer.alloc(3_000_000 - head.length, 'a file that two nodes pass on. ');
const content = Buffer.concat([head, rest]);
const hex = createHash('sha1').update(content).digest('hex');

let giver: RunningNode;
let taker: RunningNode;
let share: string;

function home(): string {
	return join(temporaryFolder(), 'home');
}

const quiet = ['--listen', '127.0.0.1:0', '--api', '127.0.0.1:0'];

beforeAll(async () => {
	share = join(temporaryFolder(), 'share');
	mkdirSync(join(share, 'talks'), { recursive: true });
	writeFileSync(join(share, 'talks', 'Sally port lecture.ogg'), content);
	writeFileSync(join(share, '.secret'), 'hidden');
	giver = await startNode(['node', '--home', home(), '--share', share, '--role', 'ultrapeer', ...quiet]);
	taker = await startNode([
		'node',
		'--home',
		home(),
		'--role',
		'leaf',
		'--peer',
		`gnutella:${giver.listen}`,
		...quiet,
	]);
	await until(async () => (await taker.json('status'))[0].networks[0].ultrapeers === 1);
	await until(async () => (await giver.json('status'))[0].shared.files === 1);
});

afterAll(async () => {
	await Promise.all([giver?.stop(), taker?.stop()]);
	removeFolders();
});

let found: Promise<{ sha1: string; name: string }> | undefined;

/**
 * Searches until the file is found: what was shared a moment ago may not be published yet. Ultrapeers
 * drop a leaf's query that they have seen lately, so each attempt says it in another way.
 */
function find() {
	const ways = [
		'sally lecture',
		'lecture sally',
		'sally port',
		'port lecture',
		'lecture port sally',
		'ogg lecture',
		'ogg sally',
	];
	found ??= until(
		async () => (await taker.json('search', ...(ways.shift() ?? 'lecture').split(' '), '--wait', '1'))[0],
	);
	return found;
}

describe('a file', () => {
	it('is found and fetched by its urn, and is what was shared', async () => {
		const hit = await find();
		expect(hit).toMatchObject({
			name: 'Sally port lecture.ogg',
			size: content.length,
			network: 'gnutella',
			verdict: 'ok',
			reasons: [],
			source: {
				host: '127.0.0.1',
				port: Number(giver.listen.split(':')[1]),
				id: expect.stringMatching(/^[0-9a-f]{32}$/),
			},
		});
		const out = join(temporaryFolder(), 'new', 'folder');
		const [done] = await taker.json('get', `urn:sha1:${hit.sha1}`, '--out', out);
		const path = join(out, 'Sally port lecture.ogg');
		expect(done).toEqual({
			state: 'complete',
			path,
			size: content.length,
			sha1: hit.sha1,
			sources: 1,
			verdict: 'ok',
		});
		expect(createHash('sha1').update(readFileSync(path)).digest('hex')).toBe(hex);
	});

	it('is fetched by the hit as search printed it, and the line says state, path, bytes, urn and sources', async () => {
		const hit = await find();
		const out = temporaryFolder();
		const { status, stdout } = await taker.ask('get', JSON.stringify(hit), '--out', out);
		expect(status).toBe(0);
		expect(stdout).toBe(
			`complete  ${join(out, hit.name)}  ${content.length}  urn:sha1:${hit.sha1}  1 source\n`,
		);
	});

	it('is fetched by links of servents and by a magnet link', async () => {
		const hit = await find();
		for (const link of [
			`http://${giver.listen}/uri-res/N2R?urn:sha1:${hit.sha1}`,
			`http://${giver.listen}/get/1/${encodeURIComponent(hit.name)}`,
			`magnet:?xt=urn:sha1:${hit.sha1}&dn=lecture.ogg&xs=http://${giver.listen}/uri-res/N2R?urn:sha1:${hit.sha1}`,
		]) {
			const [done] = await taker.json('get', link, '--out', temporaryFolder());
			expect(done).toMatchObject({ state: 'complete', size: content.length });
			expect(createHash('sha1').update(readFileSync(done.path)).digest('hex')).toBe(hex);
		}
	});

	it('is fetched by a link that names it in both networks, and checked by both hashes', async () => {
		const hit = await find();
		// Of less than one part it is MD4 of the whole.
		const ed2k = Buffer.from(md4(content)).toString('hex');
		const link = `magnet:?xt=urn:sha1:${hit.sha1}&xt=urn:ed2k:${ed2k}&dn=lecture.ogg&xs=http://${giver.listen}/uri-res/N2R?urn:sha1:${hit.sha1}`;
		const [done] = await taker.json('get', link, '--out', temporaryFolder());
		expect(done).toMatchObject({ state: 'complete', sha1: hit.sha1, ed2k, verdict: 'ok' });
		const other = link.replace(ed2k, '0'.repeat(32));
		const wrong = await taker.ask('get', other, '--out', temporaryFolder());
		expect(wrong).toMatchObject({ status: 1, stderr: expect.stringMatching(/names two files as one/) });
		// By that hash alone nobody can be asked: this node speaks Gnutella only.
		const alone = await taker.ask('get', `ed2k://|file|lecture.ogg|${content.length}|${ed2k}|/`);
		expect(alone).toMatchObject({
			status: 3,
			stderr: expect.stringMatching(/does not take part in eDonkey/),
		});
	});

	it('is counted where it was served', async () => {
		const [file] = await giver.json('library');
		expect(file).toMatchObject({
			name: 'Sally port lecture.ogg',
			path: 'talks/Sally port lecture.ogg',
			size: content.length,
		});
		expect(file.requests).toBeGreaterThan(0);
		expect(await taker.json('library')).toEqual([]);
	});

	it('is refused with status 3 where a rule says no', async () => {
		const hit = await find();
		const refused = await taker.ask(
			'get',
			JSON.stringify({ ...hit, verdict: 'refused', reasons: ['forged'] }),
		);
		expect(refused).toMatchObject({ status: 3, stderr: expect.stringMatching(/is refused: forged/) });
		const outside = await taker.ask('get', `http://192.0.2.1:80/uri-res/N2R?urn:sha1:${hit.sha1}`);
		expect(outside).toMatchObject({
			status: 3,
			stderr: expect.stringMatching(/outside of the scope "practice"/),
		});
	});

	it('is wanted in a wrong way: status 2', async () => {
		for (const what of [
			'urn:sha1:SHORT',
			'urn:md5:x',
			'ftp://x',
			'{broken',
			'magnet:?dn=x',
			'http://127.0.0.1/x',
			'ed2k://|server|127.0.0.1|4661|/',
			'urn:ed2k:short',
		]) {
			expect([what, (await taker.ask('get', what)).status]).toEqual([what, 2]);
		}
	});
});

describe('the commands about a node', () => {
	it('print text for people', async () => {
		expect((await taker.ask('status')).stdout).toMatch(/gnutella: leaf, 1 ultrapeer, 0 leaves/);
		expect((await taker.ask('peers')).stdout).toContain(giver.listen);
		expect((await giver.ask('library')).stdout).toMatch(/1 file, 3\.0+ MB.*1 left out/);
		expect((await giver.ask('library')).stdout).toMatch(
			/urn:sha1:[A-Z2-7]{32}.*talks\/Sally port lecture\.ogg/,
		);
		expect((await taker.ask('transfers')).stdout).toMatch(/complete/);
		const { stdout, stderr } = await taker.ask('search', 'lecture', '--wait', '1');
		expect(stdout).toMatch(
			/^Sally port lecture\.ogg +3\.0+ MB {2}urn:sha1:\S+ urn:tree:tiger:[A-Z2-7]{39} {2}127\.0\.0\.1:\d+ {2}gnutella {2}ok$/m,
		);
		expect(stderr).toMatch(/^1 hit on 1 content; asked 1 peer, stopped$/m);
	});

	it('find it by --api, with the key of its home', async () => {
		const outcome = await sallyport(['status', '--json', '--api', giver.api, '--home', giver.home]);
		expect(JSON.parse(outcome.stdout)).toMatchObject({ listen: giver.listen });
		expect((await sallyport(['status', '--api', giver.api, '--home', taker.home])).status).toBe(1);
	});

	it('keep the key to its owner', () => {
		for (const name of ['api.json', 'running.json', 'sallyport.sqlite']) {
			expect([name, statSync(join(giver.home, name)).mode & 0o077]).toEqual([name, 0]);
		}
		expect(statSync(giver.home).mode & 0o077).toBe(0);
	});
});

describe('the library over the API', () => {
	/** With the key of the home, as a program of the same user. */
	async function call(method: string, path: string, body?: object) {
		const { url, token } = JSON.parse(readFileSync(join(giver.home, 'api.json'), 'utf8'));
		const response = await fetch(`${url}/api/v1/${path}`, {
			method,
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
	}

	it('refuses folders that must not be shared, with the code and the sentence', async () => {
		for (const [path, code] of [
			['/etc', 'library.root.system'],
			[giver.home, 'library.root.private'],
			['/no/such/folder', 'library.root.missing'],
			[join(share, 'talks'), 'library.root.nested'],
		]) {
			const refused = await call('POST', 'folders', { path });
			expect([path, refused.status, refused.body.error.code]).toEqual([path, 409, code]);
			expect(refused.body.error.message).toMatch(/\.$/);
		}
	});

	it('explains what is shared, and what not and why', async () => {
		const explain = async (path: string) =>
			(await call('GET', `files/explain?path=${encodeURIComponent(path)}`)).body;
		expect(await explain(join(share, 'talks', 'Sally port lecture.ogg'))).toMatchObject({ shared: true });
		expect(await explain(join(share, '.secret'))).toMatchObject({
			shared: false,
			reason: expect.stringMatching(/begin with a dot/),
		});
		expect(await explain('/etc/passwd')).toMatchObject({
			shared: false,
			reason: 'It is in none of the shared folders.',
		});
	});

	it('shares a folder, finds what is new in it, and shares it no more', async () => {
		const folder = join(temporaryFolder(), 'more');
		mkdirSync(folder);
		const added = await call('POST', 'folders', { path: folder });
		expect(added.status).toBe(201);
		writeFileSync(join(folder, 'new.txt'), 'new');
		await call('POST', 'folders/rescan');
		await until(async () =>
			(await giver.json('library')).some(({ name, sha1 }) => name === 'new.txt' && sha1),
		);
		expect((await call('DELETE', `folders/${added.body.id}`)).status).toBe(204);
		expect((await giver.json('library')).some(({ name }) => name === 'new.txt')).toBe(false);
	});
});
