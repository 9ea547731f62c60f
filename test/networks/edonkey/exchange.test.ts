/** Source exchange and several questions in one message, among our own nodes and with strangers. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { idOf } from '../../../src/networks/edonkey/wire/endpoint.ts';
import {
	decodeMultiPacket,
	decodeMultiPacketAnswer,
	encodeMultiPacket,
} from '../../../src/networks/edonkey/wire/files.ts';
import { EMULE, encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { featuresOf } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, MuleMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import {
	decodeAnswerSources,
	type ExchangedSource,
	encodeAnswerSources,
	encodeRequestSources,
} from '../../../src/networks/edonkey/wire/peers.ts';
import { ed2kOf, fileAt, type MuleOf, mule, PORT, wanted } from './net.ts';
import { type Other, source } from './other.ts';
import { makeNet, makeServer } from './server/net.ts';
import { hash, someHello } from './wire/kinds.ts';

const HASH = ed2kOf('talk.pdf');
const SIZE = 20_000_000;
const GIVER = '203.0.113.10';
const PART = { from: 0, to: 9_728_000 };

const exchanged = (host: string, port = PORT): ExchangedSource => ({
	id: idOf(host),
	port,
	server: { host: '0.0.0.0', port: 0 },
});

/** Questions about the file that ask for sources, too. */
const sourcesAsked = ({ frames }: Other) =>
	frames.filter(({ opcode, body }) => {
		const asked = opcode === MuleMessage.MultiPacketLarge ? decodeMultiPacket(body, true, 2) : undefined;
		return asked !== undefined && !isRefusal(asked) && asked.wantsSources === 4;
	});

describe('who else has a file', () => {
	it('is told by a source, of those that said so themselves', () => {
		const net = makeNet();
		makeServer(net);
		mule(net, GIVER, { files: [{ name: 'talk.pdf', size: SIZE }] });
		const partly = mule(net, '203.0.113.11', { files: [{ name: 'talk.pdf', size: SIZE, parts: [PART] }] });
		const nothing = mule(net, '203.0.113.12');
		const last = mule(net, '203.0.113.13');
		net.run(net.now + 15_000);
		for (const one of [partly, nothing, last]) {
			one.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { from: 10_000_000, to: 10_000_100 }));
			net.run(net.now + 2000);
		}
		expect(last.hits.map(({ search, hit }) => [search, hit.source.host, hit.source.port, hit.size])).toEqual([
			[0, '203.0.113.11', PORT, SIZE],
		]);
		expect(partly.hits).toEqual([]);
	});

	it('is asked of the same source again after forty minutes, not before', () => {
		const net = makeNet();
		const other = source(net, {}, GIVER);
		const taker = mule(net, '203.0.113.11', { servers: [] });
		const questions = (): number => sourcesAsked(other).length;
		for (let fetch = 1; fetch <= 3; fetch++) {
			taker.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { fetch }));
			net.run(net.now + 1000);
			taker.edonkey.cancelFetch(fetch);
			// The slot is given back and the link ends; the next fetch asks for the file anew.
			net.run(net.now + 120_000);
		}
		expect(questions()).toBe(1);
		net.run(net.now + 40 * 60_000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { fetch: 9 }));
		net.run(net.now + 1000);
		expect(questions()).toBe(2);
	});
});

it('an old program is asked one by one, and for sources where it can', () => {
	const net = makeNet();
	const ask = (misc2: number) => {
		const ip = `203.0.113.${100 + (misc2 >>> 8)}`;
		const other = source(net, {}, ip, { ...someHello, features: featuresOf(0x34133210, misc2) });
		const taker = mule(net, `203.0.113.${200 + (misc2 >>> 8)}`, { servers: [] });
		taker.edonkey.fetch(wanted(fileAt(ip), SIZE));
		net.run(net.now + 2000);
		return other.frames.map(({ opcode }) => opcode).slice(0, 4);
	};
	const alone = [ClientMessage.Hello, ClientMessage.FileName, ClientMessage.SetFile];
	expect(ask(0x018)).toEqual([...alone, ClientMessage.StartUpload]);
	expect(ask(0x418)).toEqual([...alone, MuleMessage.RequestSources2]);
});

/** A source answers our question with these. */
function told(sources: readonly ExchangedSource[], given: MuleOf = {}, of = HASH, times = 1) {
	const net = makeNet();
	const answer = encodeFrame(
		MuleMessage.AnswerSources2,
		encodeAnswerSources({ version: 4, hash: of, sources }),
		EMULE,
	);
	source(net, { [MuleMessage.RequestSources2]: () => Array(times).fill(answer) }, GIVER);
	const usable = (host: string) => !host.startsWith('10.');
	const taker = mule(net, '203.0.113.11', { servers: [], usable, ...given });
	taker.edonkey.fetch(wanted(fileAt(GIVER), SIZE));
	net.run(net.now + 2000);
	return { taker, hosts: taker.hits.map(({ hit }) => `${hit.source.host}:${hit.source.port}`) };
}

