/** Which rows are in sight, and which are asked for: those, and as many before and after. */
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useContext, useLayoutEffect, useRef, useState } from 'react';
import { Scroller } from './columns.ts';

const block = 50;

/** The window for a first row in sight: whole blocks, so that it seldom changes while scrolling. */
export function windowAt(first: number): { from: number; count: number } {
	return { from: Math.max(0, (Math.floor(first / block) - 1) * block), count: 4 * block };
}

/** Where the rows begin within what scrolls: what stands above them may grow. */
export function useMargin(body: RefObject<HTMLElement | null>): number {
	const scroller = useContext(Scroller);
	const [margin, setMargin] = useState(0);
	const measure = useCallback(() => {
		if (body.current === null || scroller.current === null) return;
		const { top } = body.current.getBoundingClientRect();
		const outer = scroller.current.getBoundingClientRect().top;
		setMargin(Math.round(top - outer + scroller.current.scrollTop));
	}, [body, scroller]);
	useLayoutEffect(() => {
		measure();
		const observer = new ResizeObserver(measure);
		for (let at = body.current?.parentElement; at && at !== scroller.current; at = at.parentElement) {
			for (const child of at.children) observer.observe(child);
		}
		return () => observer.disconnect();
	}, [measure, body, scroller]);
	return margin;
}

export type Rows = Virtualizer<HTMLElement, Element>;

/** `heightOf` gives the height of the row at a place; `version` changes when any of them does. */
export function useVirtualRows(
	total: number,
	margin: number,
	heightOf: (index: number) => number,
	version: string,
): Rows {
	const scroller = useContext(Scroller);
	const rows = useVirtualizer<HTMLElement, Element>({
		count: total,
		getScrollElement: () => scroller.current,
		estimateSize: heightOf,
		scrollMargin: margin,
		scrollPaddingStart: 48,
		scrollPaddingEnd: 72,
		overscan: 8,
	});
	const before = useRef(version);
	useLayoutEffect(() => {
		if (before.current === version) return;
		before.current = version;
		rows.measure();
	}, [rows, version]);
	return rows;
}
