import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { limitAt, parseSchedule, type Schedule } from '../../src/transfer/schedule.ts';

/** 2026-11-16 is a Monday. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, 16 + day, hour, minute);
const read = (text: string): Schedule => {
	const schedule = parseSchedule(text);
	if (isRefusal(schedule)) throw new Error(schedule.detail);
	return schedule;
};

describe('a limit by the hour', () => {
	test.each([
		['500k', 512_000],
		['1.5M', 1_572_864],
		['100', 100],
		['2G', 2_147_483_648],
		['300KiB/s', 307_200],
		['unlimited', 'unlimited'],
	])('%s is the same all day', (text, limit) => {
		for (const hour of [0, 12, 23]) expect(limitAt(read(text), at(0, hour))).toBe(limit);
	});

	test('over midnight belongs to the evening on which it begins', () => {
		const schedule = read('100k, fri 22:00-07:00 unlimited');
		const limits = [
			[4, 21, 59],
			[4, 22, 0],
			[5, 6, 59],
			[5, 7, 0],
			[5, 23, 0],
			[4, 3, 0],
		].map(([day, hour, minute]) => limitAt(schedule, at(day!, hour!, minute)));
		expect(limits).toEqual([102_400, 'unlimited', 'unlimited', 102_400, 102_400, 102_400]);
	});

	test('of several rules the last that fits counts', () => {
		const schedule = read('1M\nmon-fri 08:00-18:00 100k\nwed 12:00-13:00 10k');
		expect(limitAt(schedule, at(2, 12, 30))).toBe(10_240);
		expect(limitAt(schedule, at(2, 9))).toBe(102_400);
		expect(limitAt(schedule, at(5, 9))).toBe(1_048_576);
	});

	test('days are named alone, in rows and around the week', () => {
		const schedule = read('1M; sat,mon 5k; fri-sun 7k');
		expect([0, 1, 4, 5, 6].map((day) => limitAt(schedule, at(day, 9)))).toEqual([
			5120, 1_048_576, 7168, 7168, 7168,
		]);
	});

	test('hours that no rule names are left open', () => {
		expect(limitAt(read('08:00-18:00 100k'), at(0, 20))).toBeUndefined();
	});

	test.each([
		['', /a limit such as/],
		['fast', /"fast" is not a limit/],
		['500x', /not a limit/],
		['25:00-26:00 5k', /"25:00-26:00" is not a span/],
		['09:00-09:00 5k', /is not a span/],
		['monday 5k', /"monday" is not a span such as 22:00-07:00, or days/],
		['0k', /not a limit/],
	])('%j is refused, and it is said which word', (text, why) => {
		expect(parseSchedule(text)).toMatchObject({ refused: 'transfer.schedule.malformed' });
		expect((parseSchedule(text) as { detail: string }).detail).toMatch(why);
	});

	test('of any text never throws', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const schedule = parseSchedule(text);
				if (!isRefusal(schedule)) limitAt(schedule, at(0, 0));
			}),
		);
	});
});