describe('sources that a client names', () => {
	it('are taken where they can be', () => {
		const { hosts, taker } = told([exchanged('198.51.100.1'), exchanged('198.51.99.2', 5000)]);
		expect(hosts).toEqual(['198.51.100.1:4662', '198.51.99.2:5000']);
		expect(taker.codes()).toEqual([]);
	});

	it('may be a list of victims: without the defence each is believed, with it a few of a network and no services', () => {
		const victims = [
			...Array.from({ length: 200 }, (_, i) => exchanged(`198.51.100.${i + 1}`, 5000)),
			...[exchanged('198.51.99.1', 80), exchanged('10.0.0.7')],
		];
		const open = told(victims, { defencesOff: ['forged-hits'] });
		expect(open.hosts.length).toBe(202);
		const guarded = told(victims);
		expect(guarded.hosts.length).toBe(4);
		expect(guarded.hosts.every((host) => host.startsWith('198.51.100.'))).toBe(true);
		expect(guarded.taker.codes()).toEqual(['edonkey.exchange.forged']);
	});

	it('are not ourselves, and no LowID of another server', () => {
		const low = { id: 77, port: 0, server: { host: '198.51.100.9', port: 4661 } };
		expect(told([exchanged('203.0.113.11'), low]).hosts).toEqual([]);
	});

	it('are dropped where nobody asked: another file, or twice', () => {
		const other = told([exchanged('198.51.100.1')], {}, hash(9));
		expect([other.hosts, other.taker.codes()]).toEqual([[], ['edonkey.exchange.unasked']]);
		const twice = told([exchanged('198.51.100.1')], {}, HASH, 3);
		expect(twice.hosts.length).toBe(1);
		expect(twice.taker.codes()).toEqual(['edonkey.exchange.unasked', 'edonkey.exchange.unasked']);
	});
});

describe('somebody who asks', () => {
	/** A stranger says these to a node that has the file, and that knows one who has a part of it. */
	function asking(...frames: Uint8Array[]): { guest: Other; codes: string[] } {
		const net = makeNet();
		makeServer(net);
		const giver = mule(net, GIVER, { files: [{ name: 'talk.pdf', size: SIZE }] });
		const files = [{ name: 'talk.pdf', size: SIZE, parts: [PART] }];
		const partly = mule(net, '203.0.113.11', { files });
		net.run(net.now + 15_000);
		partly.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { from: 10_000_000, to: 10_000_100 }));
		net.run(net.now + 1000);
		const guest = source(net, {}, '203.0.113.30');
		guest.link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
		net.run(net.now + 100);
		for (const frame of frames) guest.world.send(guest.link, frame);
		net.run(net.now + 1000);
		return { guest, codes: giver.codes() };
	}
	const answers = ({ frames }: Other, opcode: number) =>
		frames.filter((frame) => frame.protocol === EMULE && frame.opcode === opcode);
	const question = (version: number, of = HASH) =>
		encodeFrame(MuleMessage.RequestSources2, encodeRequestSources({ version, hash: of }), EMULE);

	it('is told in his version, once in five minutes', () => {
		const { guest, codes } = asking(question(3), question(3));
		const [answer, ...more] = answers(guest, MuleMessage.AnswerSources2);
		expect(more).toEqual([]);
		const read = decodeAnswerSources(answer!.body);
		if (isRefusal(read)) throw new Error(read.refused);
		expect(read).toMatchObject({ version: 3, sources: [{ id: idOf('203.0.113.11'), port: PORT }] });
		expect(codes.slice(1)).toEqual(['edonkey.exchange.often']);
	});

	it('in version 9 is answered in ours, and for a file that is not here not at all', () => {
		const { guest } = asking(question(9));
		expect(answers(guest, MuleMessage.AnswerSources2)[0]!.body[0]).toBe(4);
		expect(answers(asking(question(4, hash(3))).guest, MuleMessage.AnswerSources2)).toEqual([]);
		expect(answers(asking(question(1)).guest, MuleMessage.AnswerSources2)).toEqual([]);
	});

	it('several things at once is answered at once', () => {
		const several = encodeMultiPacket({
			...{ hash: HASH, size: SIZE, wantsName: true, wantsStatus: true, wantsAichRoot: true },
			...{ parts: [true, false, false], wantsSources: 4 },
		});
		const { guest } = asking(encodeFrame(MuleMessage.MultiPacketLarge, several, EMULE));
		const [answer] = answers(guest, MuleMessage.MultiPacketAnswer);
		expect(decodeMultiPacketAnswer(answer!.body)).toEqual({ hash: HASH, name: 'talk.pdf', parts: 'all' });
		expect(answers(guest, MuleMessage.AnswerSources2).length).toBe(1);
	});

	it('for another size, or what is not here, is told so', () => {
		for (const [of, size] of [
			[HASH, SIZE + 1],
			[hash(3), SIZE],
		] as const) {
			const asked = { hash: of, size, wantsName: true, wantsStatus: false, wantsAichRoot: false };
			const { guest } = asking(encodeFrame(MuleMessage.MultiPacketLarge, encodeMultiPacket(asked), EMULE));
			expect(guest.frames.at(-1)).toMatchObject({ opcode: ClientMessage.NoSuchFile, body: of });
		}
	});

	it('for a list of all that is shared is refused politely', () => {
		const { guest } = asking(
			encodeFrame(ClientMessage.ViewShared),
			encodeFrame(ClientMessage.ViewFolders),
			encodeFrame(ClientMessage.ViewFolder, Uint8Array.of(1, 0, 65)),
		);
		const denied = guest.frames.filter(({ opcode }) => opcode === ClientMessage.ViewDenied);
		expect(denied.length).toBe(3);
	});
});
