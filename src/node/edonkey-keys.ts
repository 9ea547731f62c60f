/**
 * The key by which this node proves to be the same eDonkey user: RSA of 384 bits, the length that this network reads, made
 * once and kept in the store as its two primes. OpenSSL makes no key so short, but signs with one, and checks others'.
 */
import { createPrivateKey, createPublicKey, generatePrimeSync, sign, verify } from 'node:crypto';
import type { Keys } from '../networks/edonkey/accounts.ts';
import type { IdentityTable } from './store/identity.ts';

const NAME = 'edonkey-key';
const PRIME_BYTES = 24;
const MODULUS_BITS = 8 * 2 * PRIME_BYTES;
/** What everybody uses. */
const EXPONENT = 17n;
/** Of others: longer ones fit into no message. */
const longestModulus = 512;
const digest = 'sha1';

export function edonkeyKeysOf(identity: IdentityTable): Keys {
	const kept = identity.get(NAME);
	const primes = kept ?? newPrimes();
	if (kept === undefined) identity.put(NAME, primes);
	return keysFrom(primes);
}

/** `primes`: both, one after the other. */
export function keysFrom(primes: Uint8Array): Keys {
	const own = createPrivateKey({
		key: jwkOf(numberOf(primes.subarray(0, PRIME_BYTES)), numberOf(primes.subarray(PRIME_BYTES))),
		format: 'jwk',
	});
	return {
		publicKey: new Uint8Array(createPublicKey(own).export({ type: 'spki', format: 'der' })),
		sign: (message) => new Uint8Array(sign(digest, message, own)),
		isSigned(key, message, signature) {
			try {
				const other = createPublicKey({ key: Buffer.from(key), type: 'spki', format: 'der' });
				const { modulusLength = longestModulus + 1 } = other.asymmetricKeyDetails ?? {};
				if (other.asymmetricKeyType !== 'rsa' || modulusLength > longestModulus) return false;
				return verify(digest, message, other, signature);
			} catch {
				// It is no key.
				return false;
			}
		},
	};
}

export function newPrimes(): Uint8Array {
	for (;;) {
		const p = generatePrimeSync(8 * PRIME_BYTES, { bigint: true });
		const q = generatePrimeSync(8 * PRIME_BYTES, { bigint: true });
		const isLong = (p * q).toString(2).length === MODULUS_BITS;
		const isOdd = (p - 1n) % EXPONENT !== 0n && (q - 1n) % EXPONENT !== 0n;
		if (p !== q && isLong && isOdd) return Uint8Array.from([...bytesOf(p), ...bytesOf(q)]);
	}
}

function jwkOf(p: bigint, q: bigint) {
	const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
	const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
	const fields = Object.entries(numbers).map(([name, value]) => [name, bytesOf(value).toString('base64url')]);
	return { kty: 'RSA', ...Object.fromEntries(fields) };
}

function inverse(value: bigint, modulus: bigint): bigint {
	let [r, next, x, nextX] = [value, modulus, 1n, 0n];
	while (next !== 0n) {
		const times = r / next;
		[r, next, x, nextX] = [next, r - times * next, nextX, x - times * nextX];
	}
	return ((x % modulus) + modulus) % modulus;
}

function numberOf(bytes: Uint8Array): bigint {
	return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
	const digits = value.toString(16);
	return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}
