/** Asking for a place in a queue by UDP: it keeps the place, and nobody can use it against others. */
import { describe, expect, it } from 'vitest';
import { idOf } from '../../../src/networks/edonkey/wire/endpoint.ts';
import { encodeQueueRanking } from '../../../src/networks/edonkey/wire/files.ts';
import { EMULE, encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { featuresOf, type Hello } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientDatagram, ClientMessage, MuleMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import { decodeReask, encodeReask, encodeReaskAnswer } from '../../../src/networks/edonkey/wire/peers.ts';
import {
	openClientDatagram,
	sealClientDatagram,
} from '../../../src/networks/edonkey/wire/sealed-client-datagrams.ts';
import { encodeDatagram } from '../../../src/networks/edonkey/wire/server-datagrams.ts';
import type { Admission } from '../../../src/networks/network.ts';
import { ed2kOf, fileAt, type MuleOf, mule, PORT, wanted } from './net.ts';
import { type Other, source } from './other.ts';
import { makeNet, makeServer } from './server/net.ts';
import { hash, someHello } from './wire/kinds.ts';

const HASH = ed2kOf('talk.pdf');
const SIZE = 20_000_000;
const GIVER = '203.0.113.10';
const TAKER = '203.0.113.11';
const MINUTE = 60_000;
const inQueue = (position: number): Admission => ({
	retryAfter: 60,
	queue: { position, length: 9, pollFrom: 45, pollTo: 120 },
});

function pair(giver: MuleOf = {}, taker: MuleOf = {}) {
	const net = makeNet();
	makeServer(net);
	const gives = mule(net, GIVER, { files: [{ name: 'talk.pdf', size: SIZE }], ...giver });
	const takes = mule(net, TAKER, taker);
	net.run(net.now + 15_000);
	/** As the host does: it asks for the file every half minute. */
	let fetch = 0;
	const poll = (minutes: number): void => {
		for (const end = net.now + minutes * MINUTE; net.now < end; net.run(net.now + 30_000))
			takes.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { fetch: ++fetch }));
	};
	return { net, gives, takes, poll };
}

describe('a place in a queue', () => {
	it('is asked for by datagram, and kept without a link for hours', () => {
		let place = 7;
		const { gives, takes, poll } = pair({ admit: () => inQueue(place) });
		poll(1);
		const before = takes.dials;
		place = 3;
		poll(150);
		expect(takes.dials).toBe(before);
		expect(takes.heads.at(-1)?.head.queue?.position).toBe(3);
		expect(gives.askers.length).toBeGreaterThan(100);
	});

	it('ends after an hour where nobody asks', () => {
		const { net, gives, takes } = pair({ admit: () => inQueue(7) });
		takes.edonkey.fetch(wanted(fileAt(GIVER), SIZE));
		net.run(net.now + 90 * MINUTE);
		const then = gives.askers.length;
		net.run(net.now + 30 * MINUTE);
		expect(gives.askers.length).toBe(then);
	});

	it('is asked for by TCP where no datagram comes back', () => {
		const { net, takes, poll } = pair({ admit: () => inQueue(7) });
		poll(1);
		const before = takes.dials;
		net.loss = 1;
		poll(30);
		expect(takes.dials).toBe(before + 1);
	});
});

/** A client that asks for a file and is told to wait, and what it hears by UDP. */
function waiting(hello: Partial<Hello> = {}, admission: Admission = inQueue(5), ips = ['203.0.113.30']) {
	const net = makeNet();
	makeServer(net);
	const giver = mule(net, GIVER, {
		files: [{ name: 'talk.pdf', size: SIZE }, { name: 'other.pdf' }],
		admit: () => admission,
	});
	net.run(net.now + 15_000);
	const guests = ips.map((ip) => source(net, {}, ip, { ...someHello, id: idOf(ip), ...hello }));
	for (const guest of guests) {
		const link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
		net.run(net.now + 100);
		guest.world.send(link, encodeFrame(ClientMessage.StartUpload, HASH));
		net.run(net.now + 100);
	}
	return { net, giver, guest: guests[0]!, guests };
}

const reask = (of = HASH) => encodeDatagram(ClientDatagram.Reask, encodeReask({ hash: of }, 4), EMULE);
const door = { host: GIVER, port: PORT + 10 };
/** Opcodes of what came. */
const heard = ({ datagrams }: Other) => datagrams.map(({ bytes }) => bytes[1]);
const asks = { udpPorts: PORT + 10 };

