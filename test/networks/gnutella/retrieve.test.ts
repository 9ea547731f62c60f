import { describe, expect, it } from 'vitest';
import { base32, hex } from '../../../src/networks/common/hash.ts';
import { encodeMessage, MessageType } from '../../../src/networks/gnutella/wire/message.ts';
import { encodePush } from '../../../src/networks/gnutella/wire/push.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { attacker, guid, linkAs } from '../../attacks/attacker.ts';
import { byteAt, makeNet, PORT, type Servent, servent, sha1Of } from './net.ts';

function wanted(source: Servent, given: Partial<FetchRequest> & { firewalled?: boolean } = {}): FetchRequest {
	const { firewalled = false, ...rest } = given;
	return {
		fetch: 1,
		name: 'talk.pdf',
		sha1: base32(sha1Of('talk.pdf')),
		from: 0,
		source: {
			host: source.ip,
			port: PORT,
			id: hex(source.guid),
			index: 1,
			network: 'gnutella',
			firewalled,
			agent: 'test',
		},
		...rest,
	};
}

function pair(size = 5000, slots = true) {
	const net = makeNet({ highWater: 8 << 20 } as never);
	const source = servent(net, '10.1.0.1', { files: [{ name: 'talk.pdf', size }], slots });
	const taker = servent(net, '10.2.0.1');
	return { net, source, taker };
}

const pattern = (from: number, to: number): number[] =>
	Array.from({ length: to - from }, (_, i) => byteAt(from + i));

describe('a file is fetched', () => {
	it('by content, whole', () => {
		const { net, source, taker } = pair();
		taker.gnutella.fetch(wanted(source));
		net.run(net.now + 2000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
		expect(taker.heads[0]).toMatchObject({ status: 206, from: 0, to: 5000, size: 5000 });
		expect(taker.bytes.get(1)).toEqual(pattern(0, 5000));
	});

	it('by index and name where no hash is known', () => {
		const { net, source, taker } = pair();
		const { sha1: _, ...request } = wanted(source);
		taker.gnutella.fetch(request);
		net.run(net.now + 2000);
		expect(taker.bytes.get(1)).toEqual(pattern(0, 5000));
	});

	it('in two ranges over one link', () => {
		const { net, source, taker } = pair();
		taker.gnutella.fetch(wanted(source, { from: 100, to: 300 }));
		net.run(net.now + 2000);
		taker.gnutella.fetch(wanted(source, { fetch: 2, from: 4000 }));
		net.run(net.now + 2000);
		expect(taker.bytes.get(1)).toEqual(pattern(100, 300));
		expect(taker.bytes.get(2)).toEqual(pattern(4000, 5000));
		expect(taker.world.links).toBe(1);
	});

	it('of more than half a megabyte', () => {
		const { net, source, taker } = pair(700 * 1024);
		taker.gnutella.fetch(wanted(source));
		net.run(net.now + 5000);
		expect(taker.bytes.get(1)?.length).toBe(700 * 1024);
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
	});
});

describe('a file is not fetched', () => {
	it('where the source has no slot: it says when to ask again', () => {
		const { net, source, taker } = pair(5000, false);
		taker.gnutella.fetch(wanted(source));
		net.run(net.now + 2000);
		expect(taker.heads[0]).toMatchObject({ status: 503, retryAfter: 30 });
		expect(taker.fetched[0]?.why).toContain('503');
	});

	it('where the source does not have it', () => {
		const { net, source, taker } = pair();
		taker.gnutella.fetch(wanted(source, { sha1: base32(sha1Of('something else')) }));
		net.run(net.now + 2000);
		expect(taker.fetched[0]?.why).toContain('404');
	});

	it('where index and name do not agree', () => {
		const { net, source, taker } = pair();
		const { sha1: _, ...request } = wanted(source, { name: '../../etc/passwd' });
		taker.gnutella.fetch(request);
		net.run(net.now + 2000);
		expect(taker.fetched[0]?.why).toContain('404');
		expect(source.codes().some((code) => code.startsWith('defence.path'))).toBe(true);
	});

	it('after it was cancelled', () => {
		const { net, source, taker } = pair();
		taker.gnutella.fetch(wanted(source));
		taker.gnutella.cancelFetch(1);
		net.run(net.now + 2000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: 'cancelled' }]);
		expect(taker.bytes.size).toBe(0);
	});
});

