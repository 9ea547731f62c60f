/**
 * Obfuscated links between clients. Both keys come from the hash of the user who is dialled, and from four random bytes
 * that travel in clear: it hides eDonkey from who looks at first bytes only. Whoever knows the hash reads along.
 *
 *   dialler    any byte but E3 C5 D4 | random 4 | hidden: magic 4, methods 1, wish 1, padding 1 + n
 *   accepter   hidden: magic 4, method 1, padding 1 + n
 *
 * Behind these the link goes on hidden, in both directions, with RC4 whose first 1,024 bytes were left out. The one
 * method is 0.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le32, putLe32 } from '../../common/integers.ts';
import { md5 } from '../../common/md5.ts';
import { refusal } from '../refusals.ts';
import { EDONKEY, EMULE, PACKED } from './frames.ts';
import { Rc4 } from './rc4.ts';

const BY_DIALLER = 34;
const BY_ACCEPTER = 203;
const LEFT_OUT = 1024;
const MAGIC = 0x835e6fc4;
const OPEN = 5;
const RC4_METHOD = 0;

const broken = refusal('edonkey.seal.broken');
const NOTHING = new Uint8Array(0);

/** One end of an obfuscated link. `take` gives what the peer said, in plain, once the greetings are over. */
export interface Sealed {
	/** What was hidden so far; 'more': the peer's greeting is not whole yet. */
	take(bytes: Uint8Array): Uint8Array | 'more' | Refusal;
	/** Bytes to be sent for these plain ones; only after the peer's greeting. */
	seal(plain: Uint8Array): Uint8Array;
}

/** Whether a link that begins with this byte may be obfuscated. */
export function maySealed(first: number): boolean {
	return first !== EDONKEY && first !== EMULE && first !== PACKED;
}

/** `user`: whom we dial. `random`: five bytes. The greeting goes out first. */
export function sealedDialler(
	user: Uint8Array,
	random: Uint8Array,
): Sealed & { readonly greeting: Uint8Array } {
	const open = random.slice(0, OPEN);
	while (!maySealed(open[0])) open[0]++;
	const out = cipher(user, BY_DIALLER, open);
	const into = cipher(user, BY_ACCEPTER, open);
	const hidden = new Uint8Array(7);
	putLe32(hidden, 0, MAGIC);
	const greeting = new Uint8Array(OPEN + hidden.length);
	greeting.set(open);
	greeting.set(out.apply(hidden), OPEN);
	const taking = new Taking(into, 4, 6);
	return {
		greeting,
		take: (bytes) => taking.take(bytes),
		seal: (plain) => out.apply(plain.slice()),
	};
}

/** `user`: ourselves. Our greeting leaves with the first seal. */
export function sealedAccepter(user: Uint8Array): Sealed {
	let open = NOTHING;
	let taking: Taking | undefined;
	let out: Rc4 | undefined;
	let hasGreeted = false;
	return {
		take(bytes) {
			let rest = bytes;
			if (taking === undefined) {
				const missing = OPEN - open.length;
				open = joined(open, bytes.subarray(0, missing));
				if (open.length < OPEN) return 'more';
				rest = bytes.subarray(missing);
				taking = new Taking(cipher(user, BY_DIALLER, open), 5, 7);
				out = cipher(user, BY_ACCEPTER, open);
			}
			return taking.take(rest);
		},
		seal(plain) {
			if (out === undefined || !taking?.isOver) throw new Error('sealed before the greeting of the peer');
			if (hasGreeted) return out.apply(plain.slice());
			hasGreeted = true;
			const greeting = new Uint8Array(6);
			putLe32(greeting, 0, MAGIC);
			return out.apply(joined(greeting, plain));
		},
	};
}

/** Reads the hidden greeting of a peer, and what follows it. */
class Taking {
	readonly #cipher: Rc4;
	/** Where the method stands, and how long the greeting is without its padding. */
	readonly #method: number;
	readonly #length: number;
	#greeting: Uint8Array = NOTHING;
	#refusal: Refusal | undefined;
	isOver = false;

	constructor(cipher: Rc4, method: number, length: number) {
		this.#cipher = cipher;
		this.#method = method;
		this.#length = length;
	}

	take(bytes: Uint8Array): Uint8Array | 'more' | Refusal {
		if (this.#refusal !== undefined) return this.#refusal;
		const plain = this.#cipher.apply(bytes.slice());
		if (this.isOver) return plain;
		this.#greeting = joined(this.#greeting, plain);
		if (this.#greeting.length >= 4 && le32(this.#greeting, 0) !== MAGIC) return (this.#refusal = broken);
		if (this.#greeting.length < this.#length) return 'more';
		if (this.#greeting[this.#method] !== RC4_METHOD) return (this.#refusal = broken);
		const end = this.#length + this.#greeting[this.#length - 1];
		if (this.#greeting.length < end) return 'more';
		this.isOver = true;
		const rest = this.#greeting.slice(end);
		this.#greeting = NOTHING;
		return rest;
	}
}

function cipher(user: Uint8Array, by: number, open: Uint8Array): Rc4 {
	const text = new Uint8Array(21);
	text.set(user.subarray(0, 16));
	text[16] = by;
	text.set(open.subarray(1, OPEN), 17);
	return new Rc4(md5(text)).skip(LEFT_OUT);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
	const both = new Uint8Array(one.length + other.length);
	both.set(one);
	both.set(other, one.length);
	return both;
}
