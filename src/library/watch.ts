/**
 * Follows changes in a folder, roughly: a rescan one second after the last change, and at the latest
 * thirty seconds after the first. It is a convenience (the periodic rescan finds everything), so where
 * the system refuses to watch (too many folders, a network file system) it stays silent.
 */
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from './clock.ts';

const quiet = 1000;
const longest = 30_000;

export class FolderWatch {
	readonly #clock: Clock;
	readonly #changed: () => void;
	#watcher: FSWatcher | undefined;
	#cancel = () => {};
	#firstChange = 0;

	constructor(path: string, clock: Clock, changed: () => void) {
		this.#clock = clock;
		this.#changed = changed;
		try {
			this.#watcher = watch(path, { recursive: true, persistent: false }, () => this.#touch());
			this.#watcher.on('error', () => this.close());
		} catch {
			this.#watcher = undefined;
		}
	}

	close(): void {
		this.#cancel();
		this.#watcher?.close();
		this.#watcher = undefined;
	}

	#touch(): void {
		if (this.#watcher === undefined) return;
		const now = this.#clock.now();
		if (this.#firstChange === 0) this.#firstChange = now;
		this.#cancel();
		const rest = Math.max(0, this.#firstChange + longest - now);
		this.#cancel = this.#clock.after(Math.min(quiet, rest), () => {
			this.#firstChange = 0;
			this.#changed();
		});
	}
}
