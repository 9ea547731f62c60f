/**
 * Longer than 300 lines: Gnutella and Gnutella2, with their rules for other systems.
 *
 * Gnutella on the wire: the handshake of 0.4 and 0.6, the call-back GIV, the descriptor header in datagrams and
 * in streams that were joined in the middle, Gnutella2's handshake and datagrams, semi-reliable datagrams, the
 * HTTP of downloads, and web caches.
 *
 * A datagram must be one descriptor exactly: a known type at byte 16, TTL and hops that together are at most 16,
 * the little-endian length at byte 19 equal to what follows, and a payload that the type can have.
 */
import { firstLine, headEnd, headerValues } from '../common/lines.ts';
import {
	type Finding,
	type HttpHead,
	type HttpPattern,
	type Match,
	type Pattern,
	contentRule as rule,
	type Signature,
} from '../signature.ts';
import { DatagramAnnouncements, HttpAnnouncements, LinkAnnouncements } from './announcements.ts';

const header = 23;
/** Neighbours in a GUID that differ, of 15: random ones have 15 nearly always, servents mark two bytes. */
const leastVaried = 8;
/** A Gnutella2 packet is cut into so many datagrams at most. */
const mostParts = 64;

/** Ping, pong, bye, QRP, vendor messages, push, RUDP, query and DHT, hit; and the least payload of each. */
const leastPayload = new Int16Array(256).fill(-1);
for (const [type, least] of [
	[0x00, 0],
	[0x01, 14],
	[0x02, 2],
	[0x30, 2],
	[0x31, 8],
	[0x32, 8],
	[0x40, 26],
	[0x41, 8],
	[0x44, 24],
	[0x80, 3],
	[0x81, 27],
] as const)
	leastPayload[type] = least;

const agents = [
	'LimeWire',
	'BearShare',
	'gtk-gnutella',
	'Shareaza',
	'Morpheus',
	'Gnucleus',
	'GnucDNA',
	'FrostWire',
	'WireShare',
	'Swapper',
	'XoloX',
	'Phex',
	'Acquisition',
	'Acqlite',
	'Cabos',
	'Mutella',
	'Qtella',
	'MorphVOX',
	'Sallyport',
	'eTomi',
	'Toadnode',
	'Kiwi Alpha',
	'FOXY',
];

const handshakeHeaders = ['accept', 'content-type', 'user-agent'];

const handshake: Pattern = {
	begins: ['GNUTELLA CONNECT/0.', 'GNUTELLA/0.6 ', 'GNUTELLA OK', 'GNUTELLA PUSH '],
	match(payload): Finding {
		const { bytes, from, to } = payload;
		// Whether it is Gnutella2 stands in a header; without the end of the head one waits for it.
		const end = headEnd(bytes, from, to);
		if (
			end < 0 &&
			!payload.last &&
			to - from < 1400 &&
			to - from === payload.wireLength &&
			payload.packets < 3
		)
			return 'more';
		const line = firstLine(bytes, from, to);
		const [accept, type, agent] = headerValues(bytes, from, end < 0 ? to : end, handshakeHeaders);
		return {
			...(isGnutella2(accept ?? type ?? '') ? { network: 'gnutella2' } : {}),
			...(agent === undefined || agent === '' ? {} : { label: agent.slice(0, 60) }),
			what: `handshake "${line.slice(0, 40)}"`,
			offset: 0,
			length: line.length,
		};
	},
};

