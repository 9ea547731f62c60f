/**
 * Fetching one file from many sources at once. The swarm asks, takes what comes, stops who is too slow or
 * breaks a rule, and asks again; what came is body.ts's, who is asked sources.ts's, and for which bytes
 * shares-of-work.ts's.
 */
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import type { ClaimedTree, FetchHead, Span } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import type { Body } from './body.ts';
import { isProvable } from './content.ts';
import { Fetching, requestOf, sizeIn, type Wish } from './fetching.ts';
import { impatience } from './patience.ts';
import { nextSpan, type Work } from './shares-of-work.ts';
import type { Candidate, Sources } from './sources.ts';
import type { DownloadSurroundings } from './surroundings.ts';
import { wantsTree } from './tree-wish.ts';

/** Sources of one file that give at the same time. */
const mostHands = 8;
const upperMark = 8 << 20;
const lowerMark = 2 << 20;
/** Milliseconds until a slow source may be asked again. */
const slowDelay = 60_000;
const leastSlice = 64 * 1024;
/** A file of fewer bytes is one piece. */
const treeFrom = 256 * 1024;

export interface SwarmEvents<Download> {
	readonly download: Download;
	/** The size that a source says; the refusal where it cannot be. */
	sized(source: Candidate, size: number): Refusal | undefined;
	tree(source: Candidate, tree: ClaimedTree): void;
	/** What is here must go before another source may give. */
	mixed(): void;
	/** It broke a rule. */
	expel(source: Candidate, refusal: Refusal): void;
	/** A source was left, or ended by itself: a sentence. More may be asked now. */
	ended(source: Candidate, why: string): void;
}

export class Swarm<Download> {
	readonly #body: Body;
	readonly #sources: Sources;
	readonly #outside: DownloadSurroundings<Download>;
	readonly #events: SwarmEvents<Download>;
	readonly #active = new Map<number, Fetching>();
	readonly #askedForTree = new Set<Candidate>();
	/** Why the links are stopped. */
	readonly #brakes = { disk: false, limit: false };

	constructor(
		body: Body,
		sources: Sources,
		outside: DownloadSurroundings<Download>,
		events: SwarmEvents<Download>,
	) {
		this.#body = body;
		this.#sources = sources;
		this.#outside = outside;
		this.#events = events;
	}

