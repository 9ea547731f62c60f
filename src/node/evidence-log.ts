/** The evidence as a list with reasons: newest first, read from the store only where it has grown. */
import type { Evidence } from '../evidence/evidence.ts';
import type { Reason } from '../evidence/refusal.ts';
import type { Source } from './api/ordering.ts';
import type { EvidenceRow } from './api/schemas.ts';
import { type EvidenceTable, mostEvidence, type StoredEvidence } from './store/evidence.ts';

/** Records read from the store at a time. */
const step = 500;

export class EvidenceLog {
	readonly #table: EvidenceTable;
	readonly #reasonOf: (code: string) => Reason | undefined;
	/** Newest first. */
	#rows: EvidenceRow[] = [];
	#version = 0;
	#read = -1;

	constructor(table: EvidenceTable, reasonOf: (code: string) => Reason | undefined) {
		this.#table = table;
		this.#reasonOf = reasonOf;
	}

	add(record: Evidence): void {
		this.#table.add(record);
		this.#version++;
	}

	/** The node calls it once a second. */
	flush(): void {
		this.#table.flush();
	}

	count(): number {
		return this.#table.count();
	}

	readonly source: Source<EvidenceRow> = {
		version: () => this.#version,
		rows: () => this.#upToDate(),
	};

	#upToDate(): readonly EvidenceRow[] {
		if (this.#read === this.#version) return this.#rows;
		const newest = this.#rows[0]?.id ?? 0;
		const fresh: StoredEvidence[] = [];
		for (let before: number | undefined; ; before = fresh.at(-1)!.id) {
			const page = this.#table.list(step, before);
			const some = page.filter(({ id }) => id > newest);
			fresh.push(...some);
			if (some.length < step || fresh.length >= mostEvidence) break;
		}
		if (fresh.length > 0)
			this.#rows = [...fresh.map((record) => this.#row(record)), ...this.#rows].slice(0, mostEvidence);
		this.#read = this.#version;
		return this.#rows;
	}

	#row(record: StoredEvidence): EvidenceRow {
		const reason = this.#reasonOf(record.code);
		return {
			...record,
			short: reason?.short ?? record.code,
			sentence: reason?.sentence ?? '',
			fault: reason?.fault ?? 'us',
		};
	}
}
