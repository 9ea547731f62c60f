/** Work that must not overlap itself: who asks while it runs gets one more run after it. */
export class OneAtATime {
	readonly #work: () => Promise<void>;
	#running: Promise<void> | undefined;
	#again = false;

	constructor(work: () => Promise<void>) {
		this.#work = work;
	}

	/** Resolves after a run that began at or after this call. */
	ask(): Promise<void> {
		if (this.#running !== undefined) {
			this.#again = true;
			return this.#running;
		}
		this.#running = this.#run().finally(() => {
			this.#running = undefined;
		});
		return this.#running;
	}

	/** Resolves when nothing runs. */
	async settled(): Promise<void> {
		await this.#running;
	}

	async #run(): Promise<void> {
		do {
			this.#again = false;
			await this.#work();
		} while (this.#again);
	}
}
