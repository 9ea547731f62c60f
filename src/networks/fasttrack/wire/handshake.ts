/**
 * The greeting. The leaf says 12 bytes: 4 of any value, its seed, the masked type it wants. The super-node says 8:
 * its seed and the masked type that it has chosen, for both directions. All that follows is enciphered: towards
 * the leaf with the super-node's seed, towards the super-node with both seeds combined by exclusive or. Each side
 * then says the name of its network, ended by a zero.
 *
 * The type is masked with a function of the sender's seed that needs long tables. Nobody needs it: we send seeds
 * whose mask is known, and find the type of others by trying which one opens a name.
 */
import { text } from '../../common/lines.ts';
import { ours, specification } from '../limits.ts';
import { Cipher, type CipherType, cipherTypes, type Key } from './cipher.ts';
import { Body, Fields } from './fields.ts';

export const networkNames = ['KaZaA', 'fileshare', 'Grokster', 'MusicCity'] as const;

/** Seeds and what the type that goes with them is masked with. */
const masks = new Map([
	[0x00000000, 0x48a00a33],
	[0x00000001, 0x0a24408d],
	[0x12345678, 0x0a560342],
	[0xfacb1238, 0x3209d21b],
	[0xdeadbeef, 0x4c000410],
]);

/** What giFT and mldonkey begin with, and we as well: there is nothing to gain by being another. */
const leafStart = 0xfa00b62b;
export const leafSeed = 0xfacb1238;
export const supernodeSeed = 0x00000001;

function masked(seed: number, type: CipherType): number {
	const mask = masks.get(seed);
	if (mask === undefined) throw new RangeError(`the mask of seed ${seed.toString(16)} is not known`);
	return (mask ^ type) >>> 0;
}

export function encodeHello(wanted: CipherType, seed = leafSeed): Uint8Array {
	return new Body().four(leafStart).four(seed).four(masked(seed, wanted)).done();
}

export function encodeAnswer(chosen: CipherType, seed = supernodeSeed): Uint8Array {
	return new Body().four(seed).four(masked(seed, chosen)).done();
}

/** The seed in a hello of 12 bytes. */
export function seedOfHello(hello: Uint8Array): number {
	return new Fields(hello, specification.hello - 8).four();
}

/** The seed in an answer of 8 bytes. */
export function seedOfAnswer(answer: Uint8Array): number {
	return new Fields(answer).four();
}

export interface Opened {
	readonly type: CipherType;
	/** Behind the name. */
	readonly cipher: Cipher;
	/** As it was written. */
	readonly name: string;
	/** Bytes of the name and its zero. */
	readonly length: number;
}

/**
 * Which type opens what follows the answer: the one that gives the name of a network that is known. `more`: it can
 * still become one; undefined: it is closed to us. By chance one in 2^47 opens.
 */
export function openName(key: Key, closed: Uint8Array): Opened | 'more' | undefined {
	let more = false;
	for (const type of cipherTypes) {
		const bytes = closed.slice(0, ours.networkName);
		new Cipher(key, type).apply(bytes);
		const said = text(bytes, 0, bytes.length).toLowerCase();
		for (const known of networkNames) {
			const whole = `${known.toLowerCase()}\0`;
			if (said.startsWith(whole)) {
				const cipher = new Cipher(key, type);
				cipher.apply(new Uint8Array(whole.length));
				return { type, cipher, name: text(bytes, 0, known.length), length: whole.length };
			}
			more ||= whole.startsWith(said);
		}
	}
	return more ? 'more' : undefined;
}
