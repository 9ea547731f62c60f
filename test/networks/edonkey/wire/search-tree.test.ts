import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	decodeSearch,
	encodeSearch,
	type SearchNode,
} from '../../../../src/networks/edonkey/wire/search-tree.ts';

const leaf: fc.Arbitrary<SearchNode> = fc.oneof(
	fc.record({ kind: fc.constant('words' as const), text: fc.string({ maxLength: 40 }) }),
	fc.record({
		kind: fc.constant('text' as const),
		tag: fc.constantFrom(3, 4, 0xd5),
		text: fc.string({ maxLength: 20 }),
	}),
	fc.record({
		kind: fc.constant('number' as const),
		tag: fc.constantFrom(2, 0x15, 0x30, 0xd3, 0xd4),
		comparison: fc.constantFrom('=' as const, '>', '<', '>=', '<=', '!='),
		value: fc.integer({ min: 0, max: 2 ** 40 }),
	}),
);

const { tree } = fc.letrec<{ tree: SearchNode }>((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 4 },
		leaf,
		fc.record({
			kind: fc.constantFrom('and' as const, 'or', 'not'),
			left: tie('tree'),
			right: tie('tree'),
		}),
	),
}));

/** A list of conditions that hang on one side: as deep as it is long. */
function chain(length: number, left: boolean): SearchNode {
	let node: SearchNode = { kind: 'words', text: 'x' };
	for (let i = 0; i < length; i++) {
		const one: SearchNode = { kind: 'words', text: 'y' };
		node = left ? { kind: 'and', left: node, right: one } : { kind: 'and', left: one, right: node };
	}
	return node;
}

describe('a search', () => {
	it('comes back', () => {
		fc.assert(
			fc.property(tree, (node) => {
				expect(decodeSearch(encodeSearch(node))).toEqual(node);
			}),
		);
	});

	it('is in the bytes that amuled sends for "readme OR ubuntu NOT xyz"', () => {
		const text = (word: string): SearchNode => ({ kind: 'words', text: word });
		const node: SearchNode = {
			kind: 'or',
			left: text('readme'),
			right: { kind: 'not', left: text('ubuntu'), right: text('xyz') },
		};
		const bytes = '0001' + '010600726561646d65' + '0002' + '0106007562756e7475' + '01030078797a';
		expect(Buffer.from(encodeSearch(node)).toString('hex')).toBe(bytes);
		expect(decodeSearch(Buffer.from(bytes, 'hex'))).toEqual(node);
	});

	it('spells the names of some numbers', () => {
		const body = Buffer.from(`0380000000030700${Buffer.from('bitrate').toString('hex')}`, 'hex');
		expect(decodeSearch(body)).toEqual({ kind: 'number', tag: 0xd4, comparison: '>=', value: 128 });
	});

	it('that is deeper or larger than any person asks for is refused before it is walked', () => {
		for (const left of [true, false]) {
			expect(decodeSearch(encodeSearch(chain(24, left)))).not.toHaveProperty('refused');
			expect(decodeSearch(encodeSearch(chain(25, left)))).toMatchObject({
				refused: 'edonkey.search.complex',
			});
		}
		const wide = (depth: number): SearchNode =>
			depth === 0
				? { kind: 'words', text: 'z' }
				: { kind: 'or', left: wide(depth - 1), right: wide(depth - 1) };
		expect(decodeSearch(encodeSearch(wide(5)))).not.toHaveProperty('refused');
		expect(decodeSearch(encodeSearch(wide(6)))).toMatchObject({ refused: 'edonkey.search.complex' });
		// A million operators and nothing else: 2 MB that would be as deep as they are many.
		expect(decodeSearch(new Uint8Array(2_000_000))).toMatchObject({ refused: 'edonkey.search.complex' });
	});

	it('with an operator, a comparison or a kind that nobody knows is refused', () => {
		for (const bytes of ['0003', '0303000000060100', '05', '', '01ff7f']) {
			const read = decodeSearch(Buffer.from(bytes, 'hex'));
			expect(read, bytes).toMatchObject({ refused: 'edonkey.search.malformed' });
		}
	});

	it('by a name that nobody knows is read, and asks for nothing that is there', () => {
		expect(decodeSearch(Buffer.from('020100610300787878', 'hex'))).toEqual({
			kind: 'text',
			tag: 0,
			text: 'a',
		});
	});
});
