/** The attacks of the laboratory: each works with the defences off, and what each defence alone does about it. */
import { describe, expect, it } from 'vitest';
import { experimentOf } from '../../src/lab/experiment.ts';
import type { LabResult } from '../../src/lab/result.ts';
import { scenarioOf, scenarios } from '../../src/lab/scenarios.ts';
import { attackRows, defencesOff, isAttacked, switches } from '../../src/lab/switches.ts';
import { played, row } from './playing.ts';

const value = (result: LabResult, name: string, measure: string): number => row(result, name)[measure];

describe('the switches', () => {
	it('of a row leave on what it names, and nothing else', () => {
		expect(attackRows('query-flood')).toEqual(['off', 'on', 'on + query-flood', 'on + all']);
		expect(defencesOff('off')).toEqual([]);
		expect(defencesOff('on + all')).toEqual([]);
		expect(defencesOff('on')).toEqual([...switches]);
		expect(defencesOff('on + query-flood')).toEqual(switches.filter((name) => name !== 'query-flood'));
		expect(isAttacked('off')).toBe(false);
	});

	it('may each have a row, also of a defence that has nothing to do with the attack', () => {
		const rowsOf = (name: string, set: readonly string[]): readonly string[] =>
			experimentOf(scenarioOf(name)!, { set: ['runs=1', ...set] }).rows;
		const every = rowsOf('oversharing', ['alone=every']);
		expect(every.filter((one) => one.startsWith('on + '))).toHaveLength(switches.length + 1);
		expect(every.at(-1)).toBe('on + all');
		expect(rowsOf('oversharing', ['alone=related'])).toEqual(rowsOf('oversharing', []));
		expect(() => rowsOf('ttl', ['alone=every'])).toThrow(/no rows of defences/);
		const result = played('oversharing', { nodes: 30, set: ['runs=1', 'alone=every'] });
		for (const name of switches)
			if (name !== 'oversharing') expect(row(result, `on + ${name}`), name).toEqual(row(result, 'on'));
	});

	it('are used: every row of every attack names one of them, and each is a row somewhere', () => {
		const used = new Set<string>();
		for (const scenario of scenarios) {
			const settings = Object.fromEntries(
				Object.entries(scenario.settings).map(([name, { preset }]) => [name, preset]),
			);
			for (const one of scenario.rows({ nodes: scenario.nodes, settings, limits: {} })) {
				const name = /\bon \+ (.+)$/.exec(one)?.[1];
				if (name === undefined || name === 'all') continue;
				expect(switches).toContain(name);
				used.add(name);
			}
		}
		expect([...used].sort()).toEqual([...switches]);
	});
});

it('a query flood multiplies in the network; the defence takes most of it away, and nobody is thrown out for it', () => {
	const result = played('query-flood', { nodes: 120, set: ['runs=1', 'searches=8', 'seconds=12'] });
	expect(value(result, 'on', 'messagesPerQuery')).toBeGreaterThan(3);
	expect(value(result, 'on + query-flood', 'queryMessages')).toBeLessThan(
		value(result, 'on', 'queryMessages') / 2,
	);
	expect(value(result, 'on + misbehaviour', 'queryMessages')).toBe(value(result, 'on', 'queryMessages'));
	expect(value(result, 'on + all', 'honestSuccess')).toBeGreaterThanOrEqual(
		value(result, 'off', 'honestSuccess') - 0.15,
	);
});

it('TTL 255 reaches everybody; the first servent refuses it and throws the sender out', () => {
	const result = played('time-to-live-abuse', { nodes: 100, set: ['runs=1', 'queries=15'] });
	expect(value(result, 'on', 'reachedPerQuery')).toBe(100);
	expect(value(result, 'on + time-to-live-abuse', 'reachedPerQuery')).toBeLessThan(1);
	expect(value(result, 'on + time-to-live-abuse', 'attackersThrownOut')).toBe(1);
	expect(value(result, 'on', 'attackersThrownOut')).toBe(0);
});

