import { expect, it } from 'vitest';
import { played, row } from './playing.ts';

/** Ritter, "Why Gnutella can't scale. No, really" (2001): reachable users by links and TTL. */
const table: Record<number, number[]> = {
	2: [2, 4, 6, 8, 10, 12, 14, 16],
	3: [3, 9, 21, 45, 93, 189, 381, 765],
	4: [4, 16, 52, 160, 484, 1456, 4372, 13_120],
	5: [5, 25, 105, 425, 1705, 6825, 27_305, 109_225],
	6: [6, 36, 186, 936, 4686, 23_436, 117_186, 585_936],
	7: [7, 49, 301, 1813, 10_885, 65_317, 391_909],
	8: [8, 64, 456, 3200, 22_408, 156_864, 1_098_056],
};

it("Ritter's table of reachable users, by sending the frames, exactly", () => {
	const result = played('flood-cost');
	for (const [links, users] of Object.entries(table))
		for (const [at, reached] of users.entries())
			expect(row(result, `links ${links} TTL ${at + 1}`), `${links} links, TTL ${at + 1}`).toMatchObject({
				reached,
				messages: reached,
				duplicates: 0,
			});
	expect(Object.keys(result.measures)).toHaveLength(Object.values(table).flat().length);
});

it('his query of 83 bytes has 84 in the real codec, and his totals follow', () => {
	const found = row(played('flood-cost', { nodes: 200_000, set: ['links=8', 'ttl=6'] }), 'links 8 TTL 6');
	expect(found['frameBytes']).toBe(84);
	expect(found['bytesOneWay']).toBe(156_864 * 84);
	expect(found['bytesBothWays']).toBe(156_864 * 84 * 2);
});
