/** Push proxies in a world of their own: who tells of them, who asks them, and what they do. */
import { describe, expect, it } from 'vitest';
import { base32, hex } from '../../../src/networks/common/hash.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import type { Source } from '../../../src/networks/network.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import { type Attacker, attacker } from '../../attacks/attacker.ts';
import { byteAt, makeNet, PORT, type Servent, type ServentOf, servent } from './net.ts';

const size = 5000;
const whole = Array.from({ length: size }, (_, at) => byteAt(at));
const proxy = { host: '10.1.0.1', port: PORT };

/** An ultrapeer, its leaf with a file, and one who wants it and is linked with nobody. */
function made(leaf: ServentOf = { firewalled: true }, ultrapeer: ServentOf = {}) {
	const net = makeNet();
	const up = servent(net, proxy.host, { role: 'ultrapeer', ...ultrapeer });
	const source = servent(net, '10.2.0.1', {
		role: 'leaf',
		peers: [proxy.host],
		files: [{ name: 'talk.pdf', size }],
		...leaf,
	});
	const taker = servent(net, '10.3.0.1', { role: 'leaf' });
	net.run(net.now + 15_000);
	return { net, up, source, taker };
}

function sourceOf(one: Servent, proxies: Source['proxies']): Source {
	const { ip: host, guid } = one;
	const known = {
		network: 'gnutella' as const,
		host,
		port: PORT,
		id: hex(guid),
		index: 1,
		firewalled: true,
		agent: 'test',
	};
	return { ...known, ...(proxies === undefined ? {} : { proxies }) };
}

function fetch(net: VirtualNet, taker: Servent, source: Source, seconds = 40): string[] {
	taker.gnutella.fetch({ fetch: 9, source, name: 'talk.pdf', from: 0 });
	net.run(net.now + seconds * 1000);
	return taker.fetched.map(({ why }) => why);
}

/** What the ultrapeer answers to one who asks it over HTTP. */
function ask(
	net: VirtualNet,
	who: Attacker,
	target: string,
	node: string | undefined,
	method = 'GET',
): string {
	const header = node === undefined ? '' : `X-Node: ${node}\r\n`;
	who.greeting = (link) => who.world.send(link, utf8(`${method} ${target} HTTP/1.1\r\n${header}\r\n`));
	who.texts.length = 0;
	who.dial(proxy.host);
	net.run(net.now + 500);
	return who.texts.filter((text) => text.startsWith('HTTP')).join('');
}

describe('a leaf that nobody can dial', () => {
	it('names its proxy in its hits, and the file comes to one with no way to it through the overlay', () => {
		const { net, source, taker } = made();
		const searcher = servent(net, '10.4.0.1', { role: 'leaf', peers: [proxy.host] });
		net.run(net.now + 15_000);
		searcher.gnutella.search(1, 'talk');
		net.run(net.now + 5000);
		const hit = searcher.hits[0]!.hit;
		expect(hit.source).toMatchObject({ firewalled: true, proxies: [proxy] });
		expect(taker.gnutella.peers()).toEqual([]);
		expect(fetch(net, taker, hit.source)).toEqual(['']);
		expect(taker.bytes.get(9)).toEqual(whole);
		expect(taker.codes()).toEqual([]);
		expect(source.codes()).toEqual([]);
	});

	it('cannot be had without its proxy: no way is known', () => {
		const { net, source, taker } = made();
		expect(fetch(net, taker, sourceOf(source, undefined))).toEqual([
			'the source cannot be dialled, and no way for a PUSH to it is known',
		]);
	});

	it('names its proxy in its answers too, for the next time', () => {
		const { net, source, taker } = made();
		fetch(net, taker, sourceOf(source, [proxy]));
		expect(taker.heads[0]!.proxies).toEqual([proxy]);
	});

	it('names four at the most', () => {
		const net = makeNet();
		const ultrapeers = Array.from({ length: 6 }, (_, i) => `10.1.${i}.1`);
		for (const ip of ultrapeers) servent(net, ip, { role: 'ultrapeer' });
		const given = { role: 'leaf', peers: ultrapeers, files: [{ name: 'talk.pdf', size }] } as const;
		const source = servent(net, '10.2.0.1', { ...given, firewalled: true, limits: { leafUltrapeers: 6 } });
		const taker = servent(net, '10.3.0.1', { role: 'leaf' });
		net.run(net.now + 15_000);
		expect(source.gnutella.peers()).toHaveLength(6);
		fetch(net, taker, sourceOf(source, [{ host: ultrapeers[0]!, port: PORT }]));
		expect(taker.heads[0]!.proxies).toHaveLength(4);
	});
});

