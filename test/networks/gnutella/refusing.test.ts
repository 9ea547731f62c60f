/** What a servent refuses at its own door, with the reason: each situation of refusals.ts that no attack test shows. */
import { describe, expect, it } from 'vitest';
import { Gnutella } from '../../../src/networks/gnutella/index.ts';
import type { Options } from '../../../src/networks/gnutella/servent.ts';
import { encodeGiv } from '../../../src/networks/gnutella/wire/giv.ts';
import { encodeGreeting } from '../../../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../../../src/networks/gnutella/wire/message.ts';
import { encodePong } from '../../../src/networks/gnutella/wire/pong.ts';
import { encodePush } from '../../../src/networks/gnutella/wire/push.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { Recorder } from '../../../src/world/recorder.ts';
import { quietHost } from '../../contract/subjects.ts';

const guid = Uint8Array.from({ length: 16 }, (_, i) => i * 13);
const peer = { host: '198.51.99.50', port: 40_000 };

function made(options: Partial<Options> = {}) {
	const world = new Recorder();
	const ends: string[] = [];
	const host = { ...quietHost(), fetchEnd: (_fetch: number, why: string) => void ends.push(why) };
	const gnutella = world.attach(
		new Gnutella(world, host, {
			role: 'ultrapeer',
			guid,
			announce: { host: '198.51.99.1', port: 6346 },
			agent: 'Sallyport/test',
			usable: (address) => !address.startsWith('192.168.'),
			seeds: [],
			hostCaches: [],
			...options,
		}),
	);
	gnutella.start();
	const codes = (): string[] => world.notices.map((record) => record.code);
	/** An ultrapeer that is linked. */
	const linked = (): number => {
		const link = world.accept(peer);
		world.feed(
			link,
			encodeGreeting({ kind: 'connect', version: '0.6' }, [
				['X-Ultrapeer', 'True'],
				['Bye-Packet', '0.1'],
			]),
		);
		world.feed(link, encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
		return link;
	};
	/** Time passes, with ticks. */
	const wait = (seconds: number): void => {
		for (let i = 0; i < seconds; i++) {
			world.advance(world.time + 1000);
			world.flush();
		}
	};
	return { world, gnutella, codes, linked, wait, ends };
}

describe('at the door', () => {
	it('somebody speaks another protocol', () => {
		const { world, codes } = made();
		world.feed(world.accept(peer), utf8('SSH-2.0-OpenSSH_9.2\r\n'));
		expect(codes()).toContain('gnutella.link.unknown');
		expect(world.hangups).toHaveLength(1);
	});

	it('somebody says nothing', () => {
		const { world, codes, wait } = made();
		world.accept(peer);
		wait(20);
		expect(codes()).toContain('gnutella.handshake.slow');
	});

	it('somebody begins a request and never ends it', () => {
		const { world, codes, wait } = made();
		const link = world.accept(peer);
		world.feed(link, utf8('GET /get/1/x HTTP/1.1\r\nHost: x'));
		wait(40);
		expect(codes()).toContain('gnutella.http.slow');
		expect(world.hangups.map((one) => one.link)).toContain(link);
	});

	it('somebody drips a request, or a GIV, a letter a second', () => {
		for (const [text, code] of [
			['GET /get/1/a-name-without-end', 'gnutella.http.slow'],
			['GIV 1:00112233445566778899aabbccddeeff', 'gnutella.handshake.slow'],
		] as const) {
			const { world, codes, wait } = made();
			const link = world.accept(peer);
			world.feed(link, utf8(text.slice(0, 4)));
			for (let at = 4; at < 40 && world.hangups.length === 0; at++) {
				wait(1);
				world.feed(link, utf8(text[at] ?? 'x'));
			}
			expect(codes()).toContain(code);
			expect(world.hangups.map((one) => one.link)).toEqual([link]);
		}
	});

	it('somebody calls back without having been asked', () => {
		const { world, codes } = made();
		world.feed(world.accept(peer), encodeGiv({ index: 1, guid, name: 'x' }));
		expect(codes()).toContain('gnutella.giv.unasked');
	});

	it('a header flood, and a header without end', () => {
		for (const flood of [`${'X-A: b\r\n'.repeat(200)}\r\n`, `X-Long: ${'y'.repeat(20_000)}`]) {
			const { world, codes } = made();
			const link = world.accept(peer);
			world.feed(link, utf8(`GNUTELLA CONNECT/0.6\r\n${flood}`));
			expect(codes()).toContain('gnutella.head.oversized');
			expect(world.hangups.map((one) => one.link)).toContain(link);
		}
	});
});

describe('on a link', () => {
	it('a type that nobody knows', () => {
		const { world, codes, linked } = made();
		world.feed(linked(), encodeMessage(0x99, guid, 1, 0, new Uint8Array(3)));
		expect(codes()).toContain('gnutella.header.type');
	});

	it('more pings than a servent needs: answered only so far', () => {
		const { world, codes, linked } = made();
		const link = linked();
		world.takeSent(link);
		for (let i = 0; i < 100; i++) {
			world.feed(
				link,
				encodeMessage(
					MessageType.Ping,
					Uint8Array.from(guid, (byte) => byte ^ i),
					1,
					0,
					new Uint8Array(0),
				),
			);
		}
		expect(codes()).toContain('gnutella.ping.flood');
		expect(Buffer.from(world.takeSent(link)).length).toBeLessThan(100 * 37);
	});

	it('a peer that never answers is asked, and left with a word', () => {
		const { world, codes, linked, wait } = made();
		const link = linked();
		wait(200);
		expect(codes()).toContain('gnutella.link.silent');
		expect(world.hangups.map((one) => one.link)).toContain(link);
	});

	it('a peer that does not read is left', () => {
		const { world, codes, linked, wait } = made();
		const link = linked();
		world.full.add(link);
		for (let i = 0; i < 200; i++) {
			wait(1);
			world.feed(
				link,
				encodeMessage(
					MessageType.Ping,
					Uint8Array.from(guid, (byte) => byte ^ i),
					1,
					0,
					new Uint8Array(0),
				),
			);
		}
		expect(codes()).toContain('gnutella.link.blocked');
	});

	it('a PUSH for a file that is not shared, or to an address out of scope', () => {
		const { world, codes, linked } = made();
		const link = linked();
		const push = (index: number, host: string): void =>
			world.feed(
				link,
				encodeMessage(
					MessageType.Push,
					Uint8Array.from(guid, (byte) => byte ^ index),
					3,
					0,
					encodePush({ guid, index, address: { host, port: 80 } }),
				),
			);
		push(99, '198.51.99.7');
		expect(codes()).toContain('gnutella.push.unknown');
		push(1, '192.168.1.1');
		expect(codes()).toContain('gnutella.push.unusable');
		expect(world.dials).toEqual([]);
	});

	it('becomes an ultrapeer when alone, and says so', () => {
		const { codes, wait, gnutella } = made({ role: 'auto' });
		wait(30);
		expect(codes()).toContain('gnutella.role.changed');
		expect(gnutella.status().role).toBe('ultrapeer');
	});

	it('a peer that was named cannot be dialled: it is said, and tried again', () => {
		const { world, codes, wait, gnutella } = made();
		gnutella.connect(peer);
		world.close(world.dials[0]!.link, 'connection refused');
		expect(codes()).toContain('gnutella.connect.failed');
		wait(10);
		expect(world.dials.length).toBeGreaterThan(1);
	});
});

describe('a datagram', () => {
	it('that answers what was never asked', () => {
		const { world, codes } = made();
		world.land(
			peer,
			encodeMessage(MessageType.Pong, guid, 1, 0, encodePong({ address: peer, files: 0, kilobytes: 0 })),
		);
		expect(codes()).toContain('gnutella.pong.unasked');
	});

	it('to a host cache that is answered once a minute', () => {
		const { world } = made();
		for (let i = 0; i < 5; i++)
			world.land(peer, encodeMessage(MessageType.Ping, guid, 1, 0, new Uint8Array(0)));
		expect(world.datagrams).toHaveLength(1);
	});
});

describe('a source', () => {
	const sha1 = 'GVQCF23QOONXVO4ODLVYUZNXZFS2TUKT';
	const request: FetchRequest = {
		fetch: 1,
		name: 'x',
		sha1,
		from: 100,
		to: 200,
		source: {
			network: 'gnutella' as const,
			host: '198.51.99.9',
			port: 6346,
			id: '',
			index: 1,
			firewalled: false,
			agent: '',
		},
	};
	const cases: [string, string, string][] = [
		[
			'offers other content',
			'HTTP/1.1 206 OK\r\nX-Gnutella-Content-URN: urn:sha1:LUDGCQVWRX3KTAQSNRFLKAFBODA2WF4R\r\nContent-Range: bytes 100-199/1000\r\n\r\n',
			'gnutella.fetch.content',
		],
		['does not say how long its body is', 'HTTP/1.1 200 OK\r\n\r\n', 'gnutella.fetch.length'],
		[
			'offers another range',
			'HTTP/1.1 206 OK\r\nContent-Range: bytes 0-99/1000\r\n\r\n',
			'gnutella.fetch.range',
		],
		[
			'codes its body',
			'HTTP/1.1 206 OK\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes 100-199/1000\r\n\r\n',
			'gnutella.fetch.coding',
		],
	];
	for (const [what, answer, code] of cases) {
		it(`that ${what} is left before its body`, () => {
			const { world, gnutella, codes, ends } = made();
			gnutella.fetch(request);
			const { link } = world.dials[0]!;
			world.answer(link);
			world.feed(link, utf8(answer));
			expect(codes()).toContain(code);
			expect(ends).toHaveLength(1);
			expect(world.hangups.map((one) => one.link)).toContain(link);
		});
	}

	it('that sends more than it promised is left', () => {
		const { world, gnutella, codes, ends } = made();
		gnutella.fetch(request);
		const { link } = world.dials[0]!;
		world.answer(link);
		world.feed(link, utf8('HTTP/1.1 206 OK\r\nContent-Range: bytes 100-199/1000\r\n\r\n'));
		world.feed(link, new Uint8Array(100));
		expect(ends).toEqual(['']);
		world.feed(link, new Uint8Array(100));
		expect(codes()).toContain('gnutella.fetch.unasked');
		expect(world.hangups.map((one) => one.link)).toContain(link);
	});
});

it('a web cache that cannot be reached is evidence, and asked again later', () => {
	const { world, codes, wait } = made({ seeds: ['http://198.51.99.80/cache'] });
	wait(1);
	world.close(world.dials[0]!.link, 'connection refused');
	expect(codes()).toContain('gnutella.webcache.failed');
	wait(60);
	expect(world.dials.length).toBeGreaterThan(1);
});
