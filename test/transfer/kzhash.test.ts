/** Downloads that are known by a kzhash: the tree proves what the FTHash in front of it does not. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { treeOf } from '../../src/transfer/tree.ts';
import { Bench, contentOf, sha1Of } from './bench.ts';
import { fthashOf, kzTreeOf, type Manner, SourcesThatGive, spoiled } from './sources-that-give.ts';

let bench: Bench;
const film = contentOf(3_000_000);
const fthash = fthashOf(film);
const kzhash = fthash + hex(kzTreeOf(film).root);
/** Wrong where the FTHash does not look. */
const lie = spoiled(film, 400_000, 1_000_000);
const kazaa = { network: 'fasttrack' } as const;
const noSha1: object = { sha1: undefined };

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

async function fetching(manners: readonly Manner[], more = {}) {
	const give = new SourcesThatGive(bench, film, manners);
	const id = await bench.want(film, { ...noSha1, kzhash, sources: give.sources, ...more });
	return { id, give };
}

async function completed(manners: readonly Manner[], more = {}) {
	const { id, give } = await fetching(manners, more);
	await give.until(() => bench.downloads.get(id)?.state === 'complete', 300);
	return { id, give, transfer: bench.downloads.get(id)! };
}

const codes = () => bench.notices.map(({ code }) => code);
const arrived = () => sha1Of(bench.read('a film.ogv')) === sha1Of(film);

test('the lie has the FTHash of the film, and another kzhash', () => {
	expect(fthashOf(lie)).toBe(fthash);
	expect(kzTreeOf(lie).root).not.toEqual(kzTreeOf(film).root);
});

describe('a file that is known by its kzhash', () => {
	test('comes from several sources at once, and is proven at its end', async () => {
		const slow = { ...kazaa, speed: 40_000 };
		const { transfer, id } = await completed([slow, slow], { kzhash: kzhash.toUpperCase() });
		expect(transfer).toMatchObject({ verdict: 'ok', fthash, kzhash, sha1: sha1Of(film) });
		expect(new Set(bench.requests.map(({ source }) => source.host)).size).toBe(2);
		expect(bench.requests[0]).toMatchObject({ fthash, kzhash });
		expect(transfer.why).toContain('The hash of the whole agrees');
		expect(arrived()).toBe(true);
		expect(codes()).toEqual([]);
		await bench.restart();
		expect(bench.downloads.get(id)).toMatchObject({ verdict: 'ok', fthash, kzhash });
	});

	test('is searched for by its FTHash, and hits with that are its sources', async () => {
		const id = await bench.want(film, { ...noSha1, kzhash, sources: [] });
		await bench.state(id, 'waiting');
		expect(bench.searched).toEqual([fthash]);
		const [source] = new SourcesThatGive(bench, film, [kazaa]).sources;
		bench.downloads.addSources({ fthash }, [source!]);
		expect(await bench.request(1)).toMatchObject({ fthash, kzhash });
	});

	test('is not the lie of the only source: without a tree the hash of the whole decides, and the source is dropped', async () => {
		const { id, give } = await fetching([{ ...kazaa, content: lie }]);
		await give.until(() => bench.downloads.get(id)?.state === 'failed', 100);
		expect(codes()).toContain('transfer.content.wrong');
		expect(bench.notices[0]!.detail).toContain(`urn:kzhash:${fthash}`);
		expect(bench.files()).toEqual([]);
	});

	test('is fetched in spite of a lying source of two: the tree of the other one tells which pieces are wrong', async () => {
		const liar = { ...kazaa, speed: 20_000, content: lie };
		const honest = { ...kazaa, speed: 40_000, hasTree: true };
		const { transfer, give } = await completed([liar, honest]);
		expect(give.trees).toEqual([2]);
		expect(give.gave(1)).toBeGreaterThan(0);
		expect(bench.poisoned).toEqual(['127.0.0.1']);
		expect(transfer).toMatchObject({ verdict: 'ok' });
		expect(transfer.why).toContain('Each piece');
		expect(arrived()).toBe(true);
	});

	test('that is known by its FTHash alone is the lie: nobody notices, and it says "unverified"', async () => {
		const { transfer } = await completed([{ ...kazaa, content: lie }], { kzhash: undefined, fthash });
		expect(transfer.verdict).toBe('unverified');
		expect(arrived()).toBe(false);
	});

	test('and whose name belongs to another tree contradicts itself: transfer.want.contradiction', async () => {
		const other = `${'0'.repeat(40)}${kzhash.slice(40)}`;
		const { id, give } = await fetching([kazaa], { kzhash: other });
		await give.until(() => bench.downloads.get(id)?.state === 'failed', 100);
		expect(codes()).toEqual(['transfer.want.contradiction']);
	});

	test('is another one than that with the same FTHash and another tree', async () => {
		const first = await bench.want(film, { ...noSha1, kzhash, sources: [] });
		const other = fthash + hex(kzTreeOf(lie).root);
		expect(await bench.want(film, { ...noSha1, kzhash: other, sources: [] })).not.toBe(first);
		expect(await bench.want(film, { ...noSha1, kzhash, sources: [] })).toBe(first);
	});

	test('is written with 72 hexadecimal digits: transfer.want.unclear', async () => {
		const order = bench.want(film, { ...noSha1, kzhash: kzhash.slice(1), sources: [] });
		await expect(order).rejects.toMatchObject({ code: 'transfer.want.unclear' });
	});
});

