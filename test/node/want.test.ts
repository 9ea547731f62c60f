import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/node/api/problem.ts';
import type { Hit, Result, Want } from '../../src/node/api/schemas.ts';
import { wantedOf } from '../../src/node/want.ts';

const sha1 = 'PLSTHIPQGSSZTS5FJUPAKUZWUGYQYPFB';
const tiger = 'LWPNACQDBZRYXW3VHJVCJ64QBZNGHOHHHZWCLNQ';
const known = 'A'.repeat(32);
const source = {
	network: 'gnutella' as const,
	host: '127.0.0.2',
	port: 6346,
	id: 'ab',
	index: 3,
	firewalled: true,
	agent: 'x',
};
const hit: Hit = { name: 'talk.pdf', size: 9, sha1, network: 'gnutella', source, verdict: 'ok', reasons: [] };
const row = { ...hit, id: 1, sources: [source, { ...source, host: '127.0.0.3' }] } as unknown as Result;

function wanted(want: Want, result: Result | undefined = row, spoken = true) {
	return wantedOf(want, {
		result: () => result,
		found: ({ sha1, name }) => (sha1 === known || name === row.name ? row : undefined),
		speaks: (network) => network === 'gnutella' || spoken,
		usable: (host) => host.startsWith('127.'),
		scope: 'practice',
	});
}

function problem(want: Want, result?: Result): [number, string] {
	try {
		wanted(want, result);
	} catch (error) {
		if (error instanceof Problem) return [error.status, error.code];
		throw error;
	}
	throw new Error('it was taken');
}