it('a leaf that can be dialled names no proxy', () => {
	const { net, source, taker } = made({});
	fetch(net, taker, { ...sourceOf(source, undefined), firewalled: false });
	expect(taker.heads[0]).toMatchObject({ status: 206 });
	expect(taker.heads[0]).not.toHaveProperty('proxies');
});

describe('the proxies of a source', () => {
	/** Hosts that are of no help, each in its way. */
	function useless(net: VirtualNet): { host: string; port: number }[] {
		const say = (ip: string, text: string): void => {
			const one = attacker(net, ip);
			one.answering = (link) => void net.later(1, () => one.world.send(link, utf8(text)));
		};
		say('10.8.0.1', 'HTTP/1.1 410 Gone\r\n\r\n');
		say('10.8.0.2', 'ERROR no proxy here\r\n\r\n');
		attacker(net, '10.8.0.3');
		return ['10.8.0.1', '10.8.0.2', '10.8.0.3', '10.8.0.4'].map((host) => ({ host, port: PORT }));
	}

	it('are asked one after another, until one takes the PUSH', () => {
		const { net, source, taker } = made();
		const three = useless(net).slice(0, 3);
		expect(fetch(net, taker, sourceOf(source, [...three, proxy]))).toEqual(['']);
		expect(taker.bytes.get(9)).toEqual(whole);
		expect(taker.codes()).toEqual(['gnutella.http.malformed']);
	});

	it('are asked in a bounded time, four of them at the most', () => {
		const { net, source, taker, up } = made();
		const before = up.world.links;
		expect(fetch(net, taker, sourceOf(source, [...useless(net), proxy]), 29)).toEqual([
			'no push proxy of the source has taken the PUSH, and no other way for it is known',
		]);
		expect(up.world.links).toBe(before);
	});

	it('are asked first; where they are of no help, the PUSH goes through the overlay', () => {
		const { net, source } = made();
		const taker = servent(net, '10.5.0.1', { role: 'leaf', peers: [proxy.host] });
		net.run(net.now + 15_000);
		taker.gnutella.search(1, 'talk');
		net.run(net.now + 5000);
		expect(fetch(net, taker, sourceOf(source, useless(net)), 60)).toEqual(['']);
		expect(taker.bytes.get(9)).toEqual(whole);
	});

	it('are left alone when the fetch is cancelled, and when they are out of scope or ourselves', () => {
		const { net, source, taker } = made();
		const silent = attacker(net, '10.8.0.3');
		taker.gnutella.fetch({
			...{ fetch: 9, name: 'talk.pdf', from: 0 },
			source: sourceOf(source, [{ host: '10.8.0.3', port: PORT }]),
		});
		net.run(net.now + 1000);
		taker.gnutella.cancelFetch(9);
		net.run(net.now + 60_000);
		expect(taker.fetched).toEqual([{ fetch: 9, why: 'cancelled' }]);
		expect(silent.closes).toHaveLength(1);
		const careful = servent(net, '10.6.0.1', { role: 'leaf', usable: (host) => host !== proxy.host });
		expect(fetch(net, careful, sourceOf(source, [proxy, { host: '10.6.0.1', port: PORT }]))).toEqual([
			'the source cannot be dialled, and no way for a PUSH to it is known',
		]);
	});

	it('that say 202 to everything do not hold the fetch for ever', () => {
		const { net, source, taker } = made();
		const liar = attacker(net, '10.8.0.1');
		liar.answering = (link) =>
			void net.later(1, () => liar.world.send(link, utf8('HTTP/1.1 202 OK\r\n\r\n')));
		expect(fetch(net, taker, sourceOf(source, [{ host: '10.8.0.1', port: PORT }]))).toEqual([
			'the source did not call back after a PUSH',
		]);
	});
});

