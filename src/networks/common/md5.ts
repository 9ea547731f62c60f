/** MD5 (RFC 1321) of short texts: eDonkey makes its keys with it. It protects nothing by itself any more. */
import { le32, putLe32 } from './integers.ts';

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const sines = Int32Array.from({ length: 64 }, (_, i) =>
	Math.floor(Math.abs(Math.sin(i + 1)) * 0x1_0000_0000),
);

export function md5(text: Uint8Array): Uint8Array {
	const blocks = Math.ceil((text.length + 9) / 64);
	const padded = new Uint8Array(blocks * 64);
	padded.set(text);
	padded[text.length] = 0x80;
	putLe32(padded, padded.length - 8, text.length * 8);
	putLe32(padded, padded.length - 4, Math.floor(text.length / 0x2000_0000));
	const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
	for (let at = 0; at < padded.length; at += 64) addBlock(state, padded, at);
	const digest = new Uint8Array(16);
	for (let i = 0; i < 4; i++) putLe32(digest, 4 * i, state[i]);
	return digest;
}

function addBlock(state: Int32Array, bytes: Uint8Array, at: number): void {
	let [a, b, c, d] = state as unknown as [number, number, number, number];
	for (let step = 0; step < 64; step++) {
		const round = step >>> 4;
		let mix: number;
		let word: number;
		if (round === 0) {
			mix = (b & c) | (~b & d);
			word = step;
		} else if (round === 1) {
			mix = (d & b) | (~d & c);
			word = (5 * step + 1) & 15;
		} else if (round === 2) {
			mix = b ^ c ^ d;
			word = (3 * step + 5) & 15;
		} else {
			mix = c ^ (b | ~d);
			word = (7 * step) & 15;
		}
		const sum = (a + mix + sines[step] + le32(bytes, at + 4 * word)) | 0;
		const shift = shifts[4 * round + (step & 3)];
		[a, d, c] = [d, c, b];
		b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}
