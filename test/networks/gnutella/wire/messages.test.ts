import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { decodeBye, encodeBye } from '../../../../src/networks/gnutella/wire/bye.ts';
import { readAddresses, writeAddresses } from '../../../../src/networks/gnutella/wire/endpoint.ts';
import { encodeGgep } from '../../../../src/networks/gnutella/wire/ggep.ts';
import { decodePing, encodePing } from '../../../../src/networks/gnutella/wire/ping.ts';
import { decodePong, encodePong } from '../../../../src/networks/gnutella/wire/pong.ts';
import { decodePush, encodePush } from '../../../../src/networks/gnutella/wire/push.ts';
import {
	decodeFeatures,
	decodeSupported,
	decodeVendor,
	encodeFeatures,
	encodeSupported,
	encodeVendor,
	NOBODY,
} from '../../../../src/networks/gnutella/wire/vendor.ts';
import { bytesOf, join } from './pieces.ts';

const port = fc.integer({ min: 1, max: 65535 });
const hosts = fc.oneof(
	fc.ipV4().filter((host) => host !== '127.0.0.0'),
	fc.constantFrom('2001:db8::1', '::1'),
);
const address = fc.record({ host: hosts, port });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const ggep = fc
	.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z]{2,4}$/), fc.uint8Array({ maxLength: 20 })), {
		maxLength: 4,
		selector: ([id]) => id,
	})
	.map((list) => new Map(list));
const guid = fc.uint8Array({ minLength: 16, maxLength: 16 });
const anyBytes = fc.uint8Array({ maxLength: 120 });

/** The same extensions, and "6" where the address is IPv6. */
const extensionsOf = (list: Map<string, Uint8Array>, host: string, got: ReadonlyMap<string, Uint8Array>) =>
	host.includes(':') ? new Map(list).set('6', got.get('6')!) : list;

describe('ping', () => {
	test('comes back', () => {
		fc.assert(
			fc.property(ggep, (list) => {
				expect(decodePing(encodePing({ ggep: list }))).toEqual({ ggep: list });
			}),
		);
		expect(encodePing().length).toBe(0);
		expect(decodePing(new Uint8Array(0))).toEqual({ ggep: new Map() });
	});

	test('of an old servent carries bytes that mean nothing', () => {
		expect(decodePing(bytesOf('hello'))).toEqual({ ggep: new Map() });
	});

	test('with a broken extension is refused', () => {
		expect(decodePing(Uint8Array.of(0xc3, 1))).toMatchObject({ refused: 'gnutella.ggep.malformed' });
	});
});

describe('pong', () => {
	test('comes back, with IPv6 too', () => {
		fc.assert(
			fc.property(address, uint32, uint32, ggep, (where, files, kilobytes, list) => {
				const pong = decodePong(encodePong({ address: where, files, kilobytes, ggep: list }));
				if (isRefusal(pong)) throw new Error(pong.refused);
				expect(pong).toMatchObject({ address: where, files, kilobytes });
				expect(pong.ggep).toEqual(extensionsOf(list, where.host, pong.ggep));
			}),
		);
	});

	test('counts beyond 32 bits stay at the highest', () => {
		const where = { host: '1.2.3.4', port: 5 };
		const most = 0xffffffff;
		expect(decodePong(encodePong({ address: where, files: 1e10, kilobytes: 1e12 }))).toMatchObject({
			files: most,
			kilobytes: most,
		});
	});

	test('cut short, or followed by a broken extension, is refused', () => {
		const whole = encodePong({ address: { host: '1.2.3.4', port: 5 }, files: 1, kilobytes: 2 });
		for (let length = 0; length < 14; length++) {
			expect(decodePong(whole.subarray(0, length))).toMatchObject({ refused: 'gnutella.pong.malformed' });
		}
		expect(decodePong(join([whole, Uint8Array.of(0xc3)]))).toMatchObject({
			refused: 'gnutella.ggep.malformed',
		});
		expect(decodePong(join([whole, Uint8Array.of(0)]))).toMatchObject({ files: 1 });
	});
});

