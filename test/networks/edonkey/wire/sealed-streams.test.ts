/** Obfuscated links, between clients and with servers: both kinds keep the same promises. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealedClient, sealedServer } from '../../../../src/networks/edonkey/wire/sealed-sessions.ts';
import { sealedAccepter, sealedDialler } from '../../../../src/networks/edonkey/wire/sealed-streams.ts';
import { maySealed } from '../../../../src/networks/edonkey/wire/sealing.ts';
import { hash } from '../wire/kinds.ts';
import { carry, greet, Held } from './sealed-ends.ts';

const texts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 6 });
/** A peer that never says the same twice: bytes that depend on a number. */
const chance = (seed: number, length: number): Uint8Array =>
	Uint8Array.from({ length }, (_, i) => Math.imul(seed + i * 31 + 7, 0x9e3779b1) >>> 24);

const always = () => true;

const kinds = [
	{
		name: 'between clients',
		dialler: (seed: number, padding: number) => sealedDialler(hash(5), chance(seed, 5 + padding)),
		accepter: (seed: number, padding: number) => sealedAccepter(hash(5), chance(seed, padding)),
	},
	{
		name: 'with a server',
		dialler: (seed: number, padding: number) => sealedClient(chance(seed, 17 + padding)),
		accepter: (seed: number, padding: number) => sealedServer(chance(seed + 1, 16 + padding), always),
	},
];

describe.each(kinds)('an obfuscated link $name', ({ dialler, accepter }) => {
	const pair = (seed: number, padding: number) => ({
		alice: new Held(dialler(seed, padding)),
		bob: new Held(accepter(seed, padding)),
	});

	it('carries what each says to the other, in any pieces and with any padding', () => {
		const padding = fc.integer({ min: 0, max: 255 });
		const size = fc.integer({ min: 1, max: 400 });
		fc.assert(
			fc.property(fc.nat(), padding, texts, texts, size, (seed, long, ours, theirs, pieces) => {
				const { alice, bob } = pair(seed, long);
				greet(alice, bob, pieces);
				expect([alice.isOver, bob.isOver]).toEqual([true, true]);
				const there = Buffer.concat(ours.map((text) => alice.say(text)));
				const back = Buffer.concat(theirs.map((text) => bob.say(text)));
				carry(alice, bob, there, pieces);
				carry(bob, alice, back, pieces);
				expect(bob.heard).toEqual(ours.flatMap((text) => [...text]));
				expect(alice.heard).toEqual(theirs.flatMap((text) => [...text]));
			}),
			{ numRuns: 60 },
		);
	});

	it('carries what is said right behind a greeting, in one piece with it', () => {
		const { alice, bob } = pair(1, 3);
		const opening = alice.due();
		bob.hear(opening);
		const answer = bob.due();
		alice.hear(answer);
		bob.hear(Buffer.concat([alice.due(), alice.say(Uint8Array.of(1, 2, 3))]));
		bob.end.due();
		expect(bob.heard).toEqual([1, 2, 3]);
	});

	it('says nothing of what it carries: neither the first byte, nor a text twice the same', () => {
		for (let seed = 0; seed < 300; seed++) {
			const { alice, bob } = pair(seed, 0);
			const opening = alice.due();
			expect(maySealed(opening[0]!)).toBe(true);
			carry(alice, bob, opening, 1000);
			const [once, again] = [alice.say(new Uint8Array(64)), alice.say(new Uint8Array(64))];
			expect(Buffer.compare(once, again)).not.toBe(0);
			expect(new Set(once).size).toBeGreaterThan(16);
		}
	});

	it('that is spoilt in its greeting is refused, and stays refused', () => {
		const { alice, bob } = pair(9, 4);
		const opening = alice.due();
		// Of the dialler's opening, whose padding alone may be anything.
		const spoilt = opening.slice();
		spoilt[3]! ^= 1;
		bob.hear(spoilt);
		const answer = bob.due();
		if (answer.length === 0) expect(bob.refused).toBe('edonkey.seal.broken');
		else {
			// With a server the two now have different keys, which shows with the first hidden bytes.
			alice.hear(answer);
			expect(alice.refused).toBe('edonkey.seal.broken');
			bob.hear(chance(4, 60));
			expect(bob.refused).toBe('edonkey.seal.broken');
		}
		bob.refused = undefined;
		bob.hear(opening);
		expect(bob.refused).toBe('edonkey.seal.broken');
		expect(bob.due()).toHaveLength(0);
	});

	it('has no more padding than a byte can say: who goes on and on has said something else', () => {
		const { alice, bob } = pair(2, 255);
		greet(alice, bob, 1);
		expect([alice.isOver, bob.isOver]).toEqual([true, true]);
		carry(alice, bob, alice.say(new Uint8Array(1000)), 7);
		expect(bob.heard).toHaveLength(1000);
	});

	it('never throws and never hangs on to much, whatever comes in whatever pieces', () => {
		fc.assert(
			fc.property(fc.nat(), fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (seed, pieces) => {
				const { alice, bob } = pair(seed, 2);
				alice.due();
				for (const piece of pieces) {
					alice.hear(piece);
					bob.hear(piece);
					alice.end.due();
					bob.end.due();
				}
				expect([alice.isOver, bob.isOver]).toEqual([false, false]);
			}),
		);
	});

	it('means the same in any cuts of spoilt bytes too', () => {
		fc.assert(
			fc.property(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 255 }), fc.nat(), (at, by, size) => {
				const outcomes = [1, 1 + (size % 90), 10_000].map((pieces) => {
					const { alice, bob } = pair(3, 20);
					const opening = alice.due();
					opening[at % opening.length]! ^= by;
					for (let from = 0; from < opening.length; from += pieces)
						bob.hear(opening.subarray(from, from + pieces));
					return [bob.refused, bob.isOver, bob.heard.length];
				});
				expect(outcomes[1]).toEqual(outcomes[0]);
				expect(outcomes[2]).toEqual(outcomes[0]);
			}),
			{ numRuns: 60 },
		);
	});
});

