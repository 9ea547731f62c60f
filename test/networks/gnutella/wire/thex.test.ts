import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { base32, hex } from '../../../../src/networks/common/hash.ts';
import { rootOf, sliceSize, TigerTree } from '../../../../src/networks/common/tiger.ts';
import { decodeDime, encodeDime } from '../../../../src/networks/gnutella/wire/dime.ts';
import { decodeThex, encodeThex, type Thex } from '../../../../src/networks/gnutella/wire/thex.ts';
import { goldenThex } from './golden-thex.ts';

const golden = new Uint8Array(Buffer.from(goldenThex, 'hex'));

describe('records of DIME', () => {
	const record = fc.record({
		type: fc.string({ maxLength: 20, unit: 'grapheme-ascii' }),
		kind: fc.constantFrom('media' as const, 'uri' as const),
		id: fc.string({ maxLength: 20, unit: 'grapheme-ascii' }),
		data: fc.uint8Array({ maxLength: 50 }),
	});

	it('come back as they were written', () => {
		fc.assert(
			fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (records) => {
				const read = decodeDime(encodeDime(records));
				expect(isRefusal(read)).toBe(false);
				const plain = (all: typeof records) => all.map((one) => ({ ...one, data: hex(one.data) }));
				expect(plain(read as typeof records)).toEqual(plain(records));
			}),
		);
	});

	it('of any bytes, or cut anywhere, never throw', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeDime(bytes)));
		const whole = golden;
		for (let length = 0; length < whole.length; length += 7) {
			expect(decodeDime(whole.subarray(0, length))).toMatchObject({ refused: 'gnutella.dime.malformed' });
		}
	});
});

/** A tree of this many bytes of file, made of hashes that look random. */
function treeOf(size: number, slice: number): Omit<Thex, 'root'> {
	const count = Math.max(1, Math.ceil(size / slice));
	const slices = Uint8Array.from({ length: count * 24 }, (_, at) => (at * 7919 + size) >>> 3);
	return { size, slice, slices };
}

describe('a hash tree on the wire', () => {
	it('of gtk-gnutella is read, and its root is the one that its header named', () => {
		const tree = decodeThex(golden) as Thex;
		expect(tree).toMatchObject({ size: 3_000_000, slice: 262_144 });
		expect(tree.slices).toHaveLength(12 * 24);
		expect(base32(tree.root)).toBe('4RTNBKCPBJWFNQNIKBJAZDXFFCDDZ2ODPLAU52Y');
	});

	it('comes back as it was written, whatever the size of the file', () => {
		const sizes = fc.oneof(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 200_000_000 }));
		fc.assert(
			fc.property(sizes, (size) => {
				const given = treeOf(size, sliceSize(size));
				const read = decodeThex(encodeThex(given, 'u'));
				expect(isRefusal(read)).toBe(false);
				const { root, slices, slice } = read as Thex;
				expect(hex(root)).toBe(hex(rootOf(given.slices)));
				if (size > 65_536) expect([slice, hex(slices)]).toEqual([given.slice, hex(given.slices)]);
			}),
			{ numRuns: 40 },
		);
	});

	it('of a real file proves its slices', () => {
		const bytes = Uint8Array.from({ length: 500_000 }, (_, at) => at >>> 4);
		const made = new TigerTree(65_536);
		made.update(bytes);
		const { root, slices } = made.finish();
		const read = decodeThex(encodeThex({ size: bytes.length, slices, slice: 65_536 }, 'u')) as Thex;
		expect([hex(read.root), hex(read.slices)]).toEqual([hex(root), hex(slices)]);
	});

	it('with one wrong bit anywhere in its hashes is refused', () => {
		const whole = encodeThex(treeOf(1_000_000, 65_536), 'u');
		const start = whole.length - (1 + 2 + 4 + 8 + 16) * 24;
		// What follows the root must make the root.
		for (let at = start; at < whole.length; at += 53) {
			const bent = whole.slice();
			bent[at] = bent[at]! ^ 1;
			expect(decodeThex(bent)).toMatchObject({ refused: 'gnutella.thex.malformed' });
		}
	});

	it.each([
		['another size', 'size="1000000"', 'size="9000000"'],
		['no size', 'size="1000000"', 'size="x"'],
		['another leaf', 'segmentsize="1024"', 'segmentsize="4096"'],
		['another hash', 'outputsize="24"', 'outputsize="20"'],
		['another depth', 'depth="4"', 'depth="3"'],
	])('with %s is refused', (_, before, after) => {
		const text = Buffer.from(encodeThex(treeOf(1_000_000, 65_536), 'u')).toString('latin1');
		expect(text).toContain(before);
		const bent = text.replace(before, after.padEnd(before.length));
		expect(decodeThex(Buffer.from(bent, 'latin1'))).toMatchObject({ refused: 'gnutella.thex.malformed' });
	});

	it('of any bytes never throws', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeThex(bytes)));
		const bend = fc.tuple(fc.nat(golden.length - 1), fc.nat(255));
		fc.assert(
			fc.property(fc.array(bend, { maxLength: 6 }), (bends) => {
				const bytes = golden.slice();
				for (const [at, value] of bends) bytes[at] = value;
				decodeThex(bytes);
			}),
		);
	});
});
