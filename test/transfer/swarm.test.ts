import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, contentOf, sha1Of } from './bench.ts';
import { type Manner, rootText, SourcesThatGive, spoiled } from './sources-that-give.ts';

let bench: Bench;
const film = contentOf(8 << 20);
const MiB = 1 << 20;

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

async function fetching(
	manners: readonly Manner[],
	more = {},
): Promise<{ id: number; give: SourcesThatGive }> {
	const give = new SourcesThatGive(bench, film, manners);
	const id = await bench.want(film, { sources: give.sources, ...more });
	return { id, give };
}

async function completes(id: number, give: SourcesThatGive, seconds = 100): Promise<number> {
	const took = await give.until(() => bench.downloads.get(id)?.state === 'complete', seconds);
	expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(film));
	return took;
}

describe('many sources', () => {
	test('share the work, and no byte is fetched twice', async () => {
		const { id, give } = await fetching([
			{ speed: 200_000 },
			{ speed: 200_000 },
			{ speed: 200_000 },
			{ speed: 200_000 },
		]);
		const took = await completes(id, give);
		for (const source of [1, 2, 3, 4]) expect(give.gave(source)).toBeGreaterThanOrEqual(MiB);
		expect([1, 2, 3, 4].reduce((sum, source) => sum + give.gave(source), 0)).toBe(film.length);
		// One of them alone would take 4.2 s.
		expect(took).toBeLessThan(2.5);
		expect(bench.downloads.get(id)!.why).toBe('Complete. Each piece and the SHA-1 agree.');
	});

	test('without a tree are checked as a whole, and it is said so', async () => {
		const { id, give } = await fetching([{ hasTree: false }, { hasTree: false }]);
		await completes(id, give);
		expect(bench.downloads.get(id)!.why).toBe(
			'Complete. The SHA-1 of the whole agrees; no source had a hash tree.',
		);
		expect(bench.downloads.detail(id)!.tree).toBeUndefined();
	});

	test('one of which falls silent near the end do not wait for it', async () => {
		const { id, give } = await fetching([{ speed: 400_000 }, { speed: 400_000, silentAfter: 1_500_000 }]);
		expect(await completes(id, give)).toBeLessThan(12);
	});

	test('one of which is very slow leave it little to do', async () => {
		const { id, give } = await fetching([{ speed: 400_000 }, { speed: 1000 }]);
		expect(await completes(id, give)).toBeLessThan(12);
		expect(give.gave(2)).toBeLessThan(200_000);
	});

	test('that have parts only are asked for those', async () => {
		const half = 4 * MiB;
		const { id, give } = await fetching([
			{ parts: [{ from: 0, to: half }], speed: 100_000 },
			{ parts: [{ from: half, to: film.length }], speed: 100_000 },
		]);
		await completes(id, give);
		expect(give.sent.filter(({ source }) => source === 1).every(({ to }) => to <= half)).toBe(true);
		// Before its first answer nobody knows that it has a part only.
		expect(give.sent.filter(({ source }) => source === 2 && give).length).toBeGreaterThan(0);
	});

	test('that queue us are asked again when they said, and others meanwhile', async () => {
		const place = { position: 2, length: 3, pollFrom: 45, pollTo: 120 };
		const { id, give } = await fetching([{ queue: [place, { ...place, position: 1 }] }]);
		await give.until(() => bench.downloads.get(id)?.state === 'waiting', 5);
		expect(bench.downloads.get(id)!.why).toBe('Queued at a source, at place 2. Others are searched for.');
		expect(await completes(id, give, 300)).toBeGreaterThan(85);
	});

	test('are told of each other, and name others that are asked too', async () => {
		const others = [{ host: '127.0.0.2', port: 6346 }];
		const give = new SourcesThatGive(bench, film, [
			{ alternates: others, speed: 100_000 },
			{ speed: 100_000 },
		]);
		const id = await bench.want(film, { sources: give.sources.slice(0, 1) });
		await completes(id, give);
		expect(give.gave(2)).toBeGreaterThan(0);
		expect(bench.requests.some(({ alternates }) => alternates?.[0]?.host === '127.0.0.2')).toBe(true);
	});
});

