/** A picture as a row of moments: times at which something arrives. What was seen until one of them, in figures. */
import type { LabPicture } from '../../../node/api/lab-schemas.ts';

export type Sight = LabPicture['sights'][number];

/**
 * Milliseconds, of all pictures together, so that they are watched side by side. Where one was cut all end: beside it the
 * others would go on as if nothing happened there any more.
 */
export function momentsOf(pictures: readonly LabPicture[]): number[] {
	const times = new Set(pictures.flatMap(({ sights }) => sights.map(([at]) => at)));
	const end = Math.min(
		...pictures.map(({ cut, sights }) => (cut ? (sights.at(-1)?.[0] ?? 0) : Number.POSITIVE_INFINITY)),
	);
	return [...times].filter((at) => at <= end).sort((one, other) => one - other);
}

/** What arrives in each moment. */
export function arrivalsOf({ sights }: LabPicture, moments: readonly number[]): Sight[][] {
	const places = new Map(moments.map((at, place) => [at, place]));
	const arrivals: Sight[][] = moments.map(() => []);
	for (const sight of sights) {
		const place = places.get(sight[0]);
		if (place !== undefined) arrivals[place]!.push(sight);
	}
	return arrivals;
}

export interface Standing {
	/** By host: the last moment in which something arrived for the first time there; -1: never. */
	readonly lit: Int32Array;
	readonly heard: number;
	readonly queries: number;
	readonly again: number;
	readonly hits: number;
	readonly pushes: number;
	readonly dials: number;
}

/** Up to a moment, it included; -1: nothing yet. */
export function standingAt(picture: LabPicture, arrivals: readonly Sight[][], moment: number): Standing {
	const lit = new Int32Array(picture.hosts.length).fill(-1);
	const heard = new Set<number>();
	const counts = [0, 0, 0, 0];
	let again = 0;
	for (let at = 0; at <= moment && at < arrivals.length; at++)
		for (const [, , to, kind, fresh] of arrivals[at]!) {
			counts[kind]!++;
			if (fresh === 1) lit[to] = at;
			else again++;
			if (kind === 0) heard.add(to);
		}
	const [queries = 0, hits = 0, pushes = 0, dials = 0] = counts;
	return { lit, heard: heard.size, queries, again, hits, pushes, dials };
}

/** Who could hear a query: every servent, or, in a network that has no ultrapeers, its servers. */
export function listeners({ hosts }: LabPicture): {
	readonly count: number;
	readonly are: 'servers' | 'servents';
} {
	const areServents = hosts.some(({ role }) => role === 'ultrapeer');
	const roles = areServents ? ['ultrapeer', 'leaf'] : ['server', 'attacker'];
	const count = hosts.filter(({ role }) => roles.includes(role)).length;
	return { count, are: areServents ? 'servents' : 'servers' };
}
