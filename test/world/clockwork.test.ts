/** The small parts that worlds are made of: the queue of events, wakes, random numbers, the table of half-open links. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HalfOpen } from '../../src/world/half-open.ts';
import { SeededRandom } from '../../src/world/random.ts';
import { Timeline } from '../../src/world/timeline.ts';
import { Wakes } from '../../src/world/wakes.ts';

describe('the timeline', () => {
	test('runs events by time, those of one time in the order of asking, and the past as now', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: -5, max: 20 })), (delays) => {
				const timeline = new Timeline(100);
				const ran: { at: number; order: number }[] = [];
				delays.forEach((delay, order) => {
					timeline.at(100 + delay, () => ran.push({ at: timeline.now, order }));
				});
				while (timeline.step());
				const due = delays.map((delay, order) => ({ at: 100 + Math.max(delay, 0), order }));
				expect(ran).toEqual(due.sort((left, right) => left.at - right.at || left.order - right.order));
			}),
		);
	});

	test('keeps that order over slots, turns of the wheel, and what is asked for while it runs', () => {
		const delay = fc.oneof(
			fc.integer({ min: 0, max: 3 }),
			fc.double({ min: 0, max: 2, noNaN: true }),
			fc.double({ min: 0, max: 5000, noNaN: true }),
			fc.constantFrom(1023.9, 1024, 1024.1, 2048),
		);
		fc.assert(
			fc.property(
				fc.array(fc.tuple(delay, fc.array(delay, { maxLength: 3 })), { maxLength: 150 }),
				(asked) => {
					const timeline = new Timeline(100);
					const ran: { at: number; order: number }[] = [];
					const due: { at: number; order: number }[] = [];
					const ask = (at: number, act: () => void): void => {
						const order = due.length;
						due.push({ at, order });
						timeline.at(at, () => {
							ran.push({ at: timeline.now, order });
							act();
						});
					};
					for (const [first, rest] of asked) {
						ask(100 + first, () => {
							for (const more of rest) ask(timeline.now + more, () => {});
						});
						if (first > 4000) expect(timeline.next).toBe(Math.min(...due.map(({ at }) => at)));
					}
					while (timeline.step());
					expect(timeline.next).toBe(Infinity);
					expect(ran).toEqual(due.sort((left, right) => left.at - right.at || left.order - right.order));
				},
			),
		);
	});

	test('never advances over an event', () => {
		const timeline = new Timeline(100);
		timeline.at(150, () => {});
		timeline.advance(200);
		expect(timeline.now).toBe(100);
		timeline.step();
		timeline.advance(200);
		expect([timeline.now, timeline.next]).toEqual([200, Infinity]);
	});
});

describe('wakes', () => {
	test('answer every request once it is due, and never before', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true })), (times) => {
				const wakes = new Wakes();
				for (const time of times) {
					const before = wakes.earliest;
					expect(wakes.ask(time)).toBe(Math.ceil(time) < before);
				}
				for (let now = 0; now <= 51; now++) {
					expect(wakes.take(now)).toBe(times.some((time) => Math.ceil(time) === now));
				}
				expect(wakes.earliest).toBe(Infinity);
			}),
		);
	});

	test('a request for no time is our own fault, one for never is nothing', () => {
		expect(() => new Wakes().ask(Number.NaN)).toThrow('NaN');
		expect(new Wakes().ask(Infinity)).toBe(false);
	});
});

test('seeded numbers repeat, differ by seed and by label, and are spread evenly', () => {
	const first = (seed: number, label?: string) => new SeededRandom(seed, label).bytes(8).join();
	expect(first(1)).toBe(first(1));
	expect(new Set([first(1), first(2), first(1, 'a'), first(1, 'b')]).size).toBe(4);
	const random = new SeededRandom(5);
	const buckets = new Array<number>(16).fill(0);
	for (let count = 0; count < 16_000; count++) buckets[Math.floor(random.fraction() * 16)]++;
	for (const bucket of buckets) expect(Math.abs(bucket - 1000)).toBeLessThan(200);
});

describe('the table of half-open links', () => {
	const caller = (host: string) => ({ remote: { host } });

	test('gives each newcomer the place of another: the oldest, then the next', () => {
		const table = new HalfOpen({ halfOpen: 3, halfOpenPerAddress: 9 });
		const callers = ['a', 'b', 'c', 'd', 'e'].map(caller);
		const moved = callers.map((one) => table.add(one));
		expect(moved).toEqual([undefined, undefined, undefined, callers[0], callers[1]]);
		expect(table.size).toBe(3);
	});

	test('counts an address down once for each link that leaves', () => {
		const table = new HalfOpen({ halfOpen: 9, halfOpenPerAddress: 2 });
		const [one, two] = [caller('a'), caller('a')];
		table.add(one);
		table.add(two);
		expect([table.admits('a'), table.admits('b')]).toEqual([false, true]);
		table.remove(one);
		table.remove(one);
		expect(table.admits('a')).toBe(true);
		table.add(caller('a'));
		expect(table.admits('a')).toBe(false);
	});
});
