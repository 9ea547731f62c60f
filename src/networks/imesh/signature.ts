/** iMesh's own protocol (before it joined FastTrack and Gnutella) on the wire: fingerprints only, never seen live. */
import {
	type Finding,
	type HttpPattern,
	type Match,
	type Pattern,
	contentRule as rule,
	type Signature,
} from '../signature.ts';

/** Frames of 64 and 28 bytes whose first byte is their length, with FC FF and fixed words. */
const frames: Pattern = {
	begins: ['\x40\x00\x00\x00', '\x1c\x00\x00\x00'],
	match({ bytes, from, to, wireLength }): Finding {
		if (to - from < 16 || wireLength !== bytes[from]) return undefined;
		const mark = bytes[from + 10] === 0xfc && bytes[from + 11] === 0xff;
		const kind = bytes[from + 12]!;
		if (!mark || (kind !== 0x04 && kind !== 0x07) || bytes[from + 13] !== 0x80) return undefined;
		return { what: `frame of ${wireLength} bytes with FC FF`, offset: 10, length: 4 };
	},
};

const short: Pattern = {
	begins: ['\x34'],
	match({ bytes, from, to }): Finding {
		let at = from + 1;
		if (bytes[at] === 0x80) at++;
		if (bytes[at] === 0x0d) at++;
		if (to - at < 3 || bytes[at] !== 0xfc || bytes[at + 1] !== 0xff || bytes[at + 2] !== 0x04)
			return undefined;
		return { what: 'frame 34 .. FC FF 04', offset: 0, length: at + 3 - from };
	},
};

const datagrams: Pattern = {
	begins: ['\x02\x00'],
	match({ bytes, from, to, wireLength, sourcePort, destinationPort }): Finding {
		if (to - from < wireLength || wireLength < 24) return undefined;
		const isPort = sourcePort === 1864 || destinationPort === 1864;
		const tail =
			bytes[from + 24] === 0 && bytes[from + 25] === 0 && bytes[from + 26] === 0 && bytes[from + 27] === 0;
		if (wireLength === 28 && isPort && bytes[from + 2] === 0 && bytes[from + 3] === 0 && tail)
			return datagramMatch(28);
		const a = bytes[from + 6] === 0 && bytes[from + 7] === 0x83;
		if (
			wireLength === 36 &&
			a &&
			bytes[from + 24] === 0x40 &&
			bytes[from + 25] === 0 &&
			bytes[from + 26] === 0
		)
			return datagramMatch(36);
		const b =
			bytes[from + 4] === 3 && bytes[from + 5] === 0 && bytes[from + 6] === 0 && bytes[from + 7] === 0x84;
		return wireLength === 24 && b && isPort ? datagramMatch(24) : undefined;
	},
};

const loginForm: HttpPattern = {
	match(head, { bytes, from, to }): Match | undefined {
		if (head.method !== 'POST') return undefined;
		const body = Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, 2048)).toString(
			'latin1',
		);
		const at = body.indexOf('<PasswordHash>');
		return at > 0 && body.indexOf('</PasswordHash><ClientVer>', at) > 0
			? { what: 'login with <PasswordHash> and <ClientVer>', offset: at, length: 14 }
			: undefined;
	},
};

export const signature: Signature = {
	network: 'imesh',
	title: 'iMesh (its own protocol)',
	source: 'patterns of older recognisers; no program exists to make traffic',
	seen: 'read',
	tcp: [frames, short],
	udp: [datagrams],
	http: [loginForm],
	rules: [
		rule(
			600,
			'tcp',
			'frame of 64 bytes',
			[{ bytes: '\x40\x00\x00\x00' }, { bytes: '\xfc\xff\x04\x80', offset: 10 }],
			{ size: 64 },
		),
		rule(
			601,
			'tcp',
			'login form',
			[{ bytes: 'POST ' }, { bytes: '</PasswordHash><ClientVer>', offset: 5, within: 1400 }],
			{ by: 'opener' },
		),
	],
	udpPorts: [1864],
	seeds: { names: ['imesh.com'], historicalRanges: ['216.35.208.0/24'] },
};

function datagramMatch(length: number): Match {
	return { what: `datagram of ${length} bytes with its fixed words`, offset: 0, length: 8 };
}
