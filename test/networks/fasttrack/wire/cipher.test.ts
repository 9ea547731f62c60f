/** The cipher against vectors that other programs made, and against itself in any cuts. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5 } from '../../../../src/networks/common/md5.ts';
import {
	Cipher,
	type CipherType,
	cipherTypes,
	keyOf,
} from '../../../../src/networks/fasttrack/wire/cipher.ts';
import { cuts, join } from '../../gnutella/wire/pieces.ts';

/** Seed, type, the first 16 bytes of the stream, 8 bytes at offset 4,096. */
const vectors: [seed: number, type: CipherType, first: string, later: string][] = [
	[0x00000000, 0x01, 'a3ed06c136190f0404a0612f01cab65f', '0c313d328558b6b9'],
	[0x00000001, 0x01, 'fb5b402f3831bca78f16c0dcf7162019', '667306eaac66af71'],
	[0x00000001, 0x09, 'd49325b7a51f3791606dbd7ba66d1513', '91a82654ed914d77'],
	[0xfacb1238, 0x01, '308d04bffc3ebd213c2953fe6797a615', 'b69fd7a5f8d22d46'],
	[0xfacb1238, 0x09, '9d097578b0660567fd168194851cdac7', 'cad31acdf7792c25'],
	[0xdeadbeef, 0x09, '2a13a0c21f1933c478bc78ac7be1a876', '4a99a7d2044b74e8'],
];

const seeds = fc.integer({ min: 0, max: 0xffffffff });
const types = fc.constantFrom(...cipherTypes);
const bytes = fc.uint8Array({ maxLength: 700 });

function through(cipher: Cipher, pieces: Iterable<Uint8Array>): Uint8Array {
	const all = [...pieces];
	for (const piece of all) cipher.apply(piece);
	return join(all);
}

describe('the cipher', () => {
	for (const [seed, type, first, later] of vectors) {
		it(`makes the known stream of seed ${seed.toString(16)}, type ${type}`, () => {
			const stream = new Uint8Array(4104);
			new Cipher(keyOf(seed), type).apply(stream);
			expect(Buffer.from(stream.subarray(0, 16)).toString('hex')).toBe(first);
			expect(Buffer.from(stream.subarray(4096)).toString('hex')).toBe(later);
		});
	}

	it('opens what it closed, however either is cut', () => {
		fc.assert(
			fc.property(seeds, types, bytes, cuts, cuts, (seed, type, plain, cut, cutAgain) => {
				const closed = through(new Cipher(keyOf(seed), type), cut(plain));
				const opened = through(new Cipher(keyOf(seed), type), cutAgain(closed));
				expect(opened).toEqual(plain);
			}),
		);
	});

	it('changes only the range it is given', () => {
		const whole = new Uint8Array(40);
		new Cipher(keyOf(7), 0x09).apply(whole, 10, 30);
		expect(whole.subarray(0, 10)).toEqual(new Uint8Array(10));
		expect(whole.subarray(30)).toEqual(new Uint8Array(10));
		const alone = new Uint8Array(20);
		new Cipher(keyOf(7), 0x09).apply(alone);
		expect(whole.subarray(10, 30)).toEqual(alone);
	});

	it('leaves the key as it was, so that one key makes many streams', () => {
		const key = keyOf(0xdeadbeef);
		const before = key.pad.slice();
		for (const type of cipherTypes) new Cipher(key, type).apply(new Uint8Array(5000));
		expect(key.pad).toEqual(before);
	});
});

it('MD5 is the MD5 of everybody', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
			expect(Buffer.from(md5(data)).toString('hex')).toBe(createHash('md5').update(data).digest('hex'));
		}),
	);
});
