import { describe, expect, it } from 'vitest';
import { ForgedHits } from '../../src/defence/forged-hits.ts';
import { encodeHit } from '../../src/networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType, typeOf } from '../../src/networks/gnutella/wire/message.ts';
import { hostileNames } from '../defence/corpus/hostile-names.ts';
import { ordinaryName } from '../defence/corpus/names.ts';
import { Chance } from '../defence/corpus/random.ts';
import { makeNet, type Servent, servent, sha1Of } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

/** A worm beside us: it answers each query that it sees with a program named like the query. */
function wormed(defencesOff: string[], searches: string[]): Servent {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const worm = attacker(net, '10.66.0.1');
	const link = linkAs(net, worm, one.ip, true);
	worm.received = (_link, bytes) => {
		for (let at = 0; at + 23 <= bytes.length; at += 23 + (bytes[at + 19]! | (bytes[at + 20]! << 8))) {
			const frame = bytes.subarray(at);
			if (typeOf(frame) !== MessageType.Query) continue;
			const text = Buffer.from(frame.subarray(25, frame.indexOf(0, 25))).toString();
			const records = [{ index: 1, size: 8192, name: `${text}.exe`, sha1: sha1Of('worm') }];
			const hit = encodeHit({
				address: { host: '10.66.0.1', port: 6346 },
				speed: 1,
				records,
				vendor: 'WORM',
				guid: guid(1),
			});
			worm.world.send(link, encodeMessage(MessageType.Hit, guidOf(frame).slice(), 5, 0, hit));
		}
	};
	for (const [i, text] of searches.entries()) {
		one.gnutella.search(i + 1, text);
		net.run(net.now + 5000);
	}
	return one;
}

const searches = ['holiday song', 'tax form', 'chess engine'];

it('a worm answers every search with its own copy: without the defence each looks fine', () => {
	const one = wormed(['forged-hits', 'answers-everything', 'size-family'], searches);
	expect(one.hits.map(({ hit }) => hit.verdict)).toEqual(['ok', 'ok', 'ok']);
});

it('with the defence each is shown as refused, with the reasons', () => {
	const one = wormed([], searches);
	expect(one.hits.map(({ hit }) => hit.verdict)).toEqual(['refused', 'refused', 'refused']);
	expect(one.hits[0]?.hit.reasons).toContain('defence.hit.echo');
	expect(one.hits[2]?.hit.reasons).toContain('defence.hit.everything');
});

it('hits for searches that were never asked count against the neighbour, which is thrown out', () => {
	const codes: string[] = [];
	const flood = (defencesOff: string[]): boolean => {
		const net = makeNet();
		const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
		const evil = attacker(net, '10.66.0.1');
		const link = linkAs(net, evil, one.ip, true);
		for (let i = 0; i < 60; i++) {
			const records = [{ index: 1, size: 1, name: 'x' }];
			const hit = encodeHit({
				address: { host: '10.66.0.1', port: 1 },
				speed: 1,
				records,
				vendor: 'EVIL',
				guid: guid(1),
			});
			evil.world.send(link, encodeMessage(MessageType.Hit, guid(1000 + i), 5, 1, hit));
		}
		net.run(net.now + 10_000);
		codes.push(...one.codes());
		return one.gnutella.peers().some((peer) => peer.remote.host === '10.66.0.1');
	};
	expect(flood(['forged-hits'])).toBe(true);
	expect(codes).not.toContain('defence.hit.unasked');
	expect(flood([])).toBe(false);
	expect(codes).toContain('defence.hit.unasked');
});

it('a neighbour that answers under ever new GUIDs is thrown out', () => {
	const codes: string[] = [];
	const changing = (defencesOff: string[]): boolean => {
		const net = makeNet();
		const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
		const evil = attacker(net, '10.66.0.1');
		const link = linkAs(net, evil, one.ip, true);
		let asked: Uint8Array | undefined;
		evil.received = (_l, bytes) => {
			for (let at = 0; at + 23 <= bytes.length; at += 23 + (bytes[at + 19]! | (bytes[at + 20]! << 8))) {
				if (bytes[at + 16] === MessageType.Query) asked = bytes.slice(at, at + 16);
			}
		};
		one.gnutella.search(1, 'holiday song');
		net.run(net.now + 1000);
		for (let i = 0; i < 20; i++) {
			const hit = encodeHit({
				address: { host: '10.66.0.1', port: 1 },
				speed: 1,
				records: [{ index: 1, size: 1, name: 'holiday song' }],
				vendor: 'EVIL',
				guid: guid(i),
			});
			evil.world.send(link, encodeMessage(MessageType.Hit, asked!, 5, 0, hit));
		}
		net.run(net.now + 10_000);
		codes.push(...one.codes());
		return one.gnutella.peers().some((peer) => peer.remote.host === '10.66.0.1');
	};
	expect(changing(['forged-hits'])).toBe(true);
	expect(codes).not.toContain('defence.hit.guid');
	expect(changing([])).toBe(false);
	expect(codes).toContain('defence.hit.guid');
});

