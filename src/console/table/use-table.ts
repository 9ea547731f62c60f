/** Everything that a list keeps: the window, the cursor, opened rows, the menu. */
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { AnyRow } from '../actions.ts';
import { type ListQuery, Scroller } from './columns.ts';
import { useCursor } from './use-cursor.ts';
import { useMenu } from './use-menu.ts';
import { useOpen } from './use-open.ts';
import { usePointing } from './use-pointing.ts';
import { useStage } from './use-stage.ts';
import { useView } from './use-view.ts';
import { useMargin, useVirtualRows, windowAt } from './use-window.ts';

/** Height of what stands above the first row and may scroll away without the list being scrolled. */
const headHeight = 60;

export type TableView = ReturnType<typeof useTable>;

export function useTable(
	query: ListQuery,
	heights: { wide: number; phone: number },
	opens: boolean,
	beat?: number,
) {
	const scroller = useContext(Scroller);
	const body = useRef<HTMLTableSectionElement>(null);
	const pointing = usePointing();
	const [first, setFirst] = useState(0);
	const { from, count } = windowAt(first);
	const margin = useMargin(body);
	const sight = useRef(0);
	const shown = useView<AnyRow>(
		query,
		from,
		count,
		() => ({
			calm: !pointing.now() && (scroller.current?.scrollTop ?? 0) <= Math.max(0, margin - headHeight),
			until: sight.current,
		}),
		beat,
	);
	const { page, shift } = shown;
	const cursor = useCursor(page);
	const open = useOpen(page, heights);
	const rows = useVirtualRows(page?.total ?? 0, margin, open.heightOf, open.version);
	const menu = useMenu(query, cursor);
	sight.current = rows.range?.endIndex ?? 0;
	const inSight = rows.range?.startIndex ?? 0;
	useEffect(() => setFirst(inSight), [inSight]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: once for each window that moved the rows
	useLayoutEffect(() => {
		if (shift !== 0 && scroller.current) scroller.current.scrollTop += shift * open.rowHeight;
	}, [page]);
	useStage({ query, shown, cursor, rows, toggleOpen: open.toggle, opens });
	return { ...shown, query, cursor, open, rows, menu, body, margin, pointing: pointing.handlers };
}
