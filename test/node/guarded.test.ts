/** `sallyport node --guarded`: it works, and what takes it over from within gets nowhere. */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../src/guard/doctor.ts';
import { base32 } from '../../src/networks/common/hash.ts';
import {
	clientOf,
	type RunningNode,
	removeFolders,
	sallyport,
	startNode,
	temporaryFolder,
	until,
} from '../cli/sallyport.ts';

/** On Linux: why a node cannot be guarded here; undefined: it can. */
function missingWalls(): string | undefined {
	const missing = examine().filter(({ works, what }) => !works && what !== 'kernel');
	return missing.length === 0
		? undefined
		: missing.map(({ what, detail }) => `no ${what} (${detail})`).join(', ');
}

const why = process.platform === 'linux' ? missingWalls() : 'this is not Linux';
if (why !== undefined) console.log(`guarded nodes are not tested: ${why}`);

const hasYara = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'yara')));
const quiet = ['--listen', '127.0.0.1:0', '--api', '127.0.0.1:0'];
const nodes: RunningNode[] = [];

async function start(words: readonly string[], env: Record<string, string> = {}): Promise<RunningNode> {
	const node = await startNode(['node', ...words], { env });
	nodes.push(node);
	return node;
}

afterEach(async () => {
	await Promise.all(nodes.splice(0).map((node) => node.stop()));
	removeFolders();
});

describe.skipIf(why !== undefined)('a guarded node', () => {
	it('passes a file on to another one', async () => {
		const share = temporaryFolder();
		const head = Buffer.from(
			'OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis',
			'latin1',
		);
		const content = Buffer.concat([head, Buffer.alloc(2_000_000, 'a file behind two guards. ')]);
		writeFileSync(join(share, 'Guarded lecture.ogg'), content);
		const giver = await start([
			...['--guarded', '--home', join(temporaryFolder(), 'home'), '--share', share, '--role', 'ultrapeer'],
			...quiet,
		]);
		const taker = await start([
			...['--home', join(temporaryFolder(), 'home'), '--role', 'leaf', '--peer', `gnutella:${giver.listen}`],
			...[...quiet, '--guarded'],
		]);
		await until(async () => (await taker.json('status'))[0].networks[0].ultrapeers === 1);
		await until(async () => (await giver.json('status'))[0].shared.files === 1);
		let asked = 0;
		const hit = await until(async () => {
			// The same words again would be taken for the same search.
			const more = asked++ % 2 === 0 ? ['lecture'] : ['guarded', 'lecture'];
			return (await taker.json('search', ...more, '--wait', '1')).find(({ verdict }) => verdict === 'ok');
		});
		const [done] = await taker.json('get', JSON.stringify(hit));
		expect(done).toMatchObject({ state: 'complete', size: content.length });
		expect(readFileSync(done.path).equals(content)).toBe(true);
		const out = join(temporaryFolder(), 'new');
		const [again] = await taker.json('get', JSON.stringify(hit), '--out', out);
		expect(dirname(again.path)).toBe(out);
		expect(readFileSync(again.path).equals(content)).toBe(true);
	});

	it('has what it fetched looked at by clamd and yara', async () => {
		const share = temporaryFolder();
		const content = Buffer.from('A text that scanners know.\n');
		writeFileSync(join(share, 'known.txt'), content);
		const sha1 = base32(new Uint8Array(createHash('sha1').update(content).digest()));
		const giver = await start(['--home', join(temporaryFolder(), 'home'), '--share', share, ...quiet]);
		await until(async () => (await giver.json('status'))[0].shared.files === 1);
		const home = join(temporaryFolder(), 'home');
		mkdirSync(join(home, 'yara'), { recursive: true, mode: 0o700 });
		writeFileSync(
			join(home, 'yara', 'own.yar'),
			'rule Known { strings: $a = "scanners know" condition: $a }',
		);
		const socket = join(temporaryFolder(), 'clamd.ctl');
		const clamd = createServer((link) => {
			link.on('data', (bytes: Buffer) => {
				if (bytes.subarray(-4).equals(Buffer.alloc(4))) link.end('stream: Test.Known FOUND\0');
			});
		});
		await new Promise<void>((done) => clamd.listen(socket, done));
		const taker = await start(['--guarded', '--home', home, ...quiet], { SALLYPORT_CLAMD: socket });
		const got = await taker.ask('get', `http://${giver.listen}/uri-res/N2R?urn:sha1:${sha1}`, '--json');
		clamd.close();
		expect(got.status).toBe(3);
		const found = JSON.stringify(await clientOf(taker).get('transfers/1'));
		expect(found).toMatch(/Test\.Known/);
		expect(found).toMatch(hasYara ? /YARA/ : /no such program/);
	});

	it('ends in order when it is told to, and is gone when its guard is killed', async () => {
		const first = await start(['--guarded', '--home', join(temporaryFolder(), 'home'), ...quiet]);
		expect(await first.stop()).toMatchObject({ status: 0 });
		nodes.splice(0);
		const home = join(temporaryFolder(), 'home');
		const second = await start(['--guarded', '--home', home, ...quiet]);
		nodes.splice(0);
		await second.stop('SIGKILL');
		await until(async () => (await fetch(second.api).catch(() => undefined)) === undefined);
	});

	it('finds its folders also where they are written relative to where it was started', async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'share'));
		writeFileSync(join(folder, 'share', 'a text.txt'), 'words\n');
		const node = await startNode(['node', '--home=home', '--share', 'share', '--guarded', ...quiet], {
			cwd: folder,
		});
		nodes.push(node);
		expect(node.home).toBe(join(folder, 'home'));
		await until(async () => (await node.json('status'))[0].shared.files === 1);
	});
});

