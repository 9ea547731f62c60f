/**
 * A neighbouring super-node that lies, floods or keeps silent: what it can do with a defence off, and what with it on.
 *
 * Longer than 300 lines: one neighbour is played in every test of it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { hex } from '../../../src/networks/common/hash.ts';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import {
	decodeNeighbourQuery,
	decodeNeighbourResults,
	encodeNeighbourEnd,
	encodeNeighbourHello,
	encodeNeighbourQuery,
	encodeNeighbourResults,
	type NeighbourQuery,
} from '../../../src/networks/fasttrack/wire/neighbour.ts';
import { encodeNodeInfo } from '../../../src/networks/fasttrack/wire/node.ts';
import { encodePush, encodePushRequest } from '../../../src/networks/fasttrack/wire/push.ts';
import { Compare, encodeQuery, Realm, type Term } from '../../../src/networks/fasttrack/wire/query.ts';
import { decodeReply, type Result } from '../../../src/networks/fasttrack/wire/reply.ts';
import { encodeShare } from '../../../src/networks/fasttrack/wire/share.ts';
import { Tag } from '../../../src/networks/fasttrack/wire/tags.ts';
import { bytesOf } from '../gnutella/wire/pieces.ts';
import { type Caller, own, type Played, Scene } from './scripted.ts';
import { file } from './session.ts';

const near = '198.51.100.7';
const far = '198.51.100.8';
const victim = { host: '203.0.113.66', port: 4000 };
const named = [near, far].map((host) => ({ host, port: 1214 }));
const words = (text: string): Term => ({ compare: Compare.Substring, tag: Tag.Any, value: bytesOf(text) });
const amber = { most: 100, id: 0, realm: Realm.All, terms: [words('amber')] };

function scene(more: Played = {}): Scene {
	return new Scene({ neighbours: named, ...more });
}

function neighbour(on: Scene, host = near, id = host): Caller {
	const caller = on.caller(host).asLeaf();
	const body = { id: bytesOf(id.slice(-8)), port: 1214, features: 0 };
	caller.say(MessageType.NeighbourHello, encodeNeighbourHello(body));
	return caller;
}

function leaf(on: Scene, host: string, user: string, port = 1300): Caller {
	const caller = on.caller(host).asLeaf();
	caller.say(MessageType.NodeInfo, encodeNodeInfo({ address: { host, port }, bandwidth: 1, user }));
	return caller;
}

function share(giver: Caller, name: string): void {
	giver.say(MessageType.Share, encodeShare({ ...file(name, name.length), medium: 1 }));
}

function passOn(from: Caller, more: Partial<NeighbourQuery> = {}): void {
	const query = { number: 1, id: bytesOf('12345678'), left: 0, passed: 1, query: amber, ...more };
	from.say(MessageType.NeighbourQuery, encodeNeighbourQuery(query));
}

/** The number of the last search that it was asked. */
function asked(by: Caller): number {
	const query = decodeNeighbourQuery(by.ofType(MessageType.NeighbourQuery).at(-1)!);
	if (isRefusal(query)) throw new Error('a query of ours is refused');
	return query.number;
}

function resultFor(name: string, source = victim): Result {
	return { ...file(name), source, bandwidth: 1, user: 'mallory', networkName: 'KaZaA' };
}

function answer(from: Caller, results: readonly Result[], number = asked(from)): void {
	from.say(MessageType.NeighbourResults, encodeNeighbourResults({ number, results }));
}

/** A leaf of the scene searches for "amber". */
function search(asker: Caller, id = 5): void {
	asker.say(MessageType.Query, encodeQuery({ ...amber, id }));
}

function found(asker: Caller): string[] {
	return asker.ofType(MessageType.Reply).flatMap((body) => {
		const reply = decodeReply(body);
		if (isRefusal(reply)) throw new Error('a reply of ours is refused');
		return reply.results.map(({ source }) => source.host);
	});
}

