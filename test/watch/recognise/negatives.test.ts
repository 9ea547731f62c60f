/** Nothing of these is peer-to-peer: random bytes behind every beginning that a pattern has, and other protocols. */
import { describe, expect, it } from 'vitest';
import { signatures } from '../../../src/watch/recognise/signatures.ts';
import { overTcp, overUdp, Wire } from '../conversation.ts';
import { bytesOf } from '../packets.ts';

/** mulberry32. */
function chance(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

/** First bytes of all patterns: one byte of each beginning is where a false alarm would begin. */
const beginnings = signatures.flatMap(({ tcp = [], udp = [] }) =>
	[...tcp, ...udp].flatMap(({ begins = [] }) => begins.map((text) => bytesOf(text))),
);

describe('random payloads', () => {
	it.each(['tcp', 'udp'] as const)('over %s raise no alarm by payload', (transport) => {
		const random = chance(7);
		const wire = new Wire();
		const count = 20_000;
		for (let number = 0; number < count; number++) {
			const payload = Uint8Array.from({ length: 4 + random(number % 10 === 0 ? 1400 : 80) }, () =>
				random(256),
			);
			// Half of them begin with one or two bytes of a real pattern.
			const begin = beginnings[random(beginnings.length)]!;
			if (number % 2 === 0) payload.set(begin.subarray(0, Math.min(2, begin.length)));
			const ends = { sourcePort: 1024 + random(60_000), destinationPort: 10_000 + random(20_000) };
			const source = `10.${random(256)}.${random(256)}.${random(256)}`;
			if (transport === 'tcp') wire.tcp([['>', payload]], { ...ends, source });
			else wire.udp([['>', payload]], { ...ends, source });
		}
		const ended = wire.end();
		const alarms = ended.filter(({ verdict }) => verdict !== undefined && verdict.by !== 'port');
		console.info(`${transport}: ${alarms.length} false alarms in ${count} random payloads`);
		expect(ended.length).toBeGreaterThan(count / 2);
		expect(alarms.map(({ verdict }) => verdict)).toEqual([]);
	});
});

function hex(text: string): Uint8Array {
	return Uint8Array.from(text.replace(/ /g, '').match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

const filler = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 89 + 41) & 255);
const join = (...parts: (Uint8Array | string)[]) =>
	Uint8Array.from(parts.flatMap((part) => [...bytesOf(part)]));

describe('zeros, which have the form of a Gnutella ping', () => {
	const zeros = new Uint8Array(92);
	const hello = join(hex('160301004d 0100004903'), new Uint8Array(64), hex('0002 0034 0100'));
	it.each([
		[
			'as a datagram of 23',
			overUdp([
				['>', zeros.subarray(0, 23)],
				['<', zeros.subarray(0, 23)],
			]),
		],
		['in a stream joined in the middle', overTcp([['>', zeros]], { syn: false })],
		['in a greeting of TLS that was filled with them', overTcp([['>', hello]], { syn: false })],
	])('%s are no alarm', (_, verdict) => {
		expect(verdict).toBeUndefined();
	});
});

describe('other protocols over UDP', () => {
	it.each([
		['DNS', join(hex('1234 0100 0001 0000 0000 0000'), '\x07example\x03com\x00', hex('0001 0001')), 53],
		['STUN with its cookie', join(hex('0001 0008 2112a442'), filler(12), hex('80220004 61626364')), 3478],
		['STUN without it', join(hex('0001 0008'), filler(16), filler(8)), 30_001],
		['RTP', join(hex('8000 1234 00000010 11223344'), filler(160)), 30_002],
		['RTCP', join(hex('80c8 0006 11223344'), filler(20)), 30_003],
		['QUIC 1', join(hex('c3 00000001 08'), filler(1190)), 443],
		['QUIC of Google', join(hex('c3 51303436 50'), filler(1190)), 4672],
		['DTLS', join(hex('16 feff 0000 0000 0000 0000 0064 01'), filler(99)), 30_004],
		['NTP', join(hex('23 02 06 e9'), filler(44)), 123],
		['SNMP', join(hex('302902010104067075626c6963a01c'), filler(20)), 161],
		['NetBIOS name service', join(hex('8000 0110 0001 0000 0000 0000'), filler(38)), 137],
		['SSDP', 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n', 1900],
		['WireGuard', join(hex('01000000'), filler(144)), 51_820],
		['OpenVPN', join(hex('38'), filler(41)), 1194],
		['a game', join(hex('ffffffff'), 'getstatus\n'), 27_960],
	])('%s is none', (_name, payload, destinationPort) => {
		const verdict = overUdp(
			[
				['>', payload],
				['<', payload],
			],
			{ destinationPort },
		);
		expect(verdict).toBeUndefined();
	});
});

describe('other protocols over TCP', () => {
	it.each([
		['TLS', '>', join(hex('16 0301 0200 01 0001fc 0303'), filler(500)), 443],
		['HTTP', '>', 'GET /index.html HTTP/1.1\r\nHost: example.org\r\nUser-Agent: Mozilla/5.0\r\n\r\n', 80],
		['SSH', '<', 'SSH-2.0-OpenSSH_9.2\r\n', 22],
		['SMTP', '<', '220 mail.example.org ESMTP\r\n', 25],
		['FTP', '<', '220 Welcome\r\n', 21],
		['POP3', '<', '+OK ready\r\n', 110],
		['IMAP', '<', '* OK IMAP4rev1\r\n', 143],
		['IRC, server first', '<', ':irc.example.org NOTICE * :*** Looking up your hostname\r\n', 4662],
		['IRC', '>', 'NICK someone\r\nUSER a b c :d\r\n', 6667],
		['SIP', '>', 'INVITE sip:a@b SIP/2.0\r\n\r\n', 5060],
		['SMB', '>', join(hex('00000054'), '\xffSMB', filler(80)), 445],
		['RDP', '>', hex('0300000b06e00000000000'), 3389],
		['Bitcoin', '>', join(hex('f9beb4d9'), 'version\0\0\0\0\0', hex('66000000'), filler(106)), 8333],
		['MySQL', '<', join(hex('4a0000000a'), '5.7.30\0', filler(60)), 3306],
		['PostgreSQL', '>', hex('0000000804d2162f'), 5432],
		['Redis', '>', '*1\r\n$4\r\nPING\r\n', 6379],
		['BitTorrent in a page', '>', 'GET /BitTorrent%20protocol HTTP/1.1\r\nHost: x\r\n\r\n', 80],
	] as const)('%s is none', (_name, way, payload, destinationPort) => {
		expect(overTcp([[way, payload]], { destinationPort })).toBeUndefined();
	});
});
