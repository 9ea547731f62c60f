import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { md4, partSize } from '../../src/library/ed2k-hash.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { sameContent } from '../../src/transfer/content.ts';
import { isBetter, type Tree, treeOf } from '../../src/transfer/tree.ts';

const claim = (slices: Uint8Array, slice = partSize) => ({ kind: 'ed2k', slices, slice }) as const;
const anyHash = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('hashes of the parts of a file', () => {
	test('are as many as the size says, one more where it is a multiple of a part, and of the wanted hash', () => {
		fc.assert(
			fc.property(fc.nat(5), fc.nat(partSize - 1), fc.boolean(), fc.nat(6), (whole, more, exact, count) => {
				const size = whole * partSize + (exact ? 0 : more);
				const slices = new Uint8Array(count * 16).fill(7);
				const ed2k = hex(count === 1 ? slices : md4(slices));
				const tree = treeOf(claim(slices), size, 3, { ed2k });
				if (count === whole + 1) {
					expect(tree).toEqual({ ...claim(slices), root: ed2k, source: 3, proven: true });
				} else expect(tree).toMatchObject({ refused: 'transfer.tree.other' });
			}),
		);
	});

	test('that are not those of the wanted hash are refused, and so is what nobody wanted', () => {
		fc.assert(
			fc.property(fc.array(anyHash, { minLength: 2, maxLength: 4 }), anyHash, (list, other) => {
				const slices = Uint8Array.from(list.flatMap((hash) => [...hash]));
				const size = list.length * partSize - 1;
				expect(isRefusal(treeOf(claim(slices), size, 1, { ed2k: hex(other) }))).toBe(true);
				expect(isRefusal(treeOf(claim(slices), size, 1, {}))).toBe(true);
				expect(isRefusal(treeOf(claim(slices, 1024), size, 1, { ed2k: hex(md4(slices)) }))).toBe(true);
			}),
		);
	});
});

test('a proven tree is better than a claim, and of two proven ones that with the smaller pieces', () => {
	const tree = (kind: Tree['kind'], slice: number, proven: boolean): Tree => {
		return { kind, root: '', slices: new Uint8Array(0), slice, source: 1, proven };
	};
	const [parts, fine, said] = [
		tree('ed2k', partSize, true),
		tree('tiger', 65_536, true),
		tree('tiger', 1024, false),
	];
	expect(isBetter(parts, undefined)).toBe(true);
	expect(isBetter(parts, said)).toBe(true);
	expect(isBetter(said, parts)).toBe(false);
	expect(isBetter(fine, parts)).toBe(true);
	expect(isBetter(parts, fine)).toBe(false);
	expect(isBetter(parts, parts)).toBe(false);
});

test.each([
	[{ sha1: 'A' }, { sha1: 'A' }, true],
	[{ sha1: 'A' }, { sha1: 'B' }, false],
	[{ sha1: 'A' }, { ed2k: 'a' }, false],
	[{ sha1: 'A', ed2k: 'a' }, { ed2k: 'a' }, true],
	[{ sha1: 'A', ed2k: 'a' }, { sha1: 'A', ed2k: 'b' }, false],
	[{ sha1: 'A', ed2k: 'a' }, { sha1: 'B', ed2k: 'a' }, false],
	[{}, {}, false],
])('%j and %j are the same content: %s', (one, other, same) => {
	expect(sameContent(one, other)).toBe(same);
	expect(sameContent(other, one)).toBe(same);
});
