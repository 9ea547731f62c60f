/** One file from sources of Gnutella and of eDonkey together. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { partSize } from '../../src/library/ed2k-hash.ts';
import { Bench, contentOf, sha1Of, sourceOf } from './bench.ts';
import { ed2kOf, type Manner, partsOf, rootText, SourcesThatGive, spoiled } from './sources-that-give.ts';

let bench: Bench;
/** Two parts and a bit. */
const film = contentOf(2 * partSize + 700_000);
const ed2k = ed2kOf(film);
const MiB = 1 << 20;
const mule = { network: 'edonkey' } as const;

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

interface Fetching {
	readonly id: number;
	readonly give: SourcesThatGive;
}

async function fetching(manners: readonly Manner[], more = {}, content = film): Promise<Fetching> {
	const give = new SourcesThatGive(bench, content, manners);
	const id = await bench.want(content, { ed2k: ed2kOf(content), sources: give.sources, ...more });
	return { id, give };
}

async function completes({ id, give }: Fetching, content = film): Promise<void> {
	await give.until(() => bench.downloads.get(id)?.state === 'complete', 200);
	expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(content));
}

const muleSource = { ...sourceOf(1), network: 'edonkey', id: '', index: 0 } as const;

/** The only source gives the hashes of the parts, the first part and a bit of the second, and then nothing. */
async function firstPart(id: number): Promise<void> {
	const asked = await bench.request(1);
	expect(asked).toMatchObject({ tree: true, ed2k, size: film.length });
	bench.downloads.onFetchTree(asked.fetch, { kind: 'ed2k', slices: partsOf(film).parts, slice: partSize });
	bench.downloads.onFetchEnd(asked.fetch, '');
	const { fetch } = await bench.request(2);
	bench.head(fetch, { from: 0, to: film.length, size: film.length });
	bench.body(fetch, film.subarray(0, partSize + MiB));
	await bench.until(() => bench.downloads.detail(id)!.verified.length > 0);
	expect(bench.downloads.detail(id)!.verified).toEqual([{ from: 0, to: partSize }]);
}

const codes = () => bench.notices.map(({ code }) => code);

describe('a file that is known by its SHA-1 and its ed2k hash', () => {
	test('comes from sources of both networks, each asked by what it knows', async () => {
		const both = await fetching([{ speed: 300_000 }, { ...mule, speed: 300_000 }]);
		await completes(both);
		expect(both.give.gave(1)).toBeGreaterThan(MiB);
		expect(both.give.gave(2)).toBeGreaterThan(MiB);
		for (const request of bench.requests) {
			if (request.source.network === 'edonkey') {
				expect(request).toMatchObject({ ed2k, size: film.length });
				expect(request).not.toHaveProperty('sha1');
			} else {
				expect(request).toMatchObject({ sha1: sha1Of(film) });
				expect(request).not.toHaveProperty('ed2k');
			}
		}
		expect(bench.downloads.get(both.id)).toMatchObject({
			sha1: sha1Of(film),
			ed2k,
			verdict: 'ok',
			why: 'Complete. Each piece and the hash agree.',
		});
	});

	test('is proven by its parts, and a liar in one of them is found while the rest goes on', async () => {
		const lie = { ...mule, content: spoiled(film, partSize + 1000, film.length), speed: 400_000 };
		const swarm = await fetching([{ speed: 100_000, hasTree: false }, lie, { ...mule, speed: 100_000 }]);
		await completes(swarm);
		expect(codes()).toContain('defence.content.poisoned');
		expect(bench.poisoned).toEqual(['127.0.0.2']);
	});

	test('takes no hashes of parts that are not those of its hash, and asks the next source', async () => {
		const false1 = { ...mule, treeOf: spoiled(film, 5, 6), speed: 300_000 };
		const swarm = await fetching([false1, { ...mule, speed: 300_000 }]);
		await completes(swarm);
		expect(codes()).toContain('transfer.tree.other');
		expect(swarm.give.trees).toEqual([1, 2]);
		expect(bench.downloads.detail(swarm.id)!.tree).toMatchObject({ kind: 'ed2k', root: ed2k, proven: true });
	});

	test('goes on after a restart, and what was proven before is not fetched again', async () => {
		const id = await bench.want(film, { ed2k, sources: [muleSource] });
		await firstPart(id);
		const { verified, tree } = bench.downloads.detail(id)!;
		await bench.restart();
		expect(bench.downloads.detail(id)!.tree).toEqual(tree);
		const later = new SourcesThatGive(bench, film, [mule, {}]);
		bench.downloads.addSources({ sha1: sha1Of(film) }, later.sources);
		await completes({ id, give: later });
		for (const { from, to } of verified) {
			expect(later.sent.filter((one) => one.from < to && one.to > from)).toEqual([]);
		}
	});

	test('is proven by its Tiger tree where the user named that: its pieces are smaller', async () => {
		const swarm = await fetching(
			[
				{ ...mule, speed: 100_000 },
				{ speed: 100_000 },
				{ speed: 400_000, content: spoiled(film, MiB, film.length) },
			],
			{ tth: rootText(film) },
		);
		await completes(swarm);
		expect(bench.downloads.detail(swarm.id)!.tree).toMatchObject({ kind: 'tiger', proven: true });
		expect(bench.poisoned).toEqual(['127.0.0.3']);
	});

	test('is no file where one hash is of another: nobody is blamed, and the user is told', async () => {
		const short = contentOf(500_000);
		const other = ed2kOf(contentOf(500_000, 2));
		const { id, give } = await fetching([{}], { ed2k: other }, short);
		await give.until(() => bench.downloads.get(id)?.state === 'failed', 100);
		expect(codes()).toContain('transfer.want.contradiction');
		expect(bench.downloads.detail(id)!.sources.map(({ source }) => source.trust)).toEqual(['good']);
	});
});

