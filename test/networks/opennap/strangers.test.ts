/** Peers and servers that play their part wrongly against a client of ours. */
import { describe, expect, it } from 'vitest';
import { encodeHost } from '../../../src/networks/opennap/wire/host.ts';
import { Type } from '../../../src/networks/opennap/wire/types.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import { type Guest, type GuestOf, guest } from './party.ts';
import { loggedIn, makeNet, makeServer, type TestUser, wait } from './server/net.ts';

const ONE = '198.51.100.1';
const TWO = '198.51.101.2';
const SONG = { name: 'miles davis so what.mp3', size: 5000 };

/** Bert is ours; the other is played by hand. */
function with_(options: GuestOf = {}): { net: VirtualNet; bert: Guest; anna: TestUser } {
	const net = makeNet();
	makeServer(net);
	const bert = guest(net, TWO, 'bert', { files: [SONG], ...options });
	const anna = loggedIn(net, ONE, 'anna');
	wait(net, 3000);
	return { net, bert, anna };
}

describe('a stranger', () => {
	it('who asks for what was not granted gets nothing: opennap.peers.unasked', () => {
		const { net, bert, anna } = with_();
		const said: string[] = [];
		const link = anna.world.dial({ host: TWO, port: 6699 }, 'test');
		anna.received = (on, bytes) => void (on === link && said.push(Buffer.from(bytes).toString()));
		wait(net, 500);
		anna.world.send(link, Buffer.from(`GETanna "1\\${SONG.name}" 0`));
		wait(net, 500);
		expect(said).toEqual(['1', 'INVALID REQUEST']);
		expect(bert.codes()).toContain('opennap.peers.unasked');
	});

	it('who brings what nobody has asked for is not listened to: opennap.peers.unasked', () => {
		const { net, bert, anna } = with_();
		const link = anna.world.dial({ host: TWO, port: 6699 }, 'test');
		wait(net, 500);
		anna.world.send(link, Buffer.from('SENDanna "worm.exe" 5000'));
		wait(net, 500);
		expect(bert.codes()).toContain('opennap.peers.unasked');
		expect(bert.bytes()).toHaveLength(0);
	});

	it('who says nothing, or nonsense, or too much is sent away: opennap.peers.greeting', () => {
		const { net, bert, anna } = with_();
		const say = (words: string): void => {
			const link = anna.world.dial({ host: TWO, port: 6699 }, 'test');
			wait(net, 500);
			anna.world.send(link, Buffer.from(words));
			wait(net, 500);
		};
		say('HELO');
		say(`GET${'x'.repeat(5000)}`);
		say('GET');
		wait(net, 20_000);
		expect(bert.codes().filter((code) => code === 'opennap.peers.greeting')).toHaveLength(3);
	});

	it('who asks for a path outside is evidence', () => {
		const { bert } = with_();
		// Our server asks only for what was told; a hostile one asks for anything.
		bert.node.received(
			bert.node.peers()[0]!.link,
			frame(Type.UploadRequest, 'anna "..\\..\\..\\etc\\passwd"'),
		);
		expect(bert.codes()).toContain('defence.path.traversal');
	});
});

function frame(type: number, line: string): Uint8Array {
	const body = Buffer.from(line);
	return Buffer.concat([Uint8Array.of(body.length, 0, type & 255, type >> 8), body]);
}

describe('strangers', () => {
	it('are so many at most who have not said what they want: opennap.peers.crowd', () => {
		const { net, bert, anna } = with_({ limits: { askers: 3 } });
		for (let i = 0; i < 5; i++) anna.world.dial({ host: TWO, port: 6699 }, 'test');
		wait(net, 500);
		expect(bert.codes().filter((code) => code === 'opennap.peers.crowd')).toHaveLength(2);
	});
});

describe('a server', () => {
	const order = `anna ${encodeHost('192.0.2.9')} 7000 "1\\${SONG.name}" ${'0'.repeat(32)} 8`;
	const granted = `anna "1\\${SONG.name}"`;
	const dials = (guest_: Guest) => guest_.world.notices.filter(({ code }) => code === 'opennap.push.refused');

	it('that orders to dial whom nothing was granted is refused: opennap.push.refused', () => {
		const { net, bert } = with_();
		const link = bert.node.peers()[0]!.link;
		bert.node.received(link, frame(Type.PushOrder, order));
		wait(net, 500);
		expect(dials(bert)).toMatchObject([{ subject: '192.0.2.9:7000' }]);
	});

	function diverted(defencesOff: readonly string[]): number {
		const { net, bert } = with_({ defencesOff });
		let struck = 0;
		net.world('192.0.2.9', () => ({ ...silent, opened: () => void struck++ }), { port: 7000 });
		const link = bert.node.peers()[0]!.link;
		for (let i = 0; i < 100; i++) {
			bert.node.received(link, frame(Type.UploadRequest, granted));
			bert.node.received(link, frame(Type.PushOrder, order));
			net.run(net.now + 20);
		}
		return struck;
	}

	it('that turns its users against a victim gets few dials; with the defence off it gets all', () => {
		expect(diverted(['push-diversion'])).toBeGreaterThan(90);
		expect(diverted([])).toBeLessThan(6);
	});

	it('that sends nonsense is left', () => {
		const { bert } = with_();
		bert.node.received(bert.node.peers()[0]!.link, Uint8Array.of(255, 255, 1, 0));
		expect(bert.codes()).toContain('opennap.frame.oversized');
		expect(bert.node.status().servers).toBe(0);
	});

	it('hears that our port does not answer, and is told that nobody can dial us', () => {
		const { net, bert, anna } = with_();
		anna.say(Type.PortError, 'bert');
		wait(net, 500);
		expect(bert.node.status().reachable).toBe('no');
		anna.say(Type.Download, `bert "1\\${SONG.name}"`);
		wait(net, 500);
		expect(anna.lines(Type.DownloadAck)[0]).toContain(` ${encodeHost(TWO)} 0 `);
	});
});

const silent = {
	name: 'opennap' as const,
	received: () => {},
	drained: () => {},
	closed: () => {},
	datagram: () => {},
	tick: () => {},
};
