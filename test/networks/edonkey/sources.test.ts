import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeIdChange } from '../../../src/networks/edonkey/wire/login.ts';
import { ServerMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import { encodeCallbackRequested, encodeFoundSources } from '../../../src/networks/edonkey/wire/sources.ts';
import type { Address } from '../../../src/world/world.ts';
import { type Joined, join } from './joined.ts';
import { makeNet, makeServer, SERVER, TestClient } from './server/net.ts';
import { hash } from './wire/kinds.ts';

const SECOND = { host: '203.0.113.2', port: 4242 };
const MINUTE = 60_000;

/** A client at a server that says what a test tells it to say. */
function atFake(
	id = 0x057100cb,
	defencesOff: string[] = [],
): { bob: Joined; say: (opcode: number, body: Uint8Array) => void } {
	const net = makeNet();
	const fake = new TestClient();
	fake.world = net.world(SERVER.host, () => fake, { port: SERVER.port, datagramsAbove: 4 });
	const bob = join(net, '198.51.100.3', 3, [SERVER], false, defencesOff);
	net.run(net.now + 500);
	const say = (opcode: number, body: Uint8Array): void => {
		fake.world.send(fake.caller, encodeFrame(opcode, body));
		net.run(net.now + 200);
	};
	say(ServerMessage.IdChange, encodeIdChange({ id, flags: 0 }, 4661));
	return { bob, say };
}

describe('sources of a file', () => {
	it('come from the server of the session and by UDP from the others, and are asked for seldom', () => {
		const net = makeNet();
		makeServer(net);
		const second = makeServer(net, { announce: SECOND }).network;
		const alice = join(net, '198.51.100.2', 2, [SERVER]);
		const carol = join(net, '198.51.100.4', 4, [SECOND]);
		for (const one of [alice, carol]) one.share('a talk.pdf');
		const bob = join(net, '198.51.100.3', 3, [SERVER, SECOND]);
		net.run(net.now + MINUTE);
		bob.sources.want({ hash: hash(1), size: 1001 });
		bob.sources.want({ hash: hash(1), size: 1001 });
		bob.sources.want({ hash: hash(99), size: 1001 });
		net.run(net.now + MINUTE);
		const hosts = bob.found.map(({ sources }) => sources.map((one) => 'address' in one && one.address.host));
		expect(hosts.flat().sort()).toEqual(['198.51.100.2', '198.51.100.4']);
		const before = second.figures().datagrams;
		net.run(net.now + 10 * MINUTE);
		expect(second.figures().datagrams).toBe(before);
		net.run(net.now + 15 * MINUTE);
		expect(second.figures().datagrams).toBeGreaterThan(before);
		expect(bob.found).toHaveLength(4);
		bob.sources.forget(hash(1));
		net.run(net.now + 30 * MINUTE);
		expect(bob.found).toHaveLength(4);
	});

	it('with a LowID are called back through the server of the session', () => {
		const net = makeNet();
		makeServer(net);
		const low = join(net, '198.51.100.2', 2, [SERVER], true);
		low.share('a talk.pdf');
		const bob = join(net, '198.51.100.3', 3, [SERVER]);
		net.run(net.now + 2 * MINUTE);
		bob.sources.want({ hash: hash(1), size: 1001 });
		net.run(net.now + 5000);
		expect(bob.found).toEqual([{ hash: hash(1), sources: [{ lowId: low.connect.id, server: SERVER }] }]);
		expect(bob.sources.requestCallback(low.connect.id, SECOND)).toBe(false);
		expect(bob.sources.requestCallback(low.connect.id, SERVER)).toBe(true);
		net.run(net.now + 1000);
		expect(low.callBacks).toEqual([{ host: '198.51.100.3', port: 4662 }]);
		expect(low.sources.requestCallback(5, SERVER)).toBe(false);
	});

	it('that nobody asked for, that cannot be dialled or are ourselves, are dropped', () => {
		const { bob, say } = atFake();
		const found = (n: number, ...ids: [number, number][]): Uint8Array =>
			encodeFoundSources({ hash: hash(n), sources: ids.map(([id, port]) => ({ id, port })) });
		say(ServerMessage.FoundSources, found(1, [0x027100cb, 4662]));
		expect(bob.codes()).toContain('edonkey.sources.unasked');
		bob.sources.want({ hash: hash(2), size: 7 });
		// A web server, an address outside the scope, our own.
		say(ServerMessage.FoundSources, found(2, [0x027100cb, 80], [0x0100000a, 4662], [0x036433c6, 4662]));
		expect(bob.found).toEqual([]);
		say(ServerMessage.FoundSources, found(2, [0x027100cb, 4662]));
		expect(bob.found).toHaveLength(1);
		say(ServerMessage.FoundSources, Uint8Array.of(1));
		expect(bob.codes()).toContain('edonkey.message.malformed');
	});
});

describe('a server that names a victim as a source, on many ports', () => {
	const named = (defencesOff: string[]): Joined => {
		const { bob, say } = atFake(undefined, defencesOff);
		bob.sources.want({ hash: hash(1) });
		for (let answer = 0; answer < 3; answer++) {
			const sources = Array.from({ length: 40 }, (_, port) => ({
				id: 0x077100cb,
				port: 2000 + 40 * answer + port,
			}));
			say(ServerMessage.FoundSources, encodeFoundSources({ hash: hash(1), sources }));
		}
		return bob;
	};

	it('is believed with two of them, however often it says so', () => {
		expect(named(['seed-poisoning']).found.flatMap((one) => one.sources)).toHaveLength(120);
		const bob = named([]);
		expect(bob.found.flatMap((one) => one.sources)).toHaveLength(2);
		expect(bob.codes()).toContain('defence.seed.host');
	});
});

describe('a server that asks us to call back', () => {
	it('a victim, again and again: a few dials, then none', () => {
		const victim = encodeCallbackRequested({ host: '198.51.100.200', port: 8080 });
		const defenceless = atFake(77, ['push-diversion']);
		for (let i = 0; i < 40; i++) defenceless.say(ServerMessage.CallbackRequested, victim);
		expect(defenceless.bob.callBacks).toHaveLength(40);
		const { bob, say } = atFake(77);
		for (let i = 0; i < 40; i++) say(ServerMessage.CallbackRequested, victim);
		expect(bob.callBacks.length).toBeLessThanOrEqual(10);
		expect(bob.callBacks.length).toBeGreaterThan(0);
		expect(bob.codes()).toContain('defence.push.target');
	});

	it('a port of a service, or an address outside the scope: none', () => {
		const { bob, say } = atFake(77);
		const targets: Address[] = [
			{ host: '198.51.100.200', port: 25 },
			{ host: '10.0.0.1', port: 4662 },
		];
		for (const target of targets) say(ServerMessage.CallbackRequested, encodeCallbackRequested(target));
		expect(bob.callBacks).toEqual([]);
		expect(bob.codes()).toContain('edonkey.callback.unusable');
	});
});
