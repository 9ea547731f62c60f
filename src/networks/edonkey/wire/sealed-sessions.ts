/**
 * Obfuscated links between a client and a server: the two agree on a number first (key-agreement.ts), and both keys are
 * made from it. No hash of a user is needed, and nobody who only listens reads along.
 *
 *   client   any byte but E3 C5 D4 | number 96 | padding 1 + n
 *   server   number 96 | hidden: magic 4, methods 1, wish 1, padding 1 + n
 *   client   hidden: magic 4, method 1, padding 1 + n, and its login behind it
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { md5 } from '../../common/md5.ts';
import { refusal } from '../refusals.ts';
import { EXPONENT, NUMBER, openNumber, sharedNumber } from './key-agreement.ts';
import { Rc4 } from './rc4.ts';
import {
	Arriving,
	broken,
	Gathered,
	greetingOf,
	LEFT_OUT,
	Leaving,
	openingByte,
	type SealedEnd,
} from './sealing.ts';

const BY_CLIENT = 34;
const BY_SERVER = 203;
const NOTHING = new Uint8Array(0);

/** Random bytes of a client's end without its paddings. */
export const CLIENT_CHANCE = 1 + EXPONENT;

/** `random`: a byte, the secret, the padding. */
export function sealedClient(random: Uint8Array): SealedEnd {
	const secret = random.subarray(1, CLIENT_CHANCE);
	const padding = random.subarray(CLIENT_CHANCE);
	const number = new Gathered();
	let due = opening(openingByte(random[0]), openNumber(secret), padding);
	const leaving = new Leaving(due.length);
	let arriving: Arriving | undefined;
	let refused: Refusal | undefined;
	let hasGreeted = false;
	return {
		hide: leaving.hide,
		due: () => {
			if (arriving?.isOver === true && !hasGreeted) {
				hasGreeted = true;
				return greetingOf(true, padding);
			}
			const now = due;
			due = NOTHING;
			return now;
		},
		take: (bytes) => {
			if (arriving !== undefined || refused !== undefined) return refused ?? arriving!.take(bytes);
			const rest = number.fill(NUMBER, bytes);
			if (number.length < NUMBER) return 'more';
			const shared = sharedNumber(secret, number.bytes);
			if (shared === undefined) return (refused = broken);
			leaving.key(cipher(shared, BY_CLIENT));
			arriving = new Arriving(cipher(shared, BY_SERVER), false);
			return arriving.take(rest);
		},
	};
}

/**
 * `random`: the secret and the padding. The two powers are computed once, when all of the client's opening is there, if
 * there is time for it then.
 */
export function sealedServer(random: Uint8Array, mayAgree: () => boolean): SealedEnd {
	const secret = random.subarray(0, EXPONENT);
	const padding = random.subarray(EXPONENT);
	const leaving = new Leaving(NUMBER);
	const open = new Gathered();
	let arriving: Arriving | undefined;
	let refused: Refusal | undefined;
	let hasGreeted = false;
	return {
		hide: leaving.hide,
		due: () => {
			if (arriving === undefined || hasGreeted) return NOTHING;
			hasGreeted = true;
			const number = openNumber(secret);
			const greeting = greetingOf(false, padding);
			const both = new Uint8Array(NUMBER + greeting.length);
			both.set(number);
			both.set(greeting, NUMBER);
			return both;
		},
		take: (bytes) => {
			if (arriving !== undefined || refused !== undefined) return refused ?? arriving!.take(bytes);
			const fixed = 1 + NUMBER + 1;
			let rest = open.fill(fixed, bytes);
			if (open.length < fixed) return 'more';
			const whole = fixed + open.bytes[fixed - 1];
			rest = open.fill(whole, rest);
			if (open.length < whole) return 'more';
			if (!mayAgree()) return (refused = refusal('edonkey.seal.often'));
			const shared = sharedNumber(secret, open.bytes.subarray(1, 1 + NUMBER));
			if (shared === undefined) return (refused = broken);
			leaving.key(cipher(shared, BY_SERVER));
			arriving = new Arriving(cipher(shared, BY_CLIENT), true);
			return arriving.take(rest);
		},
	};
}

function opening(first: number, number: Uint8Array, padding: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(1 + NUMBER + 1 + padding.length);
	bytes[0] = first;
	bytes.set(number, 1);
	bytes[1 + NUMBER] = padding.length;
	bytes.set(padding, 2 + NUMBER);
	return bytes;
}

function cipher(shared: Uint8Array, by: number): Rc4 {
	const text = new Uint8Array(NUMBER + 1);
	text.set(shared);
	text[NUMBER] = by;
	return new Rc4(md5(text)).skip(LEFT_OUT);
}
