/** What the guard tells of a decision: an evidence record with who did what, and the rule that decided. */
import type { Evidence } from '../evidence/evidence.ts';
import type { Action } from './policy.ts';

export interface GuardRecord extends Evidence {
	/** `allow` is told only where it was asked for (log, learn). */
	readonly action: Action;
	/** The process's thread, and the file that it runs. */
	readonly pid: number;
	readonly program: string;
	/** What it wanted, as a policy says it: `out tcp 192.0.2.1:80`, `read /etc/shadow`, `run /bin/sh`. */
	readonly act: string;
	/** `FILE:LINE` of the policy; `none`: nothing permits it. */
	readonly rule: string;
	readonly because?: string;
}

/**
 * The same decision of the same program over and over is told once, and then each time its number has grown tenfold;
 * what is left is told at the end.
 */
export class Folding {
	readonly #tell: (record: GuardRecord) => void;
	readonly #seen = new Map<string, { record: GuardRecord; count: number; told: number }>();
	readonly #most = 4096;

	constructor(tell: (record: GuardRecord) => void) {
		this.#tell = tell;
	}

	add(record: GuardRecord): void {
		const key = `${record.code} ${record.action} ${record.program} ${record.act}`;
		const before = this.#seen.get(key);
		if (before === undefined) {
			if (this.#seen.size >= this.#most) this.end();
			this.#seen.set(key, { record, count: 1, told: 1 });
			this.#tell(record);
			return;
		}
		before.count++;
		before.record = record;
		if (before.count < before.told * 10) return;
		this.#tell({ ...record, count: before.count - before.told });
		before.told = before.count;
	}

	end(): void {
		for (const { record, count, told } of this.#seen.values())
			if (count > told) this.#tell({ ...record, count: count - told });
		this.#seen.clear();
	}
}
