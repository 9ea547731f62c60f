/** Lays wrong pieces at the right door: what defence/content-poisoning.ts decides, done to the sources. */
import { ContentPoisoning } from '../defence/content-poisoning.ts';
import type { Refusal } from '../evidence/refusal.ts';
import type { Origin } from './origins.ts';
import type { WrongPiece } from './proof.ts';
import type { Candidate, Sources } from './sources.ts';

export interface JudgeEvents {
	/** This source lied, in so many bytes: it is not asked again. */
	expel(source: Candidate, refusal: Refusal, bytes: number): void;
	/** Not the pieces were wrong. */
	treeLies(): void;
	/** Number of the source that alone vouches for the tree; undefined: the user named its root. */
	voucher(): number | undefined;
}

export class Judge {
	readonly #defence: ContentPoisoning;
	readonly #sources: Sources;
	readonly #events: JudgeEvents;
	readonly #failed = new Set<number>();
	readonly #proven = new Set<number>();

	constructor(sources: Sources, off: readonly string[], events: JudgeEvents) {
		this.#defence = new ContentPoisoning(!off.includes('content-poisoning'));
		this.#sources = sources;
		this.#events = events;
	}

	/** A piece of this source was wrong, as far as the tree tells. */
	blamed(source: number): boolean {
		return this.#failed.has(source);
	}

	proven(givers: readonly Origin[]): void {
		for (const { source } of givers) this.#proven.add(source);
	}

	wrong({ from, to, givers }: WrongPiece): void {
		const { liars, suspects } = this.#defence.wrong(givers);
		for (const liar of liars) this.#failed.add(liar);
		const voucher = this.#events.voucher();
		if (voucher !== undefined && this.#defence.treeLies(this.#failed, this.#proven, voucher)) {
			this.#events.treeLies();
			this.#failed.clear();
			return;
		}
		for (const liar of liars) this.#expel(liar, `bytes ${from} to ${to}`, givers);
		for (const number of suspects) {
			const suspect = this.#sources.get(number);
			if (suspect !== undefined) this.#sources.suspect(suspect);
		}
	}

	righted({ from, to, givers }: WrongPiece, before: Uint8Array, after: Uint8Array): void {
		const liars = this.#defence.exposed(from, before, after, givers);
		for (const { source } of givers) {
			const one = this.#sources.get(source);
			if (one !== undefined && one.trust === 'suspect' && !liars.includes(source)) this.#sources.clear(one);
		}
		for (const liar of liars) this.#expel(liar, `bytes ${from} to ${to}`, givers);
	}

	#expel(number: number, detail: string, givers: readonly Origin[]): void {
		const source = this.#sources.get(number);
		if (source === undefined || source.trust === 'dropped') return;
		this.#sources.drop(source);
		const own = givers.filter((one) => one.source === number);
		const bytes = own.reduce((sum, { from, to }) => sum + to - from, 0);
		this.#events.expel(source, { refused: 'defence.content.poisoned', detail }, bytes);
	}
}
