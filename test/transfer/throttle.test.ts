import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Stream, Throttle } from '../../src/transfer/throttle.ts';
import { HandClock } from './bench.ts';

/** Takes for ever, and counts. */
function greedy(stream: Stream, most: number): { got: number } {
	const count = { got: 0 };
	void (async () => {
		for (;;) {
			const bytes = await stream.take(most);
			if (bytes === 0) return;
			count.got += bytes;
		}
	})();
	return count;
}

describe('one limit for many streams', () => {
	test('is kept, and gives each of fifty the same within two percent, whatever it asks for', async () => {
		await fc.assert(
			fc.asyncProperty(
				// Most ask for much, a few for little: what is left after the many is enough for those few.
				fc.array(
					fc.oneof(
						{ weight: 4, arbitrary: fc.integer({ min: 16_000, max: 200_000 }) },
						{ weight: 1, arbitrary: fc.integer({ min: 1024, max: 6000 }) },
					),
					{ minLength: 50, maxLength: 50 },
				),
				async (sizes) => {
					const clock = new HandClock();
					const limit = 2_000_000;
					const throttle = new Throttle(clock, { total: () => limit, perHost: () => undefined });
					const streams = sizes.map((_, at) => throttle.open(`10.0.0.${at}`));
					const counts = streams.map((stream, at) => greedy(stream, sizes[at]!));
					for (let i = 0; i < 3000; i++) await clock.pass(10);
					const all = counts.reduce((sum, { got }) => sum + got, 0);
					expect(Math.abs(all / (30 * limit) - 1)).toBeLessThan(0.02);
					const fair = all / 50;
					for (const { got } of counts) expect(Math.abs(got / fair - 1)).toBeLessThan(0.02);
					for (const stream of streams) stream.close();
				},
			),
			{ numRuns: 10 },
		);
	});

	test('that one alone uses is all its own', async () => {
		const clock = new HandClock();
		const throttle = new Throttle(clock, { total: () => 100_000, perHost: () => undefined });
		const stream = throttle.open('10.0.0.1');
		const count = greedy(stream, 65_536);
		for (let i = 0; i < 300; i++) await clock.pass(100);
		expect(Math.abs(count.got / 3_000_000 - 1)).toBeLessThan(0.02);
		stream.close();
	});

	test('that is taken back is felt within a second, and one that is set too', async () => {
		const clock = new HandClock();
		let limit: number | undefined = 1000;
		const throttle = new Throttle(clock, { total: () => limit, perHost: () => undefined });
		const stream = throttle.open('10.0.0.1');
		for (let spent = 0; spent < 20_000; ) spent += await Promise.race([stream.take(16_384), drain(clock)]);
		limit = undefined;
		expect(await Promise.race([stream.take(1_000_000), drain(clock)])).toBe(1_000_000);
		stream.close();
	});
});

async function drain(clock: HandClock): Promise<number> {
	for (let i = 0; i < 400; i++) await clock.pass(100);
	return 0;
}

test('a host gets no more by opening more streams', async () => {
	const clock = new HandClock();
	const throttle = new Throttle(clock, { total: () => undefined, perHost: () => 50_000 });
	const many = Array.from({ length: 10 }, () => throttle.open('10.0.0.1'));
	const other = throttle.open('10.0.0.2');
	const counts = many.map((stream) => greedy(stream, 65_536));
	const alone = greedy(other, 65_536);
	for (let i = 0; i < 300; i++) await clock.pass(100);
	const together = counts.reduce((sum, { got }) => sum + got, 0);
	expect(Math.abs(together / 1_500_000 - 1)).toBeLessThan(0.05);
	expect(Math.abs(alone.got / 1_500_000 - 1)).toBeLessThan(0.05);
	for (const stream of [...many, other]) stream.close();
});

test('a stream that is closed while it waits is told so, and takes nothing more', async () => {
	const clock = new HandClock();
	const throttle = new Throttle(clock, { total: () => 1, perHost: () => undefined });
	const stream = throttle.open('10.0.0.1');
	const count = greedy(stream, 16_384);
	await clock.pass(100);
	const before = count.got;
	const waiting = stream.take(16_384);
	stream.close();
	await clock.pass(60_000);
	expect([await waiting, await stream.take(5), count.got - before]).toEqual([0, 0, 0]);
});

test('without a limit nothing waits, not even for a promise', () => {
	const throttle = new Throttle(new HandClock(), { total: () => undefined, perHost: () => undefined });
	expect(throttle.open('10.0.0.1').take(123_456)).toBe(123_456);
});
