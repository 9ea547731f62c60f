import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WalkBudget } from '../../../../src/networks/common/catalogue/walk-budget.ts';
import { SearchPlan } from '../../../../src/networks/edonkey/server/search.ts';
import type { Comparison, SearchNode } from '../../../../src/networks/edonkey/wire/search-tree.ts';
import { Published } from './published.ts';

const words = (text: string): SearchNode => ({ kind: 'words', text });
const both = (kind: 'and' | 'or' | 'not', left: SearchNode, right: SearchNode): SearchNode => ({
	kind,
	left,
	right,
});
const number = (tag: number, comparison: Comparison, value: number): SearchNode => ({
	kind: 'number',
	tag,
	comparison,
	value,
});
const text = (tag: number, value: string): SearchNode => ({ kind: 'text', tag, text: value });

function stocked(): Published {
	const published = new Published();
	published.offer(
		published.publisher(),
		{ name: 'ubuntu readme.txt', size: 10, type: 'Doc' },
		{ name: 'ubuntu song.MP3', size: 5_000_000_000, type: 'Audio', length: 200, bitrate: 128, codec: 'mp3' },
		{ name: 'debian song.ogg', size: 300, type: 'Audio', length: 100, bitrate: 64, codec: 'Vorbis' },
		{ name: 'debian readme.pdf', size: 400, type: 'Doc' },
	);
	published.offer(published.publisher(), { name: 'ubuntu readme.txt', size: 10 });
	return published;
}

describe('a search', () => {
	const published = stocked();
	const cases: [string, SearchNode, string[]][] = [
		['and', both('and', words('ubuntu'), words('readme')), ['ubuntu readme.txt']],
		['or', both('or', words('mp3'), words('pdf')), ['debian readme.pdf', 'ubuntu song.MP3']],
		['or of the same', both('or', words('song'), words('song')), ['debian song.ogg', 'ubuntu song.MP3']],
		['not', both('not', words('readme'), words('ubuntu')), ['debian readme.pdf']],
		['type', both('and', words('song'), text(3, 'Audio')), ['debian song.ogg', 'ubuntu song.MP3']],
		['extension', both('and', words('song'), text(4, 'mp3')), ['ubuntu song.MP3']],
		['codec', both('and', text(0xd5, 'vorbis'), words('song')), ['debian song.ogg']],
		['size of 64 bits', both('and', words('song'), number(2, '>', 4_999_999_999)), ['ubuntu song.MP3']],
		['sources', both('and', words('ubuntu'), number(0x15, '>=', 2)), ['ubuntu readme.txt']],
		['complete sources', both('and', words('ubuntu'), number(0x30, '<', 2)), ['ubuntu song.MP3']],
		['length', both('and', words('song'), number(0xd3, '<=', 100)), ['debian song.ogg']],
		['bitrate', both('and', words('song'), number(0xd4, '!=', 64)), ['ubuntu song.MP3']],
		['equal', both('and', words('readme'), number(2, '=', 400)), ['debian readme.pdf']],
		['unknown tag', both('and', words('song'), text(0, 'x')), []],
		['unknown type', both('and', words('song'), text(3, 'Nonsense')), []],
		['unknown word', both('or', words('nobody'), words('nothing')), []],
		['unknown word beside a known one', both('or', words('nobody'), words('pdf')), ['debian readme.pdf']],
	];

	it.each(cases)('by %s', (_, node, names) => expect(published.search(node)).toEqual(names));

	it('without a word that must be there walks nothing', () => {
		expect(published.search(number(2, '>', 0))).toEqual([]);
		expect(published.search(text(3, 'Audio'))).toEqual([]);
		expect(published.search(both('or', words('song'), number(2, '>', 0)))).toEqual([]);
		expect(published.search(both('not', number(2, '>', 0), words('song')))).toEqual([]);
	});
});

it('a search finds what a plain test of every name finds', () => {
	const pool = ['red', 'green', 'blue', 'old', 'new'];
	const name = fc
		.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 4 })
		.map((some) => some.join(' '));
	const leaf: fc.Arbitrary<SearchNode> = fc.constantFrom(...pool, 'red old', 'nobody').map(words);
	const { tree } = fc.letrec<{ tree: SearchNode }>((tie) => ({
		tree: fc.oneof(
			{ maxDepth: 3 },
			leaf,
			fc.record({
				kind: fc.constantFrom('and' as const, 'or', 'not'),
				left: tie('tree'),
				right: tie('tree'),
			}),
		),
	}));
	const holds = (node: SearchNode, has: Set<string>): boolean => {
		switch (node.kind) {
			case 'words':
				return node.text.split(' ').every((word) => has.has(word));
			case 'and':
				return holds(node.left, has) && holds(node.right, has);
			case 'or':
				return holds(node.left, has) || holds(node.right, has);
			case 'not':
				return holds(node.left, has) && !holds(node.right, has);
			default:
				return false;
		}
	};
	fc.assert(
		fc.property(fc.array(name, { maxLength: 30 }), tree, (names, node) => {
			const published = new Published();
			published.offer(published.publisher(), ...names.map((one) => ({ name: one })));
			const wanted = names.filter((one) => holds(node, new Set(one.split(' '))));
			expect(published.search(node)).toEqual(wanted.sort());
		}),
	);
});

it('pages hold everything once, and a walk is bounded', () => {
	const published = new Published();
	const files = Array.from({ length: 200 }, (_, i) => ({ name: `song ${i % 2 ? 'odd' : 'even'} ${i}` }));
	published.offer(published.publisher(), ...files);
	const plan = new SearchPlan(published.index, both('or', words('odd'), words('even')));
	const pages: number[][] = [];
	while (!plan.done) pages.push(plan.next(30, 1000));
	expect(pages.map((page) => page.length)).toEqual([30, 30, 30, 30, 30, 30, 20]);
	expect(new Set(pages.flat()).size).toBe(200);
	const rare = new SearchPlan(published.index, both('and', words('odd'), words('even')));
	expect(rare.next(30, 40)).toEqual([]);
	expect(rare.done).toBe(false);
	expect(rare.next(30, 1000)).toEqual([]);
	expect(rare.done).toBe(true);
});

it('all searches together look at so many files a second, and each at a few even then', () => {
	const budget = new WalkBudget(1000, 10);
	expect(budget.grant(0, 800)).toBe(800);
	budget.spend(800);
	expect(budget.grant(0, 800)).toBe(200);
	budget.spend(200);
	expect(budget.grant(0, 800)).toBe(10);
	expect(budget.grant(0, 5)).toBe(5);
	expect(budget.grant(500, 800)).toBe(500);
	expect(budget.grant(5000, 800)).toBe(800);
});
