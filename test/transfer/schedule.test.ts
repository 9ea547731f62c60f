import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { IntakeLimit } from '../../src/transfer/intake-limit.ts';
import { limitAt, parseSchedule, type Schedule } from '../../src/transfer/schedule.ts';
import { Throttle } from '../../src/transfer/throttle.ts';
import { HandClock } from './bench.ts';

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

/** What the clock on the wall shows in this time zone, whatever the machine's own is. */
function wallIn(timeZone: string): (time: number) => Parameters<typeof limitAt>[1] {
	const format = new Intl.DateTimeFormat('en-US', {
		timeZone,
		weekday: 'short',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
	});
	return (time) => {
		const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
		return {
			getDay: () => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.get('weekday')!),
			getHours: () => Number(parts.get('hour')),
			getMinutes: () => Number(parts.get('minute')),
		};
	};
}

const minute = 60_000;

/** The limit at the beginning, and each time at which it changes, to the minute. */
function changes(text: string, zone: string, from: string, hours: number): string[] {
	const schedule = read(text);
	const wall = wallIn(zone);
	const found: string[] = [];
	let before: unknown;
	for (let at = 0; at < hours * 60; at++) {
		const time = Date.parse(from) + at * minute;
		const limit = limitAt(schedule, wall(time));
		if (limit !== before) found.push(`${new Date(time).toISOString().slice(5, 16)} ${limit}`);
		before = limit;
	}
	return found;
}

describe('where the clocks are put forward or back', () => {
	// At 01:00 UTC: in March from 02:00 to 03:00, in October from 03:00 to 02:00.
	const march = (text: string): string[] => changes(text, 'Europe/Brussels', '2026-03-28T18:00Z', 30);
	const october = (text: string): string[] => changes(text, 'Europe/Brussels', '2026-10-24T18:00Z', 30);

	test('a night from 23:00 to 07:00 lasts seven hours, or nine', () => {
		const text = '100, 23:00-07:00 9';
		expect(march(text)).toEqual(['03-28T18:00 100', '03-28T22:00 9', '03-29T05:00 100', '03-29T21:00 9']);
		expect(october(text)).toEqual(['10-24T18:00 100', '10-24T21:00 9', '10-25T06:00 100', '10-25T22:00 9']);
	});

	test('a rule for the hour that is left out holds at no time, one for the hour that comes twice holds twice', () => {
		const text = '100, 02:00-03:00 9';
		expect(march(text)).toEqual(['03-28T18:00 100']);
		expect(october(text)).toEqual(['10-24T18:00 100', '10-25T00:00 9', '10-25T02:00 100']);
	});

	test('a rule that begins within that hour begins when the clock first shows its time or a later one', () => {
		const text = '100, 02:30-03:30 9';
		expect(march(text)).toEqual(['03-28T18:00 100', '03-29T01:00 9', '03-29T01:30 100']);
		expect(october(text)).toEqual([
			'10-24T18:00 100',
			'10-25T00:30 9',
			'10-25T01:00 100',
			'10-25T01:30 9',
			'10-25T02:30 100',
		]);
	});

	test('a rule that ends within that hour ends when the clock first shows its end or a later time', () => {
		const text = '100, 01:30-02:30 9';
		expect(march(text)).toEqual(['03-28T18:00 100', '03-29T00:30 9', '03-29T01:00 100', '03-29T23:30 9']);
		expect(october(text)).toEqual([
			'10-24T18:00 100',
			'10-24T23:30 9',
			'10-25T00:30 100',
			'10-25T01:00 9',
			'10-25T01:30 100',
		]);
	});

	test('a day is a day, of 23 or 25 hours', () => {
		expect(march('100, sun 9')).toEqual(['03-28T18:00 100', '03-28T23:00 9', '03-29T22:00 100']);
		expect(october('100, sun 9')).toEqual(['10-24T18:00 100', '10-24T22:00 9', '10-25T23:00 100']);
	});

	test('at midnight, a span over midnight still belongs to its evening', () => {
		// Chile: on Sunday 6 September 00:00 is 01:00; on Sunday 5 April 00:00 is Saturday 23:00 again.
		const text = '100, sat 23:00-01:30 9';
		expect(changes(text, 'America/Santiago', '2026-09-06T00:00Z', 12)).toEqual([
			'09-06T00:00 100',
			'09-06T03:00 9',
			'09-06T04:30 100',
		]);
		expect(changes(text, 'America/Santiago', '2026-04-05T00:00Z', 12)).toEqual([
			'04-05T00:00 100',
			'04-05T02:00 9',
			'04-05T05:30 100',
		]);
	});

	test("the machine's own clock says the same", () => {
		const source = new URL('../../src/transfer/schedule.ts', import.meta.url).href;
		const schedule = read('100, 23:00-07:00 9, sun 02:30-03:30 7');
		const wall = wallIn('Europe/Brussels');
		const times = ['2026-03-28T18:00Z', '2026-10-24T18:00Z'].flatMap((from) =>
			Array.from({ length: 30 * 60 }, (_, at) => Date.parse(from) + at * minute),
		);
		const program = `
			import { limitAt } from ${JSON.stringify(source)};
			const schedule = ${JSON.stringify(schedule.map((rule) => ({ ...rule, days: [...rule.days] })))};
			for (const rule of schedule) rule.days = new Set(rule.days);
			const limits = ${JSON.stringify(times)}.map((time) => limitAt(schedule, new Date(time)));
			console.log(JSON.stringify(limits));`;
		const answer = execFileSync(process.execPath, ['--input-type=module', '-'], {
			input: program,
			env: { ...process.env, TZ: 'Europe/Brussels' },
		});
		const limits = times.map((time) => limitAt(schedule, wall(time)));
		expect(new Set(limits)).toEqual(new Set([100, 9, 7]));
		expect(JSON.parse(answer.toString())).toEqual(limits);
	});
});

