import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatagram, sealDatagram } from '../../../../src/networks/edonkey/wire/sealed-datagrams.ts';

const u32 = fc.integer({ min: 1, max: 0xffffffff });
const datagram = fc.uint8Array({ minLength: 2, maxLength: 200 });
const random = fc.uint8Array({ minLength: 3, maxLength: 3 });

describe('a sealed datagram', () => {
	it('is opened with its key and its direction, and with no other', () => {
		fc.assert(
			fc.property(datagram, u32, random, (bytes, key, chance) => {
				const sealed = sealDatagram(bytes, key, 'to server', chance);
				expect(sealed[0]).not.toBe(0xe3);
				expect(openDatagram(sealed, key, 'to server')).toEqual(bytes);
				expect(openDatagram(sealed, key, 'to client')).toBeUndefined();
				expect(openDatagram(sealed, (key ^ 1) >>> 0, 'to server')).toBeUndefined();
			}),
		);
	});

	it('is in the bytes that RC4 and MD5 of OpenSSL make', () => {
		// openssl rc4 -K MD5(04030201 6b aabb) over d524ef13 00 e396.
		const sealed = sealDatagram(
			Uint8Array.of(0xe3, 0x96),
			0x01020304,
			'to server',
			Uint8Array.of(1, 0xaa, 0xbb),
		);
		expect(Buffer.from(sealed).toString('hex')).toBe('01aabbac5d81ae5c2b9c');
	});

	it('may have padding', () => {
		const sealed = sealDatagram(Uint8Array.of(9, 9, 9, 0xe3, 0x96), 5, 'to client', Uint8Array.of(1, 2, 3));
		// The length of the padding is the fifth byte of what is hidden: 0 becomes 3.
		sealed[7]! ^= 3;
		expect(openDatagram(sealed, 5, 'to client')).toEqual(Uint8Array.of(0xe3, 0x96));
	});

	it('that is anything else is nobody’s', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), u32, (bytes, key) => {
				const opened = openDatagram(bytes, key, 'to server');
				expect(opened === undefined || opened.length < bytes.length).toBe(true);
			}),
		);
	});
});
