/** Who may connect to where a program listens: what its `in` rules say of that place, in their order. Pure. */
import { type Range, rangeOf } from '../policy/ranges.ts';
import type { NetworkRule } from './policy.ts';

/** The first clause that fits an address counts; none: nobody. */
export type Callers = readonly {
	readonly may: boolean;
	readonly hosts: readonly Range[];
	/** All that are none of these. */
	readonly others: boolean;
}[];

export interface Kinds {
	readonly loopback: readonly Range[];
	readonly lan: readonly Range[];
	readonly resolver: readonly Range[];
}

/** `rules`: those that fit the place. undefined: everybody may. */
export function callersOf(rules: readonly NetworkRule[], kinds: Kinds): Callers | undefined {
	const last = rules.findIndex(({ from }) => from.length === 0);
	const counting = last < 0 ? rules : rules.slice(0, last + 1);
	if (!counting.some(({ from }) => from.length > 0)) return undefined;
	return counting.flatMap(({ from, action }) => {
		const may = action !== 'deny' && action !== 'kill';
		return from.length === 0
			? [{ may, hosts: [], others: true }]
			: from.map((host) => ({ may, ...clauseOf(host, kinds) }));
	});
}

function clauseOf(
	host: string,
	{ loopback, lan, resolver }: Kinds,
): { hosts: readonly Range[]; others: boolean } {
	switch (host) {
		case 'any':
			return { hosts: [], others: true };
		case 'internet':
			return { hosts: [...lan, ...loopback], others: true };
		case 'loopback':
			return { hosts: loopback, others: false };
		case 'lan':
			return { hosts: lan, others: false };
		case 'resolver':
			return { hosts: resolver, others: false };
		default:
			return { hosts: [rangeOf(host)!], others: false };
	}
}
