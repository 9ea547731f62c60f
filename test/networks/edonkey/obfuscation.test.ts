/** Obfuscated links between clients: who gets one, who does not, and what goes over the wire. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import {
	capabilitiesOf,
	cryptFeatures,
	type Obfuscation,
	optionsOfFeatures,
	optionsOfLogin,
} from '../../../src/networks/edonkey/obfuscation.ts';
import { Users } from '../../../src/networks/edonkey/users.ts';
import { encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeHello, featuresOf, misc2Of } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, ServerMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import { sealedDialler } from '../../../src/networks/edonkey/wire/sealed-streams.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { Link } from '../../../src/world/world.ts';
import { ed2kOf, fileAt, has, type MuleOf, mule, type TestMule, wanted } from './net.ts';
import { makeNet, makeServer } from './server/net.ts';
import { hash, someHello } from './wire/kinds.ts';
import { isHidden, wireOf } from './wire-of.ts';

const GIVER = '203.0.113.10';
const TAKER = '203.0.113.11';
const SIZE = 500_000;

function pair(giver: Partial<MuleOf>, taker: Partial<MuleOf>) {
	const net = makeNet();
	const server = makeServer(net);
	const source = mule(net, GIVER, { files: [{ name: 'talk.pdf', size: SIZE }], ...giver });
	const wants = mule(net, TAKER, taker);
	net.run(net.now + 30_000);
	return { net, server, source, taker: wants };
}

function fetched(net: VirtualNet, taker: TestMule, fetch = 1): string | undefined {
	taker.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { fetch }));
	net.run(net.now + 10_000);
	return taker.fetched.find((one) => one.fetch === fetch)?.why;
}

describe('a link between two clients', () => {
	const policies: readonly [Obfuscation, Obfuscation, 'hidden' | 'plain'][] = [
		['supported', 'supported', 'hidden'],
		['required', 'supported', 'hidden'],
		['supported', 'required', 'hidden'],
		['required', 'required', 'hidden'],
		['off', 'supported', 'plain'],
		['supported', 'off', 'plain'],
		['off', 'off', 'plain'],
	];

	it.each(policies)(
		'of whom one has it %s and the other %s is %s, and a file goes over it',
		(gives, takes, how) => {
			const { net, source, taker } = pair({ obfuscation: gives }, { obfuscation: takes });
			const [there, back] = [wireOf(source.edonkey), wireOf(taker.edonkey)];
			expect(fetched(net, taker)).toBe('');
			expect(has(taker, 1, 0, SIZE)).toBe(true);
			expect(isHidden(there)).toBe(how === 'hidden');
			// Over the link that has brought the file.
			const blocks = [...back.values()].find((bytes) => bytes.length > SIZE)!;
			expect(blocks.includes(ed2kOf('talk.pdf'))).toBe(how === 'plain');
			expect(source.edonkey.peers().filter(({ role }) => role === 'client')).toHaveLength(1);
		},
	);

	it('is not dialled where it is required here and not known to be there', () => {
		const { net, taker } = pair({ obfuscation: 'off' }, { obfuscation: 'required' });
		expect(fetched(net, taker)).toContain('obfuscation is required');
		expect(taker.codes()).toContain('edonkey.seal.unknown');
	});

	it('is not taken plainly where it is required', () => {
		const { net, source, taker } = pair({ obfuscation: 'required' }, { obfuscation: 'off' });
		expect(fetched(net, taker)).not.toBe('');
		expect(source.codes()).toContain('edonkey.seal.plain');
		expect(taker.bytes.size).toBe(0);
	});

	it('is not taken obfuscated where it is off', () => {
		const { net, source } = pair({ obfuscation: 'off' }, {});
		const stranger = talker(net, (world, link) => {
			const end = sealedDialler(hash(1), new Uint8Array(9));
			world.seal(link, end.hide);
			world.send(link, end.due());
		});
		net.run(net.now + 1000);
		expect(stranger.closed).toBeDefined();
		expect(source.codes()).toContain('edonkey.frame.protocol');
	});
});

/** Somebody who dials the giver and says what he is told to say. */
function talker(
	net: VirtualNet,
	say: (world: Parameters<Parameters<VirtualNet['world']>[1]>[0], link: Link) => void,
): { closed: string | undefined; heard: Buffer } {
	const told = { closed: undefined as string | undefined, heard: Buffer.alloc(0) };
	const world = net.world('203.0.113.77', (own) => {
		const nothing = (): void => {};
		return {
			...{ name: 'edonkey' as const, drained: nothing, datagram: nothing, tick: nothing },
			opened: (link: Link) => say(own, link),
			received: (_: Link, bytes: Uint8Array) => void (told.heard = Buffer.concat([told.heard, bytes])),
			closed: (_: Link, why: string) => void (told.closed = why),
		};
	});
	world.dial({ host: GIVER, port: 4662 }, 'test');
	return told;
}