describe.skipIf(why !== undefined)('what a guarded node does not see', () => {
	it('is refused with a sentence when a user names it', async () => {
		const node = await start(['--guarded', '--home', join(temporaryFolder(), 'home'), ...quiet]);
		const outside = temporaryFolder();
		const previewed = await node.ask('library', '--preview', outside);
		expect(previewed.status).toBe(3);
		expect(previewed.stderr).toMatch(/is guarded and does not see .*--share/);
	});
});

describe.skipIf(why !== undefined)('an attack from within', () => {
	const tcp = createServer((socket) => socket.destroy());
	const udp = createSocket('udp4');
	let datagrams = 0;
	beforeAll(async () => {
		udp.on('message', () => datagrams++);
		await new Promise<void>((done) => tcp.listen(0, '127.0.0.1', done));
		await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done));
	});
	afterAll(() => {
		tcp.close();
		udp.close();
	});

	/** In the scope lan, where this machine itself is outside. */
	async function attacked(mode: readonly string[]): Promise<Record<string, string>> {
		const [share, outside, folder] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
		copyFileSync(join(import.meta.dirname, 'guarded-attack.mjs'), join(share, 'attack.mjs'));
		const secret = join(outside, 'id_ed25519');
		writeFileSync(secret, 'a secret');
		const home = join(folder, 'home');
		mkdirSync(home, { mode: 0o700 });
		const results = join(home, 'results.json');
		const orders = {
			...{ secret, results, victim: join(outside, 'victim') },
			...{ tcp: (tcp.address() as { port: number }).port, udp: udp.address().port },
		};
		const words = ['--scope', 'lan', '--home', home, '--share', share, '--listen', '0.0.0.0:0'];
		await sallyportFor([...words, '--api', '127.0.0.1:0', ...mode], {
			NODE_OPTIONS: `--import=${join(share, 'attack.mjs')}`,
			SALLYPORT_TEST_ATTACK: JSON.stringify(orders),
			CLOUD_KEY: 'a key',
		});
		return JSON.parse(readFileSync(results, 'utf8'));
	}

	/** Until it has started: the attack was made before. */
	async function sallyportFor(words: readonly string[], env: Record<string, string>): Promise<void> {
		const node = await start(words, env);
		await node.stop();
		nodes.splice(0);
	}

	it('succeeds without the guard, and fails behind it', async () => {
		expect(await attacked(['--guarded', 'off'])).toEqual({
			...{ read: 'a secret', 'read by way of /proc': 'a secret', write: 'written', shell: 'a secret' },
			...{ environment: 'a key', 'environment of its parent': 'read' },
			...{ tcp: 'connected', udp: 'sent' },
		});
		await until(async () => datagrams === 1);
		const guarded = await attacked(['--guarded']);
		expect(Object.keys(guarded)).toHaveLength(8);
		for (const [attempt, outcome] of Object.entries(guarded))
			expect(outcome, attempt).toMatch(/^failed: (EACCES|EPERM|ENOENT|EROFS)$/);
		expect(datagrams).toBe(1);
	});
});

it.skipIf(why !== undefined)('the guard says where a node cannot be guarded', async () => {
	const { status, stderr } = await sallyport(['node', '--guarded', '--home', '/', ...quiet]);
	expect(status).toBe(2);
	expect(stderr).toMatch(/the whole file system is granted/);
});
