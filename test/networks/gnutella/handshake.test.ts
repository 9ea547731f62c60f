import { describe, expect, it } from 'vitest';
import { encodeGreeting } from '../../../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../../../src/networks/gnutella/wire/message.ts';
import { encodePong } from '../../../src/networks/gnutella/wire/pong.ts';
import { encodeQuery } from '../../../src/networks/gnutella/wire/query.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import { attacker, guid } from '../../attacks/attacker.ts';
import { makeNet, servent } from './net.ts';

/** What a host that says this gets as the first answer of an ultrapeer. */
function answer(
	hello: Uint8Array,
	limits: Record<string, number> = {},
	role: 'ultrapeer' | 'leaf' = 'ultrapeer',
) {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role, limits });
	const who = attacker(net, '10.66.0.1');
	who.greeting = (link) => who.world.send(link, hello);
	const link = who.dial(one.ip);
	net.run(net.now + 500);
	return { net, one, who, link, text: who.texts.join('') };
}

const hello = (headers: [string, string][] = []): Uint8Array =>
	encodeGreeting({ kind: 'connect', version: '0.6' }, headers);

describe('an ultrapeer answers', () => {
	it('a leaf with 200, its role, and what it sees of the other', () => {
		const { text } = answer(hello([['X-Ultrapeer', 'False']]));
		expect(text).toMatch(/^GNUTELLA\/0\.6 200 OK\r\n/);
		expect(text).toContain('X-Ultrapeer: True\r\n');
		expect(text).toContain('Remote-IP: 10.66.0.1\r\n');
		expect(text).not.toContain('Content-Encoding');
	});

	it('whoever takes deflate with deflate', () => {
		expect(
			answer(
				hello([
					['X-Ultrapeer', 'False'],
					['Accept-Encoding', 'gzip, deflate'],
				]),
			).text,
		).toContain('Content-Encoding: deflate\r\n');
	});

	it('another ultrapeer with whether more are needed', () => {
		expect(answer(hello([['X-Ultrapeer', 'True']])).text).toContain('X-Ultrapeer-Needed: True\r\n');
	});

	it('503 when there is no room, and says so before anything else', () => {
		expect(answer(hello([['X-Ultrapeer', 'False']]), { leaves: 0 }).text).toMatch(
			/^GNUTELLA\/0\.6 503 No room for leaves\r\n/,
		);
		expect(answer(hello([['X-Ultrapeer', 'True']]), { ultrapeerLinks: 0 }).text).toMatch(
			/^GNUTELLA\/0\.6 503 No room for ultrapeers\r\n/,
		);
		expect(answer(hello(), { legacies: 0 }).text).toMatch(/^GNUTELLA\/0\.6 503 /);
	});

	it('409 to the ninth link of one host', () => {
		const { text } = answer(hello([['X-Ultrapeer', 'False']]), { linksFromHost: 0 });
		expect(text).toMatch(/^GNUTELLA\/0\.6 409 /);
	});
});

describe('a leaf answers', () => {
	it('503 and where to go instead', () => {
		const net = makeNet();
		const ultrapeer = servent(net, '10.1.0.1', { role: 'ultrapeer' });
		const leaf = servent(net, '10.2.0.1', { role: 'leaf', peers: [ultrapeer.ip] });
		net.run(net.now + 3000);
		const who = attacker(net, '10.66.0.1');
		who.greeting = (link) => who.world.send(link, hello([['X-Ultrapeer', 'False']]));
		who.dial(leaf.ip);
		net.run(net.now + 500);
		expect(who.texts.join('')).toMatch(/^GNUTELLA\/0\.6 503 I am a shielded leaf\r\n/);
		expect(who.texts.join('')).toContain('X-Try-Ultrapeers: 10.1.0.1:6346\r\n');
	});
});

