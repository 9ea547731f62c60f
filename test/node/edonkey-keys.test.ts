/** The key of an eDonkey user: the length that others read, kept, and hostile ones of others. */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edonkeyKeysOf, keysFrom, newPrimes } from '../../src/node/edonkey-keys.ts';
import { Store } from '../../src/node/store.ts';

const text = Uint8Array.from({ length: 80 }, (_, i) => i);

test('a key has 384 bits and 76 bytes, signs in 48, and is the same after a restart', () => {
	const store = new Store(':memory:');
	const keys = edonkeyKeysOf(store.identity);
	expect(keys.publicKey.length).toBe(76);
	const signature = keys.sign(text);
	expect(signature.length).toBe(48);
	const again = edonkeyKeysOf(store.identity);
	expect(again.publicKey).toEqual(keys.publicKey);
	expect(again.isSigned(keys.publicKey, text, signature)).toBe(true);
	store.close();
});

test('many keys work', () => {
	for (let i = 0; i < 20; i++) {
		const keys = keysFrom(newPrimes());
		expect(keys.isSigned(keys.publicKey, text, keys.sign(text))).toBe(true);
		expect(keys.isSigned(keys.publicKey, text.slice(1), keys.sign(text))).toBe(false);
	}
});

test('keys of others are checked: no other kind, none too long, and no bytes make it throw', () => {
	const own = keysFrom(newPrimes());
	const spki = { type: 'spki', format: 'der' } as const;
	const long = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const curve = generateKeyPairSync('ed25519');
	for (const { publicKey } of [long, curve])
		expect(own.isSigned(publicKey.export(spki), text, new Uint8Array(48))).toBe(false);
	const changed = fc.record({ at: fc.nat(75), byte: fc.nat(255) });
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 80 }),
			fc.uint8Array({ maxLength: 80 }),
			changed,
			(key, signature, { at, byte }) => {
				expect(own.isSigned(key, text, signature)).toBe(false);
				const other = own.publicKey.slice();
				other[at] = byte;
				own.isSigned(other, text, own.sign(text));
			},
		),
	);
});
