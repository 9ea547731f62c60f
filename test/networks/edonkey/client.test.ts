/** The door of a client: what a node asks of it, and what it answers. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { typeOfName } from '../../../src/networks/common/type-of-name.ts';
import { Blocks } from '../../../src/networks/edonkey/blocks.ts';
import { agentOf, userOf } from '../../../src/networks/edonkey/identity.ts';
import { taking, takingWith } from '../../../src/networks/edonkey/limits.ts';
import { partsOf } from '../../../src/networks/edonkey/shared-parts.ts';
import { ed2kOf, fileAt, mule, PORT, wanted } from './net.ts';
import { makeNet, makeServer, SERVER } from './server/net.ts';
import { someHello } from './wire/kinds.ts';

describe('how a client stands', () => {
	it('is told in figures and in a sentence', () => {
		const net = makeNet();
		const lonely = mule(net, '203.0.113.9', { servers: [] });
		expect(lonely.edonkey.status()).toMatchObject({ role: 'client', servers: 0, reachable: 'unknown' });
		expect(lonely.edonkey.status().why).toContain('--peer edonkey:');
		const one = mule(net, '203.0.113.10');
		expect(one.edonkey.status().why).toContain('trying');
		makeServer(net);
		const low = mule(net, '203.0.113.12', { firewalled: true });
		net.run(net.now + 60_000);
		expect(one.edonkey.status()).toMatchObject({ servers: 1, reachable: 'yes' });
		expect(low.edonkey.status()).toMatchObject({ servers: 1, reachable: 'no' });
		expect(one.edonkey.peers()).toMatchObject([{ role: 'server', remote: SERVER, dialled: true }]);
		expect(one.edonkey.peers()[0]!.in.messages).toBeGreaterThan(0);
		expect(one.remembered).toEqual([`server ${SERVER.host}`]);
	});

	it('changes when its user leaves the server, and it does not come back', () => {
		const net = makeNet();
		makeServer(net);
		const one = mule(net, '203.0.113.10');
		net.run(net.now + 2000);
		one.edonkey.disconnect(one.edonkey.peers()[0]!.link);
		net.run(net.now + 120_000);
		expect(one.edonkey.status()).toMatchObject({ servers: 0, known: 0 });
	});

	it('ends with its stop: links are closed and nobody is let in', () => {
		const net = makeNet();
		makeServer(net);
		const one = mule(net, '203.0.113.10');
		const other = mule(net, '203.0.113.11');
		net.run(net.now + 2000);
		one.edonkey.stop();
		other.edonkey.fetch(wanted(fileAt('203.0.113.10'), 5000));
		net.run(net.now + 30_000);
		expect(one.world.links).toBe(0);
		expect(other.fetched.length).toBe(1);
	});
});

describe('a search', () => {
	it('finds what others have published, by words and by kind', () => {
		const net = makeNet();
		makeServer(net);
		mule(net, '203.0.113.10', { files: [{ name: 'vyncke talk.pdf', size: 5000 }, { name: 'vyncke.mp3' }] });
		const taker = mule(net, '203.0.113.11');
		net.run(net.now + 3000);
		taker.edonkey.search(1, 'vyncke');
		net.run(net.now + 20_000);
		expect(taker.hits.map(({ hit }) => hit.name).sort()).toEqual(['vyncke talk.pdf', 'vyncke.mp3']);
		expect(taker.hits.find(({ hit: { size } }) => size === 5000)!.hit).toMatchObject({
			...{ network: 'edonkey', ed2k: hex(ed2kOf('vyncke talk.pdf')), verdict: 'ok', reasons: [] },
			source: { host: '203.0.113.10', port: PORT, firewalled: false },
		});
		expect(taker.ended.map(({ search }) => search)).toEqual([1]);
		taker.edonkey.search(2, 'vyncke type:audio');
		net.run(net.now + 3000);
		const second = taker.hits.filter(({ search }) => search === 2);
		expect(second.map(({ hit: { name } }) => name)).toEqual(['vyncke.mp3']);
	});

	it('by content finds sources; their size is the one that a fetch has told', () => {
		const net = makeNet();
		makeServer(net);
		mule(net, '203.0.113.10', { files: [{ name: 'talk.pdf', size: 5000 }] });
		const taker = mule(net, '203.0.113.11');
		net.run(net.now + 3000);
		const urn = `urn:ed2k:${hex(ed2kOf('talk.pdf'))}`;
		taker.edonkey.search(-1, '', urn);
		net.run(net.now + 1000);
		expect(taker.hits).toMatchObject([{ search: -1, hit: { size: 0, source: { host: '203.0.113.10' } } }]);
		expect(taker.edonkey.searchStands(-1)).toEqual({ asked: 1, sentence: '1 sources were found' });
		taker.edonkey.stopSearch(-1);
		taker.edonkey.fetch(wanted(fileAt('203.0.113.99'), 5000));
		net.run(net.now + 120_000);
		taker.edonkey.search(-2, '', urn);
		net.run(net.now + 5000);
		expect(taker.hits.at(-1)).toMatchObject({ search: -2, hit: { size: 5000, name: 'talk.pdf' } });
		taker.edonkey.search(3, '', 'urn:sha1:x');
		expect(taker.ended).toContainEqual({ search: 3, why: expect.stringContaining('urn:ed2k') });
		net.run(net.now + 120_000);
		expect(taker.ended).toContainEqual({ search: -2, why: 'no more answers' });
	});
});

describe('who a user is', () => {
	it('stays the same, is marked as of eMule, and tells nothing of the identity in other networks', () => {
		const guid = Uint8Array.from({ length: 16 }, (_, i) => i);
		const user = userOf(guid);
		expect(user).toEqual(userOf(guid));
		expect([user.length, user[5], user[14]]).toEqual([16, 0x0e, 0x6f]);
		expect(hex(user)).not.toContain(hex(guid).slice(0, 8));
	});

	it('is told in words', () => {
		const said = (muleVersion: number) => agentOf({ ...someHello, muleVersion });
		expect(said(0)).toBe('eDonkey');
		expect(said(3 << 24)).toBe('aMule');
		expect(said(((50 << 10) | (1 << 7)) >>> 0)).toBe('eMule 0.50.1');
		expect(said(0xff << 24)).toBe('eDonkey client');
	});
});

describe('blocks', () => {
	const begun = (from: number, to: number): Blocks => {
		const blocks = new Blocks(taking);
		blocks.begin(from, to);
		return blocks;
	};

	it('do not cross the border of a part', () => {
		const spans = begun(9_700_000, 9_800_000).ask();
		expect(spans).toEqual([
			{ from: 9_700_000, to: 9_728_000 },
			{ from: 9_728_000, to: 9_800_000 },
		]);
	});

	it('are cut in another way when they are needed once more', () => {
		const blocks = begun(0, 184_320);
		expect(blocks.ask()).toEqual([{ from: 0, to: 184_320 }]);
		expect(blocks.take({ from: 0, to: 184_320 }, 0)).toBe('wanted');
		blocks.begin(0, 184_320);
		expect(blocks.ask()).toEqual([
			{ from: 0, to: 92_160 },
			{ from: 92_160, to: 184_320 },
		]);
	});

	it('come more at a time while they come fast', () => {
		const blocks = begun(0, 9_728_000);
		let most = 0;
		for (let now = 0, spans = blocks.ask(); spans.length > 0 && !blocks.done; now += 10) {
			most = Math.max(most, spans.length);
			const waiting = spans.splice(0);
			for (const span of waiting) {
				expect(blocks.take(span, now)).toBe('wanted');
				spans.push(...blocks.ask());
			}
		}
		expect(blocks.done).toBe(true);
		expect(most).toBeGreaterThan(3);
		expect(most).toBeLessThanOrEqual(32);
	});
});

describe('small things', () => {
	it('a partial file is told by whole parts, with the empty one behind an exact multiple', () => {
		expect(partsOf({ size: 5 })).toBe('all');
		const parts = [{ from: 0, to: 9_728_000 }];
		expect(partsOf({ size: 19_456_000, parts })).toEqual([true, false, true]);
		expect(partsOf({ size: 9_728_000, parts })).toEqual([true, true]);
	});

	it('kinds of files are told from their names', () => {
		expect(typeOfName('a.MP3')).toBe('Audio');
		expect(typeOfName('a.b.iso')).toBe('Iso');
		expect(typeOfName('readme')).toBe('');
		expect(typeOfName('x.constructor')).toBe('');
	});

	it('limits are set by names that exist', () => {
		expect(takingWith({ peers: 3 }).peers).toBe(3);
		expect(() => takingWith({ nothing: 1 })).toThrow('nothing');
	});
});