describe('with the defence against poisoned content switched off', () => {
	beforeEach(async () => {
		await bench.end();
		bench = new Bench({ defencesOff: ['content-poisoning'] });
	});

	test('the liar goes on to give wrong pieces: nobody is banned', async () => {
		const liar = { ...kazaa, speed: 20_000, content: spoiled(film, 0, film.length) };
		const honest = { ...kazaa, speed: 40_000, hasTree: true };
		const { id, give } = await fetching([liar, honest]);
		// Where it comes first with the last piece again and again, the file is never whole.
		const over = () => bench.downloads.get(id)?.state === 'complete' || give.gave(1) > film.length;
		await give.until(over, 300);
		expect(bench.poisoned).toEqual([]);
		const wasted = give.gave(1);
		await bench.end();
		bench = new Bench();
		const guarded = await completed([liar, honest]);
		expect(bench.poisoned).toEqual(['127.0.0.1']);
		expect(wasted).toBeGreaterThan(guarded.give.gave(1));
	});
});

describe('a tree', () => {
	test('is not asked for where only the FTHash is known: it would prove nothing, and the file stays unverified', async () => {
		const { transfer, give } = await completed(
			[
				{ ...kazaa, hasTree: true },
				{ ...kazaa, hasTree: true },
			],
			{
				kzhash: undefined,
				fthash,
			},
		);
		expect(give.trees).toEqual([]);
		expect(transfer.verdict).toBe('unverified');
	});

	test('is not asked for where a better hash is known and no kzhash', async () => {
		const slow = { ...kazaa, speed: 40_000, hasTree: true };
		const more = { kzhash: undefined, fthash, sha1: sha1Of(film) };
		const { transfer, give } = await completed([slow, slow], more);
		expect(give.trees).toEqual([]);
		expect(transfer.verdict).toBe('ok');
	});

	test('of another file is refused, and the file comes all the same: transfer.tree.other', async () => {
		const slow = { ...kazaa, speed: 40_000 };
		const { transfer, give } = await completed([{ ...slow, hasTree: true, treeOf: lie }, slow]);
		expect(give.trees).toEqual([1]);
		expect(codes()).toEqual(['transfer.tree.other']);
		expect(transfer).toMatchObject({ verdict: 'ok' });
		expect(arrived()).toBe(true);
	});

	test('has as many hashes as the size says, of the slices that it says, and leads to the root that was asked for', () => {
		const size = 3_000_000;
		const { slices } = kzTreeOf(film);
		const claim = (given: Uint8Array, slice = 65_536) =>
			treeOf({ kind: 'kazaa', slices: given, slice }, size, 1, { kzhash });
		expect(claim(slices)).toMatchObject({ kind: 'kazaa', root: kzhash.slice(40), proven: true });
		const longer = new Uint8Array(slices.length + 16);
		longer.set(slices);
		const spoilt = slices.slice();
		spoilt[100] = spoilt[100]! ^ 1;
		for (const bad of [longer, slices.slice(16), slices.slice(0, -1), new Uint8Array(0), spoilt])
			expect(isRefusal(claim(bad))).toBe(true);
		for (const slice of [32_768, 131_072, 65_535, 0, Number.NaN])
			expect(isRefusal(claim(slices, slice))).toBe(true);
		// The level above leads to the same root, but is not what is asked for.
		const above = kzTreeOf(film.subarray(0, 131_072)).slices;
		expect(
			isRefusal(treeOf({ kind: 'kazaa', slices: above.slice(0, 16), slice: 131_072 }, size, 1, { kzhash })),
		).toBe(true);
		expect(isRefusal(treeOf({ kind: 'kazaa', slices, slice: 65_536 }, size, 1, {}))).toBe(true);
	});
});
