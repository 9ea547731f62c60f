/** The rule of loading the console again. */
import { expect, it } from 'vitest';
import { mayLoadAgain } from '../../src/console/loading.ts';

it('the console is loaded again where a part is missing, and not over and over', () => {
	const kept = new Map<string, string>();
	const storage = {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
	};
	const at = (...times: number[]) => times.map((now) => mayLoadAgain(storage, now));
	expect(at(1_000_000, 1_000_500, 1_009_999, 1_010_000)).toEqual([true, false, false, true]);
	// A clock that was set back is no reason to wait for it.
	expect(at(500_000)).toEqual([true]);
});
