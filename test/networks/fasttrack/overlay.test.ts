/** Leaves, a super-node between them: join, publish, search, fetch, call back. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { contentOf, makeNet, member, requestOf } from './net.ts';

const hub = '198.51.100.1';
const song = { name: 'Amber Willow.mp3', size: 400_000 };
const film = { name: 'copper meadow.avi', size: 2000 };

function neighbourhood(giver: Parameters<typeof member>[2] = {}, taker: Parameters<typeof member>[2] = {}) {
	const net = makeNet();
	const supernode = member(net, hub, { role: 'supernode' });
	const one = member(net, '198.51.100.2', { files: [song, film], seeds: [hub], ...giver });
	const other = member(net, '198.51.100.3', { seeds: [hub], ...taker });
	const joined = net.runUntil(() => supernode.node.operator!.figures().files === one.shares.files, 20_000);
	return { net, supernode, one, other, joined };
}

describe('a super-node and its leaves', () => {
	it('link up, and the shares are published', () => {
		const { supernode, one, other, joined } = neighbourhood();
		expect(joined).toBe(true);
		expect(supernode.node.operator!.figures()).toMatchObject({ users: 2, files: 2 });
		expect(one.node.status()).toMatchObject({ ultrapeers: 1, known: 1 });
		expect([...supernode.codes(), ...one.codes(), ...other.codes()]).toEqual([]);
	});

	it('find files by words in any order, and by hash', () => {
		const { net, one, other } = neighbourhood();
		other.node.search(1, 'willow AMBER');
		net.runUntil(() => other.ended.length > 0, 10_000);
		const fthash = hex(one.shares.list[0].fthash!);
		expect(other.hits).toEqual([
			{
				name: song.name,
				size: song.size,
				fthash,
				network: 'fasttrack',
				source: {
					network: 'fasttrack',
					host: '198.51.100.2',
					port: 1214,
					id: 'user2',
					index: 0,
					firewalled: false,
					agent: 'KaZaA',
					proxies: [{ host: hub, port: 1214 }],
				},
				verdict: 'ok',
				reasons: [],
			},
		]);
		expect(other.ended).toEqual(['no more answers']);
		other.node.search(2, '', `urn:fthash:${fthash}`);
		net.runUntil(() => other.ended.length > 1, 10_000);
		expect(other.hits).toHaveLength(2);
		other.node.search(3, 'nobody has it');
		net.runUntil(() => other.ended.length > 2, 10_000);
		expect(other.ended[2]).toBe('everyone was asked and nobody has it');
		other.node.search(4, '', 'urn:sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
		expect(other.ended[3]).toBe('FastTrack cannot be asked by this kind of hash');
	});

	it('find what the super-node shares itself, and it finds what they share', () => {
		const net = makeNet();
		const supernode = member(net, hub, { role: 'supernode', files: [film] });
		const leaf = member(net, '198.51.100.2', { files: [song], seeds: [hub] });
		net.runUntil(() => supernode.node.operator!.figures().files === 1, 20_000);
		leaf.node.search(1, 'copper');
		supernode.node.search(1, 'willow');
		net.runUntil(() => leaf.ended.length > 0, 10_000);
		expect(leaf.hits.map(({ name, source }) => `${name} ${source.host}`)).toEqual([`${film.name} ${hub}`]);
		expect(supernode.hits.map(({ name }) => name)).toEqual([song.name]);
		expect(supernode.ended).toEqual(['all leaves were asked']);
	});

	it('forget what is no longer shared, hear of what is new, and of who left', () => {
		const { net, supernode, one } = neighbourhood();
		one.shares.drop(film.name);
		one.shares.add({ name: 'a third one.pdf' });
		one.shares.add({ name: 'a fourth one.pdf' });
		net.runUntil(() => supernode.node.operator!.figures().files === 3, 10_000);
		expect(supernode.node.operator!.figures().files).toBe(3);
		one.node.stop();
		net.run(net.now + 5000);
		expect(supernode.node.operator!.figures()).toMatchObject({ users: 1, files: 0 });
	});

	it('a search waits for a super-node, and ends by time where there is none', () => {
		const net = makeNet();
		const alone = member(net, '198.51.100.9', { seeds: [hub] });
		alone.node.search(1, 'amber');
		expect(alone.node.searchStands(1)).toEqual({ asked: 0, sentence: 'waiting for a super-node to ask' });
		const supernode = member(net, hub, { role: 'supernode', files: [song] });
		expect(supernode.node.status().leaves).toBe(0);
		net.run(net.now + 25_000);
		expect(alone.hits).toHaveLength(1);
		alone.node.stop();
		const lost = member(net, '198.51.100.10');
		lost.node.search(1, 'amber');
		net.run(net.now + 40_000);
		expect(lost.ended).toEqual(['time is up']);
	});
});

describe('a file', () => {
	function found(giver: Parameters<typeof member>[2] = {}, taker: Parameters<typeof member>[2] = {}) {
		const all = neighbourhood(giver, taker);
		all.other.node.search(1, 'amber');
		all.net.runUntil(() => all.other.hits.length > 0, 10_000);
		return { ...all, hit: all.other.hits[0] };
	}

	it('is fetched, whole and in part', () => {
		const { net, one, other, hit } = found();
		other.node.fetch(requestOf(hit));
		net.runUntil(() => other.fetched.length > 0, 20_000);
		expect(other.fetched).toEqual(['']);
		expect(Uint8Array.from(other.bytes)).toEqual(contentOf(song));
		expect(one.agents).toEqual(['Sallyport/test']);
		other.bytes.length = 0;
		other.node.fetch(requestOf(hit, { fetch: 2, from: 100, to: 300 }));
		net.runUntil(() => other.fetched.length > 1, 20_000);
		expect(other.heads[1]).toMatchObject({ status: 206, from: 100, to: 300, size: song.size });
		expect(Uint8Array.from(other.bytes)).toEqual(contentOf(song).slice(100, 300));
	});

	it('is refused for a while where all slots are taken: 503 with Retry-After', () => {
		const { net, other, hit } = found({ admit: { retryAfter: 90 } });
		other.node.fetch(requestOf(hit));
		net.runUntil(() => other.fetched.length > 0, 20_000);
		expect(other.heads).toMatchObject([{ status: 503, retryAfter: 90 }]);
		expect(other.fetched).toEqual(['the source answered 503']);
	});

	it('of somebody who cannot be dialled comes by a call-back', () => {
		for (const announced of [0, 1214]) {
			const { net, supernode, one, other, hit } = found({ firewalled: true, announced });
			expect(hit.source.firewalled).toBe(announced === 0);
			other.node.fetch(requestOf(hit));
			net.runUntil(() => other.fetched.length > 0, 60_000);
			expect(other.fetched).toEqual(['']);
			expect(Uint8Array.from(other.bytes)).toEqual(contentOf(song));
			expect([...supernode.codes(), ...one.codes(), ...other.codes()]).toEqual([]);
		}
	});

	it('of a leaf that cannot be dialled comes to its super-node by a call-back too', () => {
		const { net, supernode } = neighbourhood({ firewalled: true, announced: 0 });
		supernode.node.search(1, 'amber');
		supernode.node.fetch(requestOf(supernode.hits[0]));
		net.runUntil(() => supernode.fetched.length > 0, 60_000);
		expect(supernode.fetched).toEqual(['']);
		expect(supernode.bytes).toHaveLength(song.size);
	});

	it('whose source is gone ends with a reason, and so does one that nobody can call back', () => {
		const { net, one, other, hit } = found({}, { announced: 0 });
		net.kill(one.world.host);
		other.node.fetch(requestOf(hit));
		net.runUntil(() => other.fetched.length > 0, 60_000);
		expect(other.fetched).toHaveLength(1);
		expect(other.fetched[0]).not.toBe('');
	});

	it('is asked for by FTHash alone, and its tree by kzhash and size', () => {
		const { other, hit } = found();
		other.node.fetch({ fetch: 5, source: hit.source, name: hit.name, from: 0 });
		other.node.fetch(requestOf(hit, { fetch: 6, tree: true }));
		expect(other.fetched).toEqual([
			'a file without its FTHash cannot be asked for',
			'a hash tree is asked for by kzhash and size',
		]);
	});

	it('that is cancelled ends once, while it comes and while a call is awaited', () => {
		const { net, other, hit } = found({ firewalled: true, announced: 0 });
		other.node.fetch(requestOf(hit));
		other.node.cancelFetch(1);
		net.run(net.now + 90_000);
		expect(other.fetched).toEqual(['cancelled']);
		const direct = found();
		direct.other.node.fetch(requestOf(direct.hit));
		direct.other.node.cancelFetch(1);
		direct.net.run(direct.net.now + 5000);
		expect(direct.other.fetched).toEqual(['cancelled']);
	});
});
