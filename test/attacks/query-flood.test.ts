import { expect, it } from 'vitest';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

/** A leaf sends queries as fast as it can; how many does the next ultrapeer get? */
function flooded(defencesOff: string[], text: (i: number) => string): { passed: number; codes: string[] } {
	const net = makeNet({ highWater: 1 << 24 } as never);
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const two = servent(net, '10.2.0.1', { role: 'ultrapeer', peers: [one.ip], deflate: false });
	const evil = attacker(net, '10.66.0.1');
	const link = linkAs(net, evil, one.ip, false);
	net.run(net.now + 3000);
	const before = two.gnutella.peers()[0]!.in.messages;
	for (let i = 0; i < 400; i++) {
		evil.world.send(link, encodeMessage(MessageType.Query, guid(i), 3, 0, encodeQuery({ text: text(i) })));
	}
	net.run(net.now + 1000);
	return { passed: two.gnutella.peers()[0]!.in.messages - before, codes: one.codes() };
}

it('a leaf floods: without the defence the ultrapeer passes all of it on', () => {
	expect(flooded(['query-flood'], (i) => `flood number ${i}`).passed).toBeGreaterThanOrEqual(400);
});

it('with the defence a burst passes and the rest is dropped', () => {
	const { passed, codes } = flooded([], (i) => `flood number ${i}`);
	expect(passed).toBeLessThan(80);
	expect(codes).toContain('defence.query.rate');
});

it('a leaf repeats one search: without the defence each copy is passed on, with it one', () => {
	expect(flooded(['query-flood'], () => 'the same words').passed).toBeGreaterThanOrEqual(400);
	const { passed, codes } = flooded([], () => 'the same words');
	expect(passed).toBeLessThan(10);
	expect(codes).toContain('defence.query.again');
});

it('a search of two letters, which would match everything, goes nowhere', () => {
	expect(flooded([], () => 'ab').codes).toContain('defence.query.short');
});
