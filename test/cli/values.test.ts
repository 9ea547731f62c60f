import { expect, it } from 'vitest';
import { readSeed } from '../../src/cli/values.ts';

it('a seed of eDonkey is a list, the link of one, or the link of a server', () => {
	const url = 'http://192.0.2.1:6346/server.met';
	for (const link of [`ed2k://|serverlist|${url}|/`, `ed2k://%7Cserverlist%7C${url}%7C/`, url])
		expect(readSeed(link)).toBe(url);
	const server = 'ed2k://|server|192.0.2.1|4661|/';
	expect(readSeed(server)).toBe(server);
	for (const odd of [
		'ed2k://|serverlist|file:///etc/passwd.met|/',
		'ed2k://|serverlist||/',
		'ed2k://|file|x|1|2|/',
	])
		expect(() => readSeed(odd)).toThrow('is neither');
});
