import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32, hex, unbase32, unhex } from '../../../src/networks/common/hash.ts';

const text = (letters: string) => new TextEncoder().encode(letters);

describe('base32', () => {
	test.each([
		['', ''],
		['f', 'MY'],
		['fo', 'MZXQ'],
		['foo', 'MZXW6'],
		['foob', 'MZXW6YQ'],
		['fooba', 'MZXW6YTB'],
		['foobar', 'MZXW6YTBOI'],
	])('RFC 4648 vector %j', (plain, coded) => {
		expect(base32(text(plain))).toBe(coded);
		expect(unbase32(coded)).toEqual(text(plain));
		expect(unbase32(coded.toLowerCase())).toEqual(text(plain));
	});

	test('any bytes come back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
				expect(unbase32(base32(bytes))).toEqual(bytes);
			}),
		);
	});

	test.each([
		['a letter that is not base32', 'MZXW1'],
		['padding', 'MY======'],
		['a length that no bytes have', 'MZX'],
		['bits beyond the last byte', 'MZ'],
		['letters above ASCII', 'M\u0178'],
		['more than any hash', 'A'.repeat(136)],
	])('%s is refused', (_, coded) => {
		expect(unbase32(coded)).toBeUndefined();
	});

	test('any text gives bytes or nothing', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 200 }), (any) => {
				const bytes = unbase32(any);
				if (bytes) expect(base32(bytes)).toBe(any.toUpperCase());
			}),
		);
	});
});

describe('hex', () => {
	test('any bytes come back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
				expect(hex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
				expect(unhex(hex(bytes).toUpperCase())).toEqual(bytes);
			}),
		);
	});

	test.each(['0', '0g', ' 0', '@0', '`0', '0'.repeat(130)])('%j is refused', (bad) => {
		expect(unhex(bad)).toBeUndefined();
	});
});
