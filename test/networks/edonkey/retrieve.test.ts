import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { ed2kOf, fileAt, has, type MuleOf, mule, wanted } from './net.ts';
import { makeNet, makeServer, SERVER } from './server/net.ts';

const GIVER = '203.0.113.10';
const TAKER = '203.0.113.11';

function pair(size: number, giver: MuleOf = {}, taker: MuleOf = {}) {
	const net = makeNet();
	makeServer(net);
	const source = mule(net, GIVER, { files: [{ name: 'talk.pdf', size }], ...giver });
	const wants = mule(net, TAKER, taker);
	net.run(net.now + 15_000);
	return { net, source, taker: wants };
}

describe('a file goes from client to client', () => {
	it('whole', () => {
		const { net, taker } = pair(5000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000));
		net.run(net.now + 2000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
		expect(taker.heads[0]?.head).toMatchObject({
			status: 206,
			from: 0,
			to: 5000,
			size: 5000,
			agent: 'Sallyport',
		});
		expect(has(taker, 1, 0, 5000)).toBe(true);
	});

	it('in many blocks, asked for three and more at a time', () => {
		const size = 3_000_000;
		const { net, source, taker } = pair(size);
		taker.edonkey.fetch(wanted(fileAt(GIVER), size));
		net.run(net.now + 20_000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
		expect(has(taker, 1, 0, size)).toBe(true);
		expect(source.blocks[0]).toEqual({ from: 0, to: 184_320 });
		expect(source.blocks.length).toBe(17);
	});

	it('packed, where the source packs: fewer bytes than the file has, in offsets of 32 and of 64 bits', () => {
		for (const [from, size] of [
			[0, 400_000],
			[4_999_700_000, 5_000_000_000],
		] as const) {
			const { net, source, taker } = pair(size, { packs: true });
			taker.edonkey.fetch(wanted(fileAt(GIVER), size, { from }));
			net.run(net.now + 5000);
			expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
			expect(has(taker, 1, from, size)).toBe(true);
			expect(source.blocks.length).toBeGreaterThan(1);
			const heard = taker.edonkey.peers().find(({ role }) => role === 'client')!.in;
			expect(heard.bytes).toBeLessThan((size - from) / 2);
		}
	});

	it('in two ranges over one link, by one place in the queue', () => {
		const { net, source, taker } = pair(500_000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 500_000, { from: 100, to: 300 }));
		net.run(net.now + 2000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 500_000, { fetch: 2, from: 400_000 }));
		net.run(net.now + 2000);
		expect(has(taker, 1, 100, 300)).toBe(true);
		expect(has(taker, 2, 400_000, 500_000)).toBe(true);
		expect(source.edonkey.peers().filter(({ role }) => role === 'client').length).toBe(1);
	});

	it('with no block at the same offsets as one of another file before: aMule gives it once', () => {
		const files = ['talk.pdf', 'slides.pdf'].map((name) => ({ name, size: 200_000 }));
		const { net, source, taker } = pair(0, { files });
		for (const [i, { name, size }] of files.entries()) {
			taker.edonkey.fetch(wanted(fileAt(GIVER), size, { fetch: i + 1, name, ed2k: hex(ed2kOf(name)) }));
			net.run(net.now + 3000);
			expect(has(taker, i + 1, 0, size)).toBe(true);
		}
		const asked = source.blocks.map(({ from, to }) => `${from}-${to}`);
		expect(asked.slice(0, 2)).toEqual(['0-184320', '184320-200000']);
		expect(new Set(asked).size).toBe(asked.length);
	});

	it('in pieces of 10 KiB', () => {
		const { net, taker } = pair(200_000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 200_000));
		net.run(net.now + 3000);
		// A block of 18 pieces, and one of a piece and a half.
		expect(taker.bytes.get(1)!.map(({ length }) => length)).toEqual([...Array(19).fill(10_240), 5440]);
	});

	it('in offsets of 64 bits', () => {
		const size = 5_000_000_000;
		const { net, taker } = pair(size);
		taker.edonkey.fetch(wanted(fileAt(GIVER), size, { from: 4_999_999_000 }));
		net.run(net.now + 2000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
		expect(has(taker, 1, 4_999_999_000, size)).toBe(true);
	});

	it('with the hashes of its parts', () => {
		const slices = Uint8Array.from({ length: 32 }, (_, i) => i);
		const { net, taker } = pair(10_000_000, { tree: { kind: 'ed2k', slices, slice: 9_728_000 } });
		taker.edonkey.fetch(wanted(fileAt(GIVER), 10_000_000, { tree: true }));
		net.run(net.now + 2000);
		expect(taker.trees).toEqual([{ kind: 'ed2k', slices, slice: 9_728_000 }]);
		expect(taker.fetched).toEqual([{ fetch: 1, why: '' }]);
	});

	it('as far as the source has it', () => {
		const parts = [{ from: 0, to: 9_728_000 }];
		const files = [{ name: 'talk.pdf', size: 20_000_000, parts }];
		const { net, taker } = pair(0, { files });
		taker.edonkey.fetch(wanted(fileAt(GIVER), 20_000_000, { from: 9_727_000 }));
		net.run(net.now + 2000);
		expect(taker.heads[0]?.head).toMatchObject({ to: 9_728_000, parts });
		expect(has(taker, 1, 9_727_000, 9_728_000)).toBe(true);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 20_000_000, { fetch: 2, from: 9_728_000 }));
		net.run(net.now + 2000);
		expect(taker.fetched[1]?.why).toContain('does not have these bytes');
	});

	it('is taken up again after a fetch was cancelled, over the same link', () => {
		const size = 2_000_000;
		const { net, source, taker } = pair(size);
		taker.edonkey.fetch(wanted(fileAt(GIVER), size));
		net.runUntil(() => taker.bytes.has(1), 5000);
		taker.edonkey.cancelFetch(1);
		expect(taker.fetched).toEqual([{ fetch: 1, why: 'cancelled' }]);
		const got = Buffer.concat(taker.bytes.get(1)!).length;
		taker.edonkey.fetch(wanted(fileAt(GIVER), size, { fetch: 2, from: 184_320 }));
		net.run(net.now + 10_000);
		expect(has(taker, 1, 0, got)).toBe(true);
		expect(has(taker, 2, 184_320, size)).toBe(true);
		expect(source.edonkey.peers().filter(({ role }) => role === 'client').length).toBe(1);
	});
});

