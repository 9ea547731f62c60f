/**
 * Which rows of a list are selected: some by id, or all that match except some. "All" is not a list of
 * ids: 100,000 rows are selected without loading one of them.
 */
export interface Selection {
	readonly all: boolean;
	/** The selected ids, or with `all` the exceptions. */
	readonly ids: ReadonlySet<number>;
}

export const none: Selection = { all: false, ids: new Set() };
export const everything: Selection = { all: true, ids: new Set() };

export function has(selection: Selection, id: number): boolean {
	return selection.ids.has(id) !== selection.all;
}

export function toggle(selection: Selection, id: number): Selection {
	const ids = new Set(selection.ids);
	if (!ids.delete(id)) ids.add(id);
	return { all: selection.all, ids };
}

export function add(selection: Selection, more: Iterable<number>): Selection {
	const ids = new Set(selection.ids);
	for (const id of more) {
		if (selection.all) ids.delete(id);
		else ids.add(id);
	}
	return { all: selection.all, ids };
}

export function count(selection: Selection, total: number): number {
	return selection.all ? Math.max(0, total - selection.ids.size) : selection.ids.size;
}
