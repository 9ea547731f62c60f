import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import {
	cacheUrl,
	decodeCacheAnswer,
	decodeCacheRequest,
	encodeCacheAnswer,
	encodeCacheRequest,
} from '../../../../src/networks/gnutella/wire/gwebcache.ts';

const ip = { host: '1.2.3.4', port: 6346 };

describe('a request to a web cache', () => {
	test.each([
		[
			'hostfile=1&client=GTKG&version=1.0',
			{ version: 1, hostfile: true, client: 'GTKG', clientVersion: '1.0' },
		],
		['urlfile=1', { version: 1, urlfile: true }],
		[
			'ip=1.2.3.4:6346&url=http%3A%2F%2Fcache.example%2Fgwc.php',
			{ version: 1, ip, url: 'http://cache.example/gwc.php' },
		],
		['get=1&net=gnutella2', { version: 2, get: true, net: 'gnutella2' }],
		['update=1&ip=1.2.3.4%3A6346&net=Gnutella', { version: 2, update: true, ip, net: 'gnutella' }],
		['ping=1', { version: 1, ping: true }],
		['PING=1&ping=0&other=x&=&&novalue', { version: 1, ping: true }],
		['', { version: 1 }],
	])('%s', (text, request) => {
		expect(decodeCacheRequest(text)).toEqual(request);
	});

	test('that we send is read', () => {
		const request = {
			version: 2,
			update: true,
			ip,
			url: 'http://cache.example/a',
			net: 'gnutella',
			client: 'SLLY',
			clientVersion: '0.1',
		} as const;
		expect(decodeCacheRequest(encodeCacheRequest(request))).toEqual(request);
	});

	test.each([
		'ip=name.example:80',
		'ip=1.2.3.4',
		'ip=1.2.3.4:0',
		'url=ftp://cache.example/',
		'url=javascript:alert(1)',
		'url=http://user:secret@cache.example/',
		'url=http://',
		'client=%zz',
		'client=a%0d%0ab',
		`client=${'x'.repeat(1100)}`,
	])('%j is refused', (text) => {
		expect(decodeCacheRequest(text)).toEqual({
			refused: 'gnutella.webcache.malformed',
			detail: 'query string',
		});
	});
});

describe('the answer of a web cache', () => {
	const answer = {
		hosts: [{ address: ip, age: 17 }],
		urls: [{ url: 'http://cache.example/', age: 99 }],
		info: ['pong|Sallyport|gnutella'],
	};

	test('of version 2 comes back', () => {
		expect(encodeCacheAnswer(answer, 2)).toBe(
			'I|pong|Sallyport|gnutella\nH|1.2.3.4:6346|17\nU|http://cache.example/|99\n',
		);
		expect(decodeCacheAnswer(encodeCacheAnswer(answer, 2))).toEqual(answer);
	});

	test('of version 1 is one thing a line', () => {
		const text = encodeCacheAnswer({ ...answer, info: ['OK'] }, 1);
		expect(text).toBe('OK\n1.2.3.4:6346\nhttp://cache.example/\n');
		expect(decodeCacheAnswer(text)).toEqual({
			hosts: [{ address: ip }],
			urls: [{ url: 'http://cache.example/' }],
			info: ['OK'],
		});
	});

	test('that says ERROR carries the reason', () => {
		expect(decodeCacheAnswer('ERROR: Client returned too early\r\n')).toMatchObject({
			error: 'Client returned too early',
			hosts: [],
		});
		expect(encodeCacheAnswer({ hosts: [], urls: [], info: [], error: 'no' }, 1)).toBe('ERROR: no\n');
	});

	test('lines that mean nothing are left out, and so is what is beyond our bounds', () => {
		const text = `H|name:1|2\nU|gopher://x|1\nX|1\n\n# hello\nH|1.2.3.4:5|old\n${'H|5.6.7.8:9|1\n'.repeat(300)}${'U|http://c.example/|1\n'.repeat(300)}`;
		const read = decodeCacheAnswer(text);
		if (isRefusal(read)) throw new Error(read.refused);
		expect(read.hosts[0]).toEqual({ address: { host: '1.2.3.4', port: 5 } });
		expect([read.hosts.length, read.urls.length]).toEqual([100, 50]);
	});

	test.each([
		['an HTML page', '<!DOCTYPE html><html>', 'gnutella.webcache.malformed'],
		['a line without end', 'x'.repeat(600), 'gnutella.webcache.oversized'],
		['more than an answer may hold', '1.2.3.4:5\n'.repeat(7000), 'gnutella.webcache.oversized'],
	])('%s is refused', (_, text, code) => {
		expect(decodeCacheAnswer(text)).toMatchObject({ refused: code });
	});

	test('any text gives an answer or a refusal', () => {
		const pieces = fc.array(
			fc.constantFrom('H|', 'U|', 'I|', '1.2.3.4:5', 'http://', '|', '\n', 'é', '[::1]:2', '%'),
			{ maxLength: 20 },
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					pieces.map((all) => all.join('')),
				),
				(text) => {
					decodeCacheAnswer(text);
					decodeCacheRequest(text);
				},
			),
			{ numRuns: 500 },
		);
	});

	test('a line end in our own text is our mistake', () => {
		expect(() => encodeCacheAnswer({ ...answer, info: ['a\nH|6.6.6.6:6|1'] }, 2)).toThrow();
	});
});

test.each([
	['HTTP://Cache.Example/x', 'http://cache.example/x'],
	['https://cache.example:8443/x/', 'https://cache.example:8443/x/'],
	['http://cache.example/?a=b', undefined],
	['http://cache.example/#a', undefined],
	[`http://cache.example/${'x'.repeat(300)}`, undefined],
])('%s as the URL of a cache is %s', (text, url) => {
	expect(cacheUrl(text)).toBe(url);
});
