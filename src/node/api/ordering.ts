/**
 * Windows of long lists. A list of 100,000 rows is filtered and sorted only when it has changed, and
 * only once for all who look at it in the same way; a window is then a slice.
 *
 * 1. A source counts its changes (`version`). While the count stands still, nothing is done at all.
 * 2. While a long list changes all the time (a scan, a flood of answers), it is put in order again at
 *    most for a tenth of the time: the pause after a round is nine times what the round took.
 *    One who asks once (`refresh`) gets the present state.
 * 3. Rows without the value sort last in both directions; equal ones by their id.
 */
import { type Filter, fieldOf, numberOf, parseFilter } from './filter.ts';

export interface Identified {
	readonly id: number;
}

/** A list of the node. */
export interface Source<Row extends Identified = Identified> {
	/** Another number after each change of a row, of the order or of the number of rows. */
	version(): number;
	/** In order of id or of arrival. Called only when the version has changed. */
	rows(): readonly Row[];
}

/** How somebody looks at a list. */
export interface Look {
	readonly sort: string | undefined;
	readonly filter: string | undefined;
}

/** Share of the time that may go into putting a busy list in order. */
const pauseFactor = 9;

export class Ordering<Row extends Identified> {
	readonly #source: Source<Row>;
	readonly #filter: Filter<Row>;
	readonly #field: string | undefined;
	readonly #descending: boolean;
	#version = Number.NaN;
	#rows: readonly Row[] = [];
	#all = 0;
	#restUntil = 0;

	constructor(source: Source<Row>, look: Look, fields: ReadonlySet<string>) {
		this.#source = source;
		this.#filter = parseFilter(look.filter ?? '', fields);
		this.#descending = look.sort?.startsWith('-') ?? false;
		this.#field = this.#descending ? look.sort?.slice(1) : look.sort;
	}

	/** The version of what this ordering shows. */
	get version(): number {
		return this.#version;
	}

	/** Rows that pass the filter. */
	get total(): number {
		return this.#rows.length;
	}

	get all(): number {
		return this.#all;
	}

	/** Brings it up to date; with `soon`, at the latest after a fair pause. */
	refresh(soon: boolean): void {
		const version = this.#source.version();
		const began = performance.now();
		if (version === this.#version || (soon && began < this.#restUntil)) return;
		const all = this.#source.rows();
		this.#all = all.length;
		const kept = this.#filter.empty ? all : all.filter((row) => this.#filter.matches(row));
		this.#rows = this.#field === undefined ? kept : sorted(kept, this.#field, this.#descending);
		this.#version = version;
		const ended = performance.now();
		this.#restUntil = ended + pauseFactor * (ended - began);
	}

	window(from: number, count: number): Row[] {
		return this.#rows.slice(from, from + count);
	}
}

function sorted<Row extends Identified>(rows: readonly Row[], field: string, descending: boolean): Row[] {
	const way = descending ? -1 : 1;
	const keyed = rows.map((row) => ({ row, key: keyOf(fieldOf(row, field)) }));
	keyed.sort((one, other) => {
		if (one.key === other.key) return one.row.id - other.row.id;
		if (one.key === undefined) return 1;
		if (other.key === undefined) return -1;
		return one.key < other.key ? -way : way;
	});
	return keyed.map(({ row }) => row);
}

function keyOf(value: unknown): string | number | undefined {
	if (typeof value === 'string') return value.toLowerCase();
	if (typeof value === 'boolean') return value ? 1 : 0;
	return numberOf(value);
}

/** As many ways of looking as are kept for those who come back. */
const mostOrderings = 24;

/** The orderings in use, so that ten pages that look at one list sort it once. */
export class Orderings {
	readonly #kept = new Map<string, { source: Source; ordering: Ordering<Identified> }>();

	of(source: Source, name: string, look: Look, fields: ReadonlySet<string>): Ordering<Identified> {
		const key = JSON.stringify([name, look.sort, look.filter]);
		const known = this.#kept.get(key);
		this.#kept.delete(key);
		const entry = known?.source === source ? known : { source, ordering: new Ordering(source, look, fields) };
		this.#kept.set(key, entry);
		if (this.#kept.size > mostOrderings) this.#kept.delete(this.#kept.keys().next().value!);
		return entry.ordering;
	}
}
