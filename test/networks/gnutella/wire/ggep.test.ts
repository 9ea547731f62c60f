import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { decodeGgep, encodeGgep } from '../../../../src/networks/gnutella/wire/ggep.ts';
import { bytesOf, fromHex, join } from './pieces.ts';

const id = fc.stringMatching(/^[A-Z][A-Z0-9]{0,14}$/);
const entries = fc.uniqueArray(fc.tuple(id, fc.uint8Array({ maxLength: 300 })), {
	maxLength: 8,
	minLength: 1,
	selector: ([name]) => name,
});

function decode(bytes: Uint8Array, at = 0, end = bytes.length) {
	const block = decodeGgep(bytes, at, end);
	return isRefusal(block) ? block : { entries: [...block.extensions], end: block.end };
}

describe('GGEP', () => {
	test('what was put in comes out, plain, stuffed and compressed', () => {
		fc.assert(
			fc.property(entries, fc.boolean(), fc.boolean(), (list, cobs, deflate) => {
				const bytes = encodeGgep(list, {
					cobs,
					deflate: deflate ? list.slice(0, 4).map(([name]) => name) : [],
				});
				expect(decode(bytes)).toEqual({ entries: list, end: bytes.length });
				if (cobs) expect(bytes.includes(0)).toBe(false);
			}),
		);
	});

	test('is found inside other bytes and ends where it ends', () => {
		const bytes = join([bytesOf('ab'), encodeGgep([['SCP', Uint8Array.of(2)]]), bytesOf('cd')]);
		expect(decode(bytes, 2)).toEqual({ entries: [['SCP', Uint8Array.of(2)]], end: bytes.length - 2 });
	});

	test.each([0, 63, 64, 4095, 4096, 0x3ffff])('data of %d bytes has a length in 6-bit groups', (length) => {
		const data = new Uint8Array(length).fill(1);
		const bytes = encodeGgep([['X', data]]);
		expect(bytes.length - length).toBe(3 + (length < 64 ? 1 : length < 4096 ? 2 : 3));
		expect(decode(bytes)).toEqual({ entries: [['X', data]], end: bytes.length });
	});

	test.each([253, 254, 255, 508, 509])(
		'%d bytes without a zero are stuffed at the longest code',
		(length) => {
			const data = new Uint8Array(length + 2).fill(9);
			data[0] = 0;
			const bytes = encodeGgep([['X', data]], { cobs: true });
			expect(decode(bytes)).toEqual({ entries: [['X', data]], end: bytes.length });
		},
	);

	test('seen from gtk-gnutella', () => {
		expect(decode(fromHex('c303534350410286444854495050' + '40'))).toEqual({
			entries: [
				['SCP', Uint8Array.of(2)],
				['DHTIPP', new Uint8Array(0)],
			],
			end: 15,
		});
	});

	test('the first of two equal ids counts', () => {
		expect(decode(fromHex('c3015841' + '01' + '81584102'))).toEqual({
			entries: [['X', Uint8Array.of(1)]],
			end: 9,
		});
	});

	test.each([
		['no magic', '03534350'],
		['nothing behind the magic', 'c3'],
		['no last extension', 'c3015840'],
		['an id without letters', 'c38040'],
		['the reserved flag', 'c3915840'],
		['an id that runs over the end', 'c38f41'],
		['no length', 'c38158'],
		['a length that runs over the end', 'c381584141'.slice(0, 8)],
		['a length without its last group', 'c381588080'],
		['four groups', 'c3815880808041'],
		['a group with both marks', 'c38158c0'],
		['a group with no mark', 'c3815801'],
		['a zero inside COBS', 'c3c15843020001'],
		['a zero code in COBS', 'c3c158420001'],
		['a COBS code over the end', 'c3c158420501'],
		['no zlib where it is said', 'c3a158420102'],
	])('%s is refused', (_, digits) => {
		expect(decode(fromHex(digits))).toMatchObject({ refused: 'gnutella.ggep.malformed' });
	});

	test('more extensions than any servent sends are refused', () => {
		const many = Array.from({ length: 33 }, (_, i) => [`A${i}`, new Uint8Array(0)] as const);
		expect(decode(encodeGgep(many))).toMatchObject({ refused: 'gnutella.ggep.malformed' });
		expect(decode(encodeGgep(many.slice(1)))).toMatchObject({ end: expect.any(Number) });
	});

	test('a compressed extension that grows beyond its bound is refused', () => {
		const bytes = encodeGgep([['X', new Uint8Array(16385)]], { deflate: ['X'] });
		expect(bytes.length).toBeLessThan(200);
		expect(decode(bytes)).toEqual({ refused: 'gnutella.ggep.bomb' });
		expect(decode(encodeGgep([['X', new Uint8Array(16384)]], { deflate: ['X'] }))).toMatchObject({
			end: expect.any(Number),
		});
	});

	test('more compressed extensions than any servent sends are refused', () => {
		const zeros = ['A', 'B', 'C', 'D', 'E'].map((name) => [name, new Uint8Array(100)] as const);
		const packed = (count: number) =>
			encodeGgep(zeros, { deflate: ['A', 'B', 'C', 'D', 'E'].slice(0, count) });
		expect(decode(packed(4))).toMatchObject({ entries: zeros });
		expect(decode(packed(5))).toMatchObject({ refused: 'gnutella.ggep.malformed' });
	});

	test('compressed extensions are left out where they are not to be unpacked', () => {
		const list = [['A', new Uint8Array(100)] as const, ['B', Uint8Array.of(1)] as const];
		const block = decodeGgep(encodeGgep(list, { deflate: ['A'] }), 0, 1000, false);
		expect(block).toMatchObject({ extensions: new Map(list.slice(1)) });
	});

	test('never reads past the end that it is given', () => {
		const bytes = encodeGgep([['XY', bytesOf('abcdef')]]);
		for (let end = 0; end < bytes.length; end++) expect(isRefusal(decodeGgep(bytes, 0, end))).toBe(true);
	});

	test('any bytes give extensions or a refusal', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 100 }), (tail) => {
				const bytes = join([Uint8Array.of(0xc3), tail]);
				const block = decodeGgep(bytes, 0, bytes.length);
				if (!isRefusal(block)) expect(block.end).toBeLessThanOrEqual(bytes.length);
			}),
			{ numRuns: 500 },
		);
	});

	test('an id that no reader takes is our mistake', () => {
		expect(() => encodeGgep([['', new Uint8Array(0)]])).toThrow();
		expect(() => encodeGgep([['A'.repeat(16), new Uint8Array(0)]])).toThrow();
		expect(() => encodeGgep([['A', new Uint8Array(0x40000)]])).toThrow();
	});
});
