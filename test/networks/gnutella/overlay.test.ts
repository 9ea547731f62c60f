import { describe, expect, it } from 'vitest';
import { sha1Urn } from '../../../src/networks/gnutella/wire/urn.ts';
import { makeNet, type Servent, type ServentOf, servent } from './net.ts';

/** Three ultrapeers in a line, a leaf at each end. */
function line(options: ServentOf = {}) {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { ...options, role: 'ultrapeer' });
	const two = servent(net, '10.2.0.1', { ...options, role: 'ultrapeer', peers: ['10.1.0.1'] });
	const three = servent(net, '10.3.0.1', { ...options, role: 'ultrapeer', peers: ['10.2.0.1'] });
	const left = servent(net, '10.4.0.1', {
		...options,
		peers: ['10.1.0.1'],
		files: [{ name: 'beta talk.pdf' }],
	});
	const right = servent(net, '10.5.0.1', {
		...options,
		peers: ['10.3.0.1'],
		files: [{ name: 'gamma talk.pdf' }],
	});
	// Tables reach the far end in a few rounds.
	net.run(net.now + 12_000);
	return { net, one, two, three, left, right };
}

const names = (who: Servent): string[] => who.hits.map(({ hit }) => hit.name);

describe('a leaf searches', () => {
	for (const deflate of [true, false]) {
		it(`and a leaf three ultrapeers away answers (${deflate ? 'deflated' : 'plain'} links)`, () => {
			const { net, left } = line({ deflate });
			expect(left.gnutella.peers()[0]?.compressed).toBe(deflate);
			left.gnutella.search(1, 'talk');
			expect(net.runUntil(() => left.hits.length > 0, 20_000)).toBe(true);
			expect(names(left)).toEqual(['gamma talk.pdf']);
			expect(left.hits[0]?.hit).toMatchObject({
				network: 'gnutella',
				source: { host: '10.5.0.1', port: 6346, index: 1 },
			});
		});
	}

	it('by content, and whoever has it answers whatever its name', () => {
		const { net, left, right } = line();
		const file = right.shares.byId(1);
		left.gnutella.search(1, 'other words', sha1Urn(file?.sha1 ?? new Uint8Array(20)));
		net.run(net.now + 10_000);
		expect(names(left)).toEqual(['gamma talk.pdf']);
	});

	it('and hears that the search has ended when everyone was asked', () => {
		const { net, left } = line();
		left.gnutella.search(1, 'nobody has this');
		expect(net.runUntil(() => left.ended.length > 0, 60_000)).toBe(true);
		expect(left.ended).toEqual([{ search: 1, why: 'everyone was asked and nobody has it' }]);
	});

	it('and no message but those of the neighbours has hops 0, and no query bears the servent GUID', () => {
		const { net, left, three } = line({ deflate: false });
		const seen: { hops: number; text: string }[] = [];
		const received = three.gnutella.received.bind(three.gnutella);
		three.gnutella.received = (link, bytes) => {
			for (let at = 0; at + 23 <= bytes.length; at += 23 + (bytes[at + 19]! | (bytes[at + 20]! << 8))) {
				if (bytes[at + 16] === 0x80) {
					seen.push({
						hops: bytes[at + 18]!,
						text: Buffer.from(bytes.subarray(at, at + 60)).toString('latin1'),
					});
				}
			}
			received(link, bytes);
		};
		left.gnutella.search(1, 'gamma talk');
		net.run(net.now + 5000);
		expect(seen.length).toBeGreaterThan(0);
		for (const { hops, text } of seen) {
			expect(hops).toBeGreaterThan(0);
			expect(text).not.toContain('10.4');
		}
	});
});

describe('an ultrapeer searches', () => {
	it('and its own leaves and far ones answer', () => {
		const { net, one } = line();
		one.gnutella.search(2, 'talk');
		net.run(net.now + 10_000);
		expect(names(one).sort()).toEqual(['beta talk.pdf', 'gamma talk.pdf']);
		expect(net.runUntil(() => one.ended.length > 0, 60_000)).toBe(true);
	});
});

describe('publishing', () => {
	it('a leaf whose table lacks the words gets no query', () => {
		const { net, one, left } = line();
		const before = left.gnutella.peers()[0]?.in.messages ?? 0;
		one.gnutella.search(1, 'entirely different');
		net.run(net.now + 3000);
		expect((left.gnutella.peers()[0]?.in.messages ?? 0) - before).toBe(0);
	});

	it('a file that is shared later is found once the table has gone out', () => {
		const { net, left, right } = line();
		(right.shares as unknown as { match: () => unknown[] }).match = () => [
			{ id: 1, name: 'delta.txt', size: 1 },
		];
		(right.shares as unknown as { words: () => string[] }).words = () => ['delta'];
		right.shares.version++;
		net.run(net.now + 25_000);
		left.gnutella.search(1, 'delta');
		net.run(net.now + 5000);
		expect(names(left)).toEqual(['delta.txt']);
	});
});

