/**
 * BitTorrent on the wire: the handshake (over TCP and inside uTP), trackers over HTTP and UDP, the DHT, local
 * discovery, uTP.
 *
 * uTP's header is 20 bytes of numbers, and a check of its first two bytes takes calls (STUN, RTP) for it. Here a
 * first packet must be a whole SYN, and any other pair of packets, one from each side, must agree on the
 * connection and acknowledge each other's sequence.
 */
import { text } from '../common/lines.ts';
import {
	type Finding,
	type HttpPattern,
	type Match,
	type Pattern,
	type Payload,
	contentRule as rule,
	type Signature,
} from '../signature.ts';
import { NodeAnnouncements, TrackerAnnouncements } from './announcements.ts';

const greeting = '\x13BitTorrent protocol';

/** Late: after the encrypted greeting (MSE) the sides may agree to speak in clear. */
const handshake: Pattern = {
	begins: [greeting],
	late: true,
	match({ bytes, from, to, last }): Finding {
		if (to - from < 56 && !last) return to - from < 48 ? 'more' : handshakeMatch(bytes, from, to, 0);
		return handshakeMatch(bytes, from, to, 0);
	},
};

function handshakeMatch(bytes: Uint8Array, from: number, to: number, offset: number): Match {
	const peer = to - from >= 56 ? text(bytes, from + 48, from + 56) : '';
	const client = /^-([A-Za-z]{2}[0-9A-Za-z]{4})-/.exec(peer)?.[1];
	return {
		...(client === undefined ? {} : { label: client }),
		what: 'handshake "BitTorrent protocol"',
		offset,
		length: 20,
	};
}

const block = 16_384;

/** A link that was joined in the middle: a request or a piece at a multiple of 16 KiB, or several `have`s. */
const joined: Pattern = {
	begins: ['\x00\x00\x00\x0d\x06', '\x00\x00\x40\x09\x07', '\x00\x00\x00\x05\x04'],
	match({ bytes, from, to, fromStart }): Finding {
		if (fromStart) return undefined;
		const kind = bytes[from + 4];
		if (kind === 4) {
			let count = 0;
			for (let at = from; at + 9 <= to && isHave(bytes, at); at += 9) count++;
			return count >= 3 ? joinedMatch(`${count} "have" one after another`) : undefined;
		}
		if (to - from < (kind === 6 ? 17 : 13) || u32(bytes, from + 9) % block !== 0) return undefined;
		if (kind === 6 && u32(bytes, from + 13) !== block) return undefined;
		return joinedMatch(kind === 6 ? 'request of 16 KiB' : 'piece of 16 KiB');
	},
};

function isHave(bytes: Uint8Array, at: number): boolean {
	return u32(bytes, at) === 5 && bytes[at + 4] === 4;
}

function joinedMatch(what: string): Match {
	return { what, offset: 0, length: 5 };
}

const tracker: HttpPattern = {
	match(head): Match | undefined {
		const { target } = head;
		const agent = head.header('user-agent');
		const label = agent === undefined || agent === '' ? {} : { label: agent.slice(0, 60) };
		if (/[?&]info_hash=/.test(target))
			return {
				...label,
				what: 'tracker request with info_hash',
				offset: target.indexOf('info_hash') + 4,
				length: 10,
			};
		if (head.line.startsWith('GET /webseed?')) return { ...label, what: 'web seed', offset: 4, length: 8 };
		if (
			agent !== undefined &&
			/^(Azureus|BitTorrent|BTWebClient|uTorrent|Transmission|libtorrent|qBittorrent|Deluge|rtorrent)\b/i.test(
				agent,
			)
		)
			return {
				...label,
				what: 'User-Agent of a BitTorrent program',
				offset: head.offsetOf('user-agent'),
				length: agent.length,
			};
		return undefined;
	},
};

const dht: Pattern = {
	begins: ['d1:a', 'd1:r', 'd1:e', 'd2:ip'],
	match({ bytes, from, to }): Finding {
		const said = text(bytes, from, Math.min(to, from + 40));
		if (/^d(2:ip6:.{6})?1:[ar]d2:id20:/s.test(said)) return dhtMatch('node id');
		const tail = text(bytes, Math.max(from, to - 60), to);
		return /1:y1:[qre]e$/.test(tail) && /1:t[0-9]{1,2}:/.test(tail + said) ? dhtMatch('message') : undefined;
	},
};

function dhtMatch(what: string): Match {
	return { what: `DHT ${what} in bencoding`, offset: 0, length: 12 };
}

const udpTracker: Pattern = {
	begins: ['\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00'],
	match({ wireLength }): Finding {
		return wireLength >= 16 && wireLength <= 20
			? { what: 'connect to a UDP tracker', offset: 0, length: 12 }
			: undefined;
	},
};