it('each PUSH is a connection at the victim; with the defence a fraction', () => {
	const result = played('push-diversion', { nodes: 60, set: ['runs=1', 'searches=5', 'seconds=30'] });
	expect(value(result, 'off', 'victimConnects')).toBe(0);
	expect(value(result, 'on', 'connectsPerPush')).toBe(1);
	expect(value(result, 'on + push-diversion', 'victimConnects')).toBeLessThan(
		value(result, 'on', 'victimConnects') / 2,
	);
	expect(value(result, 'on + all', 'refused')).toBeGreaterThan(0);
});

it('worms give most answers, and a person sees them as fine; each defence warns, without touching honest answers', () => {
	const result = played('answers-everything', { nodes: 80, set: ['runs=1', 'searches=24', 'worms=8'] });
	expect(value(result, 'on', 'maliciousShare')).toBeGreaterThan(0.3);
	expect(value(result, 'on', 'maliciousShown')).toBe(1);
	expect(value(result, 'on + forged-hits', 'maliciousShown')).toBe(0);
	for (const name of ['answers-everything', 'size-family'])
		expect(value(result, `on + ${name}`, 'maliciousShown'), name).toBeLessThan(0.6);
	expect(value(result, 'on + all', 'honestRefused')).toBe(0);
});

it('forged answers send downloads to a victim; for programs the defence ends it, for songs it only helps', () => {
	const songs = played('forged-hits', { nodes: 60, set: ['runs=1', 'searches=45'] });
	expect(value(songs, 'off', 'victimConnects')).toBe(0);
	expect(value(songs, 'on', 'connectsPerSearch')).toBeGreaterThan(0.5);
	expect(value(songs, 'on + all', 'victimConnects')).toBeLessThan(value(songs, 'on', 'victimConnects'));
	const programs = played('forged-hits', { nodes: 60, set: ['runs=1', 'searches=12', 'name=program'] });
	expect(value(programs, 'on', 'victimConnects')).toBeGreaterThan(5);
	expect(value(programs, 'on + forged-hits', 'victimConnects')).toBe(0);
});

it('pongs make everybody dial a victim; sources that agree and bounds a host cut it by ten', () => {
	const result = played('host-caches', { nodes: 60, set: ['runs=1', 'searches=3', 'minutes=3'] });
	expect(value(result, 'off', 'victimConnects')).toBe(0);
	expect(value(result, 'on', 'victimConnects')).toBeGreaterThan(200);
	expect(value(result, 'on + seed-poisoning', 'victimConnects')).toBeLessThan(
		value(result, 'on', 'victimConnects') / 10,
	);
});

it('a web cache lets all newcomers in, and dials a victim for others only with its defence off', () => {
	const result = played('gwebcache', { nodes: 40, set: ['runs=1', 'attackers=3'] });
	for (const name of Object.keys(result.measures))
		expect(value(result, name, 'largestComponent'), name).toBeGreaterThan(0.9);
	expect(value(result, 'on', 'victimDialsBySeed')).toBe(120);
	expect(value(result, 'on + seed-poisoning', 'victimDialsBySeed')).toBe(0);
	expect(value(result, 'on + seed-poisoning', 'victimDialsByServents')).toBe(0);
});

it('a server turns its users against a victim in three ways; each defence closes one, and lists are never taken', () => {
	const result = played('server-lists', { nodes: 12, set: ['runs=1', 'minutes=4'] });
	const dials = (name: string): number[] =>
		['dialsAsServer', 'dialsAsSource', 'dialsByCallBack'].map((measure) => value(result, name, measure));
	expect(dials('off')).toEqual([0, 0, 0]);
	expect(value(result, 'on, lists are taken', 'packetsAsServer')).toBeGreaterThan(500);
	expect(value(result, 'on', 'packetsAsServer')).toBe(0);
	const [, sources, callBacks] = dials('on');
	expect([sources, callBacks]).toEqual([12 * 2 * 50, 12 * 20 * 4]);
	expect(dials('on + seed-poisoning')).toEqual([0, 12 * 2 * 2, callBacks]);
	expect(dials('on + push-diversion')[2]).toBeLessThan(callBacks / 10);
	expect(dials('on + push-diversion')[1]).toBe(sources);
	expect(value(result, 'on + all', 'victimConnectsPerMinute')).toBeLessThan(
		value(result, 'on', 'victimConnectsPerMinute') / 10,
	);
});