	get active(): readonly Fetching[] {
		return [...this.#active.values()];
	}

	/** Bytes a second of all sources together. */
	rate(now: number): number {
		return this.active.reduce((sum, { rate }) => sum + rate.get(now), 0);
	}

	/** Asks as many sources as have something to give. */
	fill(wish: Wish, now: number): void {
		// What cannot be checked is not put together from several.
		const alone = !isProvable(wish) || (this.#body.tree === undefined && this.#sources.alone);
		const most = alone || this.#body.size === null ? 1 : mostHands;
		const ready = this.#sources.ready(now);
		for (const [at, source] of ready.entries()) {
			if (this.#active.size >= most) return;
			const askingForTree = this.active.some((one) => one.tree);
			if (!askingForTree && wantsTree(source, wish, this.#body, this.#askedForTree)) {
				this.#ask(source, { from: 0, to: Number.POSITIVE_INFINITY }, wish, now, true);
				continue;
			}
			const span = this.#span(source, Math.min(most, this.#active.size + ready.length - at), alone, now);
			if (span === undefined) continue;
			if (alone && this.#sources.alone && this.#sources.givers.some((giver) => giver !== source)) {
				// Somebody lied, and nobody knows who: its bytes are not mixed with another's.
				this.#events.mixed();
				this.#ask(source, { from: 0, to: this.#body.size ?? Number.POSITIVE_INFINITY }, wish, now, false);
			} else this.#ask(source, span, wish, now, false);
		}
	}

	/** Once a second: leaves who is silent, too slow, or no longer needed. */
	tick(now: number): void {
		const others = this.#sources.ready(now).some((source) => source.failures === 0);
		const best = Math.max(0, ...this.active.map(({ rate }) => rate.get(now)));
		for (const fetching of this.active) {
			const left = this.#active.has(fetching.number) && impatience(fetching, now, others, best);
			if (!left) continue;
			const { source } = fetching;
			this.#stop(fetching);
			if (left === 'silent') {
				this.#sources.failed(source, now, fetching.got > 0);
				this.#events.expel(source, { refused: 'transfer.source.stalled' });
			} else {
				source.readyAt = now + slowDelay;
				source.why = 'Left for a faster one.';
				this.#events.ended(source, 'left for a faster one');
			}
		}
		this.#stopNeedless();
	}

	head(number: number, link: Link, head: FetchHead, now: number): void {
		const fetching = this.#active.get(number);
		if (fetching === undefined) return;
		const { source } = fetching;
		fetching.link = link;
		fetching.lastAt = now;
		source.queue = undefined;
		if (head.parts !== undefined) source.parts = this.#outside.spans(head.parts);
		this.#sources.said(source, head);
		if (fetching.tree) {
			fetching.head = head;
			return;
		}
		const said = sizeIn(head);
		const refused = isRefusal(said) ? said : said !== undefined && this.#events.sized(source, said);
		if (refused) return this.#expel(fetching, refused);
		// Others may have been stopped, this one too, where the size is not what it was.
		if (!this.#active.has(number)) return;
		const size = fetching.opened(head, this.#body.size);
		if (isRefusal(size)) return this.#expel(fetching, size);
		this.#brake({});
	}

	bytes(number: number, bytes: Uint8Array, now: number): void {
		const fetching = this.#active.get(number);
		if (fetching === undefined || fetching.tree) return;
		const { source } = fetching;
		const placed = fetching.body(bytes);
		if (isRefusal(placed)) return this.#expel(fetching, placed);
		fetching.lastAt = now;
		fetching.rate.add(bytes.length, now);
		fetching.got += placed.bytes.length;
		const fresh = this.#body.take(source.number, placed.at, placed.bytes);
		if (fresh > 0) this.#sources.gave(source, fresh);
		if (this.#body.queued > upperMark && !this.#brakes.disk) this.#brake({ disk: true });
		// Somebody else has taken over the rest.
		if (fetching.at >= fetching.to && fetching.at < (fetching.head?.to ?? 0)) {
			this.#stop(fetching);
			this.#events.ended(source, '');
		}
	}

	tree(number: number, tree: ClaimedTree): void {
		const fetching = this.#active.get(number);
		if (fetching?.tree === true) this.#events.tree(fetching.source, tree);
	}

	/** The network's last word on a fetch. */
	end(number: number, why: string, now: number): void {
		const fetching = this.#active.get(number);
		if (fetching === undefined) return;
		this.#forget(fetching);
		const { source, got, head } = fetching;
		source.rate = fetching.rate.get(now) || source.rate;
		const failed = why !== '' || (got === 0 && !fetching.tree);
		if (fetching.tree) {
			if (why !== '') source.hasTree = false;
		} else if (fetching.gone) {
			this.#sources.drop(source);
			source.why = 'Does not have it.';
		} else if (head?.queue !== undefined) {
			this.#sources.queued(source, now, head.queue);
		} else if (failed) {
			this.#sources.failed(source, now, got > 0, head?.retryAfter);
			source.why = why === '' ? 'Sent nothing.' : sentence(why);
		} else source.why = 'Gave a part.';
		const what = fetching.gone ? 'does not have it' : failed ? why || 'sent nothing' : 'gave a part of it';
		this.#events.ended(source, what);
	}

	/** Ends all fetches. */
	stop(): void {
		for (const fetching of this.active) this.#stop(fetching);
	}

	/** Ends what this source is asked for. */
	leave(source: Candidate): void {
		for (const fetching of this.active) if (fetching.source === source) this.#stop(fetching);
	}

	room(): void {
		if (this.#brakes.disk && this.#body.queued < lowerMark) this.#brake({ disk: false });
	}

	/** The user's limit is reached, or there is room below it again. */
	limit(limited: boolean): void {
		if (limited !== this.#brakes.limit) this.#brake({ limit: limited });
	}

	/** undefined: it has nothing to give now. */
	#span(source: Candidate, hands: number, alone: boolean, now: number): Span | undefined {
		const { size, tree } = this.#body;
		if (size === null) {
			return this.#active.size > 0
				? undefined
				: { from: this.#body.here.reach(0), to: Number.POSITIVE_INFINITY };
		}
		const working = this.active
			.filter((fetching) => !fetching.tree)
			.map(({ at, to, rate, startedAt }) => ({ at, to: Math.min(to, size), rate: rate.get(now), startedAt }));
		const work: Work = {
			missing: this.#body.missing(),
			working,
			hands: alone ? 1 : hands,
			parts: source.parts,
			rate: source.rate,
			short: !alone && tree === undefined && source.gave === 0 && size >= treeFrom && this.#sources.count > 1,
			slice: Math.max(tree?.slice ?? 0, leastSlice),
			now,
		};
		const span = nextSpan(work);
		if (span !== undefined) this.#shorten(span);
		return span;
	}

	/** Who is asked for these bytes already is wanted up to there only. */
	#shorten(span: Span): void {
		for (const fetching of this.#active.values()) {
			if (fetching.at < span.from && fetching.to > span.from && !fetching.tree) fetching.to = span.from;
		}
	}

	#ask(source: Candidate, span: Span, wish: Wish, now: number, tree: boolean): void {
		const { number, fetch } = this.#outside;
		const fetching = new Fetching(number(this.#events.download), source, span.from, span.to, now, tree);
		this.#active.set(fetching.number, fetching);
		source.active = true;
		source.why = tree ? 'Asked for the hash tree.' : 'Asked.';
		if (tree) this.#askedForTree.add(source);
		const good = this.#sources.givers.filter((one) => one !== source && one.trust === 'good');
		fetch(requestOf(fetching, wish, good));
	}

	/** Ends those whose bytes have come from others. */
	#stopNeedless(): void {
		if (this.#body.size === null) return;
		for (const fetching of this.active) {
			if (fetching.tree || fetching.head === undefined) continue;
			if (this.#body.missing(fetching.at, Math.min(fetching.to, this.#body.size)).length > 0) continue;
			this.#stop(fetching);
			this.#events.ended(fetching.source, '');
		}
	}

	#expel(fetching: Fetching, refusal: Refusal): void {
		this.#stop(fetching);
		this.#sources.drop(fetching.source);
		this.#events.expel(fetching.source, refusal);
	}

	#stop(fetching: Fetching): void {
		if (!this.#active.has(fetching.number)) return;
		this.#forget(fetching);
		this.#outside.cancelFetch(fetching.number);
	}

	#forget(fetching: Fetching): void {
		this.#hold(fetching, false);
		fetching.source.active = false;
		this.#active.delete(fetching.number);
		this.#outside.forget(fetching.number);
	}

	#brake(change: Partial<{ disk: boolean; limit: boolean }>): void {
		const { disk, limit } = Object.assign(this.#brakes, change);
		for (const fetching of this.#active.values()) this.#hold(fetching, disk || limit);
	}

	#hold(fetching: Fetching, held: boolean): void {
		if (fetching.link === undefined || fetching.held === held) return;
		fetching.held = held;
		fetching.lastAt = this.#outside.clock.now();
		this.#outside.pause(fetching.link, held);
	}
}

function sentence(why: string): string {
	return `${why.slice(0, 1).toUpperCase()}${why.slice(1)}.`;
}
