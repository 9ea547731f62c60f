/** What a flow's surroundings say of it, and how far that is believed. */
import { describe, expect, it } from 'vitest';
import { overTcp, overUdp, type Said, Wire } from '../conversation.ts';

const handshake: Said[] = [
	['>', 'GNUTELLA CONNECT/0.6\r\n\r\n'],
	[
		'<',
		'GNUTELLA/0.6 503 Full\r\nX-Try-Ultrapeers: 203.0.113.7:7777,203.0.113.8:443,\r\n 203.0.113.9:53\r\n\r\n',
	],
];
const unknown = Uint8Array.from({ length: 60 }, (_, at) => (at * 89 + 143) & 255);
const hello = Uint8Array.from(Buffer.from('160301020001000 1fc0303'.replace(/ /g, ''), 'hex'));

/** Of the flow to this port, after a handshake that announced it. */
function later(destination: string, destinationPort: number, said: Said[], after = 5) {
	const wire = new Wire();
	wire.tcp(handshake);
	wire.seconds += after;
	wire.tcp(said, { destination, destinationPort });
	return wire.end().find((flow) => flow.destinationPort === destinationPort)?.verdict;
}

describe('an obfuscated session with an eDonkey server', () => {
	const status = (obfuscated: number): Said[] => [
		['>', Uint8Array.from([0xe3, 0x96, 1, 2, 0xaa, 0x55])],
		[
			'<',
			Uint8Array.from([
				0xe3,
				0x97,
				1,
				2,
				0xaa,
				0x55,
				...new Array(28).fill(0),
				0,
				0,
				obfuscated & 255,
				obfuscated >> 8,
				1,
				2,
				3,
				4,
			]),
		],
	];
	const link = (destinationPort: number, obfuscated: number) => {
		const wire = new Wire();
		wire.udp(status(obfuscated), { destinationPort: 4246 });
		wire.seconds += 5;
		wire.tcp([['>', unknown]], { destinationPort });
		return wire.end().find((flow) => flow.destinationPort === destinationPort)?.verdict;
	};

	it('is explained by its server’s status, at the port of plain links and at that of obfuscated ones', () => {
		expect(link(4242, 0)?.evidence).toBe('the endpoint was announced (server status) 5 s before it');
		expect(link(5000, 5000)).toMatchObject({ network: 'edonkey', by: 'learned' });
		expect(link(5001, 5000)).toBeUndefined();
	});
});

describe('an obfuscated link between eDonkey clients', () => {
	const plain = [0xe3, 0xd4, 0xc5];
	const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !plain.includes(byte));

	it('is explained by its port, whatever byte it begins with on either side', () => {
		const wire = new Wire();
		for (const byte of others) {
			const begun = Uint8Array.from([byte, ...unknown]);
			wire.tcp([['>', begun]], { destinationPort: 4662 });
			wire.tcp(
				[
					['>', unknown],
					['<', begun],
				],
				{ destinationPort: 4662 },
			);
		}
		const ended = wire.end().map(({ verdict }) => verdict?.network);
		expect(ended).toEqual(others.flatMap(() => ['edonkey', 'edonkey']));
	});
});

describe('an obfuscated datagram between eDonkey clients', () => {
	const plain = [0xe3, 0xe4, 0xe5, 0xc5, 0xd4];

	it('is explained by its port, whatever two bytes it begins with', () => {
		const unexplained: string[] = [];
		for (let first = 0; first < 256; first++) {
			if (plain.includes(first)) continue;
			const wire = new Wire();
			for (let second = 0; second < 256; second++)
				wire.udp([['>', Uint8Array.from([first, second, ...unknown])]], { destinationPort: 4672 });
			for (const [second, { verdict }] of wire.end().entries())
				if (verdict?.network !== 'edonkey') unexplained.push(`${first} ${second}`);
		}
		expect(unexplained).toEqual([]);
	});
});

