/**
 * What obfuscated links between clients (sealed-streams.ts) and with servers (sealed-sessions.ts) have in common. Each
 * begins with some open bytes that say the key. Then everything is hidden by RC4 whose first 1,024 bytes were left out,
 * and each end greets: magic 4 | methods 1 | padding 1 + n, where the end that leaves the choice puts its wish behind
 * its methods. The one method is 0.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le32, putLe32 } from '../../common/integers.ts';
import { refusal } from '../refusals.ts';
import { EDONKEY, EMULE, PACKED } from './frames.ts';
import type { Rc4 } from './rc4.ts';

export const LEFT_OUT = 1024;
const MAGIC = 0x835e6fc4;
const RC4_METHOD = 0;

export const broken = refusal('edonkey.seal.broken');

/** One end of an obfuscated link. Bytes are shown and hidden in place. */
export interface SealedEnd {
	/** For World.seal: it knows which of the first bytes are open. */
	readonly hide: (bytes: Uint8Array) => void;
	/** What it has to say by itself now, in plain; asked at the beginning and after each `take`. */
	due(): Uint8Array;
	/** What the peer said, in plain; 'more': the greetings are not over. After a refusal it stays refused. */
	take(bytes: Uint8Array): Uint8Array | 'more' | Refusal;
}

/** Whether a link that begins with this byte may be obfuscated. */
export function maySealed(first: number): boolean {
	return first !== EDONKEY && first !== EMULE && first !== PACKED;
}

/** A first byte that no plain link begins with. */
export function openingByte(random: number): number {
	return maySealed(random) ? random : random ^ 1;
}

/** `chooses`: it answers an end that has left it the choice. */
export function greetingOf(chooses: boolean, padding: Uint8Array): Uint8Array {
	const fixed = chooses ? 6 : 7;
	const greeting = new Uint8Array(fixed + padding.length);
	putLe32(greeting, 0, MAGIC);
	greeting[fixed - 1] = padding.length;
	greeting.set(padding, fixed);
	return greeting;
}

/** What leaves: so many bytes open, all others hidden. */
export class Leaving {
	#open: number;
	#cipher: Rc4 | undefined;

	constructor(open: number, cipher?: Rc4) {
		this.#open = open;
		this.#cipher = cipher;
	}

	/** The key is known now. */
	key(cipher: Rc4): void {
		this.#cipher = cipher;
	}

	readonly hide = (bytes: Uint8Array): void => {
		const open = Math.min(this.#open, bytes.length);
		this.#open -= open;
		if (open === bytes.length) return;
		if (this.#cipher === undefined) throw new Error('it says something before there is a key');
		this.#cipher.apply(open === 0 ? bytes : bytes.subarray(open));
	};
}

/** Gathers bytes until there are so many: a greeting is never longer than a few hundred. */
export class Gathered {
	#bytes: Uint8Array = new Uint8Array(0);

	get length(): number {
		return this.#bytes.length;
	}

	get bytes(): Uint8Array {
		return this.#bytes;
	}

	/** Takes what is missing; answers what is left over. */
	fill(wanted: number, bytes: Uint8Array): Uint8Array {
		const missing = Math.max(0, Math.min(wanted - this.#bytes.length, bytes.length));
		const both = new Uint8Array(this.#bytes.length + missing);
		both.set(this.#bytes);
		both.set(bytes.subarray(0, missing), this.#bytes.length);
		this.#bytes = both;
		return bytes.subarray(missing);
	}
}

/** Reads the hidden greeting of a peer, and shows what follows it. */
export class Arriving {
	readonly #cipher: Rc4;
	readonly #fixed: number;
	readonly #greeting = new Gathered();
	#state: 'greeting' | 'over' | 'broken' = 'greeting';

	/** `chooses`: the peer answers us, who have left it the choice. */
	constructor(cipher: Rc4, chooses: boolean) {
		this.#cipher = cipher;
		this.#fixed = chooses ? 6 : 7;
	}

	get isOver(): boolean {
		return this.#state === 'over';
	}

	take(bytes: Uint8Array): Uint8Array | 'more' | Refusal {
		if (this.#state === 'broken') return broken;
		const plain = this.#cipher.apply(bytes);
		if (this.#state === 'over') return plain;
		const greeting = this.#greeting;
		// Its wrong magic is told as soon as it is there: nobody waits for the padding of a stranger.
		let rest = greeting.fill(4, plain);
		if (greeting.length >= 4 && le32(greeting.bytes, 0) !== MAGIC) return this.#break();
		rest = greeting.fill(this.#fixed, rest);
		if (greeting.length < this.#fixed) return 'more';
		if (greeting.bytes[this.#fixed - 2] !== RC4_METHOD) return this.#break();
		const whole = this.#fixed + greeting.bytes[this.#fixed - 1];
		rest = greeting.fill(whole, rest);
		if (greeting.length < whole) return 'more';
		this.#state = 'over';
		return rest;
	}

	#break(): Refusal {
		this.#state = 'broken';
		return broken;
	}
}
