/** The talk's gimp.mp3, which is a web page: found, fetched from two nodes, held, and released by its user. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base32 } from '../../src/networks/common/hash.ts';
import { type RunningNode, removeFolders, startNode, temporaryFolder, until } from './sallyport.ts';

const page = Buffer.from(
	`<html><body onload="location='http://192.0.2.1/'">${'gimp '.repeat(200_000)}</body></html>`,
);
const sha1 = base32(new Uint8Array(createHash('sha1').update(page).digest()));
const quiet = ['--listen', '127.0.0.1:0', '--api', '127.0.0.1:0'];
let givers: RunningNode[];
let taker: RunningNode;
let share: string;

beforeAll(async () => {
	share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'gimp.mp3'), page);
	writeFileSync(join(share, 'id_rsa'), 'not a real key');
	const home = () => join(temporaryFolder(), 'home');
	givers = await Promise.all(
		[1, 2].map(() =>
			startNode(['node', '--home', home(), '--share', share, '--role', 'ultrapeer', ...quiet]),
		),
	);
	taker = await startNode(['node', '--home', home(), '--role', 'leaf', ...quiet]);
	for (const giver of givers) await until(async () => (await giver.json('status'))[0].shared.files === 1);
});

afterAll(async () => {
	await Promise.all([...(givers ?? []), taker].map((node) => node?.stop()));
	removeFolders();
});

describe('a web page that calls itself a song', () => {
	it('is fetched from both nodes, proven by its tree, and stays in quarantine: exit status 3', async () => {
		const sources = givers.map(({ listen }) => `&xs=http://${listen}/uri-res/N2R?urn:sha1:${sha1}`).join('');
		const out = temporaryFolder();
		const link = `magnet:?xt=urn:sha1:${sha1}&dn=gimp.mp3&xl=${page.length}${sources}`;
		const { status, stdout, stderr } = await taker.ask('get', link, '--out', out);
		expect([status, existsSync(join(out, 'gimp.mp3'))]).toEqual([3, false]);
		expect(stdout).toMatch(/^quarantined {2}-/);
		expect(stderr).toMatch(/In quarantine: .*sallyport transfers --release 1/s);
		const [row] = await taker.json('transfers');
		expect(row).toMatchObject({ state: 'quarantined', verdict: 'refused', name: 'gimp.mp3' });
		expect(row.findings.map(({ code }: { code: string }) => code)).toContain('defence.media.page');
		await taker.ask('transfers', '--release', '1');
		const [released] = await until(async () => {
			const rows = await taker.json('transfers');
			return rows[0].state === 'complete' && rows;
		});
		expect(readFileSync(released.path).equals(page)).toBe(true);
	});

	it('is in the audit of those who served it', async () => {
		for (const giver of givers) {
			const { url, token } = JSON.parse(readFileSync(join(giver.home, 'api.json'), 'utf8'));
			const answer = await fetch(`${url}/api/v1/audit`, { headers: { authorization: `Bearer ${token}` } });
			const { rows } = (await answer.json()) as { rows: { what: string; name: string; sha1?: string }[] };
			expect(rows.at(-1)).toMatchObject({ what: 'shared', name: share });
			expect(rows.filter(({ what }) => what === 'served').every(({ name }) => name === 'gimp.mp3')).toBe(
				true,
			);
		}
	});
});

describe('the library on the command line', () => {
	it('explains why a file is shared, or not', async () => {
		const shared = await givers[0]!.ask('library', '--explain', join(share, 'gimp.mp3'));
		expect([shared.status, shared.stdout]).toEqual([
			0,
			expect.stringContaining('It is shared as "gimp.mp3"'),
		]);
		const key = await givers[0]!.ask('library', '--explain', join(share, 'id_rsa'));
		expect([key.status, key.stdout]).toEqual([3, expect.stringMatching(/^not shared: .*private keys/s)]);
		const outside = await givers[0]!.ask('library', '--explain', '/etc/passwd', '--json');
		expect(outside.status).toBe(1);
		expect(JSON.parse(outside.stdout)).toEqual({
			path: '/etc/passwd',
			shared: false,
			reason: 'It is in none of the shared folders.',
			advice: 'Put it into a shared folder, if others are to have it.',
		});
	});

	it('previews a folder, and shares nothing by it', async () => {
		const { status, stdout } = await taker.ask('library', '--preview', share);
		expect(status).toBe(0);
		expect(stdout).toContain('would share 1 file');
		expect(stdout).toContain('left out: 1');
		expect((await taker.json('status'))[0].shared.files).toBe(0);
	});
});
