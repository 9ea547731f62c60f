/**
 * What a payload plainly is, where it is something else: tried after the proofs and before everything that looks
 * at shape alone. A guarded flow is not explained by an announcement either, except TLS, in which a peer may
 * hide. Each guard checks structure, not a port alone.
 */
import type { Payload } from '../../networks/signature.ts';
import { startsWith } from './http.ts';

export type Guard =
	| 'dns'
	| 'stun'
	| 'rtp'
	| 'tls'
	| 'quic'
	| 'http'
	| 'ssh'
	| 'mail'
	| 'ftp'
	| 'ntp'
	| 'other';

const colon = 0x3a;

/** First bytes of services that greet in clear text. */
const greetings: readonly (readonly [string, Guard])[] = [
	['SSH-', 'ssh'],
	['220 ', 'mail'],
	['220-', 'mail'],
	['EHLO ', 'mail'],
	['HELO ', 'mail'],
	['* OK', 'mail'],
	['+OK', 'mail'],
	['USER ', 'ftp'],
	['RTSP/', 'other'],
	['SIP/2.0', 'other'],
	['NICK ', 'other'],
	['RFB ', 'other'],
	['@RSYNCD', 'other'],
	['<?xml', 'other'],
	['<stream', 'other'],
	['\xffSMB', 'other'],
	['\xfeSMB', 'other'],
	['NOTIFY * ', 'other'],
	['M-SEARCH ', 'other'],
	['INVITE ', 'other'],
	['REGISTER ', 'other'],
	['OPTIONS ', 'other'],
];

const byFirstByte: readonly (readonly (readonly [string, Guard])[])[] = Array.from(
	{ length: 256 },
	(_, byte) => greetings.filter(([text]) => text.charCodeAt(0) === byte),
);

function greeting({ bytes, from, to }: Payload): Guard | undefined {
	const list = byFirstByte[bytes[from]!]!;
	for (let index = 0; index < list.length; index++) {
		const [text, guard] = list[index]!;
		if (startsWith(bytes, from, to, text)) return guard;
	}
	return bytes[from] === colon && isIrc(bytes, from + 1, to) ? 'other' : undefined;
}

/** RFC 2812, section 2.3.1: who says it, then a command. A colon alone begins every 256th encrypted link. */
function isIrc(bytes: Uint8Array, from: number, to: number): boolean {
	let at = from;
	while (at < to && bytes[at]! > 0x20 && bytes[at]! < 0x7f) at++;
	const command = String.fromCharCode(...bytes.subarray(at, Math.min(to, at + 4)));
	return at > from && /^ ([A-Z]{3}|[0-9]{3})/i.test(command);
}

export function guardStream(payload: Payload): Guard | undefined {
	const { bytes, from, to } = payload;
	if (to - from >= 6 && isTlsRecord(bytes, from)) return 'tls';
	const greeted = greeting(payload);
	if (greeted !== undefined) return greeted;
	if (isPort(payload, 53) && to - from >= 14 && isDns(bytes, from + 2, to)) return 'dns';
	// NetBIOS session service, SMB inside; RDP and ISO transport (RFC 1006).
	if (
		to - from >= 8 &&
		bytes[from] === 0 &&
		(startsWith(bytes, from + 4, to, '\xffSMB') || startsWith(bytes, from + 4, to, '\xfeSMB'))
	)
		return 'other';
	if (
		to - from >= 7 &&
		bytes[from] === 3 &&
		bytes[from + 1] === 0 &&
		((bytes[from + 2]! << 8) | bytes[from + 3]!) === payload.wireLength
	)
		return 'other';
	return undefined;
}

export function guardDatagram(payload: Payload): Guard | undefined {
	const { bytes, from, to } = payload;
	const length = to - from;
	if ((isPort(payload, 53) || isPort(payload, 5353) || isPort(payload, 5355)) && isDns(bytes, from, to))
		return 'dns';
	if (length >= 20 && isStun(bytes, from, payload.wireLength)) return 'stun';
	if (length >= 7 && isQuic(bytes, from)) return 'quic';
	if (length >= 13 && isDtlsRecord(bytes, from)) return 'tls';
	if (isPort(payload, 123) && (payload.wireLength === 48 || payload.wireLength === 68)) return 'ntp';
	if (length >= 12 && isRtp(payload)) return 'rtp';
	const greeted = to - from > 3 ? greeting(payload) : undefined;
	if (greeted !== undefined) return greeted;
	if (isLocalService(payload)) return 'other';
	return undefined;
}