describe('an obfuscated link to another user', () => {
	it('is refused at its magic', () => {
		const alice = new Held(sealedDialler(hash(5), chance(1, 5)));
		const bob = new Held(sealedAccepter(hash(6), chance(2, 5)));
		bob.hear(alice.due());
		expect(bob.refused).toBe('edonkey.seal.broken');
	});

	it('that is said again from a recording is heard again, as nothing in it is new: it is no proof of anybody', () => {
		const alice = new Held(sealedDialler(hash(5), chance(1, 5)));
		const bob = new Held(sealedAccepter(hash(5), chance(2, 5)));
		const recorded = [alice.due()];
		bob.hear(recorded[0]!);
		alice.hear(bob.due());
		recorded.push(alice.say(Uint8Array.of(7, 7, 7)));
		const again = new Held(sealedAccepter(hash(5), chance(3, 9)));
		for (const bytes of recorded) {
			again.hear(bytes);
			again.due();
		}
		expect(again.heard).toEqual([7, 7, 7]);
	});
});

describe('an obfuscated link with a server', () => {
	it('that is said again from a recording is refused: the server has another number', () => {
		const alice = new Held(sealedClient(chance(1, 20)));
		const bob = new Held(sealedServer(chance(2, 20), always));
		const recorded = [alice.due()];
		bob.hear(recorded[0]!);
		alice.hear(bob.due());
		recorded.push(alice.due(), alice.say(Uint8Array.of(7, 7, 7)));
		const again = new Held(sealedServer(chance(3, 20), always));
		for (const bytes of recorded) {
			again.hear(bytes);
			again.due();
		}
		expect(again.refused).toBe('edonkey.seal.broken');
		expect(again.heard).toEqual([]);
	});

	it('is refused where a number would make the key guessable', () => {
		const prime = Buffer.from(
			'f2bf52c55f587add5371a936e886eb3c6217a33ec34cb40dc73a41a643affce721fc286366535bdbce259f2286da4a91' +
				'b207cbaa5255d4f61cceaed45ad5e0747df7781828105f340f762387f88b289142fb42688f05150f548b5f436af70df3',
			'hex',
		);
		const small = (last: number) => Uint8Array.from({ length: 96 }, (_, i) => (i === 95 ? last : 0));
		const below = Uint8Array.from(prime);
		below[95]! -= 1;
		const guessable = [small(0), small(1), below, Uint8Array.from(prime), new Uint8Array(96).fill(255)];
		for (const number of guessable) {
			const bob = new Held(sealedServer(chance(2, 20), always));
			bob.hear(Buffer.concat([Uint8Array.of(0x11), number, Uint8Array.of(0)]));
			expect(bob.refused).toBe('edonkey.seal.broken');
			const alice = new Held(sealedClient(chance(2, 20)));
			alice.due();
			alice.hear(number);
			expect(alice.refused).toBe('edonkey.seal.broken');
		}
	});
});
