import { describe, expect, test } from 'vitest';
import { SCOPES, type Scope, scopeOf, usableIn } from '../../src/world/scope.ts';

/** RFC 6890 and the registries that it began (IANA special-purpose addresses): first and last of each block. */
const RANGES: readonly [name: string, scope: Scope | undefined, ...addresses: string[]][] = [
	['"this network" (RFC 791)', undefined, '0.0.0.0', '0.255.255.255'],
	['private, RFC 1918', 'lan', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255'],
	['private, RFC 1918', 'lan', '192.168.0.0', '192.168.255.255'],
	['next to private', 'internet', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.169.0.0'],
	['shared by carriers, RFC 6598', undefined, '100.64.0.0', '100.127.255.255'],
	['next to shared', 'internet', '100.63.255.255', '100.128.0.0'],
	['loopback', 'practice', '127.0.0.0', '127.0.0.1', '127.255.255.255'],
	['link-local, RFC 3927', 'lan', '169.254.0.0', '169.254.255.255'],
	['metadata of clouds', undefined, '169.254.169.254', '::ffff:169.254.169.254'],
	['IETF protocol assignments, DS-Lite', undefined, '192.0.0.0', '192.0.0.7', '192.0.0.255'],
	['documentation, RFC 5737', undefined, '192.0.2.0', '192.0.2.255', '198.51.100.1', '203.0.113.255'],
	['6to4 relay anycast, RFC 3068', undefined, '192.88.99.0', '192.88.99.255'],
	['AS112 and AMT, never a servent', undefined, '192.31.196.1', '192.175.48.1', '192.52.193.1'],
	['benchmarking, RFC 2544', undefined, '198.18.0.0', '198.19.255.255'],
	['next to benchmarking', 'internet', '198.17.255.255', '198.20.0.0'],
	['multicast, RFC 5771', undefined, '224.0.0.0', '239.255.255.255'],
	['reserved, RFC 1112', undefined, '240.0.0.0', '255.255.255.254'],
	['limited broadcast', undefined, '255.255.255.255'],
	['public', 'internet', '1.1.1.1', '8.8.8.8', '223.255.255.255'],
	['unspecified, IPv6', undefined, '::'],
	['loopback, IPv6', 'practice', '::1', '0:0:0:0:0:0:0:1'],
	[
		'IPv4-compatible (deprecated, RFC 4291)',
		undefined,
		'::2',
		'::8.8.8.8',
		'::10.0.0.1',
		'0:0:0:0:0:0:8.8.8.8',
	],
	['IPv4-mapped, judged as IPv4', 'practice', '::ffff:127.0.0.1', '::ffff:7f00:1'],
	['IPv4-mapped, judged as IPv4', 'lan', '::ffff:10.1.2.3', '::ffff:c0a8:101'],
	['IPv4-mapped, judged as IPv4', 'internet', '::ffff:8.8.8.8'],
	['IPv4-mapped, judged as IPv4', undefined, '::ffff:0.0.0.0', '::ffff:224.0.0.1'],
	['IPv4-translated, RFC 6145', undefined, '::ffff:0:8.8.8.8'],
	['NAT64, RFC 6052 and 8215', undefined, '64:ff9b::8.8.8.8', '64:ff9b::10.0.0.1', '64:ff9b:1::1'],
	['discard-only, RFC 6666', undefined, '100::', '100::ffff:ffff:ffff:ffff'],
	['Teredo, RFC 4380', undefined, '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
	['IETF protocol assignments, IPv6', undefined, '2001:1::1', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
	['benchmarking, RFC 5180', undefined, '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
	[
		'ORCHID and its second version',
		undefined,
		'2001:10::1',
		'2001:1f:ffff::',
		'2001:20::1',
		'2001:2f:ffff::',
	],
	['documentation, RFC 3849 and 9637', undefined, '2001:db8::', '2001:db8:ffff::1', '3fff::1', '3fff:fff::1'],
	['6to4, RFC 3056', undefined, '2002::', '2002:0a00:0001::1', '2002:808:808::1'],
	['segment routing, RFC 9602', undefined, '5f00::1'],
	['unique local, RFC 4193', 'lan', 'fc00::', 'fd00::1', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
	['link-local, IPv6', 'lan', 'fe80::', 'fe80::1', 'febf:ffff::1', 'fe80::1%eth0'],
	['site-local (deprecated, RFC 3879)', undefined, 'fec0::1'],
	['multicast, IPv6', undefined, 'ff00::', 'ff02::1', 'ffff::'],
	[
		'not given out by IANA',
		undefined,
		'1::',
		'200::1',
		'1fff:ffff::1',
		'4000::1',
		'8000::1',
		'e000::1',
		'fe00::1',
	],
	['public, IPv6', 'internet', '2001:200::1', '2606:4700:4700::1111', '2a00:1450::1', '2000::1', '3ffe::1'],
];

describe.each(RANGES)('%s belongs to scope %s', (_name, scope, ...addresses) => {
	test.each(addresses)('%s', (address) => {
		expect(scopeOf(address)).toBe(scope);
		expect(SCOPES.filter((one) => usableIn(one)(address))).toEqual(scope ? [scope] : []);
	});
});

describe('what is not an address in the usual writing is never usable', () => {
	const odd = [
		'',
		' ',
		'localhost',
		'example.org',
		'127.1',
		'0x7f.0.0.1',
		'0177.0.0.1',
		'2130706433',
		'127.0.0.1 ',
		'127.0.0.1:80',
		'127.0.0.1\0',
		'[::1]',
		'8.8.8.8/32',
		'8.8.8',
		'256.1.1.1',
		'::ffff:8.8.8.256',
		'1::2::3',
	];
	test.each(odd)('%j', (host) => {
		for (const scope of SCOPES) expect(usableIn(scope)(host)).toBe(false);
	});
});
