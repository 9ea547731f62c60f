/**
 * WinMX on the wire, read about and never seen live. The old protocol (WPNP 2) is Napster-like text under a
 * scramble without any secret: five passes of XOR with the byte before, keyed by the length; it is undone here,
 * and must then be a login. Of the new one (WPN 3) only the shape of its first exchange is public.
 */
import { text } from '../common/lines.ts';
import { type Finding, type Pattern, contentRule as rule, type Signature } from '../signature.ts';

/** The host cache says "1", the client "CLIE". */
const old: Pattern = {
	begins: ['CLIE'],
	match({ byOpener, other, otherFrom, otherTo }): Finding {
		const greeted = otherTo - otherFrom >= 1 && other[otherFrom] === 0x31;
		return byOpener && greeted
			? { what: 'host cache: "1" answered by "CLIE"', offset: 0, length: 4 }
			: undefined;
	},
};

const oldFrames: Pattern = {
	match({ bytes, from, to, byOpener, fromStart, destinationPort, last }): Finding {
		if (!fromStart || !byOpener || (destinationPort !== 7730 && destinationPort !== 6699)) return undefined;
		if (to - from < 2) return last ? undefined : 'more';
		const length = bytes[from]! | (bytes[from + 1]! << 8);
		if (length < 8 || length > 512) return undefined;
		if (from + 2 + length > to) return last ? undefined : 'more';
		const body = unscramble(bytes.slice(from + 2, from + 2 + length));
		const type = body[0]! | (body[1]! << 8);
		const said = text(body, 2, body.length);
		if (type > 2000 || !/^[\x20-\x7e]{6,}$/.test(said)) return undefined;
		return { what: `WPNP 2 frame of type ${type}, unscrambled to text`, offset: 0, length: 4 };
	},
};

/** Byte 0 is "8"; zeros and two constants at fixed places of 149 bytes. */
const wpn: Pattern = {
	begins: ['8'],
	match({ bytes, from, to, wireLength }): Finding {
		if (wireLength !== 149 || to - from < 149) return undefined;
		for (let at = 17; at <= 28; at++) if (bytes[from + at] !== 0) return undefined;
		const marks =
			bytes[from + 135] === 0x7e &&
			bytes[from + 136] === 0xdf &&
			bytes[from + 147] === 0xf7 &&
			bytes[from + 148] === 0x92;
		return marks
			? { what: 'WPN 3 packet of 149 bytes with its constants', offset: 135, length: 14 }
			: undefined;
	},
};

/** The listener says "8", the client sends a key of 16 bytes and gets 16. Shape alone, so only on its ports. */
const wpnKeys: Pattern = {
	weak: true,
	match({ byOpener, fromStart, wireLength, other, otherFrom, otherTo, destinationPort }): Finding {
		const port = destinationPort === 6699 || (destinationPort >= 7950 && destinationPort <= 7952);
		if (
			!byOpener ||
			!fromStart ||
			!port ||
			wireLength !== 16 ||
			otherTo - otherFrom !== 1 ||
			other[otherFrom] !== 0x38
		)
			return undefined;
		return { what: '"8" answered by a key of 16 bytes on a WinMX port', offset: 0, length: 16 };
	},
};

/** A transfer: one segment with the word and two quoted fields. */
const transfer: Pattern = {
	begins: ['GET', 'SEND'],
	match({ bytes, from, to, destinationPort }): Finding {
		if (destinationPort !== 6699) return undefined;
		const said = text(bytes, from, Math.min(to, from + 300));
		if (said === 'GET' || said === 'SEND') return 'more';
		return /^(GET|SEND) [^ "]{1,64} "[^"]{1,200}" "/.test(said)
			? { what: 'GET or SEND with two quoted fields', offset: 0, length: 4 }
			: undefined;
	},
};

export const signature: Signature = {
	network: 'winmx',
	title: 'WinMX (WPNP 2 and WPN 3)',
	source: 'public descriptions and the patterns of older recognisers; no program exists to make traffic',
	seen: 'read',
	tcp: [old, oldFrames, wpn, transfer, wpnKeys],
	rules: [
		rule(
			500,
			'tcp',
			'WPN 3 packet of 149 bytes',
			[
				{ bytes: '8' },
				{ bytes: '\x00'.repeat(12), offset: 17 },
				{ bytes: '\x7e\xdf', offset: 135 },
				{ bytes: '\xf7\x92', offset: 147 },
			],
			{ size: 149 },
		),
	],
	tcpPorts: [6699, 7730],
	udpPorts: [6257],
	seeds: { names: ['winmx.com'], historicalRanges: ['209.61.186.0/24', '64.49.201.0/24'] },
};

/** Each of five passes undoes a chain in which a byte was XORed with the one before; the first with the length. */
export function unscramble(body: Uint8Array): Uint8Array {
	for (let pass = 0; pass < 5; pass++) {
		for (let at = body.length - 1; at > 0; at--) body[at]! ^= body[at - 1]!;
		body[0]! ^= body.length & 0xff;
	}
	return body;
}

/** The inverse, for tests. */
export function scramble(body: Uint8Array): Uint8Array {
	for (let pass = 0; pass < 5; pass++) {
		body[0]! ^= body.length & 0xff;
		for (let at = 1; at < body.length; at++) body[at]! ^= body[at - 1]!;
	}
	return body;
}