describe('a file does not go', () => {
	it('where nobody has it', () => {
		const { net, taker } = pair(5000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000, { ed2k: hex(ed2kOf('another')) }));
		net.run(net.now + 2000);
		expect(taker.heads[0]?.head.status).toBe(404);
		expect(taker.fetched).toEqual([{ fetch: 1, why: 'the source does not have it' }]);
	});

	it('where nobody is', () => {
		const { net, taker } = pair(5000);
		taker.edonkey.fetch(wanted(fileAt(GIVER, { port: 4000 }), 5000));
		net.run(net.now + 2000);
		expect(taker.fetched).toEqual([{ fetch: 1, why: 'connection refused' }]);
	});

	it('twice at once from one source: the second is told to come back', () => {
		const { net, taker } = pair(500_000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 500_000));
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000, { fetch: 2, ed2k: hex(ed2kOf('another')) }));
		expect(taker.heads).toMatchObject([{ fetch: 2, head: { status: 503, retryAfter: 60 } }]);
		net.run(net.now + 5000);
		expect(has(taker, 1, 0, 500_000)).toBe(true);
	});
});

describe('a queue', () => {
	it('is told of, asked for once, and calls when it is our turn', () => {
		let free = false;
		const admit = () => free || { retryAfter: 45, queue: { position: 3, pollFrom: 45, pollTo: 120 } };
		const { net, source, taker } = pair(5000, { admit });
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000));
		net.run(net.now + 2000);
		expect(taker.heads[0]?.head).toMatchObject({ status: 503, queue: { position: 3, pollFrom: 15 } });
		expect(taker.fetched[0]?.why).toBe('queued at place 3');
		const asked = source.askers.length;
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000, { fetch: 2 }));
		expect(taker.fetched[1]?.why).toBe('queued at place 3');
		net.run(net.now + 100);
		expect(source.askers.length).toBe(asked);
		free = true;
		// The link is closed by now: the source dials.
		net.run(net.now + 65_000);
		expect(taker.edonkey.peers().some(({ role, dialled }) => role === 'client' && !dialled)).toBe(true);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000, { fetch: 3 }));
		net.run(net.now + 2000);
		expect(has(taker, 3, 0, 5000)).toBe(true);
	});

	it('others have their turn in the middle of a file', () => {
		let left = 4;
		const admit = () => left-- > 0 || { retryAfter: 45, queue: { position: 1, pollFrom: 45, pollTo: 120 } };
		const { net, taker } = pair(2_000_000, { admit });
		taker.edonkey.fetch(wanted(fileAt(GIVER), 2_000_000));
		net.run(net.now + 10_000);
		expect(has(taker, 1, 0, 3 * 184_320)).toBe(true);
		expect(taker.fetched).toEqual([{ fetch: 1, why: 'the source gives others their turn' }]);
	});
});

describe('a client with a LowID', () => {
	it('gives by a call-back through the server', () => {
		const { net, source, taker } = pair(5000, { firewalled: true });
		taker.edonkey.search(1, 'talk');
		net.run(net.now + 3000);
		const found = taker.hits[0]!.hit.source;
		expect(found).toMatchObject({ firewalled: true, ...SERVER });
		taker.edonkey.fetch(wanted(found, 5000));
		net.run(net.now + 5000);
		expect(has(taker, 1, 0, 5000)).toBe(true);
		expect(source.edonkey.peers().find(({ role }) => role === 'client')?.dialled).toBe(true);
	});

	it('takes from one that can be dialled', () => {
		const { net, taker } = pair(5000, {}, { firewalled: true });
		taker.edonkey.fetch(wanted(fileAt(GIVER), 5000));
		net.run(net.now + 5000);
		expect(has(taker, 1, 0, 5000)).toBe(true);
	});

	it('cannot be had from by another, and both are told so', () => {
		const { net, taker } = pair(5000, { firewalled: true }, { firewalled: true });
		taker.edonkey.fetch(wanted(fileAt(SERVER.host, { port: SERVER.port, id: '1', firewalled: true }), 5000));
		net.run(net.now + 5000);
		expect(taker.fetched[0]?.why).toBe('neither it nor this node can be dialled');
	});

	it('that has left is not waited for', () => {
		const { net, taker } = pair(5000);
		taker.edonkey.fetch(
			wanted(fileAt(SERVER.host, { port: SERVER.port, id: '255', firewalled: true }), 5000),
		);
		net.run(net.now + 5000);
		expect(taker.fetched[0]?.why).toBe('its server cannot reach it');
	});
});
