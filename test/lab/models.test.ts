/** What the laboratory takes from measurements of 2000 to 2002: how long servents stay, what they share, who shares nothing. */
import { expect, it } from 'vitest';
import { Chance } from '../../src/lab/chance.ts';
import { Content } from '../../src/lab/content.ts';
import { presenceOf } from '../../src/lab/presence.ts';

const SERVENTS = 20_000;

it('half of all sessions are over within 60 minutes, to 5 %, and half of the servents are online at any time', () => {
	const alive = new Uint8Array(SERVENTS).fill(1);
	const presence = presenceOf(undefined, new Chance(1, 'sessions'));
	presence.begin(alive);
	const online = (): number => alive.reduce((sum, one) => sum + one, 0);
	const began = new Set(alive.keys().filter((node) => alive[node] === 1));
	const first = began.size;
	const stayed = [1, 2, 3, 4, 5, 6].map(() => {
		for (const node of presence.step(alive).left) began.delete(node);
		return began.size / first;
	});
	// Of sessions whose median is 57 or 63 minutes, 0.482 or 0.517 would still be there.
	expect(stayed.at(-1)).toBeGreaterThan(0.483);
	expect(stayed.at(-1)).toBeLessThan(0.516);
	expect(stayed[2]).toBeCloseTo(Math.SQRT1_2, 1);
	for (let step = 0; step < 100; step++) presence.step(alive);
	expect(online() / SERVENTS).toBeCloseTo(0.5, 1);
});

it('a file of rank r is drawn in proportion to 1 / r, and free riders share nothing, to 3 points', () => {
	const content = new Content(SERVENTS, { files: 1000, copies: 5, freeRiders: 0.7 }, 1);
	const drawn = new Int32Array(1000);
	const chance = new Chance(2, 'draws');
	for (let i = 0; i < 400_000; i++) drawn[content.draw(chance)]!++;
	for (const rank of [2, 5, 10, 50]) {
		const proportion = drawn[0]! / drawn[rank - 1]!;
		expect(Math.abs(proportion / rank - 1), `rank ${rank}`).toBeLessThan(0.1);
	}
	const riders = Array.from({ length: SERVENTS }, (_, node) => content.filesOf(node).length === 0);
	expect(Math.abs(riders.filter(Boolean).length / SERVENTS - 0.7)).toBeLessThan(0.03);
	// Of who shares: from 1 to 9 files, 5 on average but for what was drawn twice.
	const shared = riders.flatMap((rides, node) => (rides ? [] : [content.filesOf(node).length]));
	expect(Math.max(...shared)).toBe(9);
	const mean = shared.reduce((sum, count) => sum + count, 0) / shared.length;
	expect(mean).toBeGreaterThan(4.3);
	expect(mean).toBeLessThanOrEqual(5);
});
