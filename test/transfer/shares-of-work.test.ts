import { describe, expect, test } from 'vitest';
import { nextSpan, type Work } from '../../src/transfer/shares-of-work.ts';
import { Spans } from '../../src/transfer/spans.ts';

const MiB = 1 << 20;
const base: Work = {
	missing: [{ from: 0, to: 8 * MiB }],
	working: [],
	hands: 1,
	parts: undefined,
	rate: 0,
	short: false,
	slice: 65_536,
	now: 10_000,
};
/** It was asked ten seconds ago and has sent nothing. */
const silent = { at: 0, to: 4 * MiB, rate: 0, startedAt: 0 };

describe('a source that is free', () => {
	test('takes over what a silent one was asked for', () => {
		expect(nextSpan({ ...base, missing: [{ from: 0, to: 4 * MiB }], working: [silent] })).toEqual({
			from: 0,
			to: 4 * MiB,
		});
	});

	test('is not asked again for what it has brought, while the silent one is still waited for', () => {
		// Nothing else that is missing is in its part of the file.
		const parts = new Spans([{ from: 0, to: 4 * MiB }]);
		const missing = [{ from: 4 * MiB, to: 8 * MiB }];
		expect(nextSpan({ ...base, missing, parts, working: [silent] })).toBeUndefined();
	});

	test('is asked for the part of it only that has not come meanwhile', () => {
		const parts = new Spans([{ from: 0, to: 4 * MiB }]);
		const missing = [
			{ from: 3 * MiB, to: 3 * MiB + 1000 },
			{ from: 4 * MiB, to: 8 * MiB },
		];
		expect(nextSpan({ ...base, missing, parts, working: [silent] })).toEqual({
			from: 3 * MiB,
			to: 3 * MiB + 1000,
		});
	});

	test('leaves alone who is nearly through', () => {
		const working = [{ at: 4 * MiB - 1000, to: 4 * MiB, rate: 10_000, startedAt: 0 }];
		expect(nextSpan({ ...base, missing: [{ from: 4 * MiB - 1000, to: 4 * MiB }], working })).toBeUndefined();
	});
});
