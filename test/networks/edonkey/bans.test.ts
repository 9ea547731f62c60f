/** Who stays out, at the thresholds of the field, and who does not though it looks alike. */
import { describe, expect, it } from 'vitest';
import { idOf } from '../../../src/networks/edonkey/wire/endpoint.ts';
import { encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { ClientMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import type { Admission } from '../../../src/networks/network.ts';
import { ed2kOf, fileAt, mule, PORT, wanted } from './net.ts';
import { type Other, source } from './other.ts';
import { makeNet, makeServer } from './server/net.ts';
import { hash, someHello } from './wire/kinds.ts';

const GIVER = '203.0.113.10';
const GUEST = '203.0.113.66';
const waits: Admission = { retryAfter: 60, queue: { position: 4, pollFrom: 45, pollTo: 120 } };

function made(defencesOff: string[] = [], admission: Admission = waits) {
	const net = makeNet();
	const files = [{ name: 'talk.pdf', size: 5000 }, { name: 'other.pdf' }];
	const giver = mule(net, GIVER, { servers: [], files, defencesOff, admit: () => admission });
	const guest = source(net, {}, GUEST, { ...someHello, id: idOf(GUEST) });
	return { net, giver, guest };
}

type Made = ReturnType<typeof made>;

/** Comes, perhaps asks for a file, and goes. True: it was let in. */
function visit({ net }: Made, guest: Other, ask?: string): boolean {
	const before = guest.frames.length;
	const link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
	net.run(net.now + 500);
	const isIn = guest.frames.length > before;
	if (ask !== undefined) guest.world.send(link, encodeFrame(ClientMessage.StartUpload, ed2kOf(ask)));
	net.run(net.now + 500);
	guest.world.hangup(link, 'enough');
	net.run(net.now + 500);
	return isIn;
}

describe('who asks for a place again and again', () => {
	/** So many questions for a file, so many seconds apart; is it let in afterwards? */
	function asks(times: number, seconds: number, defencesOff: string[] = [], admission: Admission = waits) {
		const one = made(defencesOff, admission);
		for (let i = 0; i < times; i++) {
			visit(one, one.guest, 'talk.pdf');
			one.net.run(one.net.now + seconds * 1000);
		}
		return { ...one, isIn: visit(one, one.guest) };
	}

	it('is heard as often as he likes without the defence, and stays out for two hours with it', () => {
		expect(asks(8, 60, ['misbehaviour']).isIn).toBe(true);
		const { net, giver, guest, isIn, ...rest } = asks(8, 60);
		expect(isIn).toBe(false);
		expect(giver.codes()).toContain('edonkey.ban.often');
		expect(giver.codes()).toContain('defence.banned');
		net.run(net.now + 2 * 3_600_000);
		expect(visit({ net, giver, guest, ...rest }, guest)).toBe(true);
	});

	it('is counted at the field’s threshold: the fourth quick repetition, not the third', () => {
		expect(asks(4, 60).isIn).toBe(true);
		expect(asks(5, 60).isIn).toBe(false);
	});

	it('but not within ten minutes, or gets what he asks for, is welcome', () => {
		expect(asks(12, 600).isIn).toBe(true);
		expect(asks(12, 60, [], true).isIn).toBe(true);
	});

	it('for one file after the other is welcome', () => {
		const one = made();
		for (let i = 0; i < 3; i++)
			for (const name of ['talk.pdf', 'other.pdf']) {
				visit(one, one.guest, name);
				one.net.run(one.net.now + 300_000);
			}
		expect(visit(one, one.guest)).toBe(true);
	});
});

describe('another user at an address', () => {
	/** A user, later another one, at the same address and port. */
	function comes(
		defencesOff: string[] = [],
		second: Partial<typeof someHello> = {},
		hours = 0,
	): Made & { isIn: boolean } {
		const one = made(defencesOff);
		visit(one, one.guest);
		one.net.run(one.net.now + hours * 3_600_000);
		one.guest.hello = { ...one.guest.hello, hash: hash(77), ...second };
		visit(one, one.guest);
		return { ...one, isIn: visit(one, one.guest) };
	}

	it('stays out for two hours; without the defence both are heard', () => {
		expect(comes(['misbehaviour']).isIn).toBe(true);
		const { isIn, giver } = comes();
		expect(isIn).toBe(false);
		expect(giver.codes()).toContain('edonkey.ban.user');
	});

	it('is welcome where a server tries whether we can be dialled: it may be whoever it likes', () => {
		const net = makeNet();
		makeServer(net);
		const giver = mule(net, GIVER);
		const server = source(net, {}, GUEST, { ...someHello, id: idOf(GUEST) });
		giver.edonkey.connect({ host: GUEST, port: 5000 });
		const visits = [1, 2, 3].map((n) => {
			server.hello = { ...server.hello, hash: hash(n) };
			return visit({ net, giver, guest: server }, server);
		});
		expect(visits).toEqual([true, true, true]);
	});

	it('is welcome at another port, hours later, or where both cannot be dialled and share an address', () => {
		expect(comes([], { port: 5000 }).isIn).toBe(true);
		expect(comes([], {}, 3).isIn).toBe(true);
		expect(comes([], { id: 77 }).isIn).toBe(true);
	});
});

it('on loopback, where many are one host, nobody is banned', () => {
	const net = makeNet();
	const files = [{ name: 'talk.pdf', size: 5000 }];
	mule(net, '127.0.0.1', { servers: [], files, admit: () => waits });
	const guest = source(net, {}, '127.0.0.2', { ...someHello, id: idOf('127.0.0.2') });
	let answers = 0;
	for (let i = 0; i < 8; i++) {
		const link = guest.world.dial({ host: '127.0.0.1', port: PORT }, 'test');
		net.run(net.now + 60_000);
		guest.world.send(link, encodeFrame(ClientMessage.StartUpload, ed2kOf('talk.pdf')));
		net.run(net.now + 1000);
		guest.world.hangup(link, 'enough');
		answers = guest.frames.filter(({ opcode }) => opcode === ClientMessage.HelloAnswer).length;
	}
	expect(answers).toBe(8);
});

it('we do not press a source so that it would ban us: the fourth quick question waits', () => {
	const net = makeNet();
	// It takes us off its queue at once, again and again.
	const other = source(
		net,
		{ [ClientMessage.StartUpload]: () => encodeFrame(ClientMessage.OutOfParts) },
		GIVER,
	);
	const taker = mule(net, GUEST, { servers: [] });
	const starts = () => other.frames.filter(({ opcode }) => opcode === ClientMessage.StartUpload).length;
	for (let fetch = 1; fetch <= 10; fetch++) {
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000, { fetch }));
		net.run(net.now + 50_000);
	}
	expect(starts()).toBe(4);
	expect(taker.heads.at(-1)?.head.retryAfter).toBeGreaterThan(100);
	expect(taker.fetched.length).toBe(10);
	net.run(net.now + 600_000);
	taker.edonkey.fetch(wanted(fileAt(GIVER), 5000, { fetch: 20 }));
	net.run(net.now + 2000);
	expect(starts()).toBe(5);
});
