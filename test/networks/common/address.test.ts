import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	formatAddress,
	ipv4Bytes,
	ipv4Text,
	ipv6Bytes,
	ipv6Text,
	packAddress,
	parseAddress,
	parseAddresses,
	unpackAddress,
} from '../../../src/networks/common/address.ts';

describe('host:port', () => {
	test.each([
		['1.2.3.4:6346', { host: '1.2.3.4', port: 6346 }],
		['[2001:db8::1]:80', { host: '2001:db8::1', port: 80 }],
		['[::]:1', { host: '::', port: 1 }],
	])('%s', (text, address) => {
		expect(parseAddress(text)).toEqual(address);
		expect(formatAddress(address)).toBe(text);
	});

	test.each([
		'',
		':1',
		'1.2.3.4',
		'1.2.3.4:0',
		'1.2.3.4:65536',
		'1.2.3.4:+1',
		'1.2.3:1',
		'1.2.3.4.5:1',
		'1.2.3.256:1',
		'01.2.3.4:1',
		'1.2.3.4 :1',
		'peer.example:1',
		'2001:db8::1:80',
		'[1.2.3.4]:80',
		'[2001:db8::1]',
		`${'1'.repeat(80)}:1`,
	])('%j is no address', (text) => {
		expect(parseAddress(text)).toBeUndefined();
	});
});

test('a list leaves out what is no address, fills in the port, and stops at its limit', () => {
	const text = '1.2.3.4:5, 6.7.8.9, host:1, 10.0.0.1:7 12:00, ,[::1]:9,11.0.0.1:1';
	const all = ['1.2.3.4:5', '6.7.8.9:6346', '10.0.0.1:7', '[::1]:9', '11.0.0.1:1'];
	expect(parseAddresses(text, 10, 6346).map(formatAddress)).toEqual(all);
	expect(parseAddresses(text, 2, 6346).map(formatAddress)).toEqual(all.slice(0, 2));
	expect(parseAddresses(text, 10).map(formatAddress)).toEqual(all.filter((one) => one !== '6.7.8.9:6346'));
});

describe('bytes of hosts', () => {
	test('IPv4 comes back, and only what Node calls IPv4 is read', () => {
		fc.assert(
			fc.property(fc.ipV4(), (host) => {
				expect(ipv4Text(ipv4Bytes(host)!)).toBe(host);
			}),
		);
		fc.assert(
			fc.property(fc.stringMatching(/^[0-9.]{1,16}$/), (text) => {
				expect(ipv4Bytes(text) !== undefined).toBe(isIPv4(text));
			}),
		);
	});

	test('IPv6 comes back in the form that Node writes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
				const text = ipv6Text(bytes);
				expect(ipv6Bytes(text)).toEqual(bytes);
				const embedsIPv4 = bytes.subarray(0, 10).every((byte) => byte === 0);
				if (!embedsIPv4) expect(new SocketAddress({ address: text, family: 'ipv6' }).address).toBe(text);
			}),
		);
	});

	test('only what Node calls IPv6 is read', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[0-9a-f:]{2,24}$/), (text) => {
				expect(ipv6Bytes(text) !== undefined).toBe(isIPv6(text));
			}),
		);
	});
});

test('an address comes back from its packed form as it was', () => {
	const hosts = ['0.0.0.0', '1.2.3.4', '127.0.0.1', '255.255.255.255', '2001:db8::1', '::1', 'example.org'];
	for (const host of hosts)
		for (const port of [0, 1, 6346, 65_535]) {
			expect(unpackAddress(packAddress({ host, port }))).toEqual({ host, port });
		}
	expect(new Set(hosts.map((host) => packAddress({ host, port: 1 }))).size).toBe(hosts.length);
	expect(packAddress({ host: '1.2.3.4', port: 5 })).not.toBe(packAddress({ host: '1.2.3.4', port: 6 }));
});
