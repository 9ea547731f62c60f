/**
 * The live stream of a page: server-sent events, written by hand because a slow reader must never make
 * the node collect events for it. Each round looks at the present state, writes what differs from what
 * the reader has, and waits until it was taken. What happened in between is never sent.
 *
 * Events:
 *   status   the Status, once a second
 *   window   the whole window: first, and whenever its rows or their order have changed
 *   rows     {rows, total, all}: rows of the window whose values have changed
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identified, Ordering } from './ordering.ts';
import type { Page, Status } from './schemas.ts';

/** Four rounds a second at most. */
const round = 250;
const statusEvery = 1000;

export interface View {
	readonly ordering: Ordering<Identified>;
	readonly from: number;
	readonly count: number;
}

/** What the reader has. */
interface Sent {
	version: number;
	total: number;
	all: number;
	/** Rows of the window as JSON, by id, in order. */
	rows: Map<number, string>;
}

/** Writes until the reader goes away or the signal comes. Headers are set by the caller. */
export async function streamLive(
	to: ServerResponse,
	status: () => Status,
	view: View | undefined,
	signal: AbortSignal,
): Promise<void> {
	const gone = new AbortController();
	to.on('close', () => gone.abort());
	const over = AbortSignal.any([signal, gone.signal]);
	let statusAt = Number.NEGATIVE_INFINITY;
	let sent: Sent | undefined;
	try {
		while (!over.aborted) {
			let text = '';
			if (performance.now() - statusAt >= statusEvery) {
				statusAt = performance.now();
				text += event('status', JSON.stringify(status()));
			}
			if (view !== undefined) {
				const news = newsOf(view, sent);
				sent = news.sent;
				text += news.text;
			}
			if (text !== '' && !to.write(text)) await drained(to, over);
			await sleep(round, undefined, { signal: over });
		}
	} catch (error) {
		if (!over.aborted) throw error;
	} finally {
		to.end();
	}
}

/** What the reader does not have yet, as events, and what it has after them. */
export function newsOf(view: View, sent: Sent | undefined): { text: string; sent: Sent } {
	const { ordering, from, count } = view;
	ordering.refresh(sent !== undefined);
	const { version, total, all } = ordering;
	if (sent?.version === version) return { text: '', sent };
	const window = ordering.window(from, count);
	const rows = new Map(window.map((row) => [row.id, JSON.stringify(row)]));
	const now: Sent = { version, total, all, rows };
	if (sent === undefined || !sameOrder(sent.rows, rows)) {
		const page: Page<Identified> = { total, all, from, rows: window };
		return { text: event('window', JSON.stringify(page)), sent: now };
	}
	const changed = [...rows].filter(([id, row]) => sent.rows.get(id) !== row).map(([, row]) => row);
	if (changed.length === 0 && sent.total === total && sent.all === all) return { text: '', sent: now };
	return { text: event('rows', `{"rows":[${changed.join(',')}],"total":${total},"all":${all}}`), sent: now };
}

function sameOrder(one: Map<number, string>, other: Map<number, string>): boolean {
	if (one.size !== other.size) return false;
	const ids = other.keys();
	for (const id of one.keys()) if (ids.next().value !== id) return false;
	return true;
}

/** JSON has no line breaks, so one data line is enough. */
function event(name: string, json: string): string {
	return `event: ${name}\ndata: ${json}\n\n`;
}

function drained(to: ServerResponse, over: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			to.off('drain', done);
			over.removeEventListener('abort', done);
			resolve();
		};
		to.on('drain', done);
		over.addEventListener('abort', done);
	});
}
