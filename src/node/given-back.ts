/**
 * Memory goes back to the system when half of what a server held has left. By itself neither gives any: V8 collects when
 * it is asked for more, and a server that has been left is asked for nothing; the C library keeps what it freed in pieces.
 */
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type koffi from 'koffi';

/** A server with fewer files holds little. */
const FEW = 10_000;

export class GivenBack {
	readonly #give: () => void;
	#most = 0;

	constructor(give = collect) {
		this.#give = give;
	}

	/** To be told now and then how many files there are. */
	now(files: number): void {
		this.#most = Math.max(this.#most, files);
		if (this.#most < FEW || files > this.#most / 2) return;
		this.#most = files;
		this.#give();
	}
}

/** Some tens of milliseconds. Where a part of it is not to be had, memory stays until the server needs it again. */
export function collect(): void {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
	setFlagsFromString('--no-expose-gc');
	try {
		const library = createRequire(import.meta.url)('koffi') as typeof koffi;
		library.load(null).func('int malloc_trim(size_t)')(0);
	} catch {
		// Another C library than glibc.
	}
}