/** RFC 8446, section 5.1: handshake, version 3.x, a length that is possible; a hello first. */
export function isTlsRecord(bytes: Uint8Array, from: number): boolean {
	if (bytes[from] === 22 && bytes[from + 1] === 3 && bytes[from + 2]! <= 4)
		return (bytes[from + 5] === 1 || bytes[from + 5] === 2) && bytes[from + 3]! <= 0x40;
	// SSL 2 hello: length with the upper bit, type 1, version 2 or 3.
	return (
		(bytes[from]! & 0x80) !== 0 &&
		bytes[from + 2] === 1 &&
		(bytes[from + 3] === 3 || bytes[from + 3] === 2) &&
		bytes[from + 4]! <= 3
	);
}

/** RFC 9147, section 4.1, and RFC 6347: version 1.0 is 254.255, 1.2 254.253. */
function isDtlsRecord(bytes: Uint8Array, from: number): boolean {
	const type = bytes[from]!;
	return type >= 20 && type <= 25 && bytes[from + 1] === 0xfe && bytes[from + 2]! >= 0xfc;
}

/** RFC 1035, section 4.1.1: opcode, zero bits, counts that the length can hold. */
export function isDns(bytes: Uint8Array, from: number, to: number): boolean {
	if (to - from < 12) return false;
	const opcode = (bytes[from + 2]! >> 3) & 15;
	const questions = (bytes[from + 4]! << 8) | bytes[from + 5]!;
	const answers = (bytes[from + 6]! << 8) | bytes[from + 7]!;
	return opcode <= 5 && questions <= 16 && answers <= 512 && (bytes[from + 3]! & 0x40) === 0;
}

/** RFC 8489, section 5; and RFC 3489, which had no cookie: then type and length alone must be exact. */
function isStun(bytes: Uint8Array, from: number, wireLength: number): boolean {
	const length = (bytes[from + 2]! << 8) | bytes[from + 3]!;
	if ((bytes[from]! & 0xc0) !== 0 || (length & 3) !== 0) return false;
	const cookie =
		bytes[from + 4] === 0x21 &&
		bytes[from + 5] === 0x12 &&
		bytes[from + 6] === 0xa4 &&
		bytes[from + 7] === 0x42;
	if (cookie) return true;
	const type = (bytes[from]! << 8) | bytes[from + 1]!;
	return (
		length + 20 === wireLength &&
		length >= 8 &&
		(type === 1 ||
			type === 0x101 ||
			type === 0x111 ||
			type === 3 ||
			type === 0x103 ||
			type === 0x113 ||
			type === 4 ||
			type === 6)
	);
}

/** RFC 9000, section 17.2: long header with a version that exists; gQUIC's public header with its Q0xx. */
function isQuic(bytes: Uint8Array, from: number): boolean {
	const version =
		((bytes[from + 1]! << 24) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 8) | bytes[from + 4]!) >>> 0;
	if ((bytes[from]! & 0xc0) === 0xc0) {
		const draft = version >>> 8 === 0xff0000 || version >>> 8 === 0xface00;
		// Q046, T051 and their kin.
		const ofGoogle = version >>> 16 === 0x5130 || version >>> 16 === 0x5430;
		return version === 1 || version === 0x6b3343cf || draft || ofGoogle;
	}
	return (bytes[from]! & 0x09) === 0x09 && bytes[from + 9] === 0x51 && bytes[from + 10] === 0x30;
}

/** RFC 3550, section 5.1, on even unprivileged ports; RTCP types 200 to 204. Shape alone, hence the bounds. */
function isRtp({ bytes, from, to, wireLength, sourcePort, destinationPort }: Payload): boolean {
	if ((bytes[from]! & 0xc0) !== 0x80 || sourcePort < 1024 || destinationPort < 1024) return false;
	const type = bytes[from + 1]!;
	if (type >= 200 && type <= 204)
		return (((bytes[from + 2]! << 8) | bytes[from + 3]!) + 1) << 2 <= wireLength;
	const payloadType = type & 0x7f;
	const known = payloadType <= 34 || (payloadType >= 96 && payloadType <= 127);
	return known && (bytes[from]! & 15) <= 2 && to - from >= 20 && (bytes[from]! & 0x20) === 0;
}

const localPorts = new Uint8Array(65_536);
for (const port of [67, 68, 69, 137, 138, 161, 162, 514, 546, 547, 1900, 3702, 5351, 17500])
	localPorts[port] = 1;

/** Names and addresses of a local network: DHCP, NetBIOS, SSDP, NAT-PMP, SNMP, syslog, Dropbox's discovery. */
function isLocalService(payload: Payload): boolean {
	return localPorts[payload.sourcePort] === 1 || localPorts[payload.destinationPort] === 1;
}

function isPort({ sourcePort, destinationPort }: Payload, port: number): boolean {
	return sourcePort === port || destinationPort === port;
}
