/** What every view of the page is narrowed to: it stands in the address. */
import { query } from '../../api.ts';
import { setParams, useParam } from '../../location.ts';
import { added, holds, readTime, without } from '../../terms.ts';

export interface Look {
	/** The analysis. */
	readonly id: number;
	readonly filter: string;
	readonly begin: number | undefined;
	readonly end: number | undefined;
}

export function useLook(id: number): Look {
	const [filter = ''] = useParam('filter');
	const [time] = useParam('time');
	return { id, filter, ...readTime(time) };
}

/** Path of a GET about the analysis, under this look. */
export function pathOf(
	what: string,
	{ id, filter, begin, end }: Look,
	more: Record<string, string | number> = {},
): string {
	return `watch/analyses/${id}/${what}?${query({ filter, begin, end, ...more })}`;
}

export function showTime(begin: number, end: number): void {
	setParams({ time: `${begin}-${end}` });
}

export function showAllTime(): void {
	setParams({ time: undefined });
}

export function toggleTerm(filter: string, term: string): void {
	const next = holds(filter, term) ? without(filter, term) : added(filter, term);
	setParams({ filter: next === '' ? undefined : next });
}

/** To the flows of one rule. */
export function showFlows(filter: string): void {
	setParams({ view: undefined, filter, rule: undefined });
}

/** To a rule in the policy. */
export function showRule(rule: string): void {
	setParams({ view: 'policy', rule });
}
