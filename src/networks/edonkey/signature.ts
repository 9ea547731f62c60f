/**
 * eDonkey2000 and eMule on the wire: TCP frames (protocol byte, little-endian length, opcode), server and
 * client datagrams, Kad, packed Kad.
 *
 * The first two bytes alone fire now and then on anything encrypted, so each opcode has the lengths that it can
 * have, and where the body has counts, they must agree with the length. What is two bytes long is never proof.
 */
import {
	type Finding,
	type Pattern,
	type Payload,
	contentRule as rule,
	type Signature,
} from '../signature.ts';
import { StatusAnnouncements } from './announcements.ts';
import { edonkeyOpcodes, emuleOpcodes, mostFrame } from './wire/opcodes.ts';

const edonkey = 0xe3;
const emule = 0xc5;
const packed = 0xd4;
const frameHeader = 5;

const stream: Pattern = {
	begins: ['\xe3', '\xc5', '\xd4'],
	match({ bytes, from, to, last, fromStart, wireLength }): Finding {
		let at = from;
		for (let frames = 0; frames < 4; frames++) {
			const left = to - at;
			if (left === 0) return frames > 0 ? frameMatch(bytes, from) : undefined;
			if (left < frameHeader + 1) return frames > 0 ? frameMatch(bytes, from) : last ? undefined : 'more';
			const length = littleEndian(bytes, at + 1);
			if (!isFrame(bytes[at]!, bytes[at + frameHeader]!, length)) return undefined;
			if (at === from && fromStart && !bodyAgrees(bytes, at, Math.min(to, at + frameHeader + length), length))
				return undefined;
			// A frame that ends later: its kind and length are all that can be checked.
			if (frameHeader + length > left) {
				const bounded = length < 65_536 || wireLength > 500;
				return bounded ? frameMatch(bytes, from) : undefined;
			}
			at += frameHeader + length;
		}
		return frameMatch(bytes, from);
	},
};

function isFrame(protocol: number, opcode: number, length: number): boolean {
	if (length < 1 || length > mostFrame) return false;
	if (protocol === packed) return length > 8 && (edonkeyOpcodes.has(opcode) || emuleOpcodes.has(opcode));
	const range = (protocol === edonkey ? edonkeyOpcodes : protocol === emule ? emuleOpcodes : undefined)?.get(
		opcode,
	);
	return range !== undefined && length >= range[0] && length <= range[1];
}

/** What a first frame must hold: a hello has a tag count that its length can carry; a message its own length. */
function bodyAgrees(bytes: Uint8Array, at: number, end: number, length: number): boolean {
	const opcode = bytes[at + 5]!;
	if (bytes[at] === packed) return end - at < 8 || ((bytes[at + 6]! << 8) | bytes[at + 7]!) % 31 === 0;
	if (bytes[at] !== edonkey) return true;
	if (opcode === 0x01 || opcode === 0x4c) {
		// Client to client, a hello begins with the hash's size, 16; a login and an answer with the hash.
		const hash =
			opcode === 0x01 && bytes[at + 6] === 16 && plausibleTags(bytes, at + 7 + 22, end, length) ? 7 : 6;
		return plausibleTags(bytes, at + hash + 22, end, length);
	}
	if (opcode === 0x38) return end - at < 8 || (bytes[at + 6]! | (bytes[at + 7]! << 8)) === length - 3;
	return true;
}

function plausibleTags(bytes: Uint8Array, at: number, end: number, length: number): boolean {
	if (at + 4 > end) return true;
	const count = littleEndian(bytes, at);
	return count <= 32 && count * 3 <= length;
}

function frameMatch(bytes: Uint8Array, from: number) {
	const name = bytes[from] === edonkey ? 'eDonkey' : bytes[from] === emule ? 'eMule' : 'packed';
	return {
		what: `${name} frame, opcode ${hex(bytes[from + frameHeader]!)}, with its length`,
		offset: 0,
		length: 6,
	};
}

const lengthsOfStatus = new Set([14, 18, 26, 30, 34, 42]);

