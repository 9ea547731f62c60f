/**
 * The connectivity of an overlay, by asking it: real queries flood it with the protocol's own rules, and who has
 * seen one is counted. No look at the graph answers any of this.
 *
 * - Components: a query with the longest TTL, from every survivor that no earlier one has reached. Where it has run
 *   out, those whom it reached last ask again: an overlay may be wider than 255 hops.
 * - Isolated: a survivor whose query reaches nobody.
 * - Reach: the survivors that a query with the usual TTL reaches, its origin counted in. The isolated reach
 *   themselves, that is known; of all others, many are drawn and asked.
 */
import type { Chance } from './chance.ts';
import type { Overlay } from './overlay.ts';

export interface Connectivity {
	readonly survivors: number;
	/** Survivors in the largest component. */
	readonly giant: number;
	readonly components: number;
	readonly isolated: number;
	/** Survivors that are not isolated and were drawn to ask. */
	readonly origins: number;
	/** Sum over them. */
	readonly reached: number;
	readonly messages: number;
	readonly duplicates: number;
}

/** The TTL field is one byte. */
const LONGEST = 255;
const TOLD = 1;
const ALONE = 2;
const WORDS = 'grateful dead live';

/** `ttl`: of the reach. The overlay must pass on LONGEST: its maxTtl and ttlHard are 255. */
export function connectivity(overlay: Overlay, ttl: number, origins: number, chance: Chance): Connectivity {
	const component = new Uint8Array(overlay.nodes);
	let [survivors, giant, components, isolated] = [0, 0, 0, 0];
	for (let node = 0; node < overlay.nodes; node++) {
		if (overlay.alive[node] === 0) continue;
		survivors++;
		if (component[node] === TOLD) continue;
		const size = tell(overlay, node, component);
		components++;
		if (size === 1) {
			isolated++;
			component[node] = ALONE;
		}
		giant = Math.max(giant, size);
	}
	let [reached, messages, duplicates] = [0, 0, 0];
	const linked = Int32Array.from({ length: overlay.nodes }, (_, node) => node).filter(
		(node) => component[node] === TOLD,
	);
	const asked = chance.some(linked, origins);
	for (const origin of asked) {
		const counts = flood(overlay, origin, ttl);
		reached += counts.reached + 1;
		messages += counts.messages;
		duplicates += counts.duplicates;
	}
	return { survivors, giant, components, isolated, origins: asked.length, reached, messages, duplicates };
}

/** Tells everybody of a component, and marks who has heard it. Answers how many they are, the first counted in. */
function tell(overlay: Overlay, first: number, told: Uint8Array): number {
	told[first] = TOLD;
	let size = 1;
	const last: number[] = [];
	const ask = (origin: number, ttl: number): number => {
		let [fresh, hops] = [0, 0];
		overlay.sighted = (node, query) => {
			const { hops: all } = overlay.counts(query);
			if (told[node] === 0) {
				told[node] = TOLD;
				fresh++;
				// The query goes no further from here.
				if (all - hops === ttl) last.push(node);
			}
			hops = all;
		};
		flood(overlay, origin, ttl);
		overlay.sighted = undefined;
		size += fresh;
		return fresh;
	};
	ask(first, LONGEST);
	for (let node = last.pop(); node !== undefined; node = last.pop()) if (ask(node, 1) > 0) ask(node, LONGEST);
	return size;
}

function flood(overlay: Overlay, origin: number, ttl: number) {
	const query = overlay.ask(origin, WORDS, ttl);
	overlay.run();
	const counts = overlay.counts(query);
	overlay.forget();
	return counts;
}

/** Share of the survivors that a query of any of them reaches on average. */
export function reachOf(found: Pick<Connectivity, 'survivors' | 'isolated' | 'origins' | 'reached'>): number {
	const { survivors, isolated, origins, reached } = found;
	if (survivors === 0) return 0;
	const each = origins === 0 ? 0 : reached / origins;
	return (isolated + (survivors - isolated) * each) / (survivors * survivors);
}
