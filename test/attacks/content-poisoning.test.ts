import { describe, expect, it } from 'vitest';
import { ContentPoisoning } from '../../src/defence/content-poisoning.ts';
import { Bench, contentOf, sha1Of } from '../transfer/bench.ts';
import { SourcesThatGive, spoiled } from '../transfer/sources-that-give.ts';

const film = contentOf(4 << 20);
/** Half of each piece is false. */
const poison = spoiled(film, 0, film.length);

/** Bytes of the liar that were taken within a minute, and whether the file was complete by then. */
async function attacked(defencesOff: readonly string[]) {
	const bench = new Bench({ defencesOff });
	const give = new SourcesThatGive(bench, film, [{ speed: 100_000 }, { content: poison, speed: 400_000 }]);
	const id = await bench.want(film, { sources: give.sources });
	const complete = await give
		.until(() => bench.downloads.get(id)?.state === 'complete', 30)
		.then(
			() => true,
			() => false,
		);
	if (complete) expect(sha1Of(bench.read('a film.ogv'))).toBe(sha1Of(film));
	const found = { complete, poison: give.gave(2), poisoned: bench.poisoned, notices: bench.notices };
	await bench.end();
	return found;
}

describe('a source gives false bytes', () => {
	it('and without the defence is asked again and again, and never named', async () => {
		const { poison: taken, poisoned, notices } = await attacked(['content-poisoning']);
		expect(taken).toBeGreaterThan(film.length);
		expect([poisoned, notices]).toEqual([[], []]);
	});

	it('and with it is banned at its first piece, while the rest goes on', async () => {
		const { complete, poison: taken, poisoned, notices } = await attacked([]);
		expect(complete).toBe(true);
		expect(taken).toBeLessThan(film.length);
		expect(poisoned).toEqual(['127.0.0.2']);
		expect(notices).toMatchObject([{ code: 'defence.content.poisoned', subject: '127.0.0.2:6346' }]);
	});
});

describe('the blame for a wrong piece', () => {
	const given = (from: number, to: number, source: number) => ({ from, to, source });

	it('falls on its only giver at once', () => {
		const defence = new ContentPoisoning(true);
		expect(defence.wrong([given(0, 50, 3), given(50, 100, 3)])).toEqual({ liars: [3], suspects: [] });
		expect(defence.counts.get('defence.content.poisoned')).toBe(1);
	});

	it('waits, where there are several, for the right piece, and then falls on whose bytes differ', () => {
		const defence = new ContentPoisoning(true);
		const givers = [given(1000, 1004, 1), given(1004, 1008, 2)];
		expect(defence.wrong(givers)).toEqual({ liars: [], suspects: [1, 2] });
		const right = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
		const wrong = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9);
		expect(defence.exposed(1000, wrong, right, givers)).toEqual([2]);
		expect(defence.exposed(1000, right, right, givers)).toEqual([]);
	});

	it('falls on the tree where pieces of two others are wrong and nobody else was ever right', () => {
		const defence = new ContentPoisoning(true);
		expect(defence.treeLies(new Set([1, 2]), new Set(), 3)).toBe(true);
		expect(defence.treeLies(new Set([1, 2]), new Set([3]), 3)).toBe(true);
		expect(defence.treeLies(new Set([1]), new Set(), 3)).toBe(false);
		expect(defence.treeLies(new Set([1, 3]), new Set(), 3)).toBe(false);
		expect(defence.treeLies(new Set([1, 2]), new Set([4]), 3)).toBe(false);
		expect(new ContentPoisoning(false).treeLies(new Set([1, 2]), new Set(), 3)).toBe(false);
	});
});
