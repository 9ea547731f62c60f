/** Plays units on threads until all are played or Ctrl-C; whatever happens, the threads end. */
import type { Unit } from '../lab/experiment.ts';
import type { Request } from '../lab/load.ts';
import type { Counts } from '../lab/scenario.ts';
import { Players } from '../lab/workers.ts';

export interface Job {
	readonly request: Request;
	readonly unit: Unit;
	done(counts: Counts): void;
}

export async function playOnThreads(
	jobs: readonly Job[],
	threads: number,
	interrupted: AbortSignal,
): Promise<void> {
	if (interrupted.aborted || jobs.length === 0) return;
	// A thread more than there are plays would only begin and end.
	const players = new Players(Math.min(threads, jobs.length));
	const stopped = new Promise<void>((resolve) =>
		interrupted.addEventListener('abort', () => resolve(), { once: true }),
	);
	try {
		const all = jobs.map(async ({ request, unit, done }) => {
			const counts = await players.play(request, unit);
			// What comes in once the result is made would be in the journal and not in the result.
			if (!interrupted.aborted) done(counts);
		});
		await Promise.race([Promise.all(all), stopped]);
	} finally {
		await players.end();
	}
}