describe('results of a neighbour', () => {
	function told(results: readonly Result[], defencesOff: string[]): { hosts: string[]; codes: string[] } {
		const on = scene({ defencesOff });
		const liar = neighbour(on);
		const asker = leaf(on, '198.51.100.20', 'ada');
		search(asker);
		answer(liar, results);
		return { hosts: found(asker), codes: on.codes() };
	}

	const forged = [
		resultFor('setup.exe'),
		resultFor('amber.mp3', { ...victim, port: 80 }),
		resultFor('amber.mp3', { ...victim, port: 0 }),
		resultFor('amber.mp3', { host: '10.1.2.3', port: 4000 }),
	];

	it('that answer nothing, or name who cannot be dialled or has other services: fasttrack.neighbour.forged', () => {
		expect(told(forged, ['forged-hits']).hosts).toHaveLength(4);
		expect(told(forged, [])).toEqual({ hosts: [], codes: ['fasttrack.neighbour.forged'] });
		expect(told([resultFor('amber.mp3'), ...forged], []).hosts).toEqual([victim.host]);
	});

	it('of another hash than was asked for are dropped', () => {
		const on = scene();
		const liar = neighbour(on);
		const asker = leaf(on, '198.51.100.20', 'ada');
		const wanted = new Uint8Array(20).fill(9);
		const term = { compare: Compare.Equals, tag: Tag.Hash, value: wanted };
		asker.say(MessageType.Query, encodeQuery({ ...amber, terms: [term] }));
		answer(liar, [resultFor('amber.mp3'), { ...resultFor('whatever'), hash: wanted }]);
		expect(found(asker)).toEqual([victim.host]);
		expect(on.codes()).toEqual(['fasttrack.neighbour.forged']);
	});

	it('of the Internet never name hosts of a local network', () => {
		const on = scene({ usable: () => true, mayName: (_from, host) => !host.startsWith('192.168.') });
		const liar = neighbour(on);
		const asker = leaf(on, '198.51.100.20', 'ada');
		search(asker);
		answer(liar, [resultFor('amber.mp3', { host: '192.168.1.1', port: 8080 })]);
		expect(found(asker)).toEqual([]);
		// And a leaf from there is not named to the Internet.
		share(leaf(on, '192.168.1.9', 'bob'), 'amber.mp3');
		passOn(liar);
		expect(liar.ofType(MessageType.NeighbourResults)).toEqual([]);
	});

	it('that nobody asked for, or more than its part, are dropped: fasttrack.neighbour.unasked', () => {
		const on = scene();
		const [liar, other] = [neighbour(on), neighbour(on, far)];
		const asker = leaf(on, '198.51.100.20', 'ada');
		answer(liar, [resultFor('amber.mp3')], 77);
		expect(on.codes()).toEqual(['fasttrack.neighbour.unasked']);
		search(asker);
		for (let i = 0; i < 8; i++)
			answer(
				liar,
				Array.from({ length: 20 }, (_, n) => ({ ...resultFor('amber.mp3'), size: 100 * i + n })),
			);
		expect(found(asker)).toHaveLength(ours.resultsOfNeighbour);
		expect(on.codes()).toHaveLength(4);
		// It asked for 100: the search is full, which is not the fault of the other.
		answer(other, [resultFor('amber.mp3')]);
		expect(on.codes()).toHaveLength(4);
		expect(asker.ofType(MessageType.ReplyEnd)).toHaveLength(1);
	});

	it('of two who know one leaf name it once', () => {
		const on = scene();
		const [one, other] = [neighbour(on), neighbour(on, far)];
		const asker = leaf(on, '198.51.100.20', 'ada');
		search(asker);
		answer(one, [resultFor('amber.mp3')]);
		answer(other, [resultFor('amber.mp3')]);
		expect(found(asker)).toEqual([victim.host]);
		for (const each of [one, other]) each.say(MessageType.NeighbourEnd, encodeNeighbourEnd(asked(each)));
		expect(asker.ofType(MessageType.ReplyEnd)).toHaveLength(1);
		expect(on.codes()).toEqual([]);
	});

	it('that stay out do not keep the search open; what comes late is dropped without blame', () => {
		const on = scene();
		const slow = neighbour(on);
		const asker = leaf(on, '198.51.100.20', 'ada');
		search(asker);
		search(asker);
		expect(asker.ofType(MessageType.ReplyEnd)).toHaveLength(0);
		const number = asked(slow);
		on.world.advance(on.world.time + (ours.queryLinks * ours.linkSeconds + 1) * 1000);
		expect(asker.ofType(MessageType.ReplyEnd)).toHaveLength(1);
		answer(slow, [resultFor('amber.mp3')], number);
		expect(found(asker)).toEqual([]);
		expect(on.codes()).toEqual([]);
		on.world.advance(on.world.time + (ours.lateSeconds + 1) * 1000);
		expect(on.node.operator!.figures().passedOn).toBe(0);
	});
});