describe('a question for a place by datagram', () => {
	it('is answered: a rank, a full queue, no such file', () => {
		const { net, guest } = waiting(asks);
		for (const question of [reask(), reask(ed2kOf('other.pdf')), reask(hash(3))])
			guest.world.datagram(door, question);
		net.run(net.now + 1000);
		expect(guest.datagrams.map(({ bytes }) => [...bytes])).toEqual([
			[EMULE, ClientDatagram.ReaskAnswer, 0, 0, 5, 0],
			[EMULE, ClientDatagram.QueueFull],
			[EMULE, ClientDatagram.FileNotFound],
		]);
		const full = waiting(asks, { retryAfter: 60 });
		full.guest.world.datagram(door, reask());
		full.net.run(full.net.now + 1000);
		expect(heard(full.guest)).toEqual([ClientDatagram.QueueFull]);
	});

	it('of a stranger, from another port, or forged for a victim is not answered', () => {
		const { net, giver, guest } = waiting({ udpPorts: PORT + 11 });
		guest.world.datagram(door, reask());
		const stranger = source(net, {}, '203.0.113.31');
		stranger.world.datagram(door, reask());
		net.run(net.now + 1000);
		expect([heard(guest), heard(stranger)]).toEqual([[], []]);
		expect(giver.codes()).toContain('edonkey.reask.stranger');
	});

	it('is answered some times a minute for a host', () => {
		const { net, giver, guest } = waiting(asks);
		for (let i = 0; i < 100; i++) guest.world.datagram(door, reask());
		net.run(net.now + 1000);
		expect(guest.datagrams.length).toBe(6);
		expect(giver.codes().filter((code) => code === 'edonkey.reask.often').length).toBe(10);
	});

	it('comes and goes obfuscated where the client wants that', () => {
		const features = featuresOf(0x34133212, 0x438 | 0x180);
		const { net, giver, guest } = waiting({ ...asks, features, hash: hash(1) });
		const user = giver.user;
		const plain = reask();
		guest.world.datagram(door, sealClientDatagram(plain, user, idOf('203.0.113.30'), Uint8Array.of(1, 2, 3)));
		net.run(net.now + 1000);
		const [answer] = guest.datagrams;
		const opened = openClientDatagram(answer!.bytes, hash(1), idOf(GIVER));
		expect([...opened!]).toEqual([EMULE, ClientDatagram.ReaskAnswer, 0, 0, 5, 0]);
	});
});

describe('a queue', () => {
	it('has three places for users of one host', () => {
		const { giver, guests } = waiting({}, inQueue(5), ['203.0.113.30']);
		expect(giver.codes()).not.toContain('edonkey.queue.crowd');
		const { net, giver: another, guest } = waiting({ port: 5001 });
		for (const port of [5002, 5003, 5004]) {
			guest.hello = { ...guest.hello, port };
			const link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
			net.run(net.now + 100);
			guest.world.send(link, encodeFrame(ClientMessage.StartUpload, HASH));
			net.run(net.now + 100);
		}
		const told = guest.frames.filter(({ opcode }) => opcode === MuleMessage.QueueRanking);
		expect([guests.length, told.length]).toEqual([1, 3]);
		expect(another.codes()).toContain('edonkey.queue.crowd');
	});
});

describe('an answer about our place', () => {
	/** A source that puts us into its queue and hangs up; what it is asked 20 minutes later, and answers. */
	function asked(answers: (question: Uint8Array, other: Other) => void) {
		const net = makeNet();
		makeServer(net);
		const other = source(
			net,
			{
				[ClientMessage.StartUpload]: () =>
					encodeFrame(MuleMessage.QueueRanking, encodeQueueRanking(40), EMULE),
			},
			GIVER,
			{ ...someHello, id: idOf(GIVER), udpPorts: PORT + 10 },
		);
		const taker = mule(net, TAKER, {
			files: [{ name: 'talk.pdf', size: SIZE, parts: [{ from: 0, to: 9_728_000 }] }],
		});
		net.run(net.now + 15_000);
		other.datagram = (_from, bytes) => answers(bytes, other);
		for (let fetch = 1; fetch <= 48; fetch++) {
			taker.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { fetch }));
			net.run(net.now + 30_000);
		}
		return {
			taker,
			other,
			starts: other.frames.filter(({ opcode }) => opcode === ClientMessage.StartUpload).length,
		};
	}
	const to = { host: TAKER, port: PORT + 10 };

	it('is taken from who was asked; our own parts go with the question', () => {
		const questions: unknown[] = [];
		const { taker, starts } = asked((question, other) => {
			questions.push(decodeReask(question.subarray(2), 4));
			const answer = encodeReaskAnswer({ rank: 2, parts: [true, true, false] }, 4);
			other.world.datagram(to, encodeDatagram(ClientDatagram.ReaskAnswer, answer, EMULE));
		});
		expect(questions).toEqual([{ hash: HASH, parts: [true, false, false], completeSources: 0 }]);
		expect(taker.heads.at(-1)?.head).toMatchObject({
			queue: { position: 2 },
			parts: [{ from: 0, to: 19_456_000 }],
		});
		expect(starts).toBe(1);
	});

	it('that the file is gone is asked for by TCP, and a full queue is left alone', () => {
		const gone = asked((_, other) =>
			other.world.datagram(to, encodeDatagram(ClientDatagram.FileNotFound, new Uint8Array(0), EMULE)),
		);
		expect(gone.starts).toBe(2);
		const full = asked((_, other) =>
			other.world.datagram(to, encodeDatagram(ClientDatagram.QueueFull, new Uint8Array(0), EMULE)),
		);
		expect(full.starts).toBe(1);
		expect(full.taker.heads.at(-1)?.head.queue?.position).toBe(65_535);
	});

	it('that nobody asked for is dropped', () => {
		const { taker, other } = asked(() => {});
		const answer = encodeReaskAnswer({ rank: 1 }, 4);
		other.world.datagram(to, encodeDatagram(ClientDatagram.ReaskAnswer, answer, EMULE));
		expect(taker.heads.at(-1)?.head.queue?.position).toBe(40);
	});
});