describe('a source behind a firewall', () => {
	it('is pushed: its hit shows the way, it calls back, the file comes', () => {
		const net = makeNet();
		servent(net, '10.1.0.1', { role: 'ultrapeer' });
		servent(net, '10.2.0.1', {
			role: 'leaf',
			peers: ['10.1.0.1'],
			files: [{ name: 'talk.pdf', size: 5000 }],
			firewalled: true,
		});
		const taker = servent(net, '10.3.0.1', { role: 'leaf', peers: ['10.1.0.1'] });
		net.run(net.now + 15_000);
		taker.gnutella.search(1, 'talk');
		net.run(net.now + 5000);
		const hit = taker.hits[0]?.hit;
		expect(hit?.source.firewalled).toBe(true);
		taker.gnutella.fetch({ fetch: 9, source: hit!.source, name: hit!.name, sha1: hit!.sha1!, from: 0 });
		net.run(net.now + 5000);
		expect(taker.fetched).toEqual([{ fetch: 9, why: '' }]);
		expect(taker.bytes.get(9)).toEqual(pattern(0, 5000));
	});

	it('gives further ranges over the link that it has opened: it is pushed once', () => {
		const net = makeNet();
		servent(net, '10.1.0.1', { role: 'ultrapeer' });
		const source = servent(net, '10.2.0.1', {
			role: 'leaf',
			peers: ['10.1.0.1'],
			files: [{ name: 'talk.pdf', size: 5000 }],
			firewalled: true,
		});
		const taker = servent(net, '10.3.0.1', { role: 'leaf', peers: ['10.1.0.1'] });
		net.run(net.now + 15_000);
		taker.gnutella.search(1, 'talk');
		net.run(net.now + 5000);
		const { source: from, name } = taker.hits[0]!.hit;
		taker.gnutella.fetch({ fetch: 9, source: from, name, from: 0, to: 2000 });
		net.run(net.now + 2000);
		// No further PUSH can reach it.
		source.gnutella.disconnect(source.gnutella.peers()[0]!.link);
		net.run(net.now + 2000);
		taker.gnutella.fetch({ fetch: 10, source: from, name, from: 2000 });
		net.run(net.now + 2000);
		expect(taker.fetched).toEqual([
			{ fetch: 9, why: '' },
			{ fetch: 10, why: '' },
		]);
		expect(taker.bytes.get(10)).toEqual(pattern(2000, 5000));
	});

	it('calls back too when the PUSH names no file, as that of gtk-gnutella: the hash is said on the link', () => {
		const net = makeNet();
		const source = servent(net, '10.2.0.1', { role: 'ultrapeer', files: [{ name: 'talk.pdf' }] });
		const empty = servent(net, '10.4.0.1', { role: 'ultrapeer' });
		const caller = attacker(net, '10.3.0.1');
		for (const one of [source, empty]) {
			const link = linkAs(net, caller, one.ip, true);
			const address = { host: '10.3.0.1', port: 6346 };
			const push = encodePush({ guid: one.guid, index: 0, address });
			caller.world.send(link, encodeMessage(MessageType.Push, guid(7), 1, 0, push));
		}
		net.run(net.now + 2000);
		const givs = caller.texts.filter((text) => text.startsWith('GIV '));
		expect(givs).toEqual([`GIV 0:${Buffer.from(source.guid).toString('hex').toUpperCase()}/file\n\n`]);
		expect(empty.codes()).toContain('gnutella.push.unknown');
	});

	it('that never calls back ends the fetch with a sentence', () => {
		const net = makeNet();
		servent(net, '10.1.0.1', { role: 'ultrapeer' });
		servent(net, '10.2.0.1', {
			role: 'leaf',
			peers: ['10.1.0.1'],
			files: [{ name: 'talk.pdf' }],
			firewalled: true,
		});
		const taker = servent(net, '10.3.0.1', { role: 'leaf', peers: ['10.1.0.1'] });
		net.run(net.now + 15_000);
		taker.gnutella.search(1, 'talk');
		net.run(net.now + 5000);
		net.kill('10.2.0.1', 'silent');
		const hit = taker.hits[0]!.hit;
		taker.gnutella.fetch({ fetch: 9, source: hit.source, name: hit.name, from: 0 });
		net.run(net.now + 60_000);
		expect(taker.fetched).toEqual([{ fetch: 9, why: 'the source did not call back after a PUSH' }]);
	});
});