describe('searches of a neighbour', () => {
	it('are answered from here, without those that cannot be dialled, and say nothing of who asked', () => {
		const on = scene();
		const asks = neighbour(on);
		share(leaf(on, '198.51.100.20', 'ada'), 'amber one.mp3');
		share(leaf(on, '198.51.100.21', 'bob', 0), 'amber two.mp3');
		passOn(asks);
		const [message] = asks.ofType(MessageType.NeighbourResults).map(decodeNeighbourResults);
		expect(message).toMatchObject({ number: 1, results: [{ source: { host: '198.51.100.20' } }] });
		expect(asks.ofType(MessageType.NeighbourEnd).map(hex)).toEqual(['00000001']);
		const other = neighbour(on, far);
		search(leaf(on, '198.51.100.22', 'carol'), 4711);
		const query = decodeNeighbourQuery(other.ofType(MessageType.NeighbourQuery)[0]);
		expect(query).toMatchObject({ left: 2, passed: 1, query: { id: 0, terms: amber.terms } });
	});

	it('in a flood are answered as far as one may ask, then it is left alone: fasttrack.neighbour.flood, fasttrack.supernode.ban', () => {
		const answered = (defencesOff: string[]) => {
			const on = scene({ defencesOff });
			const asks = neighbour(on);
			share(leaf(on, '198.51.100.20', 'ada'), 'amber one.mp3');
			for (let number = 1; number <= 1000 && !on.isEnded(asks.link); number++)
				passOn(asks, { number, id: bytesOf(String(number).padStart(8, '0')) });
			return { count: asks.ofType(MessageType.NeighbourResults).length, on, asks };
		};
		expect(answered(['query-flood']).count).toBe(1000);
		const { count, on, asks } = answered([]);
		expect(count).toBe(ours.neighbourQueries);
		expect(on.codes().filter((code) => code === 'fasttrack.neighbour.flood')).toHaveLength(ours.strikes + 1);
		expect(on.codes().at(-1)).toBe('fasttrack.supernode.ban');
		on.world.close(asks.link, 'ended');
		expect(on.isEnded(on.caller(near).link)).toBe(true);
		expect(on.codes().at(-1)).toBe('fasttrack.supernode.banned');
		on.world.advance(on.world.time + ours.banMinutes * 60_000 + 1000);
		expect(on.isEnded(neighbour(on).link)).toBe(false);
	});

	it('that would go round for ever are not taken: fasttrack.neighbour.hops', () => {
		const passed = (defencesOff: string[]) => {
			const on = scene({ defencesOff });
			const [asks, other] = [neighbour(on), neighbour(on, far)];
			passOn(asks, { left: 255 });
			const [query] = other.ofType(MessageType.NeighbourQuery).map(decodeNeighbourQuery);
			return { query, codes: on.codes(), ends: asks.ofType(MessageType.NeighbourEnd).length };
		};
		expect(passed(['time-to-live-abuse']).query).toMatchObject({ left: 254, passed: 2 });
		expect(passed([])).toEqual({ query: undefined, codes: ['fasttrack.neighbour.hops'], ends: 1 });
	});

	it('that were here are ended at once; another one under the same id is another', () => {
		const on = scene();
		const [one, other] = [neighbour(on), neighbour(on, far)];
		share(leaf(on, '198.51.100.20', 'ada'), 'amber one.mp3');
		passOn(one, { number: 3 });
		passOn(other, { number: 4 });
		passOn(one, { number: 5, query: { ...amber, terms: [words('amber'), words('one')] } });
		expect(one.ofType(MessageType.NeighbourResults)).toHaveLength(2);
		expect(other.ofType(MessageType.NeighbourResults)).toEqual([]);
		expect(other.ofType(MessageType.NeighbourEnd).map(hex)).toEqual(['00000004']);
		on.world.advance(on.world.time + ours.seenSeconds * 1000 + 2000);
		passOn(other, { number: 6 });
		expect(other.ofType(MessageType.NeighbourResults)).toHaveLength(1);
	});

	it('are remembered in a table that does not grow', () => {
		const on = scene({ defencesOff: ['query-flood'] });
		const asks = neighbour(on);
		share(leaf(on, '198.51.100.20', 'ada'), 'amber one.mp3');
		const numbered = (number: number): Uint8Array => {
			const id = bytesOf(String(number).padStart(8, '0'));
			return encodeNeighbourQuery({ number, id, left: 0, passed: 1, query: amber });
		};
		const answered = (): number => asks.ofType(MessageType.NeighbourResults).length;
		for (let number = 0; number <= ours.queriesSeen; number++)
			asks.tell(MessageType.NeighbourQuery, numbered(number));
		const before = answered();
		asks.say(MessageType.NeighbourQuery, numbered(ours.queriesSeen));
		expect(answered()).toBe(before);
		asks.say(MessageType.NeighbourQuery, numbered(0));
		expect(answered()).toBe(before + 1);
	});

	it('of one leaf are passed on as often as a person searches, and never without a word', () => {
		const on = scene();
		const other = neighbour(on);
		const asker = leaf(on, '198.51.100.20', 'ada');
		const ask = (id: number, text: string) =>
			asker.say(MessageType.Query, encodeQuery({ ...amber, id, terms: [words(text)] }));
		ask(1, '');
		ask(2, 'x'.repeat(ours.queryPassed));
		expect(other.ofType(MessageType.NeighbourQuery)).toEqual([]);
		for (let id = 3; id < 33; id++) {
			ask(id, `amber ${id}`);
			other.say(MessageType.NeighbourEnd, encodeNeighbourEnd(asked(other)));
		}
		expect(other.ofType(MessageType.NeighbourQuery)).toHaveLength(ours.queriesPassed);
	});
});

