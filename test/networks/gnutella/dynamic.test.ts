import { describe, expect, it } from 'vitest';
import { horizonOf, ttlFor } from '../../../src/networks/gnutella/dynamic.ts';

describe('the horizon of a query', () => {
	it('is a tree: one neighbour, then its neighbours but one, and so on', () => {
		expect([1, 2, 3, 4].map((ttl) => horizonOf(4, ttl))).toEqual([1, 4, 13, 40]);
		expect(horizonOf(1, 5)).toBe(5);
	});

	it('tells the smallest TTL that reaches so many hosts, up to a limit', () => {
		expect(ttlFor(1, 32, 4)).toBe(1);
		expect(ttlFor(30, 32, 4)).toBe(2);
		expect(ttlFor(33, 32, 4)).toBe(3);
		expect(ttlFor(1e9, 32, 4)).toBe(4);
	});
});
