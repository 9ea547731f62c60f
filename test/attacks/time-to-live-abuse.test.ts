import { expect, it } from 'vitest';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

/** Queries with TTL 255 from a neighbour; are they passed on, and does the link last? */
function abused(defencesOff: string[]) {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const two = servent(net, '10.2.0.1', { role: 'ultrapeer', peers: [one.ip], deflate: false });
	const evil = attacker(net, '10.66.0.1');
	const link = linkAs(net, evil, one.ip, true);
	net.run(net.now + 3000);
	const ttls: number[] = [];
	const received = two.gnutella.received.bind(two.gnutella);
	two.gnutella.received = (at, bytes) => {
		for (let i = 0; i + 23 <= bytes.length; i += 23 + (bytes[i + 19]! | (bytes[i + 20]! << 8))) {
			if (bytes[i + 16] === 0x80) ttls.push(bytes[i + 17]!);
		}
		received(at, bytes);
	};
	for (let i = 0; i < 20; i++) {
		evil.world.send(
			link,
			encodeMessage(MessageType.Query, guid(i), 255, 0, encodeQuery({ text: `far away ${i}` })),
		);
	}
	net.run(net.now + 10_000);
	return {
		ttls,
		codes: one.codes(),
		linked: one.gnutella.peers().some((peer) => peer.remote.host === '10.66.0.1'),
	};
}

it('TTL 255: without the defence the queries are passed on, though never with more than our own limit', () => {
	const { ttls, linked } = abused(['time-to-live-abuse']);
	expect(ttls).toHaveLength(20);
	expect(Math.max(...ttls)).toBeLessThanOrEqual(4);
	expect(linked).toBe(true);
});

it('with the defence none is passed on, and the sender is thrown out', () => {
	const { ttls, codes, linked } = abused([]);
	expect(ttls).toEqual([]);
	expect(codes).toContain('defence.ttl.high');
	expect(codes).toContain('defence.ttl.repeated');
	expect(linked).toBe(false);
});
