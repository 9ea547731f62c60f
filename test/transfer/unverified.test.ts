/** Networks that name contents by nothing that proves them: what comes is proven by a better hash, or said to be unverified. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sentenceOf } from '../../src/transfer/refusals.ts';
import { Bench, contentOf, sha1Of, sourceOf } from './bench.ts';
import { fthashOf, type Manner, SourcesThatGive, spoiled } from './sources-that-give.ts';

let bench: Bench;
const film = contentOf(900_000);
const fthash = fthashOf(film);
const kazaa = { network: 'fasttrack' } as const;
const noSha1: object = { sha1: undefined };
const napster = { network: 'opennap' } as const;

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

async function fetching(manners: readonly Manner[], more = {}) {
	const give = new SourcesThatGive(bench, film, manners);
	const id = await bench.want(film, { ...noSha1, sources: give.sources, ...more });
	return { id, give };
}

const codes = () => bench.notices.map(({ code }) => code);
const asked = () => bench.requests.map(({ source }) => source.network);

describe('a file that is known by its FTHash only', () => {
	test('is asked for by it from one source at a time, and is unverified at its end', async () => {
		const { id, give } = await fetching([kazaa, kazaa, {}], { fthash: fthash.toUpperCase() });
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 60);
		expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(film));
		expect(bench.requests).toHaveLength(1);
		expect(bench.requests[0]).toMatchObject({ fthash, from: 0 });
		expect(bench.requests[0]).not.toHaveProperty('sha1');
		const { verdict, why, sha1 } = bench.downloads.get(id)!;
		expect({ verdict, sha1 }).toEqual({ verdict: 'unverified', sha1: sha1Of(film) });
		expect(why).toContain('unverified: its FTHash covers a few percent');
		expect(codes()).toEqual(['transfer.content.unverified']);
		await bench.restart();
		expect(bench.downloads.get(id)).toMatchObject({ verdict: 'unverified', fthash });
	});

	test('is not what came where that has another FTHash: the source is dropped, and the next one gives', async () => {
		const { id, give } = await fetching([{ ...kazaa, content: spoiled(film, 10, 20) }, kazaa], { fthash });
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 60);
		expect(codes()).toEqual(['transfer.content.wrong', 'transfer.content.unverified']);
		expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(film));
		expect(bench.downloads.detail(id)!.sources.map(({ source }) => source.trust)).toEqual([
			'dropped',
			'good',
		]);
	});

	test('can be another with the same FTHash, which nobody notices: that is why it is called unverified', async () => {
		// Between the samples.
		const other = spoiled(contentOf(3_000_000), 1_400_000, 1_400_100);
		const big = contentOf(3_000_000);
		expect(fthashOf(other)).toBe(fthashOf(big));
		const give = new SourcesThatGive(bench, other, [kazaa]);
		const more = { ...noSha1, sources: give.sources, fthash: fthashOf(big) };
		const id = await bench.want(big, more);
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 60);
		expect(bench.downloads.get(id)!.verdict).toBe('unverified');
		expect(sha1Of(bench.read('a film.ogv'))).not.toBe(sha1Of(big));
	});

	test('stays in quarantine where its inspection finds something', async () => {
		const findings = [{ code: 'defence.archive.program' }];
		bench.inspected = { verdict: 'suspicious', findings, scanners: ['rules'], why: 'A program.' };
		const { id, give } = await fetching([kazaa], { fthash });
		await give.until(() => bench.downloads.get(id)?.state === 'quarantined', 60);
		expect(bench.downloads.get(id)).toMatchObject({ verdict: 'suspicious' });
		expect(codes()).toEqual(['transfer.content.unverified', 'transfer.quarantine.held']);
	});

	test('is one that others can be searched for by, and their hits are its sources', async () => {
		const id = await bench.want(film, { ...noSha1, sources: [], fthash });
		await bench.state(id, 'waiting');
		expect(bench.searched).toEqual([fthash]);
		bench.downloads.addSources({ fthash }, [{ ...sourceOf(1), network: 'fasttrack' }], film.length);
		expect((await bench.request(1)).fthash).toBe(fthash);
	});

	test('is not a file of another network that is known by something better', async () => {
		const id = await bench.want(film, { ...noSha1, sources: [], fthash });
		bench.downloads.addSources({ sha1: sha1Of(film) }, [sourceOf(1)], film.length);
		await bench.state(id, 'waiting');
		expect(bench.requests).toEqual([]);
	});
});

describe('a file that is known by its SHA-1 as well', () => {
	test('comes from both networks, is proven, and its FTHash is not looked at', async () => {
		const wrong = '0'.repeat(40);
		const { id, give } = await fetching([{ ...kazaa, speed: 20_000 }, { speed: 20_000 }], {
			sha1: sha1Of(film),
			fthash: wrong,
		});
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 60);
		expect(new Set(asked())).toEqual(new Set(['fasttrack', 'gnutella']));
		expect(bench.downloads.get(id)).toMatchObject({ verdict: 'ok' });
		expect(codes()).toEqual([]);
	});

	test('is proven piece by piece by the tree of another network: who lied in FastTrack is found', async () => {
		const long = contentOf(3_000_000);
		const liar = { ...kazaa, speed: 20_000, content: spoiled(long, 100_000, long.length) };
		const give = new SourcesThatGive(bench, long, [liar, { speed: 40_000, hasTree: true }]);
		const id = await bench.want(long, { fthash: fthashOf(long), sources: give.sources });
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 200);
		expect(give.trees).toEqual([2]);
		expect(bench.poisoned).toEqual(['127.0.0.1']);
		expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(long));
		expect(bench.downloads.get(id)).toMatchObject({ verdict: 'ok' });
	});
});

describe('a file of OpenNap, which has no hashes', () => {
	test('is asked for by its size, and is unverified at its end', async () => {
		const { id, give } = await fetching([napster]);
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 60);
		expect(bench.requests[0]).toMatchObject({ size: film.length });
		expect(bench.downloads.get(id)!.why).toContain('unverified: no hash of it was known');
		expect(codes()).toEqual(['transfer.content.unverified']);
	});

	test('is not asked for where its size is not known', async () => {
		const source = { ...sourceOf(1), ...napster };
		const id = await bench.downloads.want({ name: 'x.mp3', sources: [source] });
		await bench.state(id, 'failed');
		expect(bench.requests).toEqual([]);
	});

	test('whose only source loses the last part is asked for again, says what is missing, and is given up in the end', async () => {
		const { id, give } = await fetching([{ ...napster, loses: 1000 }]);
		const whys = new Set<string>();
		bench.downloads.onChange(() => whys.add(bench.downloads.get(id)!.why));
		// About an hour.
		for (let minutes = 0; minutes < 120 && bench.downloads.get(id)?.state !== 'failed'; minutes++) {
			for (let i = 0; i < 20; i++) await give.step();
			await bench.clock.pass(60_000);
		}
		expect([...whys]).toContain(
			'1000 bytes are missing. The only source does not give them, and will be asked again.',
		);
		expect(bench.downloads.get(id)).toMatchObject({ done: film.length - 1000 });
		expect(bench.downloads.get(id)!.why).toBe(sentenceOf('transfer.source.none'));
		expect(bench.requests.at(-1)).toMatchObject({ from: film.length - 1000 });
		expect(bench.files()).toEqual([]);
	});

	test('whose source loses the last part of each file gets that part from another', async () => {
		const short = { ...napster, loses: 1000 };
		const { id, give } = await fetching([short, napster]);
		await give.until(() => bench.downloads.get(id)?.state === 'complete', 200);
		expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(film));
	});
});
