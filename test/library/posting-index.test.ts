import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PostingIndex } from '../../src/library/posting-index.ts';
import { words as wordsOf } from '../../src/networks/common/words.ts';
import type { SharedFile } from '../../src/networks/network.ts';

function sha1Of(number: number): Uint8Array {
	return new Uint8Array(20).map((_, at) => number >>> ((at % 4) * 8));
}

function ids(files: readonly SharedFile[]): number[] {
	return files.map((file) => file.id);
}

/** The same promises, kept in the slowest and plainest way. */
class NaiveIndex {
	readonly files = new Map<number, SharedFile>();
	match(text: string, limit: number): number[] {
		const words = wordsOf(text);
		if (words.length === 0) return [];
		const found = [...this.files.values()].filter((file) => {
			const own = wordsOf(file.name);
			return words.every((word) => own.includes(word));
		});
		return found
			.map((file) => file.id)
			.sort((one, other) => one - other)
			.slice(0, limit);
	}
}

test('a query finds the files whose names hold all of its words, in any order and case', () => {
	const index = new PostingIndex();
	index.add({ id: 1, name: 'Big Buck Bunny.ogv', size: 10 });
	index.add({ id: 2, name: 'big_buck_deer.txt', size: 20 });
	expect(ids(index.match('BUCK big', 10))).toEqual([1, 2]);
	expect(ids(index.match('bunny, buck!', 10))).toEqual([1]);
	expect(index.match('buck cow', 10)).toEqual([]);
	expect(index.match('', 10)).toEqual([]);
	expect(index.match('-- ..', 10)).toEqual([]);
	expect(ids(index.match('big', 1))).toEqual([1]);
});

test('a query of forty words is answered by its first thirty-two', () => {
	const index = new PostingIndex();
	const words = Array.from({ length: 40 }, (_, at) => `w${at}`);
	index.add({ id: 1, name: words.slice(0, 32).join(' '), size: 1 });
	index.add({ id: 2, name: words.slice(0, 31).join(' '), size: 1 });
	expect(ids(index.match(words.join(' '), 10))).toEqual([1]);
});

test('a file is found by its hash, also when two files are equal and one of them goes', () => {
	const index = new PostingIndex();
	index.add({ id: 4, name: 'a', size: 1, sha1: sha1Of(7) });
	index.add({ id: 2, name: 'b', size: 1, sha1: sha1Of(7) });
	expect(index.bySha1(sha1Of(7))?.id).toBe(2);
	expect([...index.sha1s()]).toHaveLength(1);
	index.remove(2);
	expect(index.bySha1(sha1Of(7))?.id).toBe(4);
	index.remove(4);
	expect(index.bySha1(sha1Of(7))).toBeUndefined();
	expect([...index.sha1s()]).toEqual([]);
});

test('the version grows with each change, and only then', () => {
	const index = new PostingIndex();
	const versions = [index.version];
	index.add({ id: 1, name: 'a', size: 1 });
	versions.push(index.version);
	index.add({ id: 1, name: 'b', size: 1025 });
	versions.push(index.version);
	index.remove(99);
	expect(index.version).toBe(versions[2]);
	index.remove(1);
	versions.push(index.version);
	expect(versions).toEqual(versions.toSorted((one, other) => one - other));
	expect(new Set(versions).size).toBe(4);
	expect([index.files, index.kilobytes, [...index.words()]]).toEqual([0, 0, []]);
});

test.each([0, -1, 1.5, 2 ** 32])('the id %d, which no hit could carry, is our own mistake', (id) => {
	expect(() => new PostingIndex().add({ id, name: 'a', size: 1 })).toThrow(RangeError);
});

const word = fc.constantFrom('ant', 'bee', 'cat', 'dog', 'été', 'fox', 'gnu', 'hen');
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const change = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 40 }), name }) },
	{ weight: 1, arbitrary: fc.record({ remove: fc.integer({ min: 1, max: 40 }) }) },
);

test('after any changes in any order, every query gives what the plainest search gives', () => {
	fc.assert(
		fc.property(fc.array(change, { maxLength: 60 }), fc.array(name, { maxLength: 8 }), (changes, queries) => {
			const index = new PostingIndex();
			const naive = new NaiveIndex();
			for (const step of changes) {
				if ('add' in step) {
					const file = { id: step.add, name: step.name, size: step.add, sha1: sha1Of(step.add % 5) };
					index.add(file);
					naive.files.set(file.id, file);
				} else {
					index.remove(step.remove);
					naive.files.delete(step.remove);
				}
			}
			for (const query of queries) {
				expect(ids(index.match(query, 100))).toEqual(naive.match(query, 100));
				expect(ids(index.match(query, 2))).toEqual(naive.match(query, 2));
			}
			const all = [...naive.files.values()];
			expect([...index.words()].sort()).toEqual(
				[...new Set(all.flatMap((file) => wordsOf(file.name)))].sort(),
			);
			expect(index.files).toBe(all.length);
			expect(index.bytes).toBe(all.reduce((sum, file) => sum + file.size, 0));
			for (let hash = 0; hash < 5; hash++) {
				expect(index.bySha1(sha1Of(hash)) === undefined).toBe(!all.some((file) => file.id % 5 === hash));
			}
		}),
		{ numRuns: 200 },
	);
});

describe('one hundred thousand files', () => {
	const random = generator(20031);
	const words = Array.from({ length: 20_000 }, () => random().toString(36).slice(2, 9));
	// Squaring makes some words common and most rare, as in names of files.
	const pick = () => words[Math.floor(random() ** 2 * words.length)]!;
	const files = Array.from({ length: 100_000 }, (_, at) => ({
		id: at + 1,
		name: `${pick()} ${pick()} - ${pick()}.${at % 3 === 0 ? 'ogg' : 'txt'}`,
		size: at,
		sha1: sha1Of(at),
	}));
	const index = new PostingIndex();

	test('are found as the plainest search finds them, and a miss costs next to nothing', () => {
		const started = performance.now();
		for (const file of files) index.add(file);
		const built = performance.now() - started;

		const tokens = files.map((file) => new Set(wordsOf(file.name)));
		const queries = Array.from({ length: 60 }, () =>
			Array.from({ length: 1 + Math.floor(random() * 3) }, pick).join(' '),
		);
		queries.push('ogg', 'ogg txt', `ogg ${words[0]}`, files[777]!.name, files[99_999]!.name);
		let hits = 0;
		for (const query of queries) {
			const wanted = wordsOf(query);
			const naive = files
				.filter((_, at) => wanted.every((one) => tokens[at]!.has(one)))
				.map((file) => file.id);
			const found = ids(index.match(query, 100_000));
			hits += found.length;
			expect(found).toEqual(naive);
		}
		expect(hits).toBeGreaterThan(30_000);
		expect(index.bySha1(sha1Of(4711))?.id).toBe(4712);

		const misses = 200_000;
		const from = performance.now();
		let found = 0;
		for (let at = 0; at < misses; at++) found += index.match('the unknown artist', 10).length;
		const each = ((performance.now() - from) * 1000) / misses;
		expect(found).toBe(0);
		console.info(`100,000 files: built in ${built.toFixed(0)} ms, a miss takes ${each.toFixed(3)} us`);
	});
});

/** A small generator with a seed (mulberry32): the same files in every run. */
function generator(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