describe('roles', () => {
	it('two servents that know only each other: the one that is knocked at becomes the ultrapeer', () => {
		const net = makeNet();
		const first = servent(net, '10.1.0.1');
		const second = servent(net, '10.2.0.1', { peers: ['10.1.0.1'] });
		net.run(net.now + 3000);
		expect(first.gnutella.status()).toMatchObject({ role: 'ultrapeer', leaves: 1 });
		expect(second.gnutella.status()).toMatchObject({ role: 'leaf', ultrapeers: 1 });
	});

	it('a leaf by its user refuses callers and names its ultrapeers', () => {
		const net = makeNet();
		servent(net, '10.1.0.1', { role: 'ultrapeer' });
		servent(net, '10.2.0.1', { role: 'leaf', peers: ['10.1.0.1'] });
		net.run(net.now + 3000);
		const third = servent(net, '10.3.0.1', { role: 'leaf', peers: ['10.2.0.1'] });
		// Told by one neighbour only, the ultrapeer is a rumour: not dialled until others say so too.
		net.run(net.now + 3000);
		expect(third.gnutella.status().known).toBe(1);
		expect(third.gnutella.status().ultrapeers).toBe(0);
		net.run(net.now + 10_000);
		expect(third.gnutella.status().ultrapeers).toBe(0);
		// But who has been alone for a while tries it.
		net.run(net.now + 10_000);
		expect(third.gnutella.status().ultrapeers).toBe(1);
	});

	it('an ultrapeer says goodbye when it stops, and its leaf hears why', () => {
		const { net, one, left } = line();
		one.gnutella.stop();
		net.run(net.now + 2000);
		expect(left.gnutella.status().ultrapeers).toBe(0);
	});
});

describe('after most of the network was killed', () => {
	it('a leaf whose peers are all dead tries whom one of them alone had named', () => {
		const net = makeNet();
		const left = servent(net, '10.1.0.1', { role: 'ultrapeer' });
		const named = ['10.2.0.1', '10.3.0.1', '10.4.0.1'];
		for (const [i, ip] of named.entries())
			servent(net, ip, { role: 'ultrapeer', peers: i === 0 ? [left.ip] : [] });
		net.run(net.now + 3000);
		const leaf = servent(net, '10.5.0.1', { role: 'leaf', peers: named });
		net.run(net.now + 3000);
		expect(leaf.gnutella.status()).toMatchObject({ ultrapeers: 3, known: 4 });
		for (const ip of named) net.kill(ip);
		net.run(net.now + 30_000);
		expect(leaf.gnutella.peers().map((peer) => peer.remote.host)).toEqual([left.ip]);
	});

	it('every surviving leaf again finds a file that a survivor shares', () => {
		const net = makeNet({ seed: 7 });
		const hosts = Array.from({ length: 10 }, (_, i) => `10.${i + 1}.0.1`);
		const ultrapeers = hosts.map((ip, i) =>
			servent(net, ip, { role: 'ultrapeer', peers: hosts.slice(Math.max(0, i - 3), i) }),
		);
		const leaves = Array.from({ length: 20 }, (_, i) =>
			servent(net, `10.${50 + i}.0.1`, {
				role: 'leaf',
				peers: [0, 1, 2].map((k) => hosts[(i + k * 3) % 10]!),
				files: [{ name: `file of leaf ${i}.txt` }],
			}),
		);
		net.run(net.now + 30_000);
		expect(leaves.every((leaf) => leaf.gnutella.status().ultrapeers >= 2)).toBe(true);
		for (const ip of [...hosts.slice(0, 7), ...leaves.slice(0, 14).map((leaf) => leaf.ip)]) net.kill(ip);
		net.run(net.now + 120_000);
		expect(ultrapeers.slice(7).every((one) => one.gnutella.status().ultrapeers > 0)).toBe(true);
		for (const leaf of leaves.slice(14)) {
			const other = leaf === leaves[19] ? 18 : 19;
			leaf.gnutella.search(1, `leaf ${other}`);
			expect(
				net.runUntil(() => leaf.hits.length > 0, 60_000),
				`${leaf.ip} finds the file of leaf ${other}`,
			).toBe(true);
		}
	});
});
