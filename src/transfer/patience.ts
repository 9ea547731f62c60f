/** When a source that gives, or should, is left for another. Pure. */
import type { Fetching } from './fetching.ts';

/** Milliseconds after which a source that says nothing is left; shorter where others are waiting. */
const silence = 60_000;
const silenceWithOthers = 15_000;
/** A source that gives so many times less than the best is left for another that is free, after so long. */
const tooSlow = 10;
const slowAfter = 20_000;

/** `others`: somebody else could be asked; `best`: bytes a second of the fastest. */
export function impatience(
	{ lastAt, startedAt, held, rate }: Fetching,
	now: number,
	others: boolean,
	best: number,
): 'silent' | 'slow' | undefined {
	if (held) return undefined;
	if (now - lastAt >= (others ? silenceWithOthers : silence)) return 'silent';
	if (others && now - startedAt > slowAfter && rate.get(now) * tooSlow < best) return 'slow';
	return undefined;
}
