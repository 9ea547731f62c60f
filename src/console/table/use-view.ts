/** The rows of a list that are in sight, from the live stream (see ../view.ts for when they may move). */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Page } from '../../node/api/schemas.ts';
import { call } from '../api.ts';
import { after } from '../clock.ts';
import { type Claim, live, type Receiver, type View } from '../live.ts';
import {
	type Attention,
	accept,
	type Identified,
	nothing,
	type Shown,
	takeRows,
	takeWindow,
} from '../view.ts';
import { windowPath } from './collect.ts';
import type { ListQuery, ListWindow } from './columns.ts';

/** By then all lists of a page and its drawer are there, and it is plain which of them has the stream. */
const stacked = 100;

interface Answer<Row extends Identified> {
	/** Of which list, search, sort and filter this is. */
	readonly key: string;
	readonly shown: Shown<Row>;
}

export interface LiveRows<Row extends Identified> extends Shown<Row> {
	/** The answer to the present query is not there yet; an older one may still be shown. */
	readonly loading: boolean;
	accept(): void;
	/** Takes the next window as it comes: the user did something that will change the order. */
	settle(): void;
}

function keyOf({ list, search, sort, filter, begin, end }: ListQuery): string {
	return JSON.stringify([list, search, sort, filter, begin, end]);
}

export function useView<Row extends Identified>(
	query: ListQuery,
	from: number,
	count: number,
	attention: () => Attention,
	beat = 0,
): LiveRows<Row> {
	const key = keyOf(query);
	const [answer, setAnswer] = useState<Answer<Row>>({ key: '', shown: nothing });
	const wanted = useRef(key);
	wanted.current = key;
	const look = useRef(attention);
	look.current = attention;
	const settling = useRef(false);
	const claim = useRef<Claim>(undefined);
	const receive = useRef<Receiver>(undefined);
	const view = useMemo<ListWindow>(() => ({ ...queryOf(key), from, count }), [key, from, count]);
	const first = useRef(view);
	first.current = view;

	useEffect(() => {
		const receiver: Receiver = {
			window(page: Page<never>, of: ListQuery) {
				if (keyOf(of) !== wanted.current) return;
				const { calm, until } = look.current();
				const now = { calm: calm || settling.current, until };
				settling.current = false;
				setAnswer((old) => ({
					key: keyOf(of),
					shown: takeWindow(old.key === keyOf(of) ? old.shown : nothing, page as Page<Row>, now),
				}));
			},
			rows({ rows, total, all }, of: ListQuery) {
				setAnswer((old) =>
					old.key === keyOf(of)
						? { key: old.key, shown: takeRows(old.shown, rows as readonly Row[], total, all) }
						: old,
				);
			},
		};
		receive.current = receiver;
		if (isStreamed(first.current)) claim.current = live.claim(first.current, receiver);
		return () => claim.current?.release();
	}, []);
	// biome-ignore lint/correctness/useExhaustiveDependencies: beat only says when to ask again
	useEffect(() => {
		if (isStreamed(view)) claim.current?.update(view);
		let stale = false;
		const cancel = after(stacked, () => {
			if (claim.current?.onTop()) return;
			call<Page<never>>('GET', windowPath(view)).then(
				(page) => {
					if (!stale) receive.current?.window(page, view as View);
				},
				() => undefined,
			);
		});
		return () => {
			stale = true;
			cancel();
		};
	}, [view, beat]);

	return {
		...answer.shown,
		loading: answer.key !== key,
		accept: useCallback(() => setAnswer((old) => ({ ...old, shown: accept(old.shown) })), []),
		settle: useCallback(() => {
			settling.current = true;
			setAnswer((old) => ({ ...old, shown: accept(old.shown) }));
		}, []),
	};
}

/** Flows of a capture do not come by the live stream: they are asked for, and again when there are more. */
function isStreamed(query: ListWindow): query is View {
	return query.list !== 'flows';
}

function queryOf(key: string): ListQuery {
	const [list, search, sort, filter, begin, end] = JSON.parse(key) as (string | null)[];
	return {
		list,
		search: search ?? undefined,
		sort: sort ?? undefined,
		filter: filter ?? undefined,
		begin: begin ?? undefined,
		end: end ?? undefined,
	} as ListQuery;
}
