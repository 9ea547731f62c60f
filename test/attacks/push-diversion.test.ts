import { expect, it } from 'vitest';
import { hex } from '../../src/networks/common/hash.ts';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodePush } from '../../src/networks/gnutella/wire/push.ts';
import { utf8 } from '../../src/networks/gnutella/wire/text.ts';
import { makeNet, PORT, servent } from '../networks/gnutella/net.ts';
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

/** Somebody asks the push proxy of a leaf for a call-back, and says to be a victim. */
function dialsThroughProxy(defencesOff: string[], asked: number) {
	const net = makeNet();
	const proxy = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const files = [{ name: 'bait.txt' }];
	const leaf = servent(net, '10.2.0.1', {
		...{ role: 'leaf', peers: [proxy.ip], files, firewalled: true, defencesOff },
	});
	const victim = attacker(net, '203.9.113.7');
	const evil = attacker(net, '10.66.0.1');
	net.run(net.now + 15_000);
	const target = `/gnet/push-proxy?guid=${hex(leaf.guid)}&file=1`;
	evil.greeting = (link) =>
		evil.world.send(link, utf8(`GET ${target} HTTP/1.1\r\nX-Node: 203.9.113.7:6346\r\n\r\n`));
	for (let i = 0; i < asked; i++) evil.dial(proxy.ip);
	net.run(net.now + 5000);
	return {
		dials: victim.accepted.length,
		froms: new Set(victim.accepted.map(({ from }) => from.host)),
		answers: new Set(evil.texts.map((text) => text.split('\r\n', 1)[0])),
		codes: proxy.codes(),
		leafCodes: leaf.codes(),
	};
}

it('a push proxy is told to have a victim called: without the defence the leaf dials it each time', () => {
	const { dials, froms, answers } = dialsThroughProxy(['push-diversion'], 40);
	expect(dials).toBe(40);
	expect([...froms]).toEqual(['10.2.0.1']);
	expect([...answers]).toEqual(['HTTP/1.1 202 Push proxy']);
});

it('with the defence the proxy sees that the asker is not the victim, and the leaf dials nobody', () => {
	const { dials, answers, codes, leafCodes } = dialsThroughProxy([], 40);
	expect(dials).toBe(0);
	expect([...answers]).toEqual(['HTTP/1.1 400 X-Node is not the host that asks']);
	expect(new Set(codes)).toEqual(new Set(['defence.push.diverted']));
	expect(leafCodes).toEqual([]);
});

/** Hits name a victim as the push proxy of many servents; how often do fetches from them dial it? */
function dialsOfProxy(defencesOff: string[]): { dials: number; codes: string[] } {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'leaf', defencesOff });
	const victim = attacker(net, '203.9.113.7');
	const proxies = [{ host: '203.9.113.7', port: PORT }];
	for (let i = 0; i < 40; i++) {
		const known = {
			network: 'gnutella' as const,
			host: '10.9.9.9',
			port: 1,
			index: 1,
			firewalled: true,
			agent: '',
			proxies,
		};
		one.gnutella.fetch({ fetch: i, name: 'x', from: 0, source: { ...known, id: hex(guid(i)) } });
	}
	net.run(net.now + 5000);
	return { dials: victim.accepted.length, codes: one.codes() };
}

it('forged hits name a victim as push proxy: it is dialled a few times only', () => {
	expect(dialsOfProxy(['push-diversion']).dials).toBe(40);
	const { dials, codes } = dialsOfProxy([]);
	expect(dials).toBeLessThanOrEqual(5);
	expect(codes).toContain('defence.push.target');
});