describe('a source that lies', () => {
	test('about whole pieces is banned, named, and the rest goes on', async () => {
		const false2 = spoiled(film, 0, film.length);
		const { id, give } = await fetching([
			{ speed: 200_000 },
			{ content: false2, speed: 200_000 },
			{ speed: 200_000 },
		]);
		await completes(id, give);
		expect(bench.poisoned).toEqual(['127.0.0.2']);
		expect(bench.notices.map(({ code, subject }) => [code, subject])).toContainEqual([
			'defence.content.poisoned',
			'127.0.0.2:6346',
		]);
		// What was right is not fetched again.
		expect(give.gave(1) + give.gave(3)).toBeLessThan(film.length + 2 * MiB);
	});

	test('about one byte is found among the honest', async () => {
		const { id, give } = await fetching([
			{ speed: 300_000 },
			{ content: spoiled(film, 3_000_000, 3_000_001), speed: 300_000 },
			{ content: spoiled(film, 100, 101), speed: 300_000 },
		]);
		await completes(id, give);
		const wrong = bench.poisoned;
		expect(wrong).not.toContain('127.0.0.1');
		expect(new Set(wrong).size).toBe(wrong.length);
	});

	test('in parts of pieces only is found when the piece has come right, and the honest one is cleared', async () => {
		// Answers end in the middle of pieces, so that each piece has several givers.
		const { id, give } = await fetching([
			{ most: 100_000, speed: 100_000 },
			{ most: 100_000, speed: 100_000, content: spoiled(film, 0, film.length) },
			{ most: 100_000, speed: 100_000 },
		]);
		await completes(id, give, 300);
		expect(bench.poisoned).toEqual(['127.0.0.2']);
		const trust = bench.downloads.detail(id)!.sources.map(({ source }) => source.trust);
		expect(trust).toEqual(['good', 'dropped', 'good']);
	});

	test('about the tree is dropped with its tree, and those that it had blamed are forgiven', async () => {
		const { id, give } = await fetching([
			{ treeOf: contentOf(film.length, 99), speed: 500_000 },
			{ speed: 200_000 },
			{ speed: 200_000 },
			{ speed: 200_000 },
		]);
		await completes(id, give, 300);
		expect(bench.notices.map(({ code, subject }) => `${code} ${subject}`)).toContain(
			'defence.content.tree 127.0.0.1:6346',
		);
	});

	test('about a tree whose root the user knows is not believed', async () => {
		const { id, give } = await fetching([{ treeOf: contentOf(film.length, 99) }, {}], {
			tth: rootText(film),
		});
		await completes(id, give);
		expect(bench.notices.map(({ code }) => code)).toContain('transfer.tree.other');
		expect(bench.downloads.detail(id)!.tree).toMatchObject({ proven: true, root: rootText(film) });
	});

	test('without any tree costs the whole, but does not win', async () => {
		const { id, give } = await fetching([
			{ hasTree: false, content: spoiled(film, 5_000_000, 5_000_001), speed: MiB },
			{ hasTree: false, speed: MiB },
		]);
		await completes(id, give, 300);
		expect(bench.notices.map(({ code }) => code)).toContain('transfer.content.wrong');
	});

	test('about the size is outvoted', async () => {
		const { id, give } = await fetching([{ speed: 100_000 }, { speed: 100_000 }, { speed: 100_000 }], {
			size: undefined,
		});
		bench.downloads.addSources({ sha1: sha1Of(film) }, []);
		await completes(id, give);
	});
});

describe('a restart in the middle', () => {
	test('goes on with every piece that was proven, and fetches none of them twice', async () => {
		const manners = [{ speed: 200_000 }, { speed: 200_000 }, { speed: 200_000 }];
		const { id, give } = await fetching(manners);
		await give.until(
			() => (bench.downloads.detail(id)?.verified.length ?? 0) > 0 && bench.downloads.get(id)!.done > 4 * MiB,
			20,
		);
		await bench.downloads.close();
		const { verified } = bench.store.transfers.progress(id);
		const proven = verified.reduce((sum, { from, to }) => sum + to - from, 0);
		expect(proven).toBeGreaterThan(MiB);
		bench.cancelled = [];
		await bench.restart();
		const again = new SourcesThatGive(bench, film, manners);
		await completes(id, again);
		for (const { from, to } of again.sent) {
			for (const span of verified)
				expect(Math.min(to, span.to)).toBeLessThanOrEqual(Math.max(from, span.from));
		}
		expect(again.trees).toEqual([]);
	});
});

describe('on a fast network', () => {
	test('pieces are passed over, the SHA-1 of the whole decides, and a liar is found all the same', async () => {
		const fast = { speed: 8 << 20 };
		const { id, give } = await fetching([fast, { ...fast, content: spoiled(film, 0, film.length) }, fast]);
		await completes(id, give, 300);
		expect(bench.poisoned).toEqual(['127.0.0.2']);
		const trust = bench.downloads.detail(id)!.sources.map(({ source }) => source.trust);
		expect(trust).toEqual(['good', 'dropped', 'good']);
	});
});
