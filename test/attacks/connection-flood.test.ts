import { expect, it } from 'vitest';
import { encodeGreeting } from '../../src/networks/gnutella/wire/handshake.ts';
import { utf8 } from '../../src/networks/gnutella/wire/text.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker } from './attacker.ts';

/** One host connects again and again; how many handshakes are answered with 200? */
function hammered(defencesOff: string[]): { accepted: number; codes: string[] } {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff, limits: { linksFromHost: 1000 } });
	const evil = attacker(net, '10.66.0.1');
	evil.greeting = (link) => {
		evil.world.send(link, encodeGreeting({ kind: 'connect', version: '0.6' }, [['X-Ultrapeer', 'False']]));
	};
	for (let i = 0; i < 60; i++) evil.dial(one.ip);
	net.run(net.now + 2000);
	return { accepted: evil.texts.filter((text) => text.includes(' 200 OK')).length, codes: one.codes() };
}

it('one host hammers: without the defence every handshake is answered', () => {
	expect(hammered(['connection-flood']).accepted).toBe(60);
});

it('with the defence a few are, and the others are told to come later', () => {
	const { accepted, codes } = hammered([]);
	expect(accepted).toBe(10);
	expect(codes).toContain('defence.connect.often');
});

it('HTTP requests without end: turned away with 429', () => {
	const asked = (defencesOff: string[]): number => {
		const net = makeNet();
		const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
		const evil = attacker(net, '10.66.0.1');
		evil.greeting = (link) =>
			evil.world.send(link, utf8('HEAD /get/1/x HTTP/1.1\r\nConnection: close\r\n\r\n'));
		for (let i = 0; i < 300; i++) evil.dial(one.ip);
		net.run(net.now + 2000);
		return evil.texts.filter((text) => text.includes(' 429 ')).length;
	};
	expect(asked(['connection-flood'])).toBe(0);
	expect(asked([])).toBe(180);
});

it('a thousand callers who say nothing hold no place for ever', () => {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', limits: { handshakeSeconds: 5 } });
	const evil = attacker(net, '10.66.0.1');
	evil.greeting = (link) => evil.world.send(link, utf8('GNUTELLA CONN'));
	for (let i = 0; i < 1000; i++) evil.dial(one.ip);
	net.run(net.now + 10_000);
	expect(evil.opens).toBe(1000);
	expect(evil.closes).toHaveLength(1000);
	expect(one.codes()).toContain('gnutella.handshake.crowd');
	expect(one.codes()).toContain('gnutella.handshake.slow');
});
