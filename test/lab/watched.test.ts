/** What is seen of a play by whoever looks on, in each network: no more and no less than what the play itself counts. */
import { expect, it } from 'vitest';
import { load, type Request } from '../../src/lab/load.ts';
import { scenarioOf, scenarios } from '../../src/lab/scenarios.ts';
import type { Picture, Role } from '../../src/lab/watched.ts';

function seen(request: Request, row: string): { picture: Picture; counts: Readonly<Record<string, number>> } {
	const experiment = load(request);
	return { picture: experiment.watch(row)!, counts: experiment.play({ row, run: 0 }) };
}

const kinds = ({ sights }: Picture): number[] =>
	[0, 1, 2, 3].map((kind) => sights.filter((one) => one[3] === kind).length);

const roles = ({ hosts }: Picture, role: Role): number => hosts.filter((host) => host.role === role).length;

it('an extended search asks the own server by link and all others by datagram; those that have it answer', () => {
	const request = { scenario: 'extended-search', nodes: 30, set: ['searches=4', 'people=2'] };
	const own = seen(request, '5 servers, its own by TCP');
	expect(kinds(own.picture)).toEqual([4, 4, 0, 0]);
	const all = seen(request, '5 servers, all by UDP too');
	expect(kinds(all.picture)[0]).toBe(4 * 5);
	expect(all.picture.sights.filter(([, , , kind, fresh]) => kind === 0 && fresh === 0)).toEqual([]);
	expect([roles(all.picture, 'server'), roles(all.picture, 'leaf')]).toEqual([5, 30]);
	expect(all.picture.links).toHaveLength(30);
});

it('a server that turns its users against a victim is seen to: what is dialled is what is counted', () => {
	const request = {
		scenario: 'server-lists',
		nodes: 6,
		set: ['minutes=2', 'ports=5', 'callBacks=5', 'files=1'],
	};
	for (const row of ['on', 'on + push-diversion', 'on + all']) {
		const { picture, counts } = seen(request, row);
		const [, , callBacks, dials] = kinds(picture);
		expect(dials, row).toBe(counts['asServer'] + counts['asSource'] + counts['byCallBack']);
		expect(callBacks, row).toBe(6 * 2 * 5);
		expect(roles(picture, 'attacker')).toBe(1);
	}
	expect(kinds(seen(request, 'off').picture).slice(2)).toEqual([0, 0]);
});

it('FastTrack is read through its cipher: lists and call-backs of a super-node, and the dials that they cause', () => {
	const request = { scenario: 'rogue-super-node', nodes: 6, set: ['minutes=2', 'ports=5', 'callBacks=5'] };
	const { picture, counts } = seen(request, 'on');
	const [, lists, callBacks, dials] = kinds(picture);
	expect(dials).toBe(counts['asSuperNode'] + counts['byCallBack']);
	expect(lists).toBe(6);
	// The first round comes before anybody is linked.
	expect(callBacks).toBe(6 * (2 * 5 - 1));
});

it('super-nodes that have failed are gone in the picture, and nobody asks them', () => {
	const request = { scenario: 'super-nodes', nodes: 20, set: ['supernodes=4', 'searches=10', 'minutes=1'] };
	const { picture } = seen(request, '50 % fail');
	expect([roles(picture, 'server'), roles(picture, 'gone')]).toEqual([2, 2]);
	expect(kinds(picture)[0]).toBeGreaterThan(10);
	for (const [, from, to] of picture.sights)
		for (const place of [from, to]) expect(picture.hosts[place].role).not.toBe('gone');
	expect(kinds(seen(request, '100 % fail').picture)).toEqual([0, 0, 0, 0]);
});

it('a question in the name of a victim brings the victim what it has not asked for', () => {
	const request = { scenario: 'udp-amplification', nodes: 5, set: ['seconds=3', 'perSecond=10'] };
	const answersTo = (row: string): number => {
		const { picture } = seen(request, row);
		const victim = picture.hosts.findIndex(({ role }) => role === 'victim');
		return picture.sights.filter(([, , to, kind]) => to === victim && kind === 1).length;
	};
	expect(answersTo('on')).toBe(30);
	expect(answersTo('on + udp-amplification')).toBeLessThan(3);
});

it('each scenario whose nodes are all the network code itself can be watched, or is on this list', () => {
	const not = scenarios.filter(({ watch }) => watch === undefined).map(({ name }) => name);
	// Arrays with real frames.
	const arrays = [
		'flood-cost',
		'routing',
		'search-methods',
		'generations',
		'central',
		'sessions',
		'free-riding',
	];
	const others = ['bandwidth', 'congestion', 'epidemic', 'oversharing', 'poisoned-pieces'];
	// The attack is links, nonsense or requests for files: nothing of a search.
	const silent = ['gwebcache', 'connection-flood', 'malformed-traffic', 'path-traversal'];
	expect(not.sort()).toEqual([...arrays, ...others, ...silent].sort());
	expect(scenarioOf('extended-search')?.watch).toBeDefined();
});