describe('an ultrapeer that is asked to pass a PUSH on', () => {
	const name = (source: Servent): string => `guid=${hex(source.guid)}`;
	const own = '10.7.0.1:6346';

	it.each([
		['by its number in hex', (one: Servent) => `/gnet/push-proxy?${name(one)}&file=1`, 'GET'],
		['without a file', (one: Servent) => `/gnet/push-proxy?guid=${hex(one.guid).toUpperCase()}`, 'GET'],
		['with HEAD', (one: Servent) => `/gnet/push-proxy?${name(one)}&file=1`, 'HEAD'],
		['in the older form', (one: Servent) => `/gnutella/push-proxy?ServerId=${base32(one.guid)}`, 'GET'],
		[
			'in the older form, as LimeWire writes it',
			(one: Servent) => `/gnutella/push-proxy?ServerID=${base32(one.guid)}`,
			'GET',
		],
	])('does so %s', (_, target, method) => {
		const { net, source } = made();
		const asker = attacker(net, '10.7.0.1');
		expect(ask(net, asker, target(source), own, method)).toMatch(/^HTTP\/1\.1 202 Push proxy\r\n/);
		net.run(net.now + 1000);
		expect(asker.texts.filter((text) => text.startsWith('GIV '))).toHaveLength(1);
	});

	it('says 410 for one that is not its leaf, or no longer, or where it is no ultrapeer', () => {
		const { net, source, up } = made();
		const asker = attacker(net, '10.7.0.1');
		expect(ask(net, asker, `/gnet/push-proxy?${name(up)}`, own)).toMatch(/^HTTP\/1\.1 410 /);
		expect(ask(net, asker, `/gnet/push-proxy?${name(source)}`, own)).toMatch(/^HTTP\/1\.1 202 /);
		source.gnutella.disconnect(source.gnutella.peers()[0]!.link);
		net.run(net.now + 500);
		expect(ask(net, asker, `/gnet/push-proxy?${name(source)}`, own)).toMatch(/^HTTP\/1\.1 410 /);
		const leaf = made({}, { role: 'leaf' });
		const other = attacker(leaf.net, '10.7.0.1');
		expect(ask(leaf.net, other, `/gnet/push-proxy?${name(leaf.source)}`, own)).toMatch(/^HTTP\/1\.1 410 /);
	});

	it.each([
		['names nobody', () => '/gnet/push-proxy', own, 'no GUID'],
		['names two', (one: Servent) => `/gnet/push-proxy?${name(one)}&ServerId=x`, own, 'no GUID'],
		[
			'names one twice',
			(one: Servent) => `/gnet/push-proxy?${name(one)}&${name(one)}`,
			own,
			'a name twice, or too many of them',
		],
		[
			'is too long',
			(one: Servent) => `/gnet/push-proxy?${name(one)}&a=&b=&c=&d=&e=&f=&g=&h=`,
			own,
			'a name twice, or too many of them',
		],
		[
			'has an impossible index',
			(one: Servent) => `/gnet/push-proxy?${name(one)}&file=4294967296`,
			own,
			'file index',
		],
		[
			'does not say who asks',
			(one: Servent) => `/gnet/push-proxy?${name(one)}`,
			undefined,
			'X-Node is no address',
		],
		[
			'says it without a port',
			(one: Servent) => `/gnet/push-proxy?${name(one)}`,
			'10.7.0.1',
			'X-Node is no address',
		],
		[
			'says it by name',
			(one: Servent) => `/gnet/push-proxy?${name(one)}`,
			'victim.example:80',
			'X-Node is no address',
		],
	])('refuses a request that %s', (_, target, node, why) => {
		const { net, source, up } = made();
		const asker = attacker(net, '10.7.0.1');
		expect(ask(net, asker, target(source), node)).toMatch(new RegExp(`^HTTP/1\\.1 400 ${why}\r\n`));
		expect(up.codes()).toEqual(['gnutella.proxy.malformed']);
		expect(asker.accepted).toEqual([]);
	});

	it('does so for one host a few times, and says when it has had enough', () => {
		const { net, source, up } = made();
		const asker = attacker(net, '10.7.0.1');
		const answers = Array.from({ length: 12 }, () =>
			ask(net, asker, `/gnet/push-proxy?${name(source)}`, own).slice(9, 12),
		);
		expect(answers.slice(0, 5)).toEqual(['202', '202', '202', '202', '202']);
		expect(answers.at(-1)).toBe('429');
		expect(up.codes()).toContain('defence.push.relayed');
	});

	it('does so for one leaf a few times, whoever asks', () => {
		const { net, source, up } = made();
		const answers = Array.from({ length: 40 }, (_, i) => {
			const asker = attacker(net, `10.7.1.${i}`);
			return ask(net, asker, `/gnet/push-proxy?${name(source)}`, `10.7.1.${i}:6346`).slice(9, 12);
		});
		expect(answers.filter((code) => code === '202').length).toBeLessThan(20);
		expect(up.codes()).toContain('defence.push.leaf');
	});
});