describe('an endpoint that was announced', () => {
	it('explains a later flow, encrypted or empty', () => {
		expect(later('203.0.113.7', 7777, [['>', unknown]])).toMatchObject({
			network: 'gnutella',
			by: 'learned',
		});
		expect(later('203.0.113.7', 7777, [['>', hello]])).toMatchObject({ by: 'learned' });
		expect(later('203.0.113.7', 7777, [])?.evidence).toBe(
			'the endpoint was announced (X-Try-Ultrapeers) 5 s before it',
		);
	});

	it('explains for ten minutes, and by address and port together', () => {
		expect(later('203.0.113.7', 7777, [['>', unknown]], 601)).toBeUndefined();
		expect(later('203.0.113.7', 7778, [['>', unknown]])).toBeUndefined();
	});

	it('explains an earlier dial in hindsight, and says so', () => {
		const wire = new Wire();
		wire.tcp([], { destination: '203.0.113.7', destinationPort: 7777 });
		wire.seconds += 200;
		wire.tcp(handshake);
		const dial = wire.end().find(({ destinationPort }) => destinationPort === 7777);
		expect(dial?.verdict?.evidence).toBe(
			'the endpoint was announced (X-Try-Ultrapeers) 200 s after it began',
		);
	});

	it('does not make web or DNS traffic of strangers peer-to-peer, however it was forged', () => {
		expect(later('203.0.113.8', 443, [['>', hello]])).toBeUndefined();
		expect(later('203.0.113.8', 443, [['>', unknown]])).toBeUndefined();
		expect(later('203.0.113.9', 53, [['>', unknown]])).toBeUndefined();
		expect(
			later('203.0.113.7', 7777, [
				['>', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
				['<', 'HTTP/1.1 200 OK\r\n\r\nand a body of some length'],
			]),
		).toBeUndefined();
	});
});

describe('a host that speaks a network', () => {
	it('explains its own unanswered dials by behaviour', () => {
		const wire = new Wire();
		wire.tcp(handshake);
		wire.tcp([], { destination: '198.51.100.4', destinationPort: 12_345 });
		wire.tcp([], { source: '10.0.0.9', destination: '198.51.100.4', destinationPort: 12_346 });
		const [, own, other] = wire.end().sort((a, b) => a.destinationPort - b.destinationPort);
		expect(own?.verdict).toMatchObject({ network: 'gnutella', by: 'behaviour' });
		expect(other?.verdict).toBeUndefined();
	});
});

describe('a usual port', () => {
	it('is the weakest reason, and none for what a guard knows', () => {
		expect(overTcp([['>', unknown]], { destinationPort: 6346 })).toMatchObject({ by: 'port' });
		expect(overTcp([['<', 'SSH-2.0-x\r\n']], { destinationPort: 6346 })).toBeUndefined();
		expect(overTcp(handshake, { destinationPort: 4662 })).toMatchObject({
			network: 'gnutella',
			by: 'payload',
		});
	});
});

describe('a known seed', () => {
	it('is found in a DNS question', () => {
		const question = Buffer.concat([
			Buffer.from('12340100000100000000000003777777', 'hex'),
			Buffer.from('\x07napster\x03com\x00\x00\x01\x00\x01', 'latin1'),
		]);
		expect(overUdp([['>', question]], { destinationPort: 53 })).toMatchObject({
			network: 'opennap',
			by: 'seed',
		});
	});

	it('is found in an HTTP request and in a TLS hello', () => {
		expect(overTcp([['>', 'GET / HTTP/1.1\r\nHost: www.winmx.com\r\n\r\n']])).toMatchObject({
			network: 'winmx',
			by: 'seed',
		});
		const name = 'tracker.opentrackr.org';
		const extension = Buffer.from([
			0,
			0,
			0,
			name.length + 5,
			0,
			name.length + 3,
			0,
			0,
			name.length,
			...Buffer.from(name),
		]);
		const body = Buffer.concat([
			Buffer.alloc(34, 3),
			Buffer.from([0, 0, 2, 0, 47, 1, 0, 0, extension.length]),
			extension,
		]);
		const record = Buffer.concat([Buffer.from([22, 3, 1, 0, body.length + 4, 1, 0, 0, body.length]), body]);
		expect(overTcp([['>', record]], { destinationPort: 443 })).toMatchObject({
			network: 'bittorrent',
			by: 'seed',
		});
	});
});

describe('memory', () => {
	it('keeps the beginnings of 8,192 flows at most, and still decides over later ones', () => {
		const wire = new Wire();
		for (let number = 0; number < 20_000; number++) {
			const source = `10.1.${number >> 8}.${number & 255}`;
			wire.tcp([['>', 'GNUTELLA CON']], { source, sourcePort: 1000 });
		}
		wire.tcp(handshake);
		expect(wire.found).toHaveLength(1);
	});

	it('gives a flow up after eight payload packets', () => {
		const wire = new Wire();
		const said: Said[] = Array.from({ length: 12 }, () => ['>', unknown.subarray(0, 20)]);
		wire.tcp([...said, ...handshake]);
		expect(wire.end()[0]?.verdict).toBeUndefined();
	});
});
