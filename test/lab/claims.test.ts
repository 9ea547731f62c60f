/** The claims of the talk that are no attacks: small networks, one play, what must come out. */
import { describe, expect, it } from 'vitest';
import { played, row } from './playing.ts';

const once = ['runs=1'];

describe('TTL', () => {
	const result = played('ttl', { nodes: 2000, set: [...once, 'origins=5'] });

	it('each hop more reaches more, and most messages of the last hops are duplicates', () => {
		expect(row(result, 'TTL 3')['reachShare']).toBeLessThan(row(result, 'TTL 5')['reachShare']);
		expect(row(result, 'TTL 10')['reachShare']).toBe(1);
		expect(row(result, 'TTL 2')['duplicateShare']).toBeLessThan(0.05);
		expect(row(result, 'TTL 10')['duplicateShare']).toBeGreaterThan(0.75);
	});

	it('beyond the hard limit of the servents reaches nobody', () => {
		expect(row(result, 'TTL 15')['reachShare']).toBe(1);
		expect(row(result, 'TTL 16')['reachShare']).toBe(0);
	});
});

it('hits that go back by what servents remember cost a thousandth of hits that are flooded', () => {
	const result = played('routing', { nodes: 2000, set: [...once, 'queries=3'] });
	const [bridge, flood] = [row(result, 'learning bridge'), row(result, 'hits flooded')];
	expect(bridge['hits']).toBe(flood['hits']);
	expect(bridge['messagesPerHit']).toBeLessThan(10);
	expect(flood['messagesPerHit']).toBeGreaterThan(1000);
});

it('walkers and rings find what a flood finds, for a quarter of the messages or less', () => {
	const result = played('search-methods', { nodes: 2000, set: [...once, 'queries=20', 'files=300'] });
	const flood = row(result, 'flood');
	expect(flood['success']).toBeGreaterThan(0.8);
	for (const method of ['expanding ring', 'walkers']) {
		expect(row(result, method)['success']).toBeGreaterThanOrEqual(flood['success'] - 0.1);
		expect(row(result, method)['messagesPerQuery']).toBeLessThan(flood['messagesPerQuery'] / 4);
	}
	expect(row(result, 'walkers')['duplicateShare']).toBe(0);
});

it('dynamic querying and tables each save messages, and together most', () => {
	const result = played('dynamic-querying', { nodes: 120, set: [...once, 'searches=6'] });
	const messages = (name: string): number => row(result, name)['queryMessagesPerSearch'];
	expect(messages('flood')).toBeLessThan(messages('flood without QRP'));
	expect(messages('dynamic querying')).toBeLessThan(messages('dynamic querying without QRP'));
	expect(messages('dynamic querying')).toBeLessThan(messages('flood'));
	expect(row(result, 'dynamic querying')['success']).toBeGreaterThan(0.8);
});

it('0.6 finds as much as 0.4 and leaves a small machine in peace', () => {
	const result = played('generations', { nodes: 3000, set: [...once, 'queries=10'] });
	const [old, young] = [row(result, '0.4, everybody floods'), row(result, '0.6, ultrapeers flood')];
	expect(young['success']).toBeGreaterThanOrEqual(old['success'] - 0.1);
	expect(young['messagesPerQuery']).toBeLessThan(old['messagesPerQuery'] / 2);
	expect(young['messagesPerLeafAndQuery']).toBeLessThan(old['messagesPerLeafAndQuery'] / 4);
});

it("an extended search finds what a user's own server does not know, and every server reads it", () => {
	const result = played('extended-search', { nodes: 100, set: [...once, 'searches=8', 'people=4'] });
	for (const servers of [5, 20, 50]) {
		const own = row(result, `${servers} servers, its own by TCP`);
		const all = row(result, `${servers} servers, all by UDP too`);
		expect([own['questionsToServers'], all['questionsToServers']]).toEqual([1, servers]);
		expect(all['success']).toBeGreaterThan(own['success']);
		expect(all['bytes']).toBeGreaterThan((own['bytes'] * servers) / 4);
		expect(all['firstAnswerSeconds']).toBeGreaterThan(own['firstAnswerSeconds']);
	}
	const found = (servers: number): number => row(result, `${servers} servers, all by UDP too`)['success'];
	expect(found(5)).toBe(found(50));
});

