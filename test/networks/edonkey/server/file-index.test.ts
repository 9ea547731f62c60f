import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash } from '../wire/kinds.ts';
import { type FileOf, Published } from './published.ts';

describe('what is published', () => {
	it('is found by any of its words, whatever their case, and by its hash', () => {
		const published = new Published();
		const name = 'Vyncke - Peer to Peer (2003).pdf';
		published.offer(published.publisher(), { name, size: 77, type: 'Doc' });
		for (const words of ['vyncke', 'PEER', 'pdf 2003', 'to peer vyncke'])
			expect(published.search(words)).toEqual([name]);
		for (const words of ['', 'x', 'vynck', 'vyncke 2004']) expect(published.search(words)).toEqual([]);
		const { index } = published;
		const file = index.find(hash(1), 0, 77);
		expect(index.find(hash(1), 0)).toBe(file);
		expect(index.find(hash(1), 0, 78)).toBe(-1);
		expect(index.find(hash(2), 0)).toBe(-1);
		expect([index.size(file), index.type(file), index.hash(file)]).toEqual([77, 5, hash(1)]);
	});

	it('in other letters is found by words in any accents', () => {
		const published = new Published();
		published.offer(
			published.publisher(),
			{ name: 'Été à Liège.mp3' },
			{ name: '新聞 記事.txt' },
			{ name: 'ete plain.mp3' },
		);
		expect(published.search('ete mp3')).toEqual(['ete plain.mp3', 'Été à Liège.mp3']);
		expect(published.search('LIÈGE')).toEqual(['Été à Liège.mp3']);
		expect(published.search('新聞')).toEqual(['新聞 記事.txt']);
	});

	it('by several is one file with so many sources; each counts once', () => {
		const published = new Published();
		const [one, two] = [published.publisher(), published.publisher()];
		expect(published.offer(one, { name: 'a talk.pdf' })).toBe(1);
		expect(published.offer(one, { name: 'a talk.pdf' })).toBe(0);
		expect(published.offer(two, { name: 'another name.pdf', partial: true })).toBe(1);
		const { index } = published;
		const file = index.find(hash(1), 0);
		expect([index.files, index.sourceCount(file), index.completeCount(file)]).toEqual([1, 2, 1]);
		published.offer(two, { name: 'another name.pdf' });
		expect(index.completeCount(file)).toBe(2);
		expect(one.files + two.files).toBe(2);
	});

	it('goes with whoever had it, and only then', () => {
		const published = new Published();
		const [one, two] = [published.publisher(), published.publisher()];
		published.offer(one, { name: 'shared words.pdf' }, { name: 'lonely words.pdf' });
		published.offer(two, { name: 'shared words.pdf' });
		published.index.withdraw(one);
		expect(published.search('words')).toEqual(['shared words.pdf']);
		published.index.withdraw(two);
		expect(published.search('words')).toEqual([]);
		expect([published.index.files, published.index.sources.count, published.index.postings.words]).toEqual([
			0, 0, 0,
		]);
	});

	it('with a known hash and another size spoils nobody', () => {
		const published = new Published();
		published.offer(published.publisher(), { name: 'decoy talk.pdf', size: 5 });
		published.offer(published.publisher(), { name: 'real talk.pdf', size: 6_000_000_000 });
		expect(published.search('talk')).toEqual(['decoy talk.pdf', 'real talk.pdf']);
		const { index } = published;
		expect(index.size(index.find(hash(1), 0, 6_000_000_000))).toBe(6_000_000_000);
	});
});

describe('any order of coming, offering and going', () => {
	const pool = ['red', 'green', 'blue', 'old', 'new', 'été'];
	const file = fc.record({
		n: fc.integer({ min: 1, max: 12 }),
		words: fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 5 }),
	});
	const step = fc.oneof(
		fc.record({
			what: fc.constant('offer' as const),
			who: fc.nat(4),
			files: fc.array(file, { maxLength: 8 }),
		}),
		fc.record({ what: fc.constant('go' as const), who: fc.nat(4) }),
	);

	it('leaves what a plain list would', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
				const published = new Published();
				const people = Array.from({ length: 5 }, () => published.publisher());
				/** By number: its first name, and who has it. */
				const plain = new Map<number, { name: string; who: Set<number> }>();
				for (const one of steps) {
					if (one.what === 'go') {
						published.index.withdraw(people[one.who]);
						for (const [n, { who }] of plain) if (who.delete(one.who) && who.size === 0) plain.delete(n);
						continue;
					}
					for (const { n, words } of one.files) {
						const name = words.join(' ');
						const offered: FileOf = { name, hash: hash(n) };
						const known = plain.get(n);
						if (known === undefined) plain.set(n, { name, who: new Set([one.who]) });
						else known.who.add(one.who);
						published.offer(people[one.who], offered);
					}
				}
				expect(published.index.files).toBe(plain.size);
				for (const word of pool) {
					const names = [...plain.values()]
						.map(({ name }) => name)
						.filter((name) => name.split(' ').includes(word));
					expect(published.search(word)).toEqual(names.sort());
				}
				for (const [n, { who }] of plain)
					expect(published.index.sourceCount(published.index.find(hash(n), 0))).toBe(who.size);
			}),
		);
	});

	it('leaves nothing of ten thousand files whose people have gone, and no more room the second time', () => {
		const published = new Published();
		const round = (): void => {
			const people = Array.from({ length: 100 }, () => published.publisher());
			for (const [i, who] of people.entries()) {
				const files = Array.from({ length: 100 }, (_, f) => {
					const bytes = new Uint8Array(16);
					new DataView(bytes.buffer).setUint32(0, i * 100 + f);
					return { name: `common word${f} number ${i * 100 + f}.mp3`, hash: bytes };
				});
				published.offer(who, ...files);
			}
			expect(published.index.files).toBe(10_000);
			expect(published.search('common word7')).toHaveLength(100);
			for (const who of people) published.index.withdraw(who);
			expect(published.index.files).toBe(0);
			expect(published.index.postings.words).toBe(0);
		};
		round();
		const held = published.index.bytesHeld;
		round();
		round();
		expect(published.index.bytesHeld).toBe(held);
	});
});
