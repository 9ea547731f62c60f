import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeServerMet, encodeServerMet } from '../../../../src/networks/edonkey/wire/server-met.ts';

const address = fc.record({ host: fc.ipV4(), port: fc.integer({ min: 1, max: 65_535 }) });

describe('server.met', () => {
	it('comes back', () => {
		const server = fc.record(
			{ address, name: fc.string({ maxLength: 30 }), description: fc.string({ maxLength: 30 }) },
			{ requiredKeys: ['address'] },
		);
		fc.assert(
			fc.property(fc.array(server, { maxLength: 8 }), (servers) => {
				expect(decodeServerMet(encodeServerMet(servers as never))).toEqual(servers);
			}),
		);
	});

	it('is in the bytes that amuled reads', () => {
		const bytes = `e001000000cb007101351201000000020100010700${Buffer.from('testsrv').toString('hex')}`;
		const servers = [{ address: { host: '203.0.113.1', port: 4661 }, name: 'testsrv' }];
		expect(Buffer.from(encodeServerMet(servers)).toString('hex')).toBe(bytes);
		expect(decodeServerMet(Buffer.from(bytes, 'hex'))).toEqual(servers);
		expect(decodeServerMet(Buffer.from(`0e${bytes.slice(2)}`, 'hex'))).toEqual(servers);
	});

	it('that is anything else is refused, however long it says to be', () => {
		for (const bytes of ['', 'e0', 'e0ffffffff', 'e001000000cb0071', 'ff00000000'])
			expect(decodeServerMet(Buffer.from(bytes, 'hex'))).toHaveProperty('refused');
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
				decodeServerMet(Uint8Array.of(0xe0, 2, 0, 0, 0, ...noise));
			}),
		);
	});
});
