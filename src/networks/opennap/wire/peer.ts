/**
 * Between peers there are no frames: the one who was dialled says "1"; the other says GET or SEND and a line, `nick
 * "path" number`, that ends where his bytes end. Then bytes flow: after GET the size of the whole file in digits with
 * the bytes from the offset on right behind it; after SEND the offset comes back in digits and the bytes follow.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { text } from '../../common/lines.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Fields } from './fields.ts';
import { takeNick } from './nick.ts';
import { rawBytes } from './raw.ts';

export interface Greeting {
	/** GET: he wants the file. SEND: he brings it. */
	readonly word: 'GET' | 'SEND';
	readonly nick: string;
	/** Raw. */
	readonly path: string;
	/** Of GET the offset, of SEND the size. */
	readonly number: number;
}

export const hello = Uint8Array.of(0x31);

const malformed = refusal('opennap.peers.greeting');

export function encodeGreeting({ word, nick, path, number }: Greeting): Uint8Array {
	return rawBytes(`${word}${nick} "${path}" ${number}`);
}

/** What has come so far; undefined: it goes on. The line has no end of its own: a number that stands there is whole. */
export function decodeGreeting(bytes: Uint8Array): Greeting | Refusal | undefined {
	if (bytes.length > ours.greeting) return malformed;
	const start = text(bytes, 0, Math.min(bytes.length, 4));
	const word = start.startsWith('GET') ? 'GET' : start === 'SEND' ? 'SEND' : undefined;
	if (word === undefined) return 'GET'.startsWith(start) || 'SEND'.startsWith(start) ? undefined : malformed;
	const line = bytes.subarray(word.length);
	if (!isWhole(line)) return undefined;
	const fields = new Fields(line);
	const nick = takeNick(fields);
	if (isRefusal(nick)) return nick;
	if (!fields.isQuoted) return malformed;
	const path = fields.raw(ours.path);
	const number = fields.number(protocol.fileSize);
	return fields.short || path === '' ? malformed : { word, nick, path, number };
}

/** Two quotes, and something behind the second. */
function isWhole(line: Uint8Array): boolean {
	const closing = line.indexOf(0x22, line.indexOf(0x22) + 1);
	return closing > 0 && line.subarray(closing + 1).some((byte) => byte !== 0x20);
}

/**
 * Whether the answer to a GET begins with the size that the file is known to have. Its digits touch the first bytes of
 * the file, which may be digits too: only who knows the size can tell. undefined: more bytes are needed.
 */
export function beginsWithSize(bytes: Uint8Array, size: number): number | Refusal | undefined {
	const expected = String(size);
	const said = text(bytes, 0, Math.min(bytes.length, expected.length));
	if (said === expected) return expected.length;
	if (expected.startsWith(said)) return undefined;
	const words = text(bytes, 0, Math.min(bytes.length, 60)).replace(/[^ -~]+/g, ' ');
	return refusal('opennap.fetch.size', `${words} instead of ${expected}`);
}

/** The offset that the taker of a SEND answers: digits that end where his bytes end. */
export function decodeOffset(bytes: Uint8Array): number | Refusal {
	const said = text(bytes, 0, Math.min(bytes.length, 17));
	const offset = Number(said.trim());
	return /^ ?[0-9]{1,16} ?$/.test(said) && offset <= protocol.fileSize ? offset : malformed;
}
