/**
 * MD5 (RFC 1321), for the cipher's byte table and for hashes of files: what the protocol fixed, not what anyone
 * should choose. Networks use no modules of the platform, so it is here; a block takes under a microsecond.
 */
import { le32, putLe32 } from '../../common/integers.ts';

/** RFC 1321, 3.4: floor(2^32 * abs(sin(i + 1))). */
const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))) | 0);
const turns = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const start = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/** 16 bytes. */
export function md5(bytes: Uint8Array): Uint8Array {
	const state = Int32Array.from(start);
	const whole = bytes.length & ~63;
	for (let at = 0; at < whole; at += 64) block(state, bytes, at);
	const left = bytes.length - whole;
	const tail = new Uint8Array(left < 56 ? 64 : 128);
	tail.set(bytes.subarray(whole));
	tail[left] = 0x80;
	putLe32(tail, tail.length - 8, bytes.length << 3);
	putLe32(tail, tail.length - 4, Math.floor(bytes.length / 2 ** 29));
	for (let at = 0; at < tail.length; at += 64) block(state, tail, at);
	const digest = new Uint8Array(16);
	for (let i = 0; i < 4; i++) putLe32(digest, 4 * i, state[i]);
	return digest;
}

function block(state: Int32Array, bytes: Uint8Array, from: number): void {
	let a = state[0];
	let b = state[1];
	let c = state[2];
	let d = state[3];
	for (let i = 0; i < 64; i++) {
		const round = i >> 4;
		let mixed: number;
		let word: number;
		if (round === 0) {
			mixed = d ^ (b & (c ^ d));
			word = i;
		} else if (round === 1) {
			mixed = c ^ (d & (b ^ c));
			word = 5 * i + 1;
		} else if (round === 2) {
			mixed = b ^ c ^ d;
			word = 3 * i + 5;
		} else {
			mixed = c ^ (b | ~d);
			word = 7 * i;
		}
		const sum = (a + mixed + sines[i] + le32(bytes, from + 4 * (word & 15))) | 0;
		const turn = turns[round * 4 + (i & 3)];
		a = d;
		d = c;
		c = b;
		b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}
