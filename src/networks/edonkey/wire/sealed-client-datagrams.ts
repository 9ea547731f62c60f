/**
 * Obfuscated datagrams between clients: a byte with its lowest bit set that begins no protocol | random 2 | from here RC4:
 * magic 4 | length of padding 1 | padding | the datagram. The key is MD5 over the receiver's user hash, the sender's IPv4
 * address, 5B and the random two. The user hash is told to everybody, so this hides from nobody who has met the receiver.
 */
import { le32, putLe32 } from '../../common/integers.ts';
import { md5 } from '../../common/md5.ts';
import { Rc4 } from './rc4.ts';

const MAGIC = 0x395f2ec1;
const PURPOSE = 0x5b;
const OPEN = 3;
const HEAD = OPEN + 5;
/** First bytes of plain datagrams: eDonkey, eMule, packed, Kad and its packed form, and other programs' extensions. */
const taken: ReadonlySet<number> = new Set([0xe3, 0xc5, 0xd4, 0xe4, 0xe5, 0xa3, 0xb2]);

/** `receiver`: its user hash; `sender`: its address as an id (endpoint.ts); `random`: three bytes. */
export function sealClientDatagram(
	datagram: Uint8Array,
	receiver: Uint8Array,
	sender: number,
	random: Uint8Array,
): Uint8Array {
	const sealed = new Uint8Array(HEAD + datagram.length);
	sealed.set(random.subarray(0, OPEN));
	sealed[0] |= 1;
	if (taken.has(sealed[0])) sealed[0] ^= 0x10;
	putLe32(sealed, OPEN, MAGIC);
	sealed.set(datagram, HEAD);
	new Rc4(keyOf(receiver, sender, sealed)).apply(sealed.subarray(OPEN));
	return sealed;
}

/** undefined: it was not sealed for this receiver by this sender. */
export function openClientDatagram(
	sealed: Uint8Array,
	receiver: Uint8Array,
	sender: number,
): Uint8Array | undefined {
	if (sealed.length < HEAD + 2 || taken.has(sealed[0])) return undefined;
	const inner = new Rc4(keyOf(receiver, sender, sealed)).apply(sealed.slice(OPEN));
	const from = 5 + inner[4];
	return le32(inner, 0) === MAGIC && from < inner.length ? inner.subarray(from) : undefined;
}

function keyOf(receiver: Uint8Array, sender: number, sealed: Uint8Array): Uint8Array {
	const text = new Uint8Array(23);
	text.set(receiver.subarray(0, 16));
	putLe32(text, 16, sender);
	text[20] = PURPOSE;
	text.set(sealed.subarray(1, OPEN), 21);
	return md5(text);
}
