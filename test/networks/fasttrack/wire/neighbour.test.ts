/** What super-nodes of ours say to each other: golden bytes, round trips, nothing throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { ours } from '../../../../src/networks/fasttrack/limits.ts';
import {
	decodeNeighbourHello,
	decodeNeighbourQuery,
	decodeNeighbourResults,
	encodeNeighbourEnd,
	encodeNeighbourHello,
	encodeNeighbourQuery,
	encodeNeighbourResults,
	numberIn,
} from '../../../../src/networks/fasttrack/wire/neighbour.ts';
import { bytesOf, fromHex } from '../../gnutella/wire/pieces.ts';
import { file } from '../session.ts';

const malformed = { refused: 'fasttrack.message.malformed' };
const id = fromHex('0102030405060708');
const source = { host: '203.0.113.2', port: 1214 };
const result = { ...file('x'), source, bandwidth: 1, user: 'u', networkName: 'n' };

describe('between super-nodes', () => {
	it('golden bytes: a hello, a query, results, an end', () => {
		expect(encodeNeighbourHello({ id, port: 1214, features: 0 })).toEqual(
			fromHex('53414c50 01 0000 0102030405060708 04be'.replace(/ /g, '')),
		);
		const terms = [{ compare: 5, tag: 0, value: bytesOf('ab') }];
		const query = { most: 100, id: 77, realm: 0x3f, terms };
		// The leaf's own number stays behind.
		expect(encodeNeighbourQuery({ number: 9, id, left: 2, passed: 1, query })).toEqual(
			fromHex('00000009 0102030405060708 02 01 0001 0064 0000 01 3f 01 05 00 02 6162'.replace(/ /g, '')),
		);
		expect(encodeNeighbourResults({ number: 9, results: [] })).toEqual(
			fromHex('00000009 00000000 0000 0000 0000'.replace(/ /g, '')),
		);
		expect(encodeNeighbourEnd(9)).toEqual(fromHex('00000009'));
		expect(numberIn(fromHex('00000009'))).toBe(9);
	});

	it('what we encode we decode, and a later version may say more', () => {
		const two = fc.nat(0xffff);
		const four = fc.nat(0xffffffff);
		const eight = fc.uint8Array({ minLength: 8, maxLength: 8 });
		fc.assert(
			fc.property(eight, two, two, (id, port, features) => {
				const hello = encodeNeighbourHello({ id, port, features });
				expect(decodeNeighbourHello(hello)).toEqual({ id, port, features });
				const later = Uint8Array.from([...hello, 1, 2, 3]);
				later[4] = 2;
				expect(decodeNeighbourHello(later)).toEqual({ id, port, features });
			}),
		);
		const term = fc.record({
			compare: fc.nat(255),
			tag: fc.nat(300),
			value: fc.uint8Array({ maxLength: 20 }),
		});
		const query = fc.record({
			...{ most: two, id: fc.constant(0), realm: fc.nat(0x3f) },
			terms: fc.array(term, { maxLength: 8 }),
		});
		const passed = fc.integer({ min: 1, max: 255 });
		const whole = fc.record({ number: four, id: eight, left: fc.nat(255), passed, query });
		fc.assert(
			fc.property(whole, (one) => {
				expect(decodeNeighbourQuery(encodeNeighbourQuery(one))).toEqual(one);
			}),
		);
		const results = [result, { ...result, user: 'another' }];
		expect(decodeNeighbourResults(encodeNeighbourResults({ number: 5, results }))).toEqual({
			number: 5,
			results,
		});
	});

	it('any bytes, and messages cut anywhere, are values or refusals', () => {
		const decoders = [decodeNeighbourHello, decodeNeighbourQuery, decodeNeighbourResults, numberIn];
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				for (const decode of decoders) {
					const value = decode(bytes);
					if (isRefusal(value)) expect(value).toMatchObject(malformed);
				}
			}),
			{ numRuns: 500 },
		);
		const query = { most: 1, id: 0, realm: 1, terms: [{ compare: 5, tag: 0, value: bytesOf('ab') }] };
		const messages = [
			[decodeNeighbourHello, encodeNeighbourHello({ id, port: 1, features: 0 })],
			[decodeNeighbourQuery, encodeNeighbourQuery({ number: 1, id, left: 1, passed: 1, query })],
			[decodeNeighbourResults, encodeNeighbourResults({ number: 1, results: [result] })],
		] as const;
		for (const [decode, whole] of messages)
			for (let length = 0; length < whole.length; length++)
				expect(decode(whole.subarray(0, length))).toMatchObject(malformed);
	});

	it('what could not go on as it came is refused: too long, too many, from nowhere', () => {
		const query = { most: 1, id: 0, realm: 1, terms: [] };
		const long = [{ compare: 5, tag: 0, value: new Uint8Array(ours.queryPassed) }];
		const refused = [
			decodeNeighbourQuery(encodeNeighbourQuery({ number: 1, id, left: 1, passed: 0, query })),
			decodeNeighbourQuery(
				encodeNeighbourQuery({ number: 1, id, left: 1, passed: 1, query: { ...query, terms: long } }),
			),
			decodeNeighbourResults(
				encodeNeighbourResults({
					number: 1,
					results: Array.from({ length: ours.resultsOfReply + 1 }, () => result),
				}),
			),
			decodeNeighbourResults(
				encodeNeighbourResults({ number: 1, results: [{ ...result, ...file('x'.repeat(1100)) }] }),
			),
			decodeNeighbourHello(fromHex('53414c5100000001020304050607080000')),
		];
		for (const one of refused) expect(one).toMatchObject(malformed);
		// As long as each may be, they still fit into one message.
		const longest = { ...result, ...file('x'.repeat(980)), user: 'é'.repeat(360), networkName: 'n' };
		const results = Array.from({ length: ours.resultsOfReply }, () => longest);
		const message = encodeNeighbourResults({ number: 1, results });
		expect(message.length).toBeLessThan(0xffff);
		expect(decodeNeighbourResults(message)).toMatchObject({ number: 1 });
	});
});