describe('a file that is known by its ed2k hash only', () => {
	const only = { sha1: undefined };

	test('is fetched from eDonkey, and its SHA-1 is known at the end', async () => {
		const swarm = await fetching([mule, mule], only);
		await completes(swarm);
		expect(bench.downloads.get(swarm.id)).toMatchObject({ ed2k, sha1: sha1Of(film), verdict: 'ok' });
		expect(bench.requests.every(({ sha1 }) => sha1 === undefined)).toBe(true);
	});

	test('of one exact part, or two, has the hash of an empty part at its end', async () => {
		for (const parts of [1, 2]) {
			const zeros = new Uint8Array(parts * partSize);
			const swarm = await fetching([mule], only, Buffer.from(zeros));
			await swarm.give.until(() => bench.downloads.get(swarm.id)?.state === 'complete', 200);
			expect(bench.downloads.detail(swarm.id)!.tree?.slices).toHaveLength((parts + 1) * 16);
		}
	});

	test('of less than a part is checked as a whole, and fetched again where it is wrong', async () => {
		const short = contentOf(600_000);
		const lie = { ...mule, content: spoiled(short, 0, 100), speed: 1 << 20 };
		const swarm = await fetching([lie], only, short);
		await swarm.give.until(() => codes().includes('transfer.content.wrong'), 100);
		expect(bench.requests.some(({ tree }) => tree)).toBe(false);
		expect(bench.downloads.detail(swarm.id)!.sources[0]!.source.trust).toBe('dropped');
		const honest = new SourcesThatGive(bench, short, [lie, mule]);
		bench.downloads.addSources({ ed2k: ed2kOf(short) }, honest.sources);
		await completes({ id: swarm.id, give: honest }, short);
	});

	test('is asked of no servent that knows it by its SHA-1 alone, and of no other network', async () => {
		const named = { ...sourceOf(1), index: 0 };
		const id = await bench.downloads.want({ name: 'x', ed2k, size: film.length, sources: [named] });
		await bench.state(id, 'waiting');
		expect(bench.requests).toEqual([]);
		expect(bench.searched).toEqual([ed2k]);
	});

	test('and not by its size waits for a search result that says it', async () => {
		const id = await bench.downloads.want({ name: 'a film.ogv', ed2k, sources: [] });
		await bench.state(id, 'waiting');
		const give = new SourcesThatGive(bench, film, [mule]);
		bench.downloads.addSources({ ed2k }, give.sources, film.length);
		await completes({ id, give });
		expect(bench.requests[0]).toMatchObject({ ed2k, size: film.length });
	});

	test('takes the size that most search results say', async () => {
		const id = await bench.downloads.want({ name: 'a film.ogv', ed2k, sources: [] });
		await bench.state(id, 'waiting');
		const give = new SourcesThatGive(bench, film, [{ ...mule, status: 404 }, mule, mule]);
		const [liar, ...honest] = give.sources;
		bench.downloads.addSources({ ed2k }, [liar!], 77);
		bench.downloads.addSources({ ed2k }, [honest[0]!], film.length);
		expect(bench.downloads.get(id)!.size).toBe(77);
		bench.downloads.addSources({ ed2k }, [honest[1]!], film.length);
		expect(bench.downloads.get(id)!.size).toBe(film.length);
		await completes({ id, give });
	});

	test('is proven from the first byte by a link that has the hashes of its parts', async () => {
		const { parts } = partsOf(film);
		const swarm = await fetching([mule], { ...only, parts });
		await completes(swarm);
		expect(swarm.give.trees).toEqual([]);
		expect(bench.downloads.detail(swarm.id)!.tree).toMatchObject({ kind: 'ed2k', proven: true });
	});

	test('is given to others as far as its parts are proven', async () => {
		const id = await bench.want(film, { ...only, ed2k, sources: [muleSource] } as never);
		await firstPart(id);
		const partial = bench.downloads.partial({ ed2k })!;
		expect(partial.parts).toEqual([{ from: 0, to: partSize }]);
		expect(partial.tree).toMatchObject({ kind: 'ed2k', slices: partsOf(film).parts });
		expect(bench.downloads.partial({ sha1: sha1Of(film) })).toBeUndefined();
	});
});

test('a source of eDonkey is not asked for a file that is known by its SHA-1 only', async () => {
	const swarm = await fetching([{}, mule], { ed2k: undefined });
	await completes(swarm);
	expect(swarm.give.gave(2)).toBe(0);
});

test('the same content wanted once by each hash is one download where nothing contradicts', async () => {
	const id = await bench.want(film, { ed2k, sources: [] });
	expect(await bench.want(film, { sources: [] })).toBe(id);
	expect(await bench.downloads.want({ name: 'x', ed2k: ed2k.toUpperCase(), sources: [] })).toBe(id);
	expect(await bench.want(film, { ed2k: '0'.repeat(32), sources: [] })).not.toBe(id);
});

test.each(['xyz', '0'.repeat(31), `${'0'.repeat(31)}g`])('"%s" is no ed2k hash', async (text) => {
	await expect(bench.downloads.want({ name: 'x', ed2k: text, sources: [] })).rejects.toMatchObject({
		code: 'transfer.want.unclear',
	});
});
