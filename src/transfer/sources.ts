/**
 * Which source is asked next, and what a source's behaviour does to its turn.
 *
 * - A source that fails waits: 5 s, doubled at each failure in a row, 10 min at most; 1 s if it had sent
 *   bytes. It may name its own time (Retry-After), within an hour.
 * - A source that does not have the file, or lied alone, is dropped.
 * - If a file of several givers turns out wrong, nobody knows which of them lied: all become suspect. A
 *   suspect's bytes are never mixed with another's: who gives then gives the whole file, so that the
 *   next wrong hash names one liar, and a right one clears the giver.
 * - The good come before the suspect, fewer failures before more.
 */
import type { Source } from '../networks/network.ts';
import type { Address } from '../world/world.ts';
import type { SourceRecord, Trust } from './records.ts';

/** Bounded: hits and alternates come from others. */
const mostSources = 64;
/** Of one answer. */
const mostAlternates = 10;
const firstDelay = 5000;
const longestDelay = 600_000;
const brokeOffDelay = 1000;
const longestRetryAfter = 3600;

export interface Candidate extends Source {
	trust: Trust;
	gave: number;
	/** Failures in a row. */
	failures: number;
	/** Not asked before. */
	readyAt: number;
}

export class Sources {
	readonly #all: Candidate[];
	readonly #save: (source: SourceRecord) => void;

	constructor(known: readonly SourceRecord[], save: (source: SourceRecord) => void) {
		this.#all = known.map((record) => ({ ...record, failures: 0, readyAt: 0 }));
		this.#save = save;
	}

	/** Those that may still be asked. */
	get usable(): readonly Candidate[] {
		return this.#all.filter((source) => source.trust !== 'dropped');
	}

	/** All that were ever known, dropped ones too. */
	get count(): number {
		return this.#all.length;
	}

	/** Those that gave part of the present partial file. */
	get givers(): readonly Candidate[] {
		return this.#all.filter((source) => source.gave > 0);
	}

	/** True if it was not known. */
	add(source: Source): boolean {
		const known = this.#all.find((other) => isSame(other, source));
		if (known !== undefined || this.#all.length >= mostSources) return false;
		const { host, port, id, index, firewalled, agent } = source;
		const candidate: Candidate = {
			...{ host, port, id, index, firewalled, agent },
			...{ trust: 'good', gave: 0, failures: 0, readyAt: 0 },
		};
		this.#all.push(candidate);
		this.#save(candidate);
		return true;
	}

	/** Addresses that a source named (X-Alt): worth a question, no more. */
	addAlternates(addresses: readonly Address[]): void {
		const unknown = { id: '', index: 0, firewalled: false, agent: '' };
		for (const { host, port } of addresses.slice(0, mostAlternates)) this.add({ host, port, ...unknown });
	}

	/** The next one to ask, or the time at which there is one (Infinity: none is left). */
	choose(now: number): Candidate | number {
		const order = this.usable.toSorted(
			(one, other) =>
				Number(one.trust === 'suspect') - Number(other.trust === 'suspect') || one.failures - other.failures,
		);
		const ready = order.find((source) => source.readyAt <= now);
		if (ready !== undefined) return ready;
		return order.reduce((earliest, source) => Math.min(earliest, source.readyAt), Number.POSITIVE_INFINITY);
	}

	/** Must the partial file be thrown away before this source gives? */
	mustNotMix(source: Candidate): boolean {
		const others = this.givers.filter((giver) => giver !== source);
		return others.length > 0 && [source, ...others].some((one) => one.trust === 'suspect');
	}

	gave(source: Candidate, bytes: number): void {
		const first = source.gave === 0;
		source.gave += bytes;
		if (first) this.#save(source);
	}

	/** The fetch failed. */
	failed(source: Candidate, now: number, sentBytes: boolean, retryAfter?: number): void {
		source.failures = sentBytes ? 0 : source.failures + 1;
		const delay = sentBytes ? brokeOffDelay : Math.min(longestDelay, firstDelay * 2 ** (source.failures - 1));
		const asked = Math.min(longestRetryAfter, Math.max(1, retryAfter ?? 0)) * 1000;
		source.readyAt = now + (retryAfter === undefined ? delay : Math.max(asked, sentBytes ? 0 : delay));
		this.#save(source);
	}

	drop(source: Candidate): void {
		source.trust = 'dropped';
		this.#save(source);
	}

	/** The whole was wrong: judges the givers. Answers those that are dropped. */
	wrong(): readonly Candidate[] {
		const givers = this.givers;
		const alone = givers.length === 1;
		for (const giver of givers) giver.trust = alone ? 'dropped' : 'suspect';
		this.startOver();
		return alone ? givers : [];
	}

	/** The partial file was thrown away. */
	startOver(): void {
		for (const giver of this.givers) {
			giver.gave = 0;
			this.#save(giver);
		}
	}

	/** The user wants it tried again, with everyone and now. */
	forgive(): void {
		for (const source of this.#all) {
			source.failures = 0;
			source.readyAt = 0;
			if (source.trust === 'dropped') source.trust = 'suspect';
			this.#save(source);
		}
	}
}

function isSame(one: Source, other: Source): boolean {
	return (
		one.host === other.host &&
		one.port === other.port &&
		(one.id === other.id || one.id === '' || other.id === '')
	);
}
