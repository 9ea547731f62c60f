import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeServerMet, encodeServerMet } from '../../../../src/networks/edonkey/wire/server-met.ts';

const address = fc.record({ host: fc.ipV4(), port: fc.integer({ min: 1, max: 65_535 }) });

const port = fc.integer({ min: 1, max: 65_535 });

describe('server.met', () => {
	it('comes back', () => {
		const server = fc.record(
			{
				address,
				name: fc.string({ maxLength: 30 }),
				description: fc.string({ maxLength: 30 }),
				obfuscatedPort: port,
			},
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

	it('names a port of obfuscated links only with the flag that there is one, and only a port', () => {
		const met = (...tags: string[]) =>
			decodeServerMet(Buffer.from(`e001000000cb0071013512${`0${tags.length}000000`}${tags.join('')}`, 'hex'));
		const [flag, noFlag] = ['0301009200040000', '03010092fffbffff'];
		expect(met(flag, '0301009737120000')).toMatchObject([{ obfuscatedPort: 4663 }]);
		for (const tags of [
			[noFlag, '0301009737120000'],
			['0301009737120000'],
			[flag],
			[flag, '0301009700000100'],
			[flag, '0301009700000000'],
			// A number that is no whole one.
			[flag, '040100970000c03f'],
			[flag, '02010097040034363633'],
		])
			expect(met(...tags), tags.join(' ')).not.toHaveProperty('0.obfuscatedPort');
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
