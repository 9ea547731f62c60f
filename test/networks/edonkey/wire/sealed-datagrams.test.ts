import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf } from '../../../../src/networks/edonkey/wire/endpoint.ts';
import {
	openClientDatagram,
	sealClientDatagram,
} from '../../../../src/networks/edonkey/wire/sealed-client-datagrams.ts';
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

describe('a sealed datagram between clients', () => {
	const user = fc.uint8Array({ minLength: 16, maxLength: 16 });

	it('is opened by its receiver and for its sender alone, and begins as no protocol does', () => {
		fc.assert(
			fc.property(datagram, user, u32, random, (bytes, receiver, sender, chance) => {
				const sealed = sealClientDatagram(bytes, receiver, sender, chance);
				expect([0xe3, 0xc5, 0xd4, 0xe4, 0xe5]).not.toContain(sealed[0]);
				expect(sealed[0]! & 1).toBe(1);
				expect(openClientDatagram(sealed, receiver, sender)).toEqual(bytes);
				expect(openClientDatagram(sealed, receiver, (sender ^ 1) >>> 0)).toBeUndefined();
				expect(
					openClientDatagram(
						sealed,
						receiver.map((byte) => byte ^ 1),
						sender,
					),
				).toBeUndefined();
			}),
		);
	});

	it('is in the bytes that another RC4 and MD5 make', () => {
		// RC4 with MD5(00..0f cb00711e 5b aabb) over c12e5f39 00 c593.
		const receiver = Uint8Array.from({ length: 16 }, (_, i) => i);
		const sealed = sealClientDatagram(
			Uint8Array.of(0xc5, 0x93),
			receiver,
			idOf('203.0.113.30'),
			Uint8Array.of(1, 0xaa, 0xbb),
		);
		expect(Buffer.from(sealed).toString('hex')).toBe('01aabbb7d261652659ce');
	});
});