it('a super-node lists a victim and has it called; one defence for each', () => {
	const result = played('rogue-super-node', { nodes: 12, set: ['runs=1', 'minutes=4'] });
	const dials = (name: string): number[] =>
		['dialsAsSuperNode', 'dialsByCallBack'].map((measure) => value(result, name, measure));
	const [lists, callBacks] = dials('on');
	expect(dials('off')).toEqual([0, 0]);
	expect([lists, callBacks].map((one) => one > 200)).toEqual([true, true]);
	expect(dials('on + seed-poisoning')[0]).toBeLessThan(lists / 2);
	expect(dials('on + push-diversion')[1]).toBeLessThan(callBacks / 10);
	expect(dials('on + push-diversion')[0]).toBe(lists);
	for (const name of Object.keys(result.measures)) expect(value(result, name, 'leavesLinked')).toBe(1);
});

it('a flood of links keeps newcomers out; with the defence they get in', () => {
	const result = played('connection-flood', { nodes: 40, set: ['runs=1', 'seconds=10'] });
	expect(value(result, 'off', 'newcomersLinked')).toBe(1);
	expect(value(result, 'on', 'newcomersLinked')).toBeLessThan(0.5);
	expect(value(result, 'on + connection-flood', 'newcomersLinked')).toBeGreaterThan(
		value(result, 'on', 'newcomersLinked'),
	);
});

it('nonsense is read to the end without the defence; with both, the sender is banned', () => {
	const result = played('malformed-traffic', { nodes: 40, set: ['runs=1', 'searches=3'] });
	expect(value(result, 'on', 'readShare')).toBe(1);
	expect(value(result, 'on + malformed-traffic', 'readShare')).toBeLessThan(0.2);
	expect(value(result, 'on + malformed-traffic', 'banned')).toBe(0);
	expect(value(result, 'on + all', 'banned')).toBeGreaterThan(0);
});

it('a worm that publishes itself takes most of the network; a warning slows it, a signature ends it', () => {
	const result = played('epidemic', { nodes: 600, set: ['runs=1', 'hours=18'] });
	expect(value(result, 'off', 'infected')).toBe(0);
	expect(value(result, 'on', 'infected')).toBeGreaterThan(0.5);
	expect(value(result, 'on + executable', 'infected')).toBeLessThan(value(result, 'on', 'infected') / 2);
	expect(value(result, 'on + disguised', 'infected')).toBe(value(result, 'on', 'infected'));
	expect(value(result, 'on + known-bad', 'infected')).toBeLessThan(0.02);
	const hidden = played('epidemic', { nodes: 600, set: ['runs=1', 'hours=12', 'name=disguised'] });
	expect(value(hidden, 'on + disguised', 'infected')).toBeLessThan(0.02);
});

it('an update by its name is whoever calls it newest; only a name of its content, told elsewhere, ends that', () => {
	const result = played('poisoned-update', { nodes: 60, set: ['runs=1', 'programs=12'] });
	expect(value(result, 'off', 'genuineInstalled')).toBe(1);
	for (const name of ['on', 'on + forged-hits', 'on + executable', 'on + size-family'])
		expect(value(result, name, 'forgedInstalled'), name).toBe(1);
	expect(value(result, 'on + known-bad', 'forgedInstalled')).toBe(0.5);
	const named = row(result, 'on, content named by its maker');
	expect(named).toMatchObject({ forgedInstalled: 0, genuineInstalled: 1 });
	expect(named['forgedFetched']).toBeGreaterThan(0);
});

