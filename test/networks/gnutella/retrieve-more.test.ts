import { describe, expect, it } from 'vitest';
import { base32, hex } from '../../../src/networks/common/hash.ts';
import { rootOf, TigerTree } from '../../../src/networks/common/tiger.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { attacker } from '../../attacks/attacker.ts';
import { byteAt, makeNet, PORT, type Servent, type ServentOf, servent, sha1Of } from './net.ts';

const size = 300_000;
const tree = (() => {
	const made = new TigerTree(65_536);
	made.update(Uint8Array.from({ length: size }, (_, at) => byteAt(at)));
	return made.finish();
})();

function pair(given: Partial<ServentOf> = {}, file = {}) {
	const net = makeNet({ highWater: 8 << 20 } as never);
	const source = servent(net, '10.1.0.1', {
		files: [{ name: 'talk.pdf', size, tth: tree.root, ...file }],
		trees: [{ kind: 'tiger', slices: tree.slices, slice: 65_536 }],
		...given,
	});
	return { net, source, taker: servent(net, '10.2.0.1') };
}

function wanted(source: Servent, given: Partial<FetchRequest> = {}): FetchRequest {
	return {
		fetch: 1,
		name: 'talk.pdf',
		sha1: base32(sha1Of('talk.pdf')),
		from: 0,
		source: {
			network: 'gnutella' as const,
			host: source.ip,
			port: PORT,
			id: hex(source.guid),
			index: 1,
			firewalled: false,
			agent: 'test',
		},
		...given,
	};
}

