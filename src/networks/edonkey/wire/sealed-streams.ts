/**
 * Obfuscated links between clients. Both keys come from the hash of the user who is dialled, and from four random bytes
 * that travel in clear: it hides eDonkey from who looks at first bytes only. Whoever knows the hash reads along.
 *
 *   dialler    any byte but E3 C5 D4 | random 4 | hidden: magic 4, methods 1, wish 1, padding 1 + n
 *   accepter   hidden: magic 4, method 1, padding 1 + n
 *
 * The dialler says nothing more before it has the answer.
 */
import { md5 } from '../../common/md5.ts';
import { Rc4 } from './rc4.ts';
import { Arriving, Gathered, greetingOf, LEFT_OUT, Leaving, openingByte, type SealedEnd } from './sealing.ts';

const BY_DIALLER = 34;
const BY_ACCEPTER = 203;
const OPEN = 5;
/** Random bytes of a dialler's end without its padding. */
export const DIALLER_CHANCE = OPEN;
const NOTHING = new Uint8Array(0);

/** `user`: whom we dial. `random`: five bytes and the padding. */
export function sealedDialler(user: Uint8Array, random: Uint8Array): SealedEnd {
	const open = random.slice(0, OPEN);
	open[0] = openingByte(open[0]);
	const leaving = new Leaving(OPEN, cipher(user, BY_DIALLER, open));
	const arriving = new Arriving(cipher(user, BY_ACCEPTER, open), true);
	const greeting = greetingOf(false, random.subarray(OPEN));
	let due = new Uint8Array(OPEN + greeting.length);
	due.set(open);
	due.set(greeting, OPEN);
	return {
		hide: leaving.hide,
		due: () => {
			const now = due;
			due = NOTHING;
			return now;
		},
		take: (bytes) => arriving.take(bytes),
	};
}

/** `user`: ourselves. `padding`: random bytes. */
export function sealedAccepter(user: Uint8Array, padding: Uint8Array): SealedEnd {
	const leaving = new Leaving(0);
	const open = new Gathered();
	let arriving: Arriving | undefined;
	let hasGreeted = false;
	return {
		hide: leaving.hide,
		due: () => {
			if (hasGreeted || arriving?.isOver !== true) return NOTHING;
			hasGreeted = true;
			return greetingOf(true, padding);
		},
		take: (bytes) => {
			if (arriving !== undefined) return arriving.take(bytes);
			const rest = open.fill(OPEN, bytes);
			if (open.length < OPEN) return 'more';
			leaving.key(cipher(user, BY_ACCEPTER, open.bytes));
			arriving = new Arriving(cipher(user, BY_DIALLER, open.bytes), false);
			return arriving.take(rest);
		},
	};
}

function cipher(user: Uint8Array, by: number, open: Uint8Array): Rc4 {
	const text = new Uint8Array(21);
	text.set(user.subarray(0, 16));
	text[16] = by;
	text.set(open.subarray(1, OPEN), 17);
	return new Rc4(md5(text)).skip(LEFT_OUT);
}