it('as an archive that climbs or a song that is a page, each has a defence of its own', () => {
	for (const [guise, own] of [
		['archive', 'archive'],
		['media', 'hostile-media'],
	] as const) {
		const result = played('epidemic', { nodes: 300, set: ['runs=1', 'hours=8', `name=${guise}`] });
		expect(value(result, 'on', 'infected')).toBeGreaterThan(0.3);
		expect(value(result, `on + ${own}`, 'infected')).toBeLessThan(0.03);
		expect(value(result, 'on + executable', 'infected')).toBe(value(result, 'on', 'infected'));
	}
});

it('sources that lie spoil a file without a tree; with the defence they are out, and nobody else', () => {
	const result = played('poisoned-pieces', { set: ['runs=5'] });
	expect(value(result, 'off', 'fetchedTimesTheFile')).toBe(1);
	expect(row(result, 'on, no hash tree')).toMatchObject({ complete: 0, fetchedTimesTheFile: 10 });
	expect(row(result, 'on')).toMatchObject({ complete: 1, liarsThrownOut: 0 });
	expect(value(result, 'on', 'fetchedTimesTheFile')).toBeGreaterThan(1.1);
	expect(row(result, 'on + content-poisoning')).toMatchObject({
		complete: 1,
		liarsThrownOut: 1,
		honestThrownOut: 0,
	});
	expect(value(result, 'on + content-poisoning', 'fetchedTimesTheFile')).toBeLessThan(1.06);
});

it('no path leads out of a share, and the defence notices each that tries', () => {
	const result = played('path-traversal', { nodes: 30, set: ['runs=1', 'searches=3'] });
	for (const name of Object.keys(result.measures)) expect(value(result, name, 'filesServed'), name).toBe(0);
	expect(value(result, 'on', 'requests')).toBe(180);
	expect([value(result, 'on', 'noticed'), value(result, 'on + path-traversal', 'noticed')]).toEqual([0, 1]);
});

it('home folders leak keys and mail; the defence keeps most back, and no ordinary file', () => {
	const result = played('oversharing', { nodes: 200, set: ['runs=1'] });
	expect(value(result, 'on', 'privateShared')).toBe(1);
	expect(value(result, 'on + oversharing', 'privateShared')).toBeLessThan(0.35);
	expect(value(result, 'on + oversharing', 'ordinaryLeftOut')).toBe(0);
	expect(value(result, 'on + all', 'fetched')).toBeLessThan(value(result, 'on', 'fetched') / 2);
});

it('a neighbourhood of a few servents is refused with a sentence', () => {
	expect(() => played('query-flood', { nodes: 5, set: ['runs=1'] })).toThrow(/20 servents or more/);
});

it('who cannot be dialled is found all the same, and a PUSH still moves him', () => {
	const result = played('push-diversion', {
		nodes: 60,
		set: ['runs=1', 'searches=5', 'seconds=20', 'firewalled=1'],
	});
	expect(value(result, 'off', 'honestSuccess')).toBeGreaterThan(0.5);
	expect(value(result, 'on', 'connectsPerPush')).toBe(1);
});

it('a few honey pots see most of those who fetch what is watched for', () => {
	const result = played('honey-pots', { nodes: 80, set: ['runs=1', 'searches=40', 'people=15'] });
	expect(value(result, '1 pot', 'peopleSeen')).toBeLessThan(value(result, '15 pots', 'peopleSeen'));
	expect(value(result, '15 pots', 'peopleSeen')).toBeGreaterThan(0.6);
	expect(value(result, '15 pots', 'peopleSeen')).toBeLessThanOrEqual(1);
	expect(value(result, '15 pots', 'queriesSeen')).toBeGreaterThan(20);
});

it('an eDonkey server multiplies forged questions a hundred times; with the defence a victim gets next to nothing', () => {
	const result = played('udp-amplification', { nodes: 30, set: ['runs=1', 'seconds=20'] });
	expect(value(result, 'on', 'factor')).toBeGreaterThan(40);
	expect(value(result, 'on + udp-amplification', 'factor')).toBeLessThan(0.2);
	for (const name of Object.keys(result.measures)) expect(value(result, name, 'honestAnswers'), name).toBe(1);
});
