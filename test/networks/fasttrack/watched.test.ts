/** What FastTrack's transfers announce, and what `watch` makes of sessions. */
import { describe, expect, it } from 'vitest';
import { TransferAnnouncements } from '../../../src/networks/fasttrack/announcements.ts';
import { overTcp, Wire } from '../../watch/conversation.ts';
import { feed, Heard } from './heard.ts';
import { hash, session } from './session.ts';

describe('a transfer', () => {
	const request = `GET /.hash=${Buffer.from(hash).toString('hex')} HTTP/1.1\r\nX-Kazaa-Username: ada\r\nX-Kazaa-IP: 203.0.113.20:2020\r\nX-Kazaa-SupernodeIP: 203.0.113.31:3131\r\n\r\n`;
	const endpointsOfRequest = ['203.0.113.20:2020 X-Kazaa-IP', '203.0.113.31:3131 X-Kazaa-SupernodeIP'];

	it('announces the addresses in its headers, and users only where details are wanted', () => {
		for (const wantsDetail of [true, false]) {
			const sink = new Heard(wantsDetail);
			feed(new TransferAnnouncements(sink), [['>', request]], 9);
			expect(sink.endpoints).toEqual(endpointsOfRequest);
			expect(sink.details).toEqual(wantsDetail ? ['user ada'] : []);
		}
	});

	it('is read behind GIVE too, and no further than its heads', () => {
		const sink = new Heard(false);
		const follower = new TransferAnnouncements(sink);
		const answer = 'HTTP/1.1 206 OK\r\nX-Kazaa-IP: 203.0.113.60:6060\r\n\r\n';
		expect(
			feed(follower, [
				['>', 'GIVE 1\r\n\r\n'],
				['<', request],
				['>', answer],
			]),
		).toBe(true);
		expect(sink.endpoints).toEqual([...endpointsOfRequest, '203.0.113.60:6060 X-Kazaa-IP']);
		expect(
			feed(follower, [
				['<', request],
				['<', request],
				['>', answer],
			]),
		).toBe(false);
		expect(sink.endpoints).toHaveLength(5);
	});
});

describe('watch', () => {
	it('explains a later, closed flow by the node list of a session', () => {
		const wire = new Wire();
		wire.tcp(session(), { cut: 5 });
		wire.seconds += 5;
		const closed = Uint8Array.from({ length: 60 }, (_, at) => (at * 89 + 143) & 255);
		wire.tcp([['>', closed]], { destination: '203.0.113.11', destinationPort: 1311 });
		const flow = wire.end().find(({ destinationPort }) => destinationPort === 1311);
		expect(flow?.verdict).toMatchObject({
			network: 'fasttrack',
			by: 'learned',
			evidence: 'the endpoint was announced (node list) 5 s before it',
		});
	});

	it('opens a session of another leaf too, which its shape and port made known', () => {
		const wire = new Wire();
		wire.tcp(session({ leafSeed: 0x12345678 }), { destinationPort: 1214 });
		wire.tcp([], { destination: '203.0.113.30', destinationPort: 3030 });
		const ended = wire.end();
		const to = (port: number) => ended.find(({ destinationPort }) => destinationPort === port)?.verdict;
		expect(to(1214)).toMatchObject({ network: 'fasttrack', by: 'payload' });
		expect(to(3030)).toMatchObject({ network: 'fasttrack', by: 'learned' });
	});

	it('opens so many sessions a second that a flood of greetings costs little, and goes on in the next', () => {
		const wire = new Wire();
		const announcing = session();
		// Each opening takes two keys.
		for (let flow = 0; flow < 500; flow++) wire.tcp(session().slice(0, 4));
		wire.tcp(announcing);
		wire.seconds++;
		const dial = { destination: '203.0.113.30', destinationPort: 3030 };
		wire.tcp([], dial);
		const before = wire.end().find(({ destinationPort }) => destinationPort === 3030)?.verdict;
		expect(before?.by).toBe('behaviour');
		const later = new Wire();
		for (let flow = 0; flow < 500; flow++) later.tcp(session().slice(0, 4));
		later.seconds++;
		later.tcp(announcing);
		later.tcp([], dial);
		const after = later.end().find(({ destinationPort }) => destinationPort === 3030)?.verdict;
		expect(after?.by).toBe('learned');
	});

	it('says of our own leaf what it says of giFT: the hello is the same', () => {
		expect(overTcp(session())?.evidence).toContain('leaf hello');
	});
});