it('five failures end every network of servers, and do nothing to one without', () => {
	const result = played('central', { nodes: 500, set: once });
	for (const shape of ['one server', 'servers apart', 'servers linked']) {
		expect(row(result, `${shape}, 5 fail`)['giantComponent']).toBeLessThan(0.01);
		expect(row(result, `${shape}, 5 fail`)['isolatedSurvivors']).toBe(1);
	}
	expect(row(result, 'servers apart')['giantComponent']).toBeCloseTo(0.2, 2);
	expect(row(result, 'servers linked')['giantComponent']).toBe(1);
	expect(row(result, 'equals, 5 fail')['giantComponent']).toBeGreaterThan(0.99);
});

it('leaves whose super-nodes fail find others, until there is none', () => {
	const result = played('super-nodes', { nodes: 80, set: [...once, 'searches=20'] });
	const most = row(result, '90 % fail');
	expect(most['leavesAloneAtOnce']).toBeGreaterThan(0.5);
	expect(most['successAtOnce']).toBeLessThan(0.4);
	expect(most['leavesAloneAfterRepair']).toBe(0);
	expect(most['successAfterRepair']).toBeGreaterThan(0.8);
	expect(row(result, '100 % fail')).toMatchObject({ leavesAloneAfterRepair: 1, successAfterRepair: 0 });
	expect(row(result, '0 % fail')).toMatchObject({ leavesAloneAtOnce: 0, dialsOfRepair: 0 });
	// Linked with each other they find more than islands do, before and at once.
	const linked = row(result, '50 % fail, linked');
	expect(linked['successBefore']).toBeGreaterThan(most['successBefore']!);
	expect(linked['successAtOnce']).toBeGreaterThan(row(result, '50 % fail')['successAtOnce']!);
});

it('sessions of an hour wear an overlay down in half a day, and repair keeps it whole', () => {
	const result = played('sessions', { nodes: 600, set: once });
	expect(row(result, 'without repair')['giantComponent']).toBeLessThan(0.05);
	expect(row(result, 'repair from host caches')['giantComponent']).toBeGreaterThan(0.95);
	expect(row(result, 'repair from host caches')['dialsPerSession']).toBeGreaterThan(1);
});

it('the more share nothing, the fewer carry all answers', () => {
	const result = played('free-riding', { nodes: 1500, set: [...once, 'queries=40'] });
	const [none, most] = [row(result, '0 % share nothing'), row(result, '90 % share nothing')];
	expect(most['answeringHosts']).toBeLessThan(none['answeringHosts'] / 5);
	expect(most['answersOfTopPercent']).toBeGreaterThan(none['answersOfTopPercent'] * 3);
	expect(most['success']).toBeLessThan(none['success']);
});

it('uploads fill every line in the evening, and a limit leaves room on the fast ones', () => {
	const result = played('bandwidth', { nodes: 500, set: once });
	expect(Object.keys(result.measures)).toHaveLength(48);
	expect(row(result, '20:00 off')).toMatchObject({ linesFull: 1, lineShareLeft: 0 });
	expect(row(result, '20:00 on + bandwidth')['lineShareLeft']).toBeGreaterThan(0.05);
	expect(row(result, '20:00 off')['online']).toBeGreaterThan(row(result, '4:00 off')['online'] * 3);
});

it('modems fall behind when many search at once, and lines of ultrapeers do not', () => {
	const result = played('congestion', { nodes: 600, set: [...once, 'seconds=3'] });
	const quiet = (name: string): number => row(result, name)['secondsUntilQuiet'];
	expect(quiet('0.4, 64 searches a second')).toBeGreaterThan(quiet('0.4, 4 searches a second') + 1);
	expect(quiet('0.4, 64 searches a second')).toBeGreaterThan(quiet('0.6, 64 searches a second') + 1);
});

it('a PUSH reaches whoever cannot be dialled, unless the asker cannot be dialled either', () => {
	const result = played('firewalls', { nodes: 60, set: ['runs=1', 'searches=10', 'people=5'] });
	for (const name of Object.keys(result.measures)) {
		const { fetchedDirectly, fetchedByPush, reachedByNobody, bothBehind } = row(result, name);
		expect(reachedByNobody, name).toBe(bothBehind);
		expect(fetchedDirectly + fetchedByPush + reachedByNobody, name).toBeCloseTo(1, 5);
	}
	expect(row(result, '0 % behind a firewall')).toMatchObject({ fetchedDirectly: 1, pushMessages: 0 });
	expect(row(result, '50 % behind a firewall')['fetchedByPush']).toBeGreaterThan(0);
	expect(row(result, '100 % behind a firewall')).toMatchObject({ fetchedByPush: 0 });
	expect(row(result, '100 % behind a firewall')['bothBehind']).toBeGreaterThan(0.5);
});