/** Remembers the shortest time that a timer was set for. */
class WatchedClock extends HandClock {
	shortest = Number.POSITIVE_INFINITY;

	override after(milliseconds: number, call: () => void): () => void {
		this.shortest = Math.min(this.shortest, milliseconds);
		return super.after(milliseconds, call);
	}
}

describe.each([
	['is put forward', '2026-03-29T01:00Z', '20000, 03:00-04:00 200000'],
	['is put back', '2026-10-25T01:00Z', '200000, 02:00-02:30 20000'],
])('when the clock %s, into or out of a rule', (what, change, text) => {
	const schedule = read(text);
	const wall = wallIn('Europe/Brussels');
	const limitOf = (time: number): number => limitAt(schedule, wall(time)) as number;
	const turn = Date.parse(change);
	const before = limitOf(turn - 1);
	const after = limitOf(turn);

	test('what goes out follows within a second, and no timer spins', async () => {
		const clock = new WatchedClock();
		clock.time = turn - 10_000;
		const throttle = new Throttle(clock, { total: () => limitOf(clock.time), perHost: () => undefined });
		const stream = throttle.open('10.0.0.1');
		let got = 0;
		const taking = (async () => {
			for (let bytes = 1; bytes > 0; got += bytes) bytes = await stream.take(65_536);
		})();
		const second = async (): Promise<number> => {
			const begun = got;
			for (let i = 0; i < 200; i++) await clock.pass(5);
			return got - begun;
		};
		const seconds: number[] = [];
		for (let at = 0; at < 20; at++) seconds.push(await second());
		stream.close();
		await taking;
		expect(before).not.toBe(after);
		const sum = (some: number[]): number => some.reduce((one, other) => one + other, 0);
		expect(Math.abs(sum(seconds.slice(4, 10)) / (6 * before) - 1), `${what}: before`).toBeLessThan(0.3);
		expect(Math.abs(sum(seconds.slice(11, 20)) / (9 * after) - 1), `${what}: after`).toBeLessThan(0.3);
		expect(clock.shortest).toBeGreaterThanOrEqual(5);
		expect(clock.shortest).toBeLessThan(1000);
	});

	test('what comes in follows within a second, and no timer spins', async () => {
		const clock = new WatchedClock();
		clock.time = turn - 10_000;
		let stopped = false;
		const intake = new IntakeLimit(
			clock,
			() => limitOf(clock.time),
			(now) => {
				stopped = now;
			},
		);
		const seconds: number[] = [];
		for (let at = 0; at < 20; at++) {
			let got = 0;
			for (let i = 0; i < 100; i++) {
				for (; !stopped; got += 500) intake.came(500);
				await clock.pass(10);
			}
			seconds.push(got);
		}
		const sum = (some: number[]): number => some.reduce((one, other) => one + other, 0);
		expect(Math.abs(sum(seconds.slice(2, 10)) / (8 * before) - 1), `${what}: before`).toBeLessThan(0.3);
		expect(Math.abs(sum(seconds.slice(11, 20)) / (9 * after) - 1), `${what}: after`).toBeLessThan(0.3);
		expect(clock.shortest).toBeGreaterThanOrEqual(5);
		expect(clock.shortest).toBeLessThan(1000);
	});
});
