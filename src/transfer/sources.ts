/**
 * The sources of one download: which is asked next, and what a source's behaviour does to its turn.
 *
 * - A source that fails waits: 5 s, doubled at each failure in a row, 10 min at most; 1 s if it had sent
 *   bytes. It may name its own time (Retry-After, a place in its queue), within an hour.
 * - A source that does not have the file, or lied, is dropped.
 * - Where pieces cannot be checked and the whole has turned out wrong, nobody knows who lied: all givers
 *   become suspect. A suspect's bytes are never mixed with another's: who gives then gives the whole
 *   file, so that the next wrong hash names one liar, and a right one clears the giver.
 * - The good come before the suspect, fewer failures before more, faster before slower.
 */
import type { FetchHead, NetworkName, RemoteQueue, Source } from '../networks/network.ts';
import type { Address } from '../world/world.ts';
import type { SourceRecord, Trust } from './records.ts';
import type { Spans } from './spans.ts';

/** Bounded: hits and alternates come from others. */
const mostSources = 64;
/** Of one answer. */
const mostAlternates = 10;
/** Push proxies of one source. */
const mostProxies = 4;
const firstDelay = 5000;
const longestDelay = 600_000;
const brokeOffDelay = 1000;
const longestRetryAfter = 3600;

export interface Candidate extends Source {
	/** Within the download, for good. */
	readonly number: number;
	proxies?: readonly Address[];
	trust: Trust;
	/** Bytes of the present partial file. */
	gave: number;
	/** Failures in a row. */
	failures: number;
	/** Not asked before. */
	readyAt: number;
	/** It is being asked, or gives. */
	active: boolean;
	/** Bytes a second when it last gave; 0: not known. */
	rate: number;
	/** What it has; undefined: all, as far as it says. */
	parts: Spans | undefined;
	/** Our place in its queue. */
	queue: RemoteQueue | undefined;
	/** Names that place, over links, ranges and questions for the tree, until the source gives bytes. */
	ticket: string | undefined;
	/** It gives the hash tree when asked. */
	hasTree: boolean;
	/** Root of the tree as it says. */
	tth: string | undefined;
	/** How it stands, in a few words. */
	why: string;
}

function freshOf({ network }: Source) {
	return {
		...{ failures: 0, readyAt: 0, active: false, rate: 0 },
		...{ parts: undefined, queue: undefined, ticket: undefined },
		// Whoever has a file in eDonkey has the hashes of its parts; in Gnutella the head says it.
		hasTree: network === 'edonkey',
		tth: undefined,
		why: 'Not asked yet.',
	};
}

export class Sources {
	readonly #all: Candidate[];
	readonly #save: (source: SourceRecord) => void;
	readonly #can: (source: Source) => boolean;

	/** `can`: whether a source can be asked at all, as far as is known by now. */
	constructor(
		known: readonly SourceRecord[],
		save: (source: SourceRecord) => void,
		can: (source: Source) => boolean = () => true,
	) {
		this.#all = known.map((record) => ({ ...record, ...freshOf(record) }));
		this.#save = save;
		this.#can = can;
	}

	get all(): readonly Candidate[] {
		return this.#all;
	}

	/** Those that may still be asked. */
	get usable(): readonly Candidate[] {
		return this.#all.filter((source) => source.trust !== 'dropped' && this.#can(source));
	}

	/** All that were ever known, dropped ones too. */
	get count(): number {
		return this.#all.length;
	}

	/** Those that gave part of the present partial file. */
	get givers(): readonly Candidate[] {
		return this.#all.filter((source) => source.gave > 0);
	}

	get(number: number): Candidate | undefined {
		return this.#all.find((source) => source.number === number);
	}

	/** As it is known. */
	find(source: Source): Candidate | undefined {
		return this.#all.find((other) => isSame(other, source));
	}

	/** True if it was not known. */
	add(source: Source): boolean {
		const known = this.find(source);
		// A hit may be forged: it adds push proxies where none are known, it replaces none.
		if (known?.id === source.id && known.proxies === undefined) this.#proxied(known, source.proxies);
		if (known !== undefined || this.#all.length >= mostSources) return false;
		const { network, host, port, id, index, firewalled, agent, proxies } = source;
		const candidate: Candidate = {
			...{ network, host, port, id, index, firewalled, agent },
			...(proxies === undefined ? {} : { proxies: proxies.slice(0, mostProxies) }),
			...{ number: (this.#all.at(-1)?.number ?? 0) + 1, trust: 'good', gave: 0 },
			...freshOf(source),
		};
		this.#all.push(candidate);
		this.#save(candidate);
		return true;
	}

	/** What the source itself says before the first byte. */
	said(source: Candidate, { hasTree, tth, proxies }: FetchHead): void {
		if (hasTree === true) source.hasTree = true;
		if (tth !== undefined) source.tth = tth;
		this.#proxied(source, proxies);
	}

	/** Addresses that a source named (X-Alt): worth a question, no more. True: one was not known. */
	addAlternates(network: NetworkName, addresses: readonly Address[]): boolean {
		const unknown = { network, id: '', index: 0, firewalled: false, agent: '' };
		let more = false;
		for (const { host, port } of addresses.slice(0, mostAlternates)) {
			if (this.add({ host, port, ...unknown })) more = true;
		}
		return more;
	}

	/** Those that may be asked now, the best first. */
	ready(now: number): Candidate[] {
		return this.usable
			.filter((source) => !source.active && source.readyAt <= now)
			.sort(
				(one, other) =>
					Number(one.trust === 'suspect') - Number(other.trust === 'suspect') ||
					one.failures - other.failures ||
					other.rate - one.rate,
			);
	}

	/** When the next one may be asked; Infinity: none is left. */
	readyAt(): number {
		return this.usable.reduce(
			(earliest, { readyAt }) => Math.min(earliest, readyAt),
			Number.POSITIVE_INFINITY,
		);
	}

	/** One at a time, and the whole from it: somebody lied, and pieces cannot be checked. */
	get alone(): boolean {
		return this.usable.some((source) => source.trust === 'suspect');
	}

	gave(source: Candidate, bytes: number): void {
		const first = source.gave === 0;
		source.gave += bytes;
		source.ticket = undefined;
		source.failures = 0;
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

	/** It has put us into its queue, and wants to be asked again in time. */
	queued(source: Candidate, now: number, queue: RemoteQueue): void {
		source.queue = queue;
		source.ticket = queue.ticket;
		source.failures = 0;
		source.readyAt = now + Math.min(longestRetryAfter, queue.pollFrom) * 1000;
		const of = queue.length === undefined ? '' : ` of ${queue.length}`;
		source.why = `Queued at place ${queue.position}${of}.`;
	}

	drop(source: Candidate): void {
		source.trust = 'dropped';
		this.#save(source);
	}

	suspect(source: Candidate): void {
		if (source.trust === 'dropped') return;
		source.trust = 'suspect';
		this.#save(source);
	}

	clear(source: Candidate): void {
		source.trust = 'good';
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

	/** Who passes a PUSH on to it now. */
	#proxied(source: Candidate, proxies: readonly Address[] | undefined): void {
		if (proxies === undefined || proxies.length === 0) return;
		const before = JSON.stringify(source.proxies);
		source.proxies = proxies.slice(0, mostProxies);
		if (JSON.stringify(source.proxies) !== before) this.#save(source);
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
		one.network === other.network &&
		one.host === other.host &&
		one.port === other.port &&
		(one.id === other.id || one.id === '' || other.id === '')
	);
}
