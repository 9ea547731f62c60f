import { expect, it } from 'vitest';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodePush } from '../../src/networks/gnutella/wire/push.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

/** A neighbour sends PUSHes that name a victim; how often is the victim dialled? */
function dialsOfVictim(defencesOff: string[], pushes: number): { dials: number; codes: string[] } {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', files: [{ name: 'bait.txt' }], defencesOff });
	const victim = attacker(net, '203.9.113.7');
	const evil = attacker(net, '10.66.0.1');
	const link = linkAs(net, evil, one.ip, true);
	const target = { host: '203.9.113.7', port: 6346 };
	for (let i = 0; i < pushes; i++) {
		const push = encodePush({ guid: one.guid, index: 1, address: target });
		evil.world.send(link, encodeMessage(MessageType.Push, guid(i), 3, 0, push));
	}
	net.run(net.now + 5000);
	return { dials: victim.accepted.length, codes: one.codes() };
}

it('a neighbour aims our call-backs at a victim: without the defence every PUSH is a dial', () => {
	expect(dialsOfVictim(['push-diversion'], 40).dials).toBe(40);
});

it('with the defence the victim is dialled a few times, whatever is sent', () => {
	const { dials, codes } = dialsOfVictim([], 40);
	expect(dials).toBeLessThanOrEqual(5);
	expect(codes).toContain('defence.push.target');
});

it('what the victim gets first is a GIV, not bytes that the attacker chose', () => {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', files: [{ name: 'bait.txt' }] });
	const victim = attacker(net, '203.9.113.7');
	const evil = attacker(net, '10.66.0.1');
	const link = linkAs(net, evil, one.ip, true);
	const push = encodePush({ guid: one.guid, index: 1, address: { host: '203.9.113.7', port: 6346 } });
	evil.world.send(link, encodeMessage(MessageType.Push, guid(1), 3, 0, push));
	net.run(net.now + 2000);
	expect(victim.texts.join('')).toMatch(/^GIV 1:[0-9A-F]{32}\/bait\.txt\n\n$/);
});
