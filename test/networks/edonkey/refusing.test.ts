/** What a client does not take from others: a server, a source, somebody who wants files. */
import { describe, expect, it } from 'vitest';
import { packBlock } from '../../../src/networks/common/zlib.ts';
import { encodeHashSet } from '../../../src/networks/edonkey/wire/files.ts';
import { EMULE, encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeIdChange } from '../../../src/networks/edonkey/wire/login.ts';
import { ClientMessage, MuleMessage, ServerMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import {
	encodeCompressedPart,
	encodeRequestParts,
	encodeSendingPart,
} from '../../../src/networks/edonkey/wire/parts.ts';
import { encodeCallbackRequested } from '../../../src/networks/edonkey/wire/sources.ts';
import type { Address } from '../../../src/world/world.ts';
import { byteAt } from '../gnutella/net.ts';
import { ed2kOf, fileAt, has, mule, PORT, wanted } from './net.ts';
import { type Answers, Other, source } from './other.ts';
import { makeNet, SERVER } from './server/net.ts';
import { hash } from './wire/kinds.ts';

const HASH = ed2kOf('talk.pdf');
const SIZE = 5000;

function fetching(answers: Answers, size = SIZE, tree = false) {
	const net = makeNet();
	const other = source(net, answers);
	const taker = mule(net, '203.0.113.11', { servers: [] });
	taker.edonkey.fetch(wanted(fileAt('203.0.113.20'), size, { tree }));
	net.run(net.now + 2000);
	return { net, other, taker };
}

const part = (from: number, to: number, of = HASH): Uint8Array => {
	const data = Uint8Array.from({ length: to - from }, (_, i) => byteAt(from + i));
	return encodeFrame(ClientMessage.SendingPart, encodeSendingPart({ hash: of, from, to, data }, false));
};

const packed = (bytes: Uint8Array, from = 0, length = bytes.length): Uint8Array =>
	encodeFrame(
		MuleMessage.CompressedPart,
		encodeCompressedPart({ hash: HASH, from, packed: length, data: bytes }, false),
		EMULE,
	);

const whole = Uint8Array.from({ length: SIZE }, (_, i) => byteAt(i));

describe('a source', () => {
	it('may give a block in pieces, and packed in pieces', () => {
		const pieces = [part(0, 100), part(100, 4000), part(4000, SIZE)];
		const plain = fetching({ [ClientMessage.RequestParts]: () => pieces });
		expect(has(plain.taker, 1, 0, SIZE)).toBe(true);
		const stream = packBlock(whole);
		const halves = [stream.subarray(0, 70), stream.subarray(70)].map((half) =>
			packed(half, 0, stream.length),
		);
		const { taker } = fetching({ [ClientMessage.RequestParts]: () => halves });
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
		expect(has(taker, 1, 0, SIZE)).toBe(true);
	});

	it.each([
		['of another file', [part(0, 100, hash(9))]],
		['behind the end', [part(0, SIZE + 1)]],
		['not in order', [part(100, 200)]],
		['twice', [part(0, 100), part(0, 100)]],
		['packed, longer than it says', [packed(new Uint8Array(60), 0, 100), packed(new Uint8Array(60), 0, 100)]],
		['packed, longer than any block', [packed(new Uint8Array(200), 0, 400_000)]],
	])('that sends bytes %s is left', (_what, frames) => {
		const { taker } = fetching({ [ClientMessage.RequestParts]: () => frames });
		expect(taker.codes()).toContain('edonkey.part.unasked');
		expect(taker.fetched[0]?.why).toContain('nobody asked for');
	});

	it('that sends them before it has accepted us is left', () => {
		const { taker } = fetching({ [MuleMessage.RequestSources2]: () => part(0, SIZE) });
		expect(taker.codes()).toContain('edonkey.part.unasked');
		expect(taker.bytes.size).toBe(0);
	});

	it.each([
		['a bomb', packBlock(new Uint8Array(300_000)), 'edonkey.packed.bomb'],
		['no stream', new Uint8Array(100).fill(7), 'edonkey.packed.broken'],
		['too few bytes', packBlock(new Uint8Array(100)), 'edonkey.packed.broken'],
	])('that packs %s is left', (_what, bytes, code) => {
		const { taker } = fetching({ [ClientMessage.RequestParts]: () => packed(bytes) });
		expect(taker.codes()).toContain(code);
		expect(taker.fetched.length).toBe(1);
		expect(taker.bytes.size).toBe(0);
	});

	it('whose hashes of parts cannot be those of the file gives none', () => {
		const set = encodeFrame(ClientMessage.HashSet, encodeHashSet({ hash: HASH, parts: new Uint8Array(48) }));
		const { taker } = fetching({ [ClientMessage.HashSetRequest]: () => set }, 10_000_000, true);
		expect(taker.codes()).toEqual(['edonkey.hashes.other']);
		expect(taker.trees).toEqual([]);
	});

	it('that says nothing is given up, once', () => {
		const { net, taker } = fetching({ [ClientMessage.StartUpload]: () => [] });
		net.run(net.now + 120_000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: 'the source sent nothing for too long' }]);
		expect(taker.edonkey.peers()).toEqual([]);
	});

	it('whose slot is not used gets it back, and the link ends', () => {
		const { net, other, taker } = fetching({ [ClientMessage.RequestParts]: () => part(0, SIZE) });
		net.run(net.now + 120_000);
		expect(other.frames.at(-1)?.opcode).toBe(ClientMessage.CancelTransfer);
		expect(taker.edonkey.peers()).toEqual([]);
	});
});

