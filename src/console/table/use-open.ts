/** Opened rows and their heights. A row's own height is fixed; what opens beneath it is measured. */
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useRef, useState } from 'react';
import type { Page } from '../../node/api/schemas.ts';
import type { Identified } from '../view.ts';

export const phone = '(max-width: 640px)';

export interface Open {
	readonly rowHeight: number;
	readonly version: string;
	isOpen(id: number): boolean;
	toggle(id: number): void;
	heightOf(index: number): number;
	/** Ref of what opens beneath a row. */
	measure(id: number, element: HTMLElement | null): (() => void) | undefined;
}

export function useOpen<Row extends Identified>(
	page: Page<Row> | undefined,
	heights: { wide: number; phone: number },
): Open {
	const narrow = useMediaQuery(phone, matchMedia(phone).matches) ?? false;
	const rowHeight = narrow ? heights.phone : heights.wide;
	const [opened, setOpened] = useState<ReadonlyMap<number, number>>(new Map());
	const set = useRef(setOpened).current;
	const measure = useCallback(
		(id: number, element: HTMLElement | null) => {
			if (element === null) return undefined;
			const observer = new ResizeObserver(() => {
				const height = element.offsetHeight;
				set((old) => (old.has(id) && old.get(id) !== height ? new Map(old).set(id, height) : old));
			});
			observer.observe(element);
			return () => observer.disconnect();
		},
		[set],
	);
	const places = (page?.rows ?? [])
		.map((row, index) => [(page?.from ?? 0) + index, opened.get(row.id)] as const)
		.filter(([, height]) => height !== undefined);
	const extra = new Map(places);
	return {
		rowHeight,
		version: `${rowHeight} ${places.join(' ')}`,
		isOpen: (id) => opened.has(id),
		toggle: (id) =>
			setOpened((old) => {
				const next = new Map(old);
				if (!next.delete(id)) next.set(id, 0);
				return next;
			}),
		heightOf: (index) => rowHeight + (extra.get(index) ?? 0),
		measure,
	};
}
