/**
 * The key agreement of obfuscated links with servers: Diffie and Hellman's, with the base 2, exponents of 128 bits, and the
 * prime of 768 bits that every program has. It keeps out who only listens; who stands between two ends is not noticed,
 * and today's largest computers break 768 bits.
 */
export const NUMBER = 96;
export const EXPONENT = 16;

const BASE = 2n;
const PRIME = BigInt(
	'0xf2bf52c55f587add5371a936e886eb3c6217a33ec34cb40dc73a41a643affce721fc286366535bdbce259f2286da4a91' +
		'b207cbaa5255d4f61cceaed45ad5e0747df7781828105f340f762387f88b289142fb42688f05150f548b5f436af70df3',
);

/** What is told openly of a secret of 16 bytes. */
export function openNumber(secret: Uint8Array): Uint8Array {
	return bytesOf(power(BASE, numberOf(secret)));
}

/** What both ends know; undefined: the other end's number makes it guessable. */
export function sharedNumber(secret: Uint8Array, other: Uint8Array): Uint8Array | undefined {
	const theirs = numberOf(other);
	// The prime is a safe one: these are the only numbers whose powers are few.
	if (theirs <= 1n || theirs >= PRIME - 1n) return undefined;
	return bytesOf(power(theirs, numberOf(secret)));
}

function power(base: bigint, exponent: bigint): bigint {
	let result = 1n;
	for (const bit of exponent.toString(2)) {
		result = (result * result) % PRIME;
		if (bit === '1') result = (result * base) % PRIME;
	}
	return result;
}

function numberOf(bytes: Uint8Array): bigint {
	let digits = '0x0';
	for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
	return BigInt(digits);
}

/** 96 bytes, the highest first. */
function bytesOf(number: bigint): Uint8Array {
	const digits = number.toString(16).padStart(2 * NUMBER, '0');
	return Uint8Array.from({ length: NUMBER }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
