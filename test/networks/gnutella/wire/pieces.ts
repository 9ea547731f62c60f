/** Cutting and joining of bytes, for tests that say: the cut does not matter. */
import fc from 'fast-check';

/** Gives functions that cut bytes into pieces of random lengths from 1 to 40. */
export const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }).map(
	(lengths) =>
		function* cut(bytes: Uint8Array): Generator<Uint8Array> {
			for (let at = 0, i = 0; at < bytes.length; i++) {
				const length = lengths[i % lengths.length];
				yield bytes.slice(at, at + length);
				at += length;
			}
		},
);

export function join(parts: readonly Uint8Array[]): Uint8Array {
	return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function fromHex(digits: string): Uint8Array {
	return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