const giv: Pattern = {
	begins: ['GIV '],
	match({ bytes, from, to }): Finding {
		const line = firstLine(bytes, from, to);
		if (!/^GIV [0-9]{1,10}:[0-9A-Fa-f]{32}\//.test(line))
			return line.length < 48 && to - from < 48 ? 'more' : undefined;
		return { what: 'call-back "GIV index:GUID/name"', offset: 0, length: line.indexOf('/') + 1 };
	},
};

const descriptors = Array.from(
	leastPayload,
	(_, type) => `descriptor of type ${hex(type)} whose length is the datagram's`,
);

const datagram: Pattern = {
	match({ bytes, from, to, wireLength }): Finding {
		if (to - from < header || !isDescriptor(bytes, from, wireLength - header)) return undefined;
		return {
			what: descriptors[bytes[from + 16]!]!,
			offset: 16,
			length: 7,
		};
	},
};

/** Gnutella2 and gtk-gnutella's semi-reliable UDP share a layout: tag, flags, sequence, part, count. */
const parts: Pattern = {
	begins: ['GND', 'GTA'],
	match({ bytes, from, to, wireLength }): Finding {
		if (to - from < 8) return undefined;
		const part = bytes[from + 6]!;
		const count = bytes[from + 7]!;
		const isAcknowledgement = count === 0 && wireLength <= 12;
		if (part === 0 || count > mostParts || (bytes[from + 3]! & 0xec) !== 0) return undefined;
		if (part > count && !isAcknowledgement) return undefined;
		// A first part that is not deflated begins with a packet's control byte and its name in capitals.
		const isPlain = (bytes[from + 3]! & 1) === 0 && part === 1 && to - from >= 10;
		if (isPlain && bytes[from + 1] === 0x4e && !isPacketName(bytes, from + 8, to)) return undefined;
		const two = bytes[from + 1] === 0x4e;
		return {
			...(two ? { network: 'gnutella2' } : {}),
			what: `semi-reliable datagram "${two ? 'GND' : 'GTA'}", part ${part} of ${count}`,
			offset: 0,
			length: 8,
		};
	},
};

/** A link that was joined in the middle: descriptors that follow one another exactly. */
const joined: Pattern = {
	match({ bytes, from, to, wireLength, fromStart }): Finding {
		if (fromStart || to - from < header) return undefined;
		let at = from;
		for (let count = 0; ; count++) {
			const left = to - at;
			if (left === 0 && wireLength === to - from && count > 0) return joinedMatch(count);
			if (left < header) return count >= 2 ? joinedMatch(count) : undefined;
			const length = littleEndian(bytes, at + 19);
			if (length > 65_536 || !isHeader(bytes, at, length)) return undefined;
			if (count >= 3) return joinedMatch(count);
			if (length > left - header) return count >= 2 ? joinedMatch(count) : undefined;
			at += header + length;
		}
	},
};

function joinedMatch(count: number): Match {
	return { what: `${count} descriptors one after another`, offset: 16, length: 7 };
}

const targets: readonly (readonly [RegExp, string])[] = [
	[/^\/get\/[0-9]{1,10}\//, 'download by index "/get/"'],
	[/^\/uri-res\/N2[RXLS]s?\?urn:(sha1|bitprint|tree)/i, 'download by hash "/uri-res/"'],
	[/^\/(gnutella|gnet)\/(push-proxy|thex|tigertree)/, 'push proxy or tree request'],
];

const download: HttpPattern = {
	match(head): Match | undefined {
		if (head.isRequest) {
			for (const [form, what] of targets)
				if (form.test(head.target)) return labelled(head, what, head.method.length + 1, head.target.length);
			const agent = head.header('user-agent') ?? '';
			if (startsWithAgent(agent))
				return labelled(head, `User-Agent of a servent`, head.offsetOf('user-agent'), 12 + agent.length);
		} else {
			const server = head.header('server') ?? '';
			if (startsWithAgent(server))
				return labelled(head, `Server of a servent`, head.offsetOf('server'), 8 + server.length);
		}
		for (const name of head.extensions) {
			if (name.startsWith('x-gnutella-') || name === 'x-thex-uri' || name === 'x-nalt' || name === 'x-falt')
				return labelled(head, `header "${name}"`, head.offsetOf(name), name.length);
		}
		const type = head.header('content-type') ?? head.header('accept') ?? '';
		if (type.includes('application/x-gnutella'))
			return labelled(head, 'content type "application/x-gnutella"', 0, 0);
		return undefined;
	},
};

const cacheFields = /[?&](get|hostfile|urlfile|bfile|gwcs|statfile|update|ping|ip|url)=/;

/** GWebCache 1 and 2: what is asked has `client` (four letters) and a field of its own; the answer is lines. */
const webCache: HttpPattern = {
	match(head, { bytes, from, to }): Match | undefined {
		if (head.isRequest) {
			const { target } = head;
			const asks =
				cacheFields.test(target) &&
				(/[?&]client=[A-Za-z]{4}/.test(target) || /[?&]net=gnutella2?/.test(target));
			if (!asks || !/[?&](version|net|client)=/.test(target)) return undefined;
			const two = target.includes('net=gnutella2');
			const name = head.header('host');
			return {
				...(name === undefined ? {} : { name: name.slice(0, 253) }),
				...(two ? { network: 'gnutella2' } : {}),
				seed: true,
				what: 'web cache request',
				offset: 4,
				length: target.length,
			};
		}
		const end = headEnd(bytes, from, to);
		if (end < 0) return undefined;
		const body = String.fromCharCode(...bytes.subarray(end, Math.min(to, end + 80))).trimStart();
		if (!/^([HI]\|([0-9]{1,3}\.){3}[0-9]{1,3}:[0-9]{1,5}|I\|(pong|update)|U\|https?:\/\/)/i.test(body))
			return undefined;
		return { seed: true, what: 'web cache answer', offset: end - from, length: 2 };
	},
};

export const signature: Signature = {
	network: 'gnutella',
	title: 'Gnutella 0.4, 0.6 and Gnutella2',
	source: 'specifications 0.4 and 0.6; captures of gtk-gnutella, of Gnutella2 servents and of our own node',
	seen: 'live',
	tcp: [handshake, giv, joined],
	udp: [parts, datagram],
	http: [download, webCache],
	tcpPorts: [6346, 6347, 6348],
	udpPorts: [6346, 6347, 6348],
	rules: [
		rule(0, 'tcp', 'handshake', [{ bytes: 'GNUTELLA CONNECT/0.' }], { by: 'opener' }),
		rule(1, 'tcp', 'answer to a handshake', [{ bytes: 'GNUTELLA/0.6 ' }], { by: 'answerer' }),
		rule(2, 'tcp', 'download by hash', [{ bytes: 'GET /uri-res/N2R?urn:' }], { by: 'opener' }),
		rule(
			3,
			'tcp',
			'answer with headers of Gnutella',
			[{ bytes: 'HTTP/1.' }, { bytes: '\r\nX-Gnutella-', offset: 8, within: 1000, anyCase: true }],
			{ by: 'answerer' },
		),
		rule(
			4,
			'udp',
			'ping of 28 bytes',
			[
				{ bytes: '\x00', offset: 16 },
				{ bytes: '\x05\x00\x00\x00\xc3', offset: 19 },
			],
			{ size: 28 },
		),
		rule(5, 'udp', 'pong with extensions', [
			{ bytes: '\x01', offset: 16 },
			{ bytes: '\x00\x00', offset: 21 },
			{ bytes: '\xc3', offset: 37 },
		]),
		rule(6, 'udp', 'Gnutella2 packet in one datagram', [{ bytes: 'GND' }, { bytes: '\x01\x01', offset: 6 }], {
			network: 'gnutella2',
		}),
	],
	follow(transport, match, sink) {
		if (match.seed || match.network === 'gnutella2')
			return match.what.startsWith('handshake') ? new HttpAnnouncements(sink) : undefined;
		if (transport === 'udp') return new DatagramAnnouncements(sink);
		return match.what.startsWith('handshake') ? new LinkAnnouncements(sink) : new HttpAnnouncements(sink);
	},
};

/** `rest`: bytes that follow the header on the wire. */
function isDescriptor(bytes: Uint8Array, at: number, rest: number): boolean {
	return isHeader(bytes, at, rest) && littleEndian(bytes, at + 19) === rest;
}

/** A GUID, a type that exists, hops that can be. Zeros have the form of a ping, but no GUID looks like that. */
function isHeader(bytes: Uint8Array, at: number, rest: number): boolean {
	const least = leastPayload[bytes[at + 16]!]!;
	const hops = (bytes[at + 17]! & 0x7f) + bytes[at + 18]!;
	if (least < 0 || rest < least || hops > 16) return false;
	let varied = 0;
	for (let index = at + 1; index < at + 16; index++) if (bytes[index] !== bytes[index - 1]) varied++;
	return varied >= leastVaried;
}

/** Gnutella2, packet: control byte (length of length, length of the name less one, flags), length, name. */
function isPacketName(bytes: Uint8Array, at: number, to: number): boolean {
	const control = bytes[at]!;
	const name = at + 1 + (control >> 6);
	const end = Math.min(to, name + ((control >> 3) & 7) + 1);
	for (let index = name; index < end; index++) {
		const byte = bytes[index]!;
		if (!((byte >= 65 && byte <= 90) || (byte >= 48 && byte <= 57))) return false;
	}
	return true;
}

function isGnutella2(accept: string): boolean {
	return accept.includes('application/x-gnutella2') && !/x-gnutella(?!2)/.test(accept);
}

function startsWithAgent(text: string): boolean {
	for (const agent of agents) if (text.startsWith(agent)) return true;
	return false;
}

function labelled(head: HttpHead, what: string, offset: number, length: number): Match {
	const agent = head.header('user-agent') ?? head.header('server');
	return {
		...(agent === undefined || agent === '' ? {} : { label: agent.slice(0, 60) }),
		what,
		offset,
		length,
	};
}

function littleEndian(bytes: Uint8Array, at: number): number {
	return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function hex(byte: number): string {
	return byte.toString(16).padStart(2, '0');
}
