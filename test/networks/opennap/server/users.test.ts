import { describe, expect, it } from 'vitest';
import { Type } from '../../../../src/networks/opennap/wire/types.ts';
import { codes, loggedIn, makeNet, makeServer, makeUser, wait } from './net.ts';

const ONE = '198.51.100.1';
const TWO = '198.51.101.2';

describe('users', () => {
	it('on a hotlist are told as they come and go', () => {
		const net = makeNet();
		makeServer(net, { limits: { hotlist: 2 } });
		const anna = loggedIn(net, ONE, 'anna');
		for (const nick of ['bert', 'carl', 'dora']) anna.say(Type.HotlistAdd, nick);
		const bert = loggedIn(net, TWO, 'Bert');
		bert.world.hangup(bert.link, 'bye');
		wait(net);
		expect(anna.lines(Type.HotlistAck)).toEqual(['bert', 'carl']);
		expect(anna.lines(Type.HotlistError)).toEqual(['dora']);
		expect(anna.lines(Type.SignOn)).toEqual(['Bert 8']);
		expect(anna.lines(Type.SignOff)).toEqual(['Bert']);
	});

	it('can be asked for, and say that they have moved', () => {
		const net = makeNet();
		makeServer(net);
		const anna = loggedIn(net, ONE, 'anna');
		const bert = loggedIn(net, TWO, 'bert');
		anna.share('a song.mp3');
		anna.say(Type.ChangeSpeed, '10');
		anna.say(Type.ChangePort, '7000');
		wait(net);
		bert.say(Type.Whois, 'anna');
		bert.say(Type.SpeedQuery, 'anna');
		bert.say(Type.Whois, 'nobody');
		bert.say(Type.Ping, 'here?');
		wait(net);
		expect(bert.lines(Type.WhoisAnswer)[0]).toMatch(/^anna "User" \d+ " " "Active" 1 0 0 10 "a program"$/);
		expect(bert.lines(Type.SpeedAnswer)).toEqual(['anna 10']);
		expect(bert.lines(Type.Error)).toEqual(['nobody is not here']);
		expect(bert.lines(Type.Ping)).toEqual(['here?']);
	});
});

describe('floods', () => {
	it('of searches, requests and rubbish are counted, and end in a ban', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { searches: 5, requests: 5, strikes: 30 } });
		const user = loggedIn(net, ONE, 'anna');
		for (let i = 0; i < 10; i++) user.say(Type.Search, 'FILENAME CONTAINS "song"');
		for (let i = 0; i < 10; i++) user.say(Type.Whois, 'anna');
		for (let i = 0; i < 10; i++) user.say(Type.Share, '"no details"');
		for (let i = 0; i < 20; i++) user.say(Type.Search, 'NONSENSE');
		wait(net);
		const seen = new Set(codes(server));
		expect([...seen].sort()).toEqual([
			'opennap.message.malformed',
			'opennap.request.often',
			'opennap.search.often',
			'opennap.server.ban',
		]);
		expect(user.closedBecause).toBeDefined();
		expect(server.network.bans()).toHaveLength(1);
		user.login('anna');
		wait(net);
		expect(codes(server)).toContain('opennap.server.banned');
	});

	it('of sessions are bounded for a host and in all', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { sessions: 5, sessionsFromHost: 3 } });
		const user = makeUser(net, ONE);
		for (let i = 0; i < 5; i++) user.connect();
		wait(net);
		expect(codes(server)).toEqual(['opennap.server.crowd', 'opennap.server.crowd']);
		for (let i = 0; i < 4; i++) makeUser(net, `192.0.2.${i + 1}`).connect();
		wait(net);
		expect(codes(server).slice(2)).toEqual(['opennap.server.full', 'opennap.server.full']);
	});

	it('of one message are cut off before they are read', () => {
		const net = makeNet();
		const server = makeServer(net);
		const user = loggedIn(net, ONE, 'anna');
		user.world.send(user.link, Uint8Array.of(0xff, 0xff, Type.Search, 0));
		wait(net);
		expect(codes(server)).toEqual(['opennap.frame.oversized']);
		expect(user.closedBecause).toBeDefined();
	});

	it('of searches without a word, or of the commonest, walk no more than they may', () => {
		const net = makeNet();
		makeServer(net, { limits: { walked: 20, walkedLeast: 5, walkedPerSecond: 30 } });
		const anna = loggedIn(net, ONE, 'anna');
		for (let i = 0; i < 100; i++) anna.share(`song ${i % 10 === 9 ? 'rare' : 'common'} ${i}.mp3`);
		const bert = loggedIn(net, TWO, 'bert');
		bert.say(Type.Search, 'MAX_RESULTS 100');
		bert.say(Type.Search, 'FILENAME CONTAINS "song"');
		wait(net);
		expect(bert.lines(Type.Result)).toHaveLength(20);
		expect(bert.lines(Type.SearchEnd)).toHaveLength(2);
	});
});
