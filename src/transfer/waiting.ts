/** What waiting means to the user, and when it has no sense any more. */
import type { Sources } from './sources.ts';

/** Rounds in which no source was left and none was found. */
const emptyRounds = 3;
/** Failures in a row of each source, where no other can be searched for. */
const mostFailures = 12;

/** A code of refusals.ts, or undefined where waiting may help. */
function hopeless(sources: Sources, searchable: boolean, rounds: number): string | undefined {
	const { usable } = sources;
	if (!searchable) {
		return usable.every((source) => source.failures >= mostFailures) ? 'transfer.source.none' : undefined;
	}
	// Without any source ever, the content may still appear. Sources that lied or lost it are another thing.
	const allDropped = usable.length === 0 && sources.count > 0;
	return allDropped && rounds >= emptyRounds ? 'transfer.content.nobody' : undefined;
}

export class Waiting {
	/** Waits in a row in which nothing came. */
	#rounds = 0;

	/** Something came, or somebody new is known. */
	over(): void {
		this.#rounds = 0;
	}

	/** Nobody can be asked now: when to look again, or a code of refusals.ts. */
	until(sources: Sources, searchable: boolean, now: number): number | string {
		const code = hopeless(sources, searchable, this.#rounds);
		if (code !== undefined) return code;
		// A source that could be asked and is not needed now is no reason to look again at once.
		const soonest = Math.max(sources.readyAt(), now + 1000);
		return Math.min(soonest, now + waitingMilliseconds(this.#rounds++));
	}
}

/** 5 s, doubled each round, at most 10 min. */
function waitingMilliseconds(round: number): number {
	return Math.min(600_000, 5000 * 2 ** Math.min(round, 10));
}