const discovery: Pattern = {
	begins: ['BT-SEARCH * HTTP/1.1\r\n'],
	match(): Finding {
		return { what: 'local discovery "BT-SEARCH"', offset: 0, length: 9 };
	},
};

const utp: Pattern = {
	begins: ['\x01', '\x11', '\x21', '\x31', '\x41'],
	weak: true,
	match(payload): Finding {
		const { bytes, from, to } = payload;
		const header = utpHeader(bytes, from, to);
		if (header === 0) return undefined;
		if (to - from >= header + 20 && text(bytes, from + header, from + header + 20) === greeting)
			return handshakeMatch(bytes, from + header, to, header);
		const isSyn = bytes[from] === 0x41 && u32(bytes, from + 8) === 0 && u16(bytes, from + 18) === 0;
		if (
			isSyn &&
			payload.wireLength === header &&
			u32(bytes, from + 12) >= 1400 &&
			u16(bytes, from + 16) === 1
		)
			return utpMatch('SYN');
		return agrees(payload, header) ? utpMatch('packets of both sides that acknowledge each other') : 'more';
	},
};

/** Length of the header with its extensions; 0: it is none. */
function utpHeader(bytes: Uint8Array, from: number, to: number): number {
	if (to - from < 20) return 0;
	let extension = bytes[from + 1]!;
	let at = from + 20;
	for (let count = 0; extension !== 0; count++) {
		if (count === 3 || extension > 3 || at + 2 > to || bytes[at + 1]! > 36) return 0;
		extension = bytes[at]!;
		at += 2 + bytes[at + 1]!;
	}
	return at > to ? 0 : at - from;
}

function agrees({ bytes, from, other, otherFrom, otherTo }: Payload, header: number): boolean {
	if (header === 0 || otherTo - otherFrom < 20 || (other[otherFrom]! & 0xf) !== 1 || other[otherFrom]! > 0x41)
		return false;
	const ids = Math.abs(u16(bytes, from + 2) - u16(other, otherFrom + 2));
	const acknowledged = (u16(other, otherFrom + 16) - u16(bytes, from + 18)) & 0xffff;
	const near = acknowledged <= 64 || acknowledged >= 0xffff - 64;
	return (ids === 1 || (ids === 0 && other[otherFrom] === 0x41)) && near && u32(bytes, from + 4) !== 0;
}

function utpMatch(what: string): Match {
	return { what: `uTP: ${what}`, offset: 0, length: 20 };
}

export const signature: Signature = {
	network: 'bittorrent',
	title: 'BitTorrent: TCP, uTP, DHT, trackers',
	source: 'BEP 3, 5, 14, 15, 29; captures of several programs',
	seen: 'capture',
	tcp: [handshake, joined],
	udp: [dht, udpTracker, discovery, utp],
	http: [tracker],
	rules: [
		rule(400, 'tcp', 'handshake', [{ bytes: greeting }]),
		rule(
			401,
			'tcp',
			'tracker request',
			[{ bytes: 'GET /' }, { bytes: '?info_hash=', offset: 5, within: 200 }],
			{ by: 'opener' },
		),
		rule(402, 'udp', 'DHT query', [{ bytes: 'd1:ad2:id20:' }]),
		rule(403, 'udp', 'DHT answer', [{ bytes: 'd1:rd2:id20:' }]),
		rule(404, 'udp', 'connect to a tracker', [{ bytes: '\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00' }]),
		rule(405, 'udp', 'local discovery', [{ bytes: 'BT-SEARCH * HTTP/1.1\r\n' }]),
		rule(406, 'udp', 'DHT answer that tells an address', [
			{ bytes: 'd2:ip6:' },
			{ bytes: '1:rd2:id20:', offset: 13 },
		]),
	],
	tcpPorts: [6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889],
	udpPorts: [6881],
	seeds: {
		names: [
			'bittorrent.com',
			'utorrent.com',
			'dht.transmissionbt.com',
			'dht.libtorrent.org',
			'dht.aelitis.com',
			'tracker.opentrackr.org',
			'open.stealth.si',
			'tracker.torrent.eu.org',
			'tracker.openbittorrent.com',
			'thepiratebay.org',
		],
	},
	follow(transport, match, sink) {
		if (match.what.startsWith('DHT')) return new NodeAnnouncements(sink);
		return transport === 'tcp' && match.what.startsWith('tracker request')
			? new TrackerAnnouncements(sink)
			: undefined;
	},
};

function u16(bytes: Uint8Array, at: number): number {
	return (bytes[at]! << 8) | bytes[at + 1]!;
}

function u32(bytes: Uint8Array, at: number): number {
	return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
