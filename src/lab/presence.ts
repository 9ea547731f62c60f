/**
 * Who comes and who goes, in steps of ten minutes. Three ways: the model (Saroiu 2002: half of all sessions are over within
 * 60 minutes), lengths drawn from a file, and times that a file has. Whoever is away is away as long as others stay, in
 * the first two: half are online at any time.
 */
import type { Chance } from './chance.ts';
import type { Sessions } from './session-file.ts';

export const STEP_SECONDS = 600;
/** 2 to the power of -1/6: what stays of a population in ten minutes when half of it leaves in sixty. */
const STAYS = 0.8908987181403393;

export interface Presence {
	/** Steps that there are; infinite where nothing ends. */
	readonly steps: number;
	/** Marks in `alive` who is there at the beginning. */
	begin(alive: Uint8Array): void;
	/** After one more step: marks it, and tells who has left and how many have come. */
	step(alive: Uint8Array): { readonly left: readonly number[]; readonly came: number };
}

export function presenceOf(sessions: Sessions | undefined, chance: Chance): Presence {
	if (sessions === undefined) return modelled(chance);
	return sessions.kind === 'lengths' ? drawn(sessions.lengths, chance) : played(sessions);
}

function modelled(chance: Chance): Presence {
	return {
		steps: Number.POSITIVE_INFINITY,
		begin(alive) {
			for (let node = 0; node < alive.length; node++) if (chance.happens(0.5)) alive[node] = 0;
		},
		step: (alive) => changed(alive, () => !chance.happens(STAYS)),
	};
}

/** Each stay and each absence is a length of the file. */
function drawn(lengths: Int32Array, chance: Chance): Presence {
	let seconds = 0;
	let until = new Float64Array(0);
	const length = (): number => lengths[chance.below(lengths.length)];
	return {
		steps: Number.POSITIVE_INFINITY,
		begin(alive) {
			// Everybody is somewhere in what he is doing.
			until = Float64Array.from(alive, () => chance.below(length()) + 1);
			for (let node = 0; node < alive.length; node++) if (chance.happens(0.5)) alive[node] = 0;
		},
		step(alive) {
			seconds += STEP_SECONDS;
			return changed(alive, (node) => {
				let changes = 0;
				for (; until[node] <= seconds; changes++) until[node] += length();
				return changes % 2 === 1;
			});
		},
	};
}

function played({ servents, seconds: all }: Extract<Sessions, { kind: 'times' }>): Presence {
	let seconds = 0;
	/** The place of each servent's next change. */
	const next = new Int32Array(servents.length);
	const isOn = (node: number): boolean => {
		const times = servents[node];
		while (next[node] < times.length && times[next[node]] <= seconds) next[node]++;
		return next[node] % 2 === 1;
	};
	return {
		steps: Math.floor(all / STEP_SECONDS),
		begin(alive) {
			for (let node = 0; node < alive.length; node++) alive[node] = isOn(node) ? 1 : 0;
		},
		step(alive) {
			seconds += STEP_SECONDS;
			return changed(alive, (node) => isOn(node) !== (alive[node] === 1));
		},
	};
}

function changed(alive: Uint8Array, changes: (node: number) => boolean): { left: number[]; came: number } {
	const left: number[] = [];
	let came = 0;
	for (let node = 0; node < alive.length; node++) {
		if (!changes(node)) continue;
		if (alive[node] === 1) left.push(node);
		else came++;
		alive[node] ^= 1;
	}
	return { left, came };
}