const server: Pattern = {
	begins: ['\xe3'],
	match(payload): Finding {
		const { bytes, from, wireLength } = payload;
		if (wireLength < 6 || payload.to - from < wireLength) return undefined;
		const opcode = bytes[from + 1]!;
		return serverAgrees(payload, opcode, wireLength) ? datagramMatch('server', opcode) : undefined;
	},
};

function serverAgrees({ bytes, from, to }: Payload, opcode: number, length: number): boolean {
	switch (opcode) {
		case 0x96:
			return length === 6 && bytes[from + 4] === 0xaa && bytes[from + 5] === 0x55;
		case 0x97:
			return lengthsOfStatus.has(length) && (length > 14 || bytes[from + 5] === 0x55);
		case 0xa2:
			return length === 6 && bytes[from + 2] === 0xff && bytes[from + 3] === 0xf0;
		case 0xa3:
			return (bytes[from + 2] === 0xff && bytes[from + 3] === 0xf0) || isTwoTexts(bytes, from + 2, to);
		case 0x90:
			return littleEndian(bytes, from + 2) === 1 && bytes[from + 6] === 0x89;
		case 0x92:
		case 0x98:
			return isSearch(bytes, from + 2, to);
		case 0x94:
			return (length - 2) % 20 === 0 || (length - 2) % 28 === 0;
		case 0x99: {
			const tags = littleEndian(bytes, from + 24);
			return (
				length >= 32 && tags >= 1 && tags <= 32 && tags * 3 <= length - 28 && isTagType(bytes[from + 28]!)
			);
		}
		case 0x9b:
			return (
				length >= 25 &&
				length >= 19 + 6 * bytes[from + 18]! &&
				(length === 19 + 6 * bytes[from + 18]! || bytes[from + 19 + 6 * bytes[from + 18]!] === edonkey)
			);
		case 0xa1:
			return length === 3 + 6 * bytes[from + 2]!;
		default:
			return false;
	}
}

/**
 * Asking again for a place in a queue is a hash alone: only its length can be checked. It is known by its answer,
 * of two bytes or a few more, which would be no proof either.
 */
const reask: Pattern = {
	begins: ['\xc5'],
	weak: true,
	match({ bytes, from, wireLength, other, otherFrom, otherTo }): Finding {
		const opcode = bytes[from + 1]!;
		if (opcode === 0x90) return wireLength >= 18 && wireLength <= 22 ? 'more' : undefined;
		const isAnswer =
			(opcode === 0x91 && wireLength >= 4) || ((opcode === 0x92 || opcode === 0x93) && wireLength === 2);
		const asked = otherTo - otherFrom >= 18 && other[otherFrom] === emule && other[otherFrom + 1] === 0x90;
		return isAnswer && asked ? datagramMatch('client', opcode) : undefined;
	},
};

const kadPlain: Pattern = {
	begins: ['\xe4'],
	match({ bytes, from, to, wireLength }): Finding {
		if (to - from < wireLength || wireLength < 19) return undefined;
		const opcode = bytes[from + 1]!;
		return kadAgrees(bytes, from, wireLength, opcode) ? datagramMatch('Kad', opcode) : undefined;
	},
};

function kadAgrees(bytes: Uint8Array, from: number, length: number, opcode: number): boolean {
	const contacts = (at: number) => length === at + 1 + 25 * bytes[from + at]!;
	switch (opcode) {
		case 0x09:
			return length === 23 + 25 * (bytes[from + 21]! | (bytes[from + 22]! << 8)) && bytes[from + 20]! <= 12;
		case 0x11:
		case 0x19:
			return (
				length >= 22 &&
				bytes[from + 20]! <= 12 &&
				bytes[from + 21]! <= 8 &&
				length <= 22 + 64 * bytes[from + 21]!
			);
		case 0x21:
			return length === 35 && (bytes[from + 2] === 2 || bytes[from + 2] === 4 || bytes[from + 2] === 11);
		case 0x28:
		case 0x29:
			return contacts(18);
		case 0x00:
		case 0x10:
		case 0x18:
			return length === 27 && bytes[from + 26]! <= 12;
		case 0x20:
			return length === 35 && bytes[from + 2]! <= 31;
		case 0x34:
			return length === 28;
		default:
			return false;
	}
}