describe('Gnutella 0.4', () => {
	it('a servent of 2000 connects, pings, searches and is answered', () => {
		const { net, who, link, text } = (() => {
			const net = makeNet();
			const one = servent(net, '10.1.0.1', { role: 'ultrapeer', files: [{ name: 'old song.mp3' }] });
			const who = attacker(net, '10.66.0.1');
			who.greeting = (link) => who.world.send(link, utf8('GNUTELLA CONNECT/0.4\n\n'));
			const link = who.dial(one.ip);
			net.run(net.now + 500);
			return { net, who, link, text: who.texts.join('') };
		})();
		expect(text.startsWith('GNUTELLA OK\n\n')).toBe(true);
		who.texts.length = 0;
		who.world.send(link, encodeMessage(MessageType.Ping, guid(1), 7, 0, new Uint8Array(0)));
		who.world.send(
			link,
			encodeMessage(MessageType.Query, guid(2), 7, 0, Uint8Array.from([0, 0, ...utf8('old song'), 0])),
		);
		net.run(net.now + 1000);
		const types = who.texts.join('');
		expect(types).toContain('old song.mp3');
		expect(types.charCodeAt(16)).toBe(MessageType.Pong);
	});

	it('its queries are flooded to ultrapeers and to others of its kind, and hits find the way back', () => {
		const net = makeNet();
		const one = servent(net, '10.1.0.1', { role: 'ultrapeer' });
		servent(net, '10.2.0.1', { role: 'ultrapeer', peers: [one.ip], files: [{ name: 'old song.mp3' }] });
		const old = ['10.66.0.1', '10.67.0.1'].map((ip) => {
			const who = attacker(net, ip);
			who.greeting = (link) => who.world.send(link, utf8('GNUTELLA CONNECT/0.4\n\n'));
			return { who, link: who.dial(one.ip) };
		});
		net.run(net.now + 3000);
		for (const { who } of old) who.texts.length = 0;
		old[0]!.who.world.send(
			old[0]!.link,
			encodeMessage(MessageType.Query, guid(2), 4, 0, encodeQuery({ text: 'old song' })),
		);
		net.run(net.now + 1000);
		expect(old[1]!.who.texts.join('')).toContain('old song\0');
		expect(old[0]!.who.texts.join('')).toContain('old song.mp3');
	});

	it('a named peer that hangs up on 0.6 without a word is asked again in 0.4', () => {
		const net = makeNet();
		const old = attacker(net, '10.66.0.1');
		const asked: string[] = [];
		old.received = (link, bytes) => {
			const text = Buffer.from(bytes).toString('latin1');
			asked.push(text.split(/\r?\n/, 1)[0]!);
			if (text.startsWith('GNUTELLA CONNECT/0.4')) old.world.send(link, utf8('GNUTELLA OK\n\n'));
			else if (text.startsWith('GNUTELLA CONNECT')) old.world.hangup(link, 'what is 0.6?');
		};
		const one = servent(net, '10.1.0.1', { role: 'ultrapeer', peers: ['10.66.0.1'] });
		net.run(net.now + 20_000);
		expect(asked.slice(0, 2)).toEqual(['GNUTELLA CONNECT/0.6', 'GNUTELLA CONNECT/0.4']);
		expect(one.gnutella.peers().map((peer) => peer.role)).toEqual(['legacy']);
	});
});

describe('pongs', () => {
	it('that a neighbour brought are cached and told to others, never to the one who brought them', () => {
		const net = makeNet();
		const one = servent(net, '10.1.0.1', { role: 'ultrapeer' });
		const talkers = ['10.66.0.1', '10.67.0.1'].map((ip) => {
			const who = attacker(net, ip);
			who.greeting = (link) => who.world.send(link, utf8('GNUTELLA CONNECT/0.4\n\n'));
			return { who, link: who.dial(one.ip) };
		});
		net.run(net.now + 1000);
		const [first, second] = talkers as [(typeof talkers)[0], (typeof talkers)[0]];
		first.who.world.send(
			first.link,
			encodeMessage(
				MessageType.Pong,
				guid(9),
				3,
				1,
				encodePong({ address: { host: '10.99.0.1', port: 6346 }, files: 1, kilobytes: 1 }),
			),
		);
		net.run(net.now + 200);
		const told = (who: (typeof talkers)[0]): boolean => {
			who.who.texts.length = 0;
			who.who.world.send(
				who.link,
				encodeMessage(MessageType.Ping, guid(10 + who.link), 7, 0, new Uint8Array(0)),
			);
			net.run(net.now + 200);
			return who.who.texts.join('').includes(String.fromCharCode(10, 99, 0, 1));
		};
		expect(told(second)).toBe(true);
		expect(told(first)).toBe(false);
	});
});
