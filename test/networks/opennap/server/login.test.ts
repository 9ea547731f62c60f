import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../../src/networks/opennap/wire/frames.ts';
import { encodeHost } from '../../../../src/networks/opennap/wire/host.ts';
import { rawBytes } from '../../../../src/networks/opennap/wire/raw.ts';
import { Type } from '../../../../src/networks/opennap/wire/types.ts';
import { codes, loggedIn, makeNet, makeServer, makeUser, PlainAccounts, type TestUser, wait } from './net.ts';

const ONE = '198.51.100.1';
const TWO = '198.51.101.2';
const MD5 = 'ab'.repeat(16);

describe('login', () => {
	it('is answered with an address, the message of the day and the figures', () => {
		const net = makeNet();
		makeServer(net);
		const user = loggedIn(net, ONE, 'anna');
		expect(user.frames.map(({ type }) => type)).toEqual([Type.LoginAck, Type.Motd, Type.Stats]);
		expect(user.lines(Type.Stats)).toEqual(['1 0 0']);
	});

	it('with a wrong password is turned away, and no record holds either password', () => {
		const net = makeNet();
		const accounts = new PlainAccounts();
		accounts.passwords.set('anna', 'right-one');
		const server = makeServer(net, { accounts });
		const user = makeUser(net, ONE);
		user.login('Anna', { password: 'wrong-one' });
		wait(net);
		expect(user.frames).toEqual([]);
		accounts.settle();
		wait(net);
		expect(user.lines(Type.Error)).toEqual(['wrong password']);
		expect(user.isIn).toBe(false);
		expect(codes(server)).toContain('opennap.login.password');
		expect(JSON.stringify(server.notices)).not.toMatch(/wrong-one|right-one/);
	});

	it('is not even compared after ten passwords of one host for one nick, right or not, and its owner elsewhere is let in', () => {
		const net = makeNet();
		const accounts = new PlainAccounts();
		accounts.passwords.set('anna', 'right-one');
		const server = makeServer(net, { accounts });
		const [guesser, owner] = [makeUser(net, ONE), makeUser(net, TWO)];
		const tries = (user: TestUser, password: string): string | undefined => {
			user.login('anna', { password });
			wait(net);
			accounts.settle();
			wait(net);
			return user.isIn ? 'in' : user.lines(Type.Error).at(-1);
		};
		for (let i = 0; i < 10; i++) expect(tries(guesser, `guess-${i}`)).toBe('wrong password');
		expect(codes(server)).not.toContain('opennap.login.often');
		expect(tries(guesser, 'right-one')).toBe('too many passwords; try again in ten minutes');
		expect(codes(server)).toContain('opennap.login.often');
		expect(tries(owner, 'right-one')).toBe('in');
	});

	it('guesses as fast as the links come where that is unlimited', () => {
		const net = makeNet();
		const accounts = new PlainAccounts();
		accounts.passwords.set('anna', 'right-one');
		makeServer(net, { accounts, limits: { passwords: 1_000_000 } });
		const user = makeUser(net, ONE);
		for (let i = 0; i < 30; i++) {
			user.login('anna', { password: i < 29 ? `guess-${i}` : 'right-one' });
			wait(net);
			accounts.settle();
			// As fast as one host may connect.
			wait(net, 10_000);
		}
		expect(user.lines(Type.Error)).toEqual(Array(29).fill('wrong password'));
		expect(user.isIn).toBe(true);
	});

	it('waits for no more than 64 passwords at once', () => {
		const net = makeNet();
		const accounts = new PlainAccounts();
		accounts.passwords.set('anna', 'right-one');
		const server = makeServer(net, { accounts });
		const users = Array.from({ length: 65 }, (_, i) => makeUser(net, `198.51.${i}.1`));
		for (const user of users) user.login('anna', { password: 'guess' });
		wait(net);
		expect(server.network.operator.figures()).toMatchObject({ checking: 64 });
		expect(users.flatMap((user) => user.lines(Type.Error))).toEqual(['no room now; try again later']);
		expect(codes(server)).toEqual(['opennap.server.full']);
	});

	it('reads what came while the password was compared, once it was right', () => {
		const net = makeNet();
		const accounts = new PlainAccounts();
		accounts.passwords.set('anna', 'secret');
		const server = makeServer(net, { accounts });
		const user = makeUser(net, ONE);
		const share = encodeFrame(Type.Share, rawBytes(`"a song.mp3" ${MD5} 10 128 44100 60`));
		const login = encodeFrame(Type.Login, rawBytes('anna secret 6699 "a program" 8'));
		user.connect(Buffer.concat([login, share]));
		wait(net);
		expect(server.network.operator.figures()).toMatchObject({ users: 0, checking: 1, files: 0 });
		accounts.settle();
		wait(net);
		expect(server.network.operator.figures()).toMatchObject({ users: 1, checking: 0, files: 1 });
		expect(codes(server)).toEqual([]);
	});

	it('registers a nick with a password, which only he who knows it gets again', () => {
		const net = makeNet();
		const accounts = new PlainAccounts();
		makeServer(net, { accounts });
		const user = makeUser(net, ONE);
		user.connect();
		wait(net);
		user.say(Type.NickCheck, 'anna');
		user.say(Type.NickCheck, 'bad nick"');
		wait(net);
		user.say(Type.NewUser, 'anna mine 6699 "a program" 8 anna@example.org');
		wait(net);
		accounts.settle();
		wait(net);
		expect(user.frames.map(({ type }) => type).slice(0, 2)).toEqual([Type.NickFree, Type.NickFree]);
		expect(user.isIn).toBe(true);
		const other = makeUser(net, TWO);
		other.login('anna', { type: Type.NewUser });
		wait(net);
		expect(other.lines(Type.Error)).toEqual(['this nick is registered']);
	});

	it('of a nick in use ends the earlier session of the same host, and is turned away from another', () => {
		const net = makeNet();
		const server = makeServer(net);
		const first = loggedIn(net, ONE, 'anna');
		const thief = loggedIn(net, TWO, 'ANNA');
		expect(thief.isIn).toBe(false);
		expect(codes(server)).toContain('opennap.login.taken');
		first.login('anna');
		wait(net);
		expect(first.isIn).toBe(true);
		expect(server.network.operator.figures().users).toBe(1);
	});

	it('that does not come in time ends the link', () => {
		const net = makeNet();
		const server = makeServer(net);
		const user = makeUser(net, ONE);
		user.connect();
		wait(net, 12_000);
		expect(codes(server)).toContain('opennap.login.slow');
		expect(user.closedBecause).toBeDefined();
	});

	it('with a port of other services sends nobody there', () => {
		const net = makeNet();
		const server = makeServer(net);
		const victim = loggedIn(net, ONE, 'anna', 25);
		victim.share('a song.mp3');
		const other = loggedIn(net, TWO, 'bert');
		other.say(Type.Download, 'anna "a song.mp3"');
		wait(net);
		expect(codes(server)).toContain('opennap.login.port');
		expect(other.lines(Type.DownloadAck)[0]).toContain(` ${encodeHost(ONE)} 0 `);
	});

	it('must be first', () => {
		const net = makeNet();
		const server = makeServer(net);
		const user = makeUser(net, ONE);
		user.connect();
		wait(net);
		user.say(Type.Search, 'FILENAME CONTAINS "x y"');
		wait(net);
		expect(codes(server)).toEqual(['opennap.login.early']);
		expect(user.frames).toEqual([]);
	});
});
