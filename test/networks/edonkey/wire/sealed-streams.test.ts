import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import {
	maySealed,
	type Sealed,
	sealedAccepter,
	sealedDialler,
} from '../../../../src/networks/edonkey/wire/sealed-streams.ts';
import { hash } from '../wire/kinds.ts';

const random = fc.uint8Array({ minLength: 5, maxLength: 5 });
const texts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 6 });

/** What comes out of the bytes in these pieces. */
function taken(end: Sealed, bytes: Uint8Array, size: number): number[] {
	const plain: number[] = [];
	for (let at = 0; at < bytes.length; at += size) {
		const some = end.take(bytes.subarray(at, at + size));
		if (isRefusal(some)) throw new Error(some.refused);
		if (some !== 'more') plain.push(...some);
	}
	return plain;
}

describe('an obfuscated link', () => {
	it('carries what each says to the other, in any pieces', () => {
		fc.assert(
			fc.property(random, texts, texts, fc.integer({ min: 1, max: 40 }), (chance, ours, theirs, size) => {
				const dialler = sealedDialler(hash(5), chance);
				const accepter = sealedAccepter(hash(5));
				expect(maySealed(dialler.greeting[0]!)).toBe(true);
				expect(taken(accepter, dialler.greeting, size)).toEqual([]);
				const answer = Buffer.concat([new Uint8Array(0), ...theirs].map((text) => accepter.seal(text)));
				expect(taken(dialler, answer, size)).toEqual(theirs.flatMap((text) => [...text]));
				const said = Buffer.concat(ours.map((text) => dialler.seal(text)));
				expect(taken(accepter, said, size)).toEqual(ours.flatMap((text) => [...text]));
			}),
		);
	});

	it('to another user is refused at its magic, and stays refused', () => {
		const { greeting } = sealedDialler(hash(5), Uint8Array.of(1, 2, 3, 4, 5));
		const accepter = sealedAccepter(hash(6));
		expect(accepter.take(greeting)).toEqual({ refused: 'edonkey.seal.broken' });
		expect(accepter.take(greeting)).toEqual({ refused: 'edonkey.seal.broken' });
	});

	it('never throws, whatever comes', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 5 }), (pieces) => {
				const accepter = sealedAccepter(hash(5));
				const dialler = sealedDialler(hash(5), Uint8Array.of(0xe3, 2, 3, 4, 5));
				for (const piece of pieces) {
					accepter.take(piece);
					dialler.take(piece);
				}
			}),
		);
	});

	it('does not begin as a plain one', () => {
		for (const first of [0xe3, 0xc5, 0xd4]) {
			const { greeting } = sealedDialler(hash(5), Uint8Array.of(first, 2, 3, 4, 5));
			expect(maySealed(greeting[0]!)).toBe(true);
		}
		expect(maySealed(0xe3)).toBe(false);
	});
});