describe('the hash tree of a file', () => {
	it('is offered with the file, fetched over the same link, and is the one that the source has', () => {
		const { net, source, taker } = pair();
		taker.gnutella.fetch(wanted(source, { to: 1000 }));
		net.run(net.now + 2000);
		expect(taker.heads[0]).toMatchObject({ hasTree: true, tth: base32(tree.root) });
		const before = source.world.links;
		taker.gnutella.fetch(wanted(source, { fetch: 2, tree: true }));
		net.run(net.now + 2000);
		expect(source.world.links).toBe(before);
		expect(taker.fetched).toEqual([
			{ fetch: 1, why: '' },
			{ fetch: 2, why: '' },
		]);
		expect(taker.trees).toHaveLength(1);
		expect(taker.trees[0]!.slice).toBe(65_536);
		expect(hex(taker.trees[0]!.slices)).toBe(hex(tree.slices));
		expect(hex(rootOf(taker.trees[0]!.slices))).toBe(hex(tree.root));
	});

	it('that a source does not have ends the fetch, and the bytes can still be had', () => {
		const { net, source, taker } = pair({ trees: [] });
		taker.gnutella.fetch(wanted(source, { tree: true }));
		net.run(net.now + 2000);
		expect(taker.trees).toEqual([]);
		expect(taker.fetched[0]!.why).toMatch(/404/);
		taker.gnutella.fetch(wanted(source, { fetch: 2, to: 10 }));
		net.run(net.now + 2000);
		expect(taker.bytes.get(2)).toHaveLength(10);
	});

	it.each([
		['rubbish', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nrubbish', 'gnutella.dime.malformed'],
		['endless', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nx', 'gnutella.thex.malformed'],
	])('that is %s is refused, and nothing of it is kept', (_, answer, code) => {
		const { net, taker } = pair();
		const liar = attacker(net, '10.3.0.1');
		liar.answering = (link) => void net.later(1, () => liar.world.send(link, utf8(answer)));
		taker.gnutella.fetch({
			...wanted(taker, { tree: true }),
			source: { ...wanted(taker).source, host: '10.3.0.1' },
		});
		net.run(net.now + 2000);
		expect(taker.trees).toEqual([]);
		expect(taker.codes()).toContain(code);
		expect(taker.fetched).toHaveLength(1);
	});
});

describe('a file of which the source has parts', () => {
	const parts = [
		{ from: 0, to: 1000 },
		{ from: 5000, to: 6000 },
	];

	it('says so, and gives as far as the part goes', () => {
		const { net, source, taker } = pair({}, { parts });
		taker.gnutella.fetch(wanted(source, { from: 5500 }));
		net.run(net.now + 2000);
		expect(taker.heads[0]).toMatchObject({ status: 206, from: 5500, to: 6000, size, parts });
		expect(taker.bytes.get(1)).toHaveLength(500);
	});

	it('refuses what is not here, and says what is', () => {
		const { net, source, taker } = pair({}, { parts });
		taker.gnutella.fetch(wanted(source, { from: 1000, to: 5000 }));
		net.run(net.now + 2000);
		expect(taker.heads[0]).toMatchObject({ status: 416, parts });
		expect(taker.bytes.get(1)).toBeUndefined();
	});
});

describe('a source without a free slot', () => {
	const queue = { position: 2, length: 7, pollFrom: 45, pollTo: 120 };

	it('gives a place in its queue, keeps the link, and serves when asked again', () => {
		const { net, source, taker } = pair({ admissions: [{ retryAfter: 45, queue }] });
		taker.gnutella.fetch(wanted(source, { to: 100 }));
		net.run(net.now + 2000);
		expect(source.askers[0]).toMatchObject({ queues: true, file: 1, agent: 'Sallyport/test' });
		expect(taker.heads[0]).toMatchObject({ status: 503, retryAfter: 45, queue });
		expect(taker.fetched[0]!.why).toBe('queued at place 2');
		const before = source.world.links;
		net.run(net.now + 60_000);
		expect(source.world.links).toBe(before);
		taker.gnutella.fetch(wanted(source, { fetch: 2, to: 100 }));
		net.run(net.now + 2000);
		expect(source.world.links).toBe(before);
		expect(taker.bytes.get(2)).toHaveLength(100);
	});

	it('forgets the link of one who never asks again', () => {
		const { net, source, taker } = pair({ admissions: [{ retryAfter: 45, queue }] });
		taker.gnutella.fetch(wanted(source));
		net.run(net.now + 2000);
		const before = source.world.links;
		net.run(net.now + 200_000);
		expect(source.world.links).toBeLessThan(before);
	});
});

describe('other sources', () => {
	it('are told to those who ask, and heard from them', () => {
		const other = { host: '10.9.0.1', port: 6346 };
		const { net, source, taker } = pair({ alternates: [other] });
		const mine = { host: '10.9.0.2', port: 7000 };
		taker.gnutella.fetch(
			wanted(source, { to: 10, alternates: [mine], failed: [{ host: '10.9.0.3', port: 6346 }] }),
		);
		net.run(net.now + 2000);
		expect(taker.heads[0]!.alternates).toEqual([other]);
		expect(source.heard).toEqual([{ have: [mine], lack: [{ host: '10.9.0.3', port: 6346 }] }]);
	});

	it('outside of the scope are not heard of', () => {
		const { net, source, taker } = pair({ usable: (host) => !host.startsWith('192.') });
		taker.gnutella.fetch(wanted(source, { to: 10, alternates: [{ host: '192.168.1.1', port: 80 }] }));
		net.run(net.now + 2000);
		expect(source.heard).toEqual([]);
	});
});

it('content that the asker has already is not sent again', () => {
	const { net, source } = pair();
	const asker = attacker(net, '10.3.0.1');
	const tag = `"${base32(sha1Of('talk.pdf'))}"`;
	asker.greeting = (link) =>
		asker.world.send(link, utf8(`GET /get/1/talk.pdf HTTP/1.1\r\nIf-None-Match: ${tag}\r\n\r\n`));
	asker.dial(source.ip);
	net.run(net.now + 2000);
	expect(asker.texts.join('')).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n/);
	expect(asker.texts.join('')).toContain(`ETag: ${tag}`);
});

it('a source that drips is left, however long it would go on', () => {
	const { net, taker } = pair();
	const slow = attacker(net, '10.3.0.1');
	slow.answering = (link) => {
		const drip = () => {
			slow.world.send(link, utf8('x'));
			net.later(10_000, drip);
		};
		net.later(1, () => {
			slow.world.send(link, utf8('HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n'));
			drip();
		});
	};
	taker.gnutella.fetch({ ...wanted(taker), source: { ...wanted(taker).source, host: '10.3.0.1' } });
	net.run(net.now + 150_000);
	expect(taker.fetched[0]!.why).toBe('the source gives next to nothing');
});