describe('what a user wants', () => {
	it('is a content by its urn', () => {
		const expected = { name: sha1, sha1, sources: [] };
		expect(wanted({ urn: `urn:sha1:${sha1}` })).toEqual(expected);
		expect(wanted({ urn: `URN:SHA1:${sha1.toLowerCase()}` })).toEqual(expected);
		expect(wanted({ urn: `urn:bitprint:${sha1}.${tiger}` })).toEqual({
			...expected,
			tth: tiger.toUpperCase(),
		});
	});

	it('is a content by its ed2k hash, in a urn, a magnet link or a link of eDonkey', () => {
		const ed2k = 'fc21d9af828f92a8df64beac3357425d';
		expect(wanted({ urn: `urn:ed2k:${ed2k.toUpperCase()}` })).toEqual({ name: ed2k, ed2k, sources: [] });
		expect(wanted({ link: `magnet:?xt=urn:ed2k:${ed2k}&dn=film.ogv&xl=77` })).toEqual({
			...{ name: 'film.ogv', size: 77, ed2k },
			sources: [],
		});
		const both = `magnet:?xt=urn:ed2k:${ed2k}&xt=urn:bitprint:${sha1}.${tiger}&dn=film.ogv`;
		expect(wanted({ link: both })).toMatchObject({ sha1, tth: tiger.toUpperCase(), ed2k });
		const link = `ed2k://|file|film.ogv|77|${ed2k}|/|sources,127.0.0.9:4662|/`;
		expect(wanted({ link })).toEqual({
			...{ name: 'film.ogv', size: 77, ed2k },
			sources: [
				{ network: 'edonkey', host: '127.0.0.9', port: 4662, id: '', index: 0, firewalled: false, agent: '' },
			],
		});
		expect(problem({ link: 'ed2k://|server|203.0.113.1|4661|/' })).toEqual([400, 'link']);
		expect(problem({ link: link.replace('127.0.0.9', '203.0.113.9') })).toEqual([409, 'scope']);
	});

	it('is not by the ed2k hash alone where the node does not take part in eDonkey', () => {
		const ed2k = 'fc21d9af828f92a8df64beac3357425d';
		const magnet = `magnet:?xt=urn:ed2k:${ed2k}&dn=film.ogv&xl=77`;
		const take = (link: string) => wanted({ link }, row, false);
		expect(() => take(magnet)).toThrow('This node does not take part in eDonkey.');
		expect(() => take(`${magnet}&xs=http://127.0.0.5/get/7/film.ogv`)).not.toThrow();
		expect(() => take(`${magnet}&xt=urn:sha1:${sha1}`)).not.toThrow();
	});

	it('is by the FTHash alone where the node takes part in FastTrack, and beside a better hash where it does not', () => {
		const fthash = 'AB'.repeat(20);
		const take = (urn: string) => wanted({ urn }, row, false);
		expect(wanted({ urn: `urn:fthash:${fthash}` })).toEqual({
			...{ name: fthash.toLowerCase(), fthash: fthash.toLowerCase(), sources: [] },
		});
		expect(() => take(`urn:fthash:${fthash}`)).toThrow('This node does not take part in FastTrack.');
		const magnet = `magnet:?xt=urn:fthash:${fthash}&xt=urn:sha1:${sha1}&dn=film.ogv`;
		expect(wanted({ link: magnet }, row, false)).toMatchObject({ sha1, fthash: fthash.toLowerCase() });
		expect(problem({ urn: 'urn:fthash:12' })).toEqual([400, 'urn']);
	});

	it('is by a kzhash, which has the FTHash in it, alone or beside a better hash', () => {
		const kzhash = 'AB'.repeat(20) + 'CD'.repeat(16);
		const both = { fthash: 'ab'.repeat(20), kzhash: kzhash.toLowerCase() };
		expect(wanted({ urn: `urn:kzhash:${kzhash}` })).toEqual({ name: both.fthash, ...both, sources: [] });
		const link = `magnet:?xt=urn:kzhash:${kzhash}&dn=film.ogv&xl=10`;
		expect(wanted({ link })).toEqual({ name: 'film.ogv', size: 10, ...both, sources: [] });
		const more = `${link}&xt=urn:fthash:${'12'.repeat(20)}&xt=urn:sha1:${sha1}`;
		expect(wanted({ link: more })).toMatchObject({ sha1, ...both });
		expect(() => wanted({ link }, row, false)).toThrow('This node does not take part in FastTrack.');
		expect(problem({ urn: `urn:kzhash:${kzhash}0` })).toEqual([400, 'urn']);
	});

	it('is, of a hit, what one hash says: the other is hearsay', () => {
		const ed2k = 'fc21d9af828f92a8df64beac3357425d';
		expect(wanted({ hit: { ...hit, ed2k } })).not.toHaveProperty('ed2k');
		const { sha1: _, ...rest } = hit;
		expect(wanted({ hit: { ...rest, ed2k: ed2k.toUpperCase() } })).toMatchObject({ ed2k });
	});

	it('is, of a hit without any hash, what others have by the same name and size, too', () => {
		const { sha1: _, ...bare } = hit;
		const sources = (name: string) => wanted({ hit: { ...bare, name } }).sources.map(({ host }) => host);
		expect(sources('talk.pdf')).toEqual(['127.0.0.2', '127.0.0.3']);
		expect(sources('another.pdf')).toEqual(['127.0.0.2']);
		expect(wanted({ hit }).sources).toHaveLength(1);
	});

	it('is a content that a search has found: it has a name and sources', () => {
		expect(wanted({ urn: `urn:sha1:${known}` })).toEqual({
			name: 'talk.pdf',
			size: 9,
			sha1: known,
			sources: row.sources,
		});
		const link = `http://127.0.0.5:99/uri-res/N2R?urn:sha1:${known}`;
		expect(wanted({ link }).sources.map(({ host }) => host)).toEqual(['127.0.0.5', '127.0.0.2', '127.0.0.3']);
	});

	it('is a magnet link, with the sources that it names', () => {
		const link = `magnet:?xt=urn:sha1:${sha1}&dn=Sally+port.pdf&xl=1234&xs=http://127.0.0.5:99/uri-res/N2R?urn:sha1:${sha1}`;
		expect(wanted({ link })).toEqual({
			name: 'Sally port.pdf',
			sha1,
			size: 1234,
			sources: [
				{
					network: 'gnutella' as const,
					host: '127.0.0.5',
					port: 99,
					id: '',
					index: 0,
					firewalled: false,
					agent: '',
				},
			],
		});
		expect(wanted({ link: `magnet:?xt=urn:btih:abc&xt=urn:bitprint:${sha1}.${tiger}` })).toMatchObject({
			sha1,
		});
	});

	it('is a magnet link whose source has another content: the source is left out', () => {
		const other = 'A'.repeat(32);
		const link = `magnet:?xt=urn:sha1:${sha1}&xs=http://127.0.0.5:99/uri-res/N2R?urn:sha1:${other}`;
		expect(wanted({ link }).sources).toEqual([]);
	});

	it('is an http link of a servent', () => {
		expect(wanted({ link: `http://127.0.0.5:99/uri-res/N2R?urn:sha1:${sha1}` })).toMatchObject({
			sha1,
			sources: [{ host: '127.0.0.5', port: 99 }],
		});
		expect(wanted({ link: 'http://127.0.0.5/get/12/a%20b.txt/' })).toEqual({
			name: 'a b.txt',
			sources: [
				{
					network: 'gnutella' as const,
					host: '127.0.0.5',
					port: 80,
					id: '',
					index: 12,
					firewalled: false,
					agent: '',
				},
			],
		});
		expect(wanted({ link: 'http://127.0.0.5/get/12/50%.txt' }).name).toBe('50%.txt');
	});

	it('is a hit, or a row with all of its sources', () => {
		expect(wanted({ hit })).toEqual({ name: 'talk.pdf', size: 9, sha1, sources: [source] });
		expect(wanted({ result: { search: 1, id: 1 }, out: '/srv' })).toMatchObject({
			out: '/srv',
			sources: [{}, { host: '127.0.0.3' }],
		});
	});

	it.each<[string, Want, [number, string]]>([
		['nothing', {}, [400, 'want']],
		['two things', { urn: `urn:sha1:${sha1}`, hit }, [400, 'want']],
		['a broken urn', { urn: 'urn:sha1:SHORT' }, [400, 'urn']],
		['a urn of another kind', { urn: `urn:md5:${sha1}` }, [400, 'urn']],
		['a magnet link without content', { link: 'magnet:?dn=x' }, [400, 'link']],
		['a page of the web', { link: 'http://127.0.0.1/index.html' }, [400, 'link']],
		['another protocol', { link: 'ftp://127.0.0.1/get/1/x' }, [400, 'link']],
		['no link at all', { link: 'http://' }, [400, 'link']],
		['a relative folder', { hit, out: 'here' }, [400, 'out']],
		['a refused hit', { hit: { ...hit, verdict: 'refused', reasons: ['forged'] } }, [409, 'refused']],
		['a source out of scope', { hit: { ...hit, source: { ...source, host: '8.8.8.8' } } }, [409, 'scope']],
		['a link out of scope', { link: 'http://[2001:db8::1]:99/get/1/x' }, [409, 'scope']],
	])('is refused: %s', (_name, want, expected) => {
		expect(problem(want)).toEqual(expected);
	});

	it('is a row that does not exist any more', () => {
		const context = {
			result: () => undefined,
			found: () => undefined,
			speaks: () => true,
			usable: () => true,
			scope: 'practice',
		};
		expect(() => wantedOf({ result: { search: 1, id: 5 } }, context)).toThrow(
			'There is no result 5 in search 1.',
		);
	});
});
