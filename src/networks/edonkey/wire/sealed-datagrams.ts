/**
 * Obfuscated datagrams between a client and a server: any byte but E3 | random 2 | from here RC4: magic 4 | length of
 * padding 1 | padding | the datagram. The key is MD5 over the number that the server's status answer carried, a byte
 * for the direction, and the random two.
 *
 * It hides nothing from who has seen the status answer. But whoever uses the number has received that answer: it
 * proves the address. And RC4 here is the network's, not a choice.
 */
import { le32, putLe16, putLe32 } from '../../common/integers.ts';
import { md5 } from '../../common/md5.ts';
import { EDONKEY } from './frames.ts';
import { Rc4 } from './rc4.ts';

const TO_SERVER = 0x6b;
const TO_CLIENT = 0xa5;
const MAGIC = 0x13ef24d5;
const OPEN = 3;
const HEAD = OPEN + 5;

export type Direction = 'to server' | 'to client';

/** `random`: three bytes. */
export function sealDatagram(
	datagram: Uint8Array,
	key: number,
	direction: Direction,
	random: Uint8Array,
): Uint8Array {
	const sealed = new Uint8Array(HEAD + datagram.length);
	sealed.set(random.subarray(0, OPEN));
	if (sealed[0] === EDONKEY) sealed[0] ^= 1;
	putLe32(sealed, OPEN, MAGIC);
	sealed.set(datagram, HEAD);
	new Rc4(keyOf(key, direction, sealed)).apply(sealed.subarray(OPEN));
	return sealed;
}

/** undefined: it was not sealed with this key. */
export function openDatagram(sealed: Uint8Array, key: number, direction: Direction): Uint8Array | undefined {
	if (sealed.length < HEAD + 2 || sealed[0] === EDONKEY) return undefined;
	const inner = new Rc4(keyOf(key, direction, sealed)).apply(sealed.slice(OPEN));
	const from = 5 + inner[4];
	return le32(inner, 0) === MAGIC && from < inner.length ? inner.subarray(from) : undefined;
}

function keyOf(key: number, direction: Direction, sealed: Uint8Array): Uint8Array {
	const text = new Uint8Array(7);
	putLe32(text, 0, key);
	text[4] = direction === 'to server' ? TO_SERVER : TO_CLIENT;
	putLe16(text, 5, sealed[1] | (sealed[2] << 8));
	return md5(text);
}