describe('a peer that begins as an obfuscated link', () => {
	const alone = () => {
		const net = makeNet();
		return { net, giver: mule(net, GIVER, { servers: [] }) };
	};
	it('and goes no further is gone when its time for a hello is over', () => {
		const { net, giver } = alone();
		const told = talker(net, (world, link) => void world.send(link, Uint8Array.of(0x11)));
		net.run(net.now + 20_000);
		expect(told.closed).toBeDefined();
		expect(giver.codes()).toContain('edonkey.hello.missing');
		expect(told.heard.length).toBe(0);
	});

	it('and sends padding without end is heard as what it is: nothing that fits', () => {
		const { net, giver } = alone();
		const told = talker(net, (world, link) => {
			const end = sealedDialler(giver.user, new Uint8Array(5 + 255).fill(3));
			world.seal(link, end.hide);
			world.send(link, end.due());
			for (let i = 0; i < 100; i++) world.send(link, new Uint8Array(1000).fill(3));
		});
		net.run(net.now + 20_000);
		expect(told.closed).toBeDefined();
		expect(giver.codes()).toContain('edonkey.frame.protocol');
	});

	it('for another user is closed at once', () => {
		const { net, giver } = alone();
		const told = talker(net, (world, link) => {
			const end = sealedDialler(hash(99), new Uint8Array(9));
			world.seal(link, end.hide);
			world.send(link, end.due());
		});
		net.run(net.now + 1000);
		expect(told.closed).toBeDefined();
		expect(giver.codes()).toEqual(['edonkey.seal.broken']);
	});

	it('and goes on plainly is closed: what it says does not fit any more', () => {
		const { net, giver } = alone();
		const told = talker(net, (world, link) => {
			const end = sealedDialler(giver.user, new Uint8Array(9));
			const greeting = end.due();
			end.hide(greeting);
			world.send(link, greeting);
			world.send(link, encodeFrame(ClientMessage.Hello, encodeHello(someHello, false)));
		});
		net.run(net.now + 1000);
		expect(told.closed).toBeDefined();
		expect(giver.codes()).toEqual(['edonkey.frame.protocol']);
	});

	it('and is a recording of another link is answered as that one was: the bounds of links are what holds it', () => {
		const { net, giver } = alone();
		const end = sealedDialler(giver.user, new Uint8Array(9));
		const recorded = Buffer.concat([
			end.due(),
			encodeFrame(ClientMessage.Hello, encodeHello(someHello, false)),
		]);
		end.hide(recorded);
		const told = talker(net, (world, link) => void world.send(link, new Uint8Array(recorded)));
		net.run(net.now + 1000);
		expect(giver.edonkey.peers()).toHaveLength(1);
		expect(giver.edonkey.peers()[0]!.agent).toBe('aMule');
		expect(told.heard.length).toBeGreaterThan(100);
	});
});

describe('a source whose user was told wrong', () => {
	it('is dialled plainly the next time', () => {
		const { net, server, source, taker } = pair({}, {});
		const send = server.send.bind(server);
		server.send = (link, bytes) => {
			const lie = bytes.slice();
			if (lie[5] === ServerMessage.FoundSourcesObfuscated) lie.set(hash(66), lie.length - 16);
			return send(link, lie);
		};
		const there = wireOf(source.edonkey);
		expect(fetched(net, taker)).not.toBe('');
		expect(source.codes()).toContain('edonkey.seal.broken');
		there.clear();
		expect(fetched(net, taker, 2)).toBe('');
		expect(isHidden(there)).toBe(false);
	});

	it('is not replaced by what others say of who has been here himself', () => {
		const users = new Users(2);
		const at = (last: number) => ({ host: `203.0.113.${last}`, port: 4662 });
		users.learn(at(1), { hash: hash(1), options: 3 }, true);
		users.learn(at(1), { hash: hash(2), options: 0 }, false);
		expect(users.at(at(1))).toMatchObject({ hash: hash(1), options: 3 });
		users.learn(at(2), { hash: hash(2), options: 3 }, false);
		users.learn(at(2), { hash: hash(3), options: 3 }, false);
		expect(users.at(at(2))).toMatchObject({ hash: hash(3) });
		users.learn(at(3), { hash: hash(4), options: 3 }, false);
		expect(users.at(at(1))).toBeUndefined();
	});
});

describe('what a client says of itself', () => {
	it('is so: in its hello, and in its login', () => {
		for (const [obfuscation, misc2, options] of [
			['off', 0, 0],
			['supported', 0x180, 3],
			['required', 0x380, 7],
		] as const) {
			expect(misc2Of({ ...featuresOf(0, 0), ...cryptFeatures(obfuscation) })).toBe(misc2);
			expect(optionsOfFeatures(featuresOf(0, misc2))).toBe(options);
			expect(optionsOfLogin(capabilitiesOf(obfuscation))).toBe(options);
		}
	});

	it('is told by the server to who asks for sources, and to nobody who asks plainly', () => {
		const { net, server, taker } = pair({}, { obfuscation: 'off' });
		const said: number[] = [];
		const send = server.send.bind(server);
		server.send = (link, bytes) => {
			said.push(bytes[5]!);
			return send(link, bytes);
		};
		taker.edonkey.search(1, '', `urn:ed2k:${hex(ed2kOf('talk.pdf'))}`);
		net.run(net.now + 5000);
		expect(said).toContain(ServerMessage.FoundSources);
		expect(said).not.toContain(ServerMessage.FoundSourcesObfuscated);
	});
});
