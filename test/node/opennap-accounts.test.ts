import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeRefused } from '../../src/node/home.ts';
import { OpenNapAccounts } from '../../src/node/opennap-accounts.ts';

let folder = '';
let path = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-accounts-'));
	path = join(folder, 'users.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function keep(accounts: OpenNapAccounts, nick: string, password: string): Promise<boolean> {
	return new Promise((resolve) => accounts.keep(nick, password, resolve));
}

function compare(accounts: OpenNapAccounts, nick: string, password: string): Promise<boolean> {
	return new Promise((resolve) => accounts.compare(nick, password, resolve));
}

describe('the passwords of an OpenNap server', () => {
	it('outlive it, and are neither in the file nor readable by others', async () => {
		expect(await keep(new OpenNapAccounts(path), 'anna', 'a-very-own-word')).toBe(true);
		expect(readFileSync(path, 'utf8')).not.toContain('a-very-own-word');
		expect(statSync(path).mode & 0o777).toBe(0o600);
		const again = new OpenNapAccounts(path);
		expect([again.size, again.has('anna'), again.has('bert')]).toEqual([1, true, false]);
		expect(await compare(again, 'anna', 'a-very-own-word')).toBe(true);
		expect(await compare(again, 'anna', 'another')).toBe(false);
		expect(await compare(again, 'bert', 'a-very-own-word')).toBe(false);
	});

	it.each(['', '{', '[]', '{"version":2,"users":[]}', '{"version":1,"users":[["anna","not base64!",""]]}'])(
		'are no reason to start without them where the file holds %j',
		(text) => {
			writeFileSync(path, text);
			expect(() => new OpenNapAccounts(path)).toThrow(HomeRefused);
			expect(() => new OpenNapAccounts(path)).toThrow(`The passwords in ${path} cannot be read`);
			expect(readFileSync(path, 'utf8')).toBe(text);
		},
	);
});