describe('one record', () => {
	const facts = {
		search: 1,
		query: 'holiday song',
		urn: undefined,
		name: 'holiday song.mp3',
		size: 4_000_000,
		index: 7,
		sha1: undefined,
		alternates: 0,
		host: '1.2.3.4',
		usable: true,
	};
	const cases: [string, object, string, string][] = [
		[
			'hides its extension behind spaces',
			{ name: 'holiday song.mp3                    .scr' },
			'refused',
			'defence.disguised.spaces',
		],
		[
			'is a program dressed as a song',
			{ name: 'holiday song.mp3.exe' },
			'refused',
			'defence.disguised.double',
		],
		[
			'writes its extension with a foreign letter',
			{ name: 'holiday song.\u0435xe' },
			'refused',
			'defence.disguised.lookalike',
		],
		[
			'ends with a dot that Windows cuts off',
			{ name: 'holiday song.exe.' },
			'refused',
			'defence.disguised.trailing',
		],
		['moves the cursor', { name: 'holiday song \u009b2J.mp3' }, 'refused', 'defence.disguised.path'],
		['has a path in its name', { name: '..\\..\\holiday song.mp3' }, 'refused', 'defence.disguised.path'],
		[
			'turns the direction of its name',
			{ name: 'holiday song\u202e3pm.exe' },
			'refused',
			'defence.disguised.direction',
		],
		[
			'has a hash that no file has',
			{ sha1: Uint8Array.from({ length: 20 }, (_, i) => i) },
			'refused',
			'defence.hit.hash',
		],
		['has an index that no servent gives', { index: 0xffffffff }, 'suspicious', 'defence.hit.index'],
		['names a crowd of sources', { alternates: 17 }, 'suspicious', 'defence.hit.alternates'],
		['lies at an address out of scope', { usable: false }, 'suspicious', 'defence.hit.source'],
		['has none of the words', { name: 'buy now.mp3' }, 'suspicious', 'defence.hit.offtopic'],
		['is an honest program', { name: 'holiday song player setup.exe' }, 'suspicious', 'defence.hit.program'],
		['is an installer', { name: 'holiday song player.deb' }, 'suspicious', 'defence.hit.program'],
		[
			'echoes the search with a foreign letter in .exe',
			{ name: 'holiday song.ex\u0435' },
			'refused',
			'defence.hit.echo',
		],
	];
	for (const [what, change, verdict, code] of cases) {
		it(`that ${what} is ${verdict}`, () => {
			const judged = new ForgedHits(true).judge({ ...facts, ...change });
			expect(judged).toMatchObject({ verdict });
			expect(judged.reasons).toContain(code);
			expect(new ForgedHits(false).judge({ ...facts, ...change }).verdict).toBe('ok');
		});
	}

	it('whose name is made to be misread is refused for the reason that it would be once fetched', () => {
		for (const { name, code } of hostileNames(new Chance(6))) {
			const { verdict, reasons } = new ForgedHits(true).judge({ ...facts, name });
			expect(verdict, JSON.stringify(name)).toBe('refused');
			expect(reasons, JSON.stringify(name)).toContain(code);
		}
	});

	it('whose name is one that people give is fine, in all their languages', () => {
		const chance = new Chance(7);
		for (let i = 0; i < 500; i++) {
			const name = ordinaryName(chance, chance.pick(['mp3', 'pdf', 'tar.gz', 'jpg', 'txt', 'iso']));
			const judged = new ForgedHits(true).judge({ ...facts, urn: 'urn:sha1:', name });
			expect(judged.reasons, JSON.stringify(name)).toEqual([]);
		}
	});

	it('that is what was asked for is fine, also when it answers related searches', () => {
		const defence = new ForgedHits(true);
		for (const query of ['holiday song', 'song of the holiday', 'holiday']) {
			expect(defence.judge({ ...facts, query, sha1: sha1Of('good') }).verdict).toBe('ok');
		}
	});
});