describe('a neighbour', () => {
	it('makes nobody call: neither by a call-back that it passes on, nor by one that it asks for', () => {
		const on = scene();
		const mallory = neighbour(on);
		const target = leaf(on, '198.51.100.20', 'ada', 0);
		share(target, 'amber.mp3');
		mallory.say(MessageType.Push, encodePush({ id: 1, requester: victim }));
		const where = { host: '198.51.100.20', port: 0 };
		const request = { id: 1, requester: victim, target: where, supernode: own, user: 'ada' };
		mallory.say(MessageType.Push, encodePushRequest(request));
		expect(target.ofType(MessageType.Push)).toEqual([]);
		// Nor is it a leaf any more: what it shares is found by nobody.
		share(mallory, 'amber of nobody.mp3');
		expect(on.node.operator!.figures()).toMatchObject({ users: 1, files: 1, neighbours: 1 });
	});

	it('that nobody has named gets no link, whatever it says: fasttrack.neighbour.stranger', () => {
		const on = scene({ neighbours: [] });
		const stranger = neighbour(on);
		expect(on.isEnded(stranger.link)).toBe(true);
		expect(on.codes()).toEqual(['fasttrack.neighbour.stranger']);
		expect(on.world.dials).toEqual([]);
	});

	it('may say anything: nothing throws', () => {
		const types = [MessageType.NeighbourHello, MessageType.NeighbourQuery];
		const more = [MessageType.NeighbourResults, MessageType.NeighbourEnd, MessageType.Push];
		const said = fc.tuple(fc.constantFrom(...types, ...more), fc.uint8Array({ maxLength: 60 }));
		fc.assert(
			fc.property(fc.array(said, { maxLength: 100 }), (all) => {
				const on = scene();
				const from = neighbour(on);
				search(leaf(on, '198.51.100.20', 'ada'));
				for (const [type, body] of all) if (!on.isEnded(from.link)) from.say(type, body);
				const codes = new Set(on.codes());
				for (const code of codes)
					expect(code).toMatch(/^fasttrack\.(message\.malformed|neighbour\.(unasked|hops|forged))$/);
				expect(on.node.operator!.figures().passedOn).toBeLessThan(2);
			}),
			{ numRuns: 40 },
		);
	});

	it('says hello a second time in vain, and a leaf whose name would end a result is told of without it', () => {
		const on = scene();
		const asks = neighbour(on);
		const hello = { id: bytesOf('another1'), port: 9, features: 0 };
		asks.say(MessageType.NeighbourHello, encodeNeighbourHello(hello));
		expect(on.node.operator!.figures().neighbours).toBe(1);
		share(leaf(on, '198.51.100.20', '\x02a\x01\x00da'), 'amber.mp3');
		passOn(asks);
		const [message] = asks.ofType(MessageType.NeighbourResults).map(decodeNeighbourResults);
		expect(message).toMatchObject({ results: [{ user: 'ada', networkName: 'KaZaA' }] });
	});
});
