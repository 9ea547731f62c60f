import { describe, expect, it } from 'vitest';
import type { Hit } from '../../src/networks/network.ts';
import { Searches } from '../../src/node/searches.ts';
import { Store } from '../../src/node/store.ts';

const sha1 = 'PLSTHIPQGSSZTS5FJUPAKUZWUGYQYPFB';

function hit(host: string, more: Partial<Hit> = {}): Hit {
	return {
		name: 'talk.pdf',
		size: 900,
		sha1,
		network: 'gnutella',
		source: {
			network: 'gnutella' as const,
			host,
			port: 6346,
			id: 'a'.repeat(32),
			index: 1,
			firewalled: false,
			agent: 'test',
		},
		verdict: 'ok',
		reasons: [],
		...more,
	};
}

function make(store = new Store(':memory:')) {
	const asked: unknown[][] = [];
	let have = false;
	let now = 1000;
	const searches = new Searches(
		store.searches,
		{
			ask: (...words) => asked.push(words),
			stop: (id) => asked.push(['stop', id]),
			stands: () => ({ asked: 12, sentence: 'asked 12 peers' }),
		},
		() => now,
		() => have,
	);
	return { searches, asked, store, fetched: () => (have = true), at: (time: number) => (now = time) };
}

describe('a search', () => {
	it('asks the network, and for a content where the words are its urn', () => {
		const { searches, asked } = make();
		searches.start('vyncke slides');
		searches.start(`urn:sha1:${sha1}`);
		searches.start('vyncke slides', 'edonkey');
		expect(asked).toEqual([
			[1, 'vyncke slides', undefined, undefined],
			[2, '', `urn:sha1:${sha1}`, undefined],
			[3, 'vyncke slides', undefined, 'edonkey'],
		]);
	});

	it('makes one row of one content, with all names and sources', () => {
		const { searches } = make();
		const { id } = searches.start('talk');
		searches.hit(id, hit('127.0.0.1'));
		searches.hit(id, hit('127.0.0.2', { name: 'Talk (final).pdf', tth: 'T' }));
		searches.hit(id, hit('127.0.0.2', { name: 'Talk (final).pdf' }));
		searches.hit(id, hit('127.0.0.3', { sha1: 'OTHER' }));
		const [first, second] = searches.results(id)!.rows();
		expect(first).toMatchObject({
			id: 1,
			name: 'talk.pdf',
			otherNames: ['Talk (final).pdf'],
			sourceCount: 2,
			tth: 'T',
		});
		expect(second).toMatchObject({ id: 2, sha1: 'OTHER', sourceCount: 1 });
		expect(searches.get(id)).toMatchObject({
			hits: 3,
			results: 2,
			refused: 0,
			asked: 12,
			why: 'asked 12 peers',
		});
	});

	it('takes files without a hash for the same where name and size are', () => {
		const { searches } = make();
		const { id } = searches.start('talk');
		const plain = ({ sha1: _, ...rest }: Hit): Hit => rest;
		searches.hit(id, plain(hit('127.0.0.1')));
		searches.hit(id, plain(hit('127.0.0.2')));
		searches.hit(id, plain(hit('127.0.0.3', { size: 901 })));
		expect(
			searches
				.results(id)!
				.rows()
				.map(({ sourceCount }) => sourceCount),
		).toEqual([2, 1]);
	});

	it('is as bad as its worst hit, but a refused one does not spoil a good content', () => {
		const { searches } = make();
		const { id } = searches.start('talk');
		searches.hit(id, hit('127.0.0.1'));
		searches.hit(id, hit('127.0.0.2', { verdict: 'suspicious', reasons: ['two sizes'] }));
		searches.hit(id, hit('127.0.0.9', { verdict: 'refused', reasons: ['forged'], name: 'talk.exe' }));
		expect(searches.results(id)!.rows()).toMatchObject([
			{ verdict: 'suspicious', reasons: ['two sizes'], sourceCount: 2, otherNames: [] },
			{ verdict: 'refused', reasons: ['forged'], sourceCount: 1 },
		]);
		expect(searches.get(id)).toMatchObject({ refused: 1 });
	});

	it('keeps a bounded number of sources and names of one content, and counts on', () => {
		const { searches } = make();
		const { id } = searches.start('talk');
		for (let n = 0; n < 200; n++) searches.hit(id, hit(`127.0.1.${n}`, { name: `talk ${n}.pdf` }));
		const [row] = searches.results(id)!.rows();
		expect(row!.sources).toHaveLength(50);
		expect(row!.otherNames).toHaveLength(20);
		expect(row!.sourceCount).toBe(200);
	});

	it('keeps a bounded number of contents', () => {
		const { searches } = make();
		const { id } = searches.start('talk');
		for (let n = 0; n < 20_100; n++) searches.hit(id, hit('127.0.0.1', { sha1: String(n) }));
		expect(searches.get(id)).toMatchObject({ hits: 20_100, results: 20_000 });
	});

	it('tells a late reader everything, and that it has ended', () => {
		const { searches } = make();
		const { id } = searches.start('talk');
		searches.hit(id, hit('127.0.0.1'));
		const heard: string[] = [];
		searches.watch(
			id,
			({ source }) => heard.push(source.host),
			() => heard.push('ended'),
		);
		searches.hit(id, hit('127.0.0.2'));
		searches.ended(id, 'no more answers');
		searches.ended(id, 'again');
		expect(heard).toEqual(['127.0.0.1', '127.0.0.2', 'ended']);
		expect(searches.get(id)).toMatchObject({ state: 'ended', why: 'no more answers', asked: 12 });
		searches.watch(
			id,
			({ source }) => heard.push(source.host),
			() => heard.push('at once'),
		);
		expect(heard.slice(3)).toEqual(['127.0.0.1', '127.0.0.2', 'at once']);
	});

	it('begins with what the same words have found in the last half hour, and counts no hit twice', () => {
		const { searches, at } = make();
		const first = searches.start('Vyncke slides');
		searches.hit(first.id, hit('127.0.0.1'));
		const again = searches.start('vyncke  SLIDES');
		expect(again).toMatchObject({ hits: 1, results: 1 });
		searches.hit(again.id, hit('127.0.0.1'));
		searches.hit(again.id, hit('127.0.0.2'));
		expect(searches.get(again.id)).toMatchObject({ hits: 2, results: 1 });
		expect(searches.start('slides')).toMatchObject({ hits: 0 });
		at(1000 + 31 * 60_000);
		expect(searches.start('vyncke slides')).toMatchObject({ hits: 0 });
	});

	it('is stopped once, and forgotten with its results', () => {
		const { searches, asked } = make();
		const { id } = searches.start('talk');
		expect(searches.stop(id)).toBe(true);
		expect(searches.stop(id)).toBe(true);
		expect(searches.stop(99)).toBe(false);
		expect(asked.slice(1)).toEqual([['stop', id]]);
		expect(searches.remove(id)).toBe(true);
		expect(searches.results(id)).toBeUndefined();
		searches.hit(id, hit('127.0.0.1'));
		expect(searches.size).toBe(0);
	});

	it('is listed after a restart, newest first, and numbers go on', () => {
		const { searches, store } = make();
		searches.start('one');
		const { id } = searches.start('two');
		searches.hit(id, hit('127.0.0.1'));
		searches.ended(id, 'no more answers');
		const again = make(store).searches;
		expect(again.source.rows()).toMatchObject([
			{ words: 'two', state: 'ended', hits: 1, results: 0 },
			{ words: 'one', state: 'ended' },
		]);
		expect(again.start('three').id).toBe(3);
	});

	it('marks what the user has', () => {
		const { searches, fetched } = make();
		const { id } = searches.start('talk');
		searches.hit(id, hit('127.0.0.1'));
		const source = searches.results(id)!;
		const before = source.version();
		expect(source.rows()[0]!.have).toBe(false);
		fetched();
		searches.markHave();
		expect(source.rows()[0]!.have).toBe(true);
		expect(source.version()).not.toBe(before);
		expect(searches.results(id)).toBe(source);
	});
});
