/** The progress of an experiment on a terminal: a bar, and the time left by the pace so far. */
import { duration } from './print.ts';

export interface Progress {
	step(): void;
	stop(): void;
}

export async function progressOf(units: number, shown: boolean): Promise<Progress> {
	if (!shown) return { step: () => {}, stop: () => {} };
	const { default: progress } = await import('cli-progress');
	const bar = new progress.SingleBar({
		format: '{bar} {percentage}%  {value} of {total} plays  {left}',
		hideCursor: true,
		clearOnComplete: true,
	});
	const started = performance.now();
	let done = 0;
	bar.start(units, 0, { left: '' });
	return {
		step() {
			done++;
			const seconds = ((performance.now() - started) / 1000 / done) * (units - done);
			bar.update(done, { left: done < units ? `${duration(seconds)} left` : '' });
		},
		stop: () => bar.stop(),
	};
}
