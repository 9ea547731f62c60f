/**
 * FastTrack's stream cipher, encryption types 01, 08 and 09. It hides a session from a glance and from nobody
 * else: both seeds travel in clear, so whoever saw the two greetings reads all that follows.
 *
 * State: a pad of 63 bytes with a position in it, and for the types with bit 08 a table of 256 bytes whose offset
 * advances once a turn. The pad comes from a cube modulo a fixed number of 2,048 bits. Other types make the pad by
 * long tables of their own; they are not spoken here. Written from a description of the protocol alone.
 */
import { le32 } from '../../common/integers.ts';
import { md5 } from '../../common/md5.ts';

/** 08 alone makes the same stream as 09. */
export const cipherTypes = [0x01, 0x09] as const;
export type CipherType = (typeof cipherTypes)[number];

const padBytes = 63;
const numberBytes = 256;

/** The number by which the cube is reduced: a fact of the protocol. */
const modulus = BigInt(
	'0xd453ec0a34eb20ca0a532f6aae08473dc6f2dc0e96e62735dd331dd5522f69d10d7a00501928851271a157acde7aa2fe' +
		'dbd26bb04d23ffc1b6a31787315d578051be98b0da2d7944ed64060a96e537a7a4037cdbde3c6725e9db63418443fd05' +
		'0829ee6d18e4dd48d61a70558606342ac3741ca71e4970e510a931f8b42d2df05250e6fe0a7703d88781ab210032a3df' +
		'e957a9b5d238b5b8363dc15e2c0054b3390a5a36b15e221669f29f9af97bb445695b3ca272f554fce475aa9e6e37192e' +
		'91fd3a9ebc8c0457e7ee26ad19d2974dc11f00e38d5b5eb2e84b25f81b32a36fba1519a15efa55ffe569c5fc96d7f927' +
		'bf77b6d6193bbd8f31c4a05eeb96841d',
);

/** The generator of all key material. */
function advance(x: number): number {
	return (Math.imul(x, 0x10dcd) + 0x4271) >>> 0;
}

/** What a seed alone makes: the costly part, the same for both types. */
export interface Key {
	/** 63 bytes, never changed. */
	readonly pad: Uint8Array;
	readonly position: number;
}

const bytePairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** `seed`: 32 bits. Takes tens of microseconds: callers bound how often a stranger can ask for it. */
export function keyOf(seed: number): Key {
	let x = seed >>> 0;
	let digits = '';
	for (let i = 1; i < numberBytes; i++) {
		x = advance(x);
		digits = bytePairs[(x >>> 17) % 0xe0] + digits;
	}
	const number = BigInt(`0x01${digits}`);
	let cube = BigInt.asUintN(8 * padBytes, (number * number * number) % modulus);
	const pad = new Uint8Array(padBytes);
	for (let at = 0; at < padBytes; at += 4) {
		const word = Number(BigInt.asUintN(32, cube));
		for (let i = 0; i < 4 && at + i < padBytes; i++) pad[at + i] = word >>> (8 * i);
		cube >>= 32n;
	}
	if (!pad.some((byte) => (byte & 1) === 1)) pad[0] |= 0x71;
	return { pad, position: ((advance(x) >>> 16) * padBytes) >>> 16 };
}

/** One direction of a session. Enciphering and deciphering are the same. */
export class Cipher {
	readonly #pad: Uint8Array;
	readonly #table: Uint8Array | undefined;
	#position: number;
	#offset = 0;

	constructor(key: Key, type: CipherType) {
		this.#pad = key.pad.slice();
		this.#position = key.position;
		this.#table = (type & 8) === 0 ? undefined : shuffled(key.pad);
		this.#stir(key.position);
	}

	/** Changes bytes [from, to) in place, which follow those of the call before. */
	apply(bytes: Uint8Array, from = 0, to = bytes.length): void {
		const pad = this.#pad;
		const table = this.#table;
		let position = this.#position;
		for (let at = from; at < to; at++) {
			const value = (pad[position] += pad[position === 0 ? padBytes - 1 : position - 1]) & 255;
			if (position === 7 && (value & 0x70) === 0) this.#stir(value + pad[2]);
			if (++position === padBytes) {
				position = 0;
				this.#offset++;
			}
			bytes[at] ^= table === undefined ? value : table[(value + this.#offset) & 255];
		}
		this.#position = position;
	}

	/** Sorts five bytes, compared with bit 5 flipped, then changes every third one. */
	#stir(k: number): void {
		const pad = this.#pad;
		const start = (k * k + 2) % 59;
		for (let i = start + 1; i < start + 5; i++) {
			const byte = pad[i];
			let at = i;
			for (; at > start && (pad[at - 1] ^ 0x20) > (byte ^ 0x20); at--) pad[at] = pad[at - 1];
			pad[at] = byte;
		}
		for (let i = 5; i < padBytes; i += 3) pad[i] = (~pad[i] + i) | 1;
	}
}

const inOrder = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** All 256 bytes in an order that the pad decides. */
function shuffled(pad: Uint8Array): Uint8Array {
	const table = inOrder.slice();
	let z = le32(md5(pad), 0);
	for (let i = 0; i < 256; i++) {
		z = advance(z);
		const j = i + (((z >>> 16) * (256 - i)) >>> 16);
		const byte = table[i];
		table[i] = table[j];
		table[j] = byte;
	}
	return table;
}
