/** A picture as a row of moments: times at which something arrives. What was seen until one of them, in figures. */
import type { LabPicture } from '../../../node/api/lab-schemas.ts';

export type Sight = LabPicture['sights'][number];

/** Milliseconds, of all pictures together, so that they are watched side by side. */
export function momentsOf(pictures: readonly LabPicture[]): number[] {
	const times = new Set(pictures.flatMap(({ sights }) => sights.map(([at]) => at)));
	return [...times].sort((one, other) => one - other);
}

/** What arrives in each moment. */
export function arrivalsOf({ sights }: LabPicture, moments: readonly number[]): Sight[][] {
	const places = new Map(moments.map((at, place) => [at, place]));
	const arrivals: Sight[][] = moments.map(() => []);
	for (const sight of sights) arrivals[places.get(sight[0])!]!.push(sight);
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

/** Servents that could hear a query. */
export function servents({ hosts }: LabPicture): number {
	return hosts.filter(({ role }) => role === 'ultrapeer' || role === 'leaf').length;
}
