/** What the guard said of each program: how much it judged, what it refused, and what it took for an overflow. */
interface Told {
	readonly code?: string;
	readonly count?: number;
	readonly act?: string;
	readonly detail?: string;
	readonly summary?: { readonly heard: number; readonly status: number };
}

export class Tally {
	runs = 0;
	failed = 0;
	/** amuled 2.3.3 stands still in some downloads for good, guarded or not. */
	stood = 0;
	heard = 0;
	refused = 0;
	alarms = 0;
	readonly seen = new Set<string>();

	/** What the guard said with --json. */
	add(text: string): void {
		for (const line of text.split('\n')) {
			if (!line.startsWith('{"at"') && !line.startsWith('{"summary"')) continue;
			const { code, count = 1, act, detail, summary } = JSON.parse(line) as Told;
			if (summary !== undefined) this.heard += summary.heard;
			else if (code === 'guard.overflow') {
				this.alarms += count;
				this.seen.add(`ALARM ${detail}`);
			} else {
				this.refused += count;
				if (this.seen.size < 12) this.seen.add(`refused: ${act}`);
			}
		}
	}
}

export const tallies = new Map<string, Tally>();

export function tally(name: string): Tally {
	const found = tallies.get(name) ?? new Tally();
	tallies.set(name, found);
	return found;
}