describe('somebody who connects', () => {
	function visitor(...frames: Uint8Array[]) {
		const net = makeNet();
		const giver = mule(net, '203.0.113.10', { servers: [], files: [{ name: 'talk.pdf', size: SIZE }] });
		const guest = source(net, {});
		guest.link = guest.world.dial({ host: '203.0.113.10', port: PORT }, 'test');
		net.run(net.now + 100);
		for (const frame of frames) guest.world.send(guest.link, frame);
		net.run(net.now + 1000);
		return { net, giver, guest };
	}

	it('and asks for what is not in the file is sent away; without a slot it is not heard', () => {
		const ask = (from: number, to: number, of = HASH): Uint8Array =>
			encodeFrame(
				ClientMessage.RequestParts,
				encodeRequestParts({ hash: of, ranges: [{ from, to }] }, false),
			);
		const start = encodeFrame(ClientMessage.StartUpload, HASH);
		expect(visitor(ask(0, 100)).giver.blocks).toEqual([]);
		expect(visitor(start, ask(0, 100, hash(3))).giver.blocks).toEqual([]);
		expect(visitor(start, ask(0, 100)).giver.blocks).toEqual([{ from: 0, to: 100 }]);
		for (const [from, to] of [
			[0, SIZE + 1],
			[4000, 900_000],
		]) {
			const { giver } = visitor(start, ask(from!, to!));
			expect(giver.codes()).toContain('edonkey.part.range');
			expect(giver.blocks).toEqual([]);
		}
	});

	it('and does not begin with a hello is sent away', () => {
		const net = makeNet();
		const giver = mule(net, '203.0.113.10', { servers: [] });
		const guest = net.world('203.0.113.30', (world) => new Other(world, () => {}), { port: 1 }).network;
		guest.opened = (link) => void guest.world.send(link, encodeFrame(ClientMessage.StartUpload, HASH));
		guest.world.dial({ host: '203.0.113.10', port: PORT }, 'test');
		net.run(net.now + 1000);
		expect(giver.codes()).toEqual(['edonkey.hello.missing']);
		guest.opened = () => {};
		guest.world.dial({ host: '203.0.113.10', port: PORT }, 'test');
		net.run(net.now + 20_000);
		expect(giver.codes()).toEqual(['edonkey.hello.missing', 'edonkey.hello.missing']);
	});

	it('many times from one host finds the door closed', () => {
		const { net, giver, guest } = visitor();
		for (let i = 0; i < 20; i++) guest.world.dial({ host: '203.0.113.10', port: PORT }, 'test');
		net.run(net.now + 1000);
		expect(giver.edonkey.peers().length).toBe(8);
		expect(giver.codes().filter((code) => code === 'edonkey.peers.crowd').length).toBe(13);
	});
});

describe('somebody who comes and goes', () => {
	function visits(defencesOff: string[]): number {
		const net = makeNet();
		const giver = mule(net, '203.0.113.10', { servers: [], defencesOff });
		const guest = source(net, {});
		let answers = 0;
		for (let i = 0; i < 40; i++) {
			const link = guest.world.dial({ host: '203.0.113.10', port: PORT }, 'test');
			net.run(net.now + 100);
			guest.world.hangup(link, 'enough');
			net.run(net.now + 100);
			answers = guest.frames.filter(({ opcode }) => opcode === ClientMessage.HelloAnswer).length;
		}
		expect(giver.codes().includes('defence.connect.often')).toBe(defencesOff.length === 0);
		return answers;
	}

	it('is answered some times a minute; without the defence as often as he likes', () => {
		expect(visits(['connection-flood'])).toBe(40);
		expect(visits([])).toBeLessThan(15);
	});
});

describe('a server that names victims', () => {
	function asked(targets: readonly Address[], defencesOff: string[] = []) {
		const net = makeNet();
		const dialled: string[] = [];
		const server = net.world(
			SERVER.host,
			(world) =>
				new Other(world, ({ opcode }, say) => {
					if (opcode !== ServerMessage.Login) return;
					say(encodeFrame(ServerMessage.IdChange, encodeIdChange({ id: 77, flags: 0 }, 4661)));
					for (const target of targets)
						say(encodeFrame(ServerMessage.CallbackRequested, encodeCallbackRequested(target)));
				}),
			{ port: SERVER.port },
		).network;
		const victims = new Set(targets.map(({ host }) => host));
		for (const victim of victims) {
			const door = net.world(victim, (world) => new Other(world, () => {}), { port: 5000 }).network;
			door.opened = () => void dialled.push(victim);
			door.received = () => {};
		}
		const usable = (host: string) => !host.startsWith('10.');
		const one = mule(net, '203.0.113.11', { usable, defencesOff });
		net.run(net.now + 5000);
		return { dialled, codes: one.codes(), server };
	}

	const victim = { host: '198.51.99.7', port: 5000 };

	it('is heard a few times for a host; without the defence each of its packets would be a dial', () => {
		const many = Array.from({ length: 50 }, () => victim);
		expect(asked(many, ['push-diversion']).dialled.length).toBe(50);
		const guarded = asked(many);
		expect(guarded.dialled.length).toBe(5);
		expect(guarded.codes).toContain('defence.push.target');
	});

	it('is not heard for ports of services, nor outside of the scope', () => {
		const { dialled, codes } = asked([
			{ ...victim, port: 80 },
			{ host: '10.0.0.7', port: 5000 },
		]);
		expect(dialled).toEqual([]);
		expect(codes).toEqual(['edonkey.callback.unusable', 'edonkey.callback.unusable']);
	});
});