const kadPacked: Pattern = {
	begins: ['\xe5'],
	match({ bytes, from, to }): Finding {
		if (to - from < 12) return undefined;
		const opcode = bytes[from + 1]!;
		const isZlib = (bytes[from + 2]! & 15) === 8 && ((bytes[from + 2]! << 8) | bytes[from + 3]!) % 31 === 0;
		return isZlib && packedKad.has(opcode) ? datagramMatch('packed Kad', opcode) : undefined;
	},
};

const packedKad = new Set([0x09, 0x08, 0x28, 0x29, 0x33, 0x3b, 0x43, 0x44, 0x45, 0x38, 0x40]);

export const signature: Signature = {
	network: 'edonkey',
	title: 'eDonkey2000, eMule and Kad',
	source: 'the protocol as aMule 2.3 and 3 speak it; captures of amuled and of a VeryCD client',
	seen: 'capture',
	tcp: [stream],
	udp: [server, reask, kadPlain, kadPacked],
	rules: [
		rule(
			100,
			'tcp',
			'login at a server',
			[
				{ bytes: '\xe3' },
				{ bytes: '\x00\x00\x01', offset: 3 },
				{ bytes: '\x00\x00\x00\x02\x01\x00\x01', offset: 29 },
			],
			{ by: 'opener' },
		),
		rule(
			101,
			'tcp',
			'hello of a client',
			[
				{ bytes: '\xe3' },
				{ bytes: '\x00\x00\x01\x10', offset: 3 },
				{ bytes: '\x00\x00\x00\x02\x01\x00\x01', offset: 30 },
			],
			{ by: 'opener' },
		),
		rule(
			102,
			'tcp',
			'answer to a hello',
			[
				{ bytes: '\xe3' },
				{ bytes: '\x00\x00\x4c', offset: 3 },
				{ bytes: '\x00\x00\x00\x02\x01\x00\x01', offset: 29 },
			],
			{ by: 'answerer' },
		),
		rule(
			103,
			'udp',
			'question for a server status',
			[{ bytes: '\xe3\x96' }, { bytes: '\xaa\x55', offset: 4 }],
			{ size: 6 },
		),
		rule(104, 'udp', 'Kad search for a node', [{ bytes: '\xe4\x21\x0b' }], { size: 35 }),
		rule(105, 'udp', 'Kad search for a file', [{ bytes: '\xe4\x21\x02' }], { size: 35 }),
	],
	// The talk has 4661 and 4662 the wrong way round: 4661 is the server, 4662 the client.
	tcpPorts: [4661, 4662, 4663],
	udpPorts: [4665, 4672],
	follow: (_, { what }, sink) => (what.startsWith('server') ? new StatusAnnouncements(sink) : undefined),
};

function datagramMatch(kind: string, opcode: number) {
	return {
		what: `${kind} datagram, opcode ${hex(opcode)}, whose length and counts agree`,
		offset: 0,
		length: 2,
	};
}

function isTwoTexts(bytes: Uint8Array, at: number, to: number): boolean {
	if (to - at < 4) return false;
	const first = bytes[at]! | (bytes[at + 1]! << 8);
	const second = at + 2 + first;
	return second + 2 <= to && second + 2 + (bytes[second]! | (bytes[second + 1]! << 8)) === to;
}

/** A search tree: a text that fits, or a boolean before another node. */
function isSearch(bytes: Uint8Array, from: number, to: number): boolean {
	let at = from;
	for (let depth = 0; depth < 12 && bytes[at] === 0; depth++) {
		if (bytes[at + 1]! > 2) return false;
		at += 2;
	}
	if (to - at < 4 || (bytes[at] !== 1 && bytes[at] !== 2)) return false;
	const length = bytes[at + 1]! | (bytes[at + 2]! << 8);
	return length > 0 && at + 3 + length <= to && (at + 3 + length === to || at !== from || bytes[at] === 2);
}

function isTagType(type: number): boolean {
	const plain = type & 0x7f;
	return plain >= 1 && plain <= 0x20;
}

function littleEndian(bytes: Uint8Array, at: number): number {
	return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function hex(byte: number): string {
	return byte.toString(16).padStart(2, '0');
}
