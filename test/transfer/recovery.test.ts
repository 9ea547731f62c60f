/** A wrong part of eDonkey is mended block by block, where the hashes of its blocks are had. */
import { afterEach, expect, test } from 'vitest';
import { recoveryOf } from '../../src/library/aich.ts';
import { blockSize, partSize } from '../../src/library/ed2k-hash.ts';
import type { AichHash, PartWish } from '../../src/networks/network.ts';
import { Bench, contentOf, sha1Of } from './bench.ts';
import { ed2kOf, partsOf, SourcesThatGive, spoiled } from './sources-that-give.ts';

const film = contentOf(2 * partSize + 700_000);
const { aich, blocks } = partsOf(film);
const root = Buffer.from(aich).toString('hex');
/** One byte of the first part is false. */
const lie = spoiled(film, 3 * blockSize + 5, 3 * blockSize + 6);

let bench: Bench;
afterEach(() => bench.end());

/** By its ed2k hash alone. */
const only: object = { sha1: undefined };

type Answer = (wish: PartWish) => readonly AichHash[] | undefined;

/** A liar gives all of it, then an honest source; how many bytes of the first part came, and what was wished. */
async function fetched(answer: Answer) {
	const wishes: PartWish[] = [];
	const answers: boolean[] = [];
	bench = new Bench({
		recover: (wish) => {
			wishes.push(wish);
			const hashes = answer(wish);
			// As a network does: later.
			if (hashes !== undefined)
				queueMicrotask(() => answers.push(bench.downloads.onRecovered(wish, aich, hashes)));
		},
	});
	const mule = { network: 'edonkey' } as const;
	const give = new SourcesThatGive(bench, film, [
		{ ...mule, content: lie, speed: 2 << 20 },
		{ ...mule, speed: 1000 },
	]);
	const [liar, honest] = give.sources;
	const id = await bench.want(film, { ...only, ed2k: ed2kOf(film), aich: root, sources: [liar!] });
	await give.until(() => wishes.length > 0, 100);
	bench.downloads.addSources({ ed2k: ed2kOf(film) }, [honest!]);
	const { verified } = bench.downloads.detail(id)!;
	const fast = new SourcesThatGive(bench, film, [
		{ ...mule, content: lie },
		{ ...mule, speed: 2 << 20 },
	]);
	await fast.until(() => bench.downloads.get(id)?.state === 'complete', 400);
	expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(film));
	const again = fast.sent.filter(({ source, from }) => source === 2 && from < partSize);
	const bytes = again.reduce((sum, { from, to }) => sum + Math.min(to, partSize) - from, 0);
	return { wishes, answers, bytes, verified };
}

test('without the hashes all of the part comes once more', async () => {
	const { wishes, bytes } = await fetched(() => undefined);
	expect(wishes).toMatchObject([{ ed2k: ed2kOf(film), size: film.length, part: 0, aich: root }]);
	expect(bytes).toBe(partSize);
});

test('with them only the wrong block does', async () => {
	const { answers, bytes } = await fetched(({ part }) => recoveryOf(blocks, film.length, part));
	expect(answers).toEqual([true]);
	expect(bytes).toBe(blockSize);
	expect(bench.poisoned).toEqual(['127.0.0.1']);
});

test('with hashes of something else all of it does, and whoever gave them is told', async () => {
	const other = partsOf(lie);
	const { answers, bytes } = await fetched(({ part }) => recoveryOf(other.blocks, film.length, part));
	expect(answers).toEqual([false]);
	expect(bytes).toBe(partSize);
});
