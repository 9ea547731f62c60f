import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	formatQueue,
	formatQueued,
	formatTicket,
	parseDialect,
	parseQueue,
	parseQueued,
	parseTicket,
} from '../../../../src/networks/gnutella/wire/queue.ts';

const number = fc.integer({ min: 1, max: 9999 });
const hexId = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(...'0123456789abcdefABCDEF') });
const base32Id = fc.string({
	minLength: 1,
	maxLength: 40,
	unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
});
const ticket = fc.oneof(hexId, base32Id);

const place = fc
	.tuple(number, fc.option(number, { nil: undefined }), number, number)
	.map(([position, length, from, more]) => ({
		position,
		...(length === undefined ? {} : { length }),
		pollFrom: from,
		pollTo: from + more,
	}));

describe('X-Queue', () => {
	it('is read as servents write it', () => {
		expect(parseQueue('position=2,length=5,limit=4,pollMin=45,pollMax=120')).toEqual({
			position: 2,
			length: 5,
			pollFrom: 45,
			pollTo: 120,
		});
		expect(parseQueue('position=1; length=3')).toEqual({ position: 1, length: 3, pollFrom: 45, pollTo: 120 });
		expect(parseQueue('0.1')).toBeUndefined();
		expect(parseQueue('position=1,pollMin=999999999,pollMax=1')).toMatchObject({
			pollFrom: 100_000,
			pollTo: 100_000,
		});
	});

	it('comes back as it was written', () => {
		fc.assert(fc.property(place, (one) => void expect(parseQueue(formatQueue(one))).toEqual(one)));
	});

	it('of a request says whether the asker understands PARQ', () => {
		expect(parseDialect('1.0')).toBe('parq');
		expect(parseDialect(' 1.1 ')).toBe('parq');
		expect(parseDialect('0.1')).toBe('active');
		expect(parseDialect('yes')).toBe('active');
		expect(parseDialect(undefined)).toBeUndefined();
	});
});

describe('X-Queued', () => {
	it('is read as gtk-gnutella writes it', () => {
		expect(
			parseQueued('position=3; length=7; limit=2; lifetime=120; retry-after=60; ETA=1h; ID=abcdef0123'),
		).toEqual({ position: 3, length: 7, pollFrom: 60, pollTo: 120, ticket: 'abcdef0123' });
		expect(parseQueued('position=3; ID="ABC234"')).toEqual({
			position: 3,
			pollFrom: 45,
			pollTo: 120,
			ticket: 'ABC234',
		});
	});

	it('without a time takes that of Retry-After', () => {
		expect(parseQueued('position=3', 77)).toMatchObject({ pollFrom: 77, pollTo: 120 });
		expect(parseQueued('position=3; retry-after=50', 77)).toMatchObject({ pollFrom: 50 });
	});

	it('is no place without a position, at place 0, or where it is too long', () => {
		for (const value of ['', 'ID=abc', 'position=0; ID=abc', 'position=-1', 'position=x'])
			expect(parseQueued(value)).toBeUndefined();
		const long = `position=1; ID=abc; ${'x'.repeat(400)}`;
		expect([parseQueued(long), parseTicket(long)]).toEqual([undefined, undefined]);
	});

	it('has its numbers clamped', () => {
		expect(parseQueued('position=999999999; lifetime=1; retry-after=999999999', 1e15)).toEqual({
			position: 100_000,
			pollFrom: 100_000,
			pollTo: 100_000,
		});
		expect(parseQueued('position=1', 1e15)).toMatchObject({ pollFrom: 100_000 });
	});

	it('with an ID that is neither hex nor base32 has no ticket', () => {
		for (const id of ['g0', 'z1', 'a'.repeat(41), 'a b', 'a/b', '', 'é']) {
			expect(parseQueued(`position=1; ID=${id}`)).toEqual({ position: 1, pollFrom: 45, pollTo: 120 });
			expect(parseTicket(formatTicket(id))).toBeUndefined();
		}
	});

	it('comes back as it was written', () => {
		const named = fc.tuple(place, ticket).map(([one, id]) => ({ ...one, ticket: id }));
		fc.assert(
			fc.property(fc.oneof(place, named), (one) => void expect(parseQueued(formatQueued(one))).toEqual(one)),
		);
	});

	it('of a request names the place, with its position or without', () => {
		fc.assert(
			fc.property(ticket, (id) => {
				expect(parseTicket(formatTicket(id))).toBe(id);
				expect(parseTicket(`position=1; ID=${id}`)).toBe(id);
			}),
		);
		expect(parseTicket(undefined)).toBeUndefined();
		expect(parseTicket('position=1')).toBeUndefined();
	});
});

it('garbage is read without a throw, and never gives more than the rules allow', () => {
	const name = fc.constantFrom('position', 'length', 'lifetime', 'retry-after', 'ID', 'pollMin', 'pollMax');
	const pair = fc.tuple(
		name,
		fc.constantFrom('=', ' = ', ':', ''),
		fc.oneof(fc.string(), fc.nat().map(String)),
	);
	const like = fc
		.array(pair, { maxLength: 20 })
		.map((parts) => parts.map((part) => part.join('')).join('; '));
	fc.assert(
		fc.property(fc.oneof(fc.string({ maxLength: 600 }), like), (text) => {
			parseDialect(text);
			expect(parseTicket(text) ?? 'a').toMatch(/^[0-9A-Za-z]{1,40}$/);
			for (const one of [parseQueue(text), parseQueued(text)]) {
				if (one === undefined) continue;
				expect(one.position).toBeLessThanOrEqual(100_000);
				expect(one.pollTo).toBeGreaterThanOrEqual(one.pollFrom);
				expect(one.pollTo).toBeLessThanOrEqual(100_000);
			}
		}),
		{ numRuns: 500 },
	);
});
