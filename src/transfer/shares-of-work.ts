/**
 * Which bytes a source is asked for next. Pure. The rules:
 *
 * - The rest is divided evenly among the sources that can give; each gets one long span, since every
 *   request costs a round trip and some servents count requests.
 * - A source that nobody knows yet gets a short one, while the tree is not here: its answer tells
 *   whether it has the tree.
 * - At the end nobody waits for the slowest: who is free takes over the second part of the span that
 *   would take longest, and a small rest is asked for twice.
 */
import type { Span } from '../networks/network.ts';
import { Spans } from './spans.ts';

/** One that is giving. */
export interface Working {
	/** Next byte, and one past the last that is wanted. */
	readonly at: number;
	readonly to: number;
	/** Bytes a second. */
	readonly rate: number;
	readonly startedAt: number;
}

export interface Work {
	/** Bytes that nobody has brought yet, in order. */
	readonly missing: readonly Span[];
	readonly working: readonly Working[];
	/** Sources that could give at the same time, the asking one included. */
	readonly hands: number;
	/** What the asking source has; undefined: all. */
	readonly parts: Spans | undefined;
	/** Bytes a second of the asking source when it last gave; 0: not known. */
	readonly rate: number;
	/** Only so much, to get acquainted. */
	readonly short: boolean;
	/** Spans begin at multiples of this. */
	readonly slice: number;
	readonly now: number;
}

const shortSpan = 1 << 20;
const leastSpan = 1 << 20;
/** Less than this is not divided, but asked for twice. */
const leastShare = 256 << 10;
/** Milliseconds: a span that takes longer than this to its end is worth taking over. */
const patience = 4000;
/** A source that has sent nothing for so long is as slow as can be. */
const silent = 3000;

/** What to ask for; undefined: this source is not needed now. */
export function nextSpan(work: Work): Span | undefined {
	const open = openSpans(work);
	const first = open[0];
	if (first === undefined) return takeOver(work);
	const rest = open.reduce((sum, { from, to }) => sum + to - from, 0);
	const even = Math.max(leastSpan, Math.ceil(rest / Math.max(1, work.hands)));
	const length = work.short ? Math.min(shortSpan, even) : even;
	// The end of a share lies between two pieces, so that each piece has one giver.
	const end = Math.ceil((first.from + length) / work.slice) * work.slice;
	return { from: first.from, to: Math.min(first.to, end) };
}

/** What nobody brings and the source has. */
function openSpans({ missing, working, parts }: Work): Span[] {
	const taken = new Spans(working.map(({ at, to }) => ({ from: at, to })));
	const open: Span[] = [];
	for (const gap of missing) {
		for (const free of taken.missing(gap.from, gap.to)) {
			if (parts === undefined) open.push(free);
			else open.push(...parts.within(free.from, free.to));
		}
	}
	return open;
}

/** What of its span nobody has brought: the rest of one who is silent may be here already, from another. */
function stillWanted(one: Working, missing: readonly Span[]): Working[] {
	const wanted = missing.filter(({ from, to }) => from < one.to && to > one.at);
	const [first, last] = [wanted[0], wanted.at(-1)];
	if (first === undefined || last === undefined) return [];
	return [{ ...one, at: Math.max(one.at, first.from), to: Math.min(one.to, last.to) }];
}

function takeOver({ missing, working: all, rate, slice, now, parts }: Work): Span | undefined {
	const working = all.flatMap((one) => stillWanted(one, missing));
	const duration = (one: Working) => {
		if (one.rate > 0) return ((one.to - one.at) / one.rate) * 1000;
		return now - one.startedAt > silent ? Number.POSITIVE_INFINITY : 0;
	};
	let slowest: Working | undefined;
	for (const one of working) {
		if (slowest === undefined || duration(one) > duration(slowest)) slowest = one;
	}
	if (slowest === undefined || !Number.isFinite(slowest.to) || duration(slowest) < patience) return undefined;
	const known = working.filter((one) => one !== slowest && one.rate > 0);
	const usual = known.reduce((sum, one) => sum + one.rate, 0) / Math.max(1, known.length);
	const mine = rate || usual || slowest.rate || 1;
	const left = slowest.to - slowest.at;
	const share = Math.floor((left * slowest.rate) / (slowest.rate + mine));
	const middle = Math.ceil((slowest.at + share) / slice) * slice;
	const from = left <= leastShare || middle >= slowest.to ? slowest.at : middle;
	if (parts !== undefined && !parts.has(from, slowest.to)) return undefined;
	return { from, to: slowest.to };
}
