import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, hoursOf, rateOf, rateText, secondsOf, spanText, within } from '../../src/policy/amounts.ts';

describe('amounts', () => {
	it('are read as people write them', () => {
		expect(['64kbit', '2Mbit', '1.5mbit/s', '1gbit', '8000bit'].map(rateOf)).toEqual([
			64e3, 2e6, 1.5e6, 1e9, 8e3,
		]);
		expect(['64', '64kb', '7999bit', '101gbit', '-1kbit', ''].map(rateOf)).toEqual(Array(6).fill(undefined));
		expect(['100MB', '1 MB', '1MiB', '2g', '0', '1i', 'MB'].map(bytesOf)).toEqual([
			1e8,
			undefined,
			1_048_576,
			2e9,
			0,
			undefined,
			undefined,
		]);
		expect(['90', '90s', '10m', '2h', '30d', '31d', '0', '1w'].map(secondsOf)).toEqual([
			90,
			90,
			600,
			7200,
			2_592_000,
			undefined,
			undefined,
			undefined,
		]);
		expect(['22:00-07:00', '0:00-24:00', '7:00-7:00', '24:00-1:00', '7:60-8:00', '7-8'].map(hoursOf)).toEqual(
			[{ from: 1320, to: 420 }, { from: 0, to: 1440 }, undefined, undefined, undefined, undefined],
		);
	});

	it('are shown as people read them', () => {
		expect([64_000, 256_000, 1_500_000, 2e9, 9_999].map(rateText)).toEqual([
			'64 kbit/s',
			'256 kbit/s',
			'1.5 Mbit/s',
			'2 Gbit/s',
			'10 kbit/s',
		]);
		expect([1, 45, 60, 600, 3600, 86_400].map(spanText)).toEqual([
			'1 second',
			'45 seconds',
			'1 minute',
			'10 minutes',
			'1 hour',
			'1 day',
		]);
	});

	it('hours hold for a minute as a clock that is counted would say', () => {
		const minute = fc.integer({ min: 0, max: 1439 });
		fc.assert(
			fc.property(minute, minute, minute, (from, to, now) => {
				fc.pre(from !== to);
				let held = false;
				for (let at = from; at !== to; at = (at + 1) % 1440) held ||= at === now;
				expect(within({ from, to }, now)).toBe(held);
			}),
		);
	});
});