describe('push', () => {
	test('comes back', () => {
		fc.assert(
			fc.property(guid, uint32, address, ggep, (to, index, where, list) => {
				const push = decodePush(encodePush({ guid: to, index, address: where, ggep: list }));
				expect(push).toMatchObject({ guid: to, index, address: where });
			}),
		);
	});

	test('cut short, to port 0, or with a broken extension is refused', () => {
		const whole = encodePush({ guid: new Uint8Array(16), index: 1, address: { host: '1.2.3.4', port: 5 } });
		for (let length = 0; length < 26; length++) {
			expect(decodePush(whole.subarray(0, length))).toMatchObject({ refused: 'gnutella.push.malformed' });
		}
		expect(decodePush(join([whole, Uint8Array.of(0xc3)]))).toMatchObject({
			refused: 'gnutella.ggep.malformed',
		});
		whole.fill(0, 24);
		expect(decodePush(whole)).toEqual({ refused: 'gnutella.push.malformed', detail: 'port 0' });
	});
});

describe('bye', () => {
	test('comes back', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 65535 }),
				fc.stringMatching(/^[ -~äöü]{0,60}$/),
				(code, reason) => {
					expect(decodeBye(encodeBye({ code, reason }))).toEqual({ code, reason });
				},
			),
		);
	});

	test('with headers behind the reason gives the first line', () => {
		const bytes = join([Uint8Array.of(200, 0), bytesOf('Bye\r\nServer: some/1\r\n\r\n\0')]);
		expect(decodeBye(bytes)).toEqual({ code: 200, reason: 'Bye' });
	});

	test('without its code, or with control characters, is refused; a missing NUL is not', () => {
		expect(decodeBye(Uint8Array.of(200))).toMatchObject({ refused: 'gnutella.bye.malformed' });
		expect(decodeBye(join([Uint8Array.of(200, 0), bytesOf('\x1b[2J\0')]))).toEqual({
			refused: 'gnutella.text.control',
		});
		expect(decodeBye(join([Uint8Array.of(200, 0), bytesOf('so long')]))).toEqual({
			code: 200,
			reason: 'so long',
		});
		expect(() => encodeBye({ code: 1, reason: 'a\nb' })).toThrow();
	});
});

describe('vendor messages', () => {
	const kinds = [
		{ vendor: NOBODY, selector: 10, version: 0 },
		{ vendor: 'BEAR', selector: 7, version: 1 },
	];

	test('come back', () => {
		const message = { vendor: 'LIME', selector: 21, version: 65535, data: Uint8Array.of(1, 2) };
		expect(decodeVendor(encodeVendor(message))).toEqual(message);
		expect(decodeSupported(encodeSupported(kinds))).toEqual(kinds);
		const features = [{ name: 'QRP1', version: 1 }];
		expect(decodeFeatures(encodeFeatures(features))).toEqual(features);
	});

	test('cut short, or shorter than their count, are refused', () => {
		const refused = { refused: 'gnutella.vendor.malformed' };
		expect(decodeVendor(new Uint8Array(7))).toMatchObject(refused);
		for (const data of [new Uint8Array(1), encodeSupported(kinds).subarray(0, 17)]) {
			expect(decodeSupported(data)).toMatchObject(refused);
			expect(decodeFeatures(data.subarray(0, 9))).toMatchObject(refused);
		}
	});

	test('a list beyond our bound is read up to it', () => {
		const many = Array.from({ length: 100 }, (_, i) => ({ vendor: 'ABCD', selector: i, version: 1 }));
		expect(decodeSupported(encodeSupported(many))).toHaveLength(64);
	});

	test('a vendor that is not four bytes is our mistake', () => {
		expect(() =>
			encodeVendor({ vendor: 'LIMES', selector: 1, version: 1, data: new Uint8Array(0) }),
		).toThrow();
	});
});

test('lists of addresses come back; port 0 and IPv6 are left out; at most the limit', () => {
	const list = [
		{ host: '1.2.3.4', port: 5 },
		{ host: '::1', port: 6 },
		{ host: '5.6.7.8', port: 9 },
	];
	expect(readAddresses(writeAddresses(list), 10)).toEqual([list[0], list[2]]);
	expect(readAddresses(writeAddresses(list), 1)).toEqual([list[0]]);
	expect(readAddresses(new Uint8Array(11), 10)).toEqual([]);
	expect(readAddresses(undefined, 10)).toEqual([]);
});

test('any bytes give a message or a refusal', () => {
	const extended = anyBytes.map((bytes) =>
		join([bytes.subarray(0, 26), encodeGgep([['A', bytes]]).subarray(0, 40)]),
	);
	fc.assert(
		fc.property(fc.oneof(anyBytes, extended), (bytes) => {
			for (const decode of [
				decodePing,
				decodePong,
				decodePush,
				decodeBye,
				decodeVendor,
				decodeSupported,
				decodeFeatures,
			]) {
				decode(bytes);
			}
		}),
		{ numRuns: 500 },
	);
});
