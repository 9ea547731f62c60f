/**
 * Two sides, measured in turn: what slows the machine down for a while slows both. Printed are medians,
 * the lowest and the highest run, and the ratio of the medians.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Figures of one run, each under its name, in the unit that the bench prints. */
export type Figures = Readonly<Record<string, number>>;

export interface Measure {
	readonly name: string;
	readonly unit: string;
	readonly digits: number;
	/** What counts as good, in words. */
	readonly bar?: string;
}

export function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Runs ours and theirs in turn, and prints a line for each measure. The first run of each warms up, unless each is a
 * process of its own that has nothing to warm.
 */
export async function sides(
	title: string,
	measures: readonly Measure[],
	rounds: number,
	ours: () => Promise<Figures>,
	theirs: (() => Promise<Figures>) | undefined,
	peerName = 'gtk-gnutella',
	warmsUp = true,
): Promise<void> {
	const mine: Figures[] = [];
	const other: Figures[] = [];
	for (let i = warmsUp ? 0 : 1; i <= rounds; i++) {
		const one = await ours();
		const two = await theirs?.();
		if (i === 0) continue;
		mine.push(one);
		if (two !== undefined) other.push(two);
	}
	for (const { name, unit, digits, bar } of measures) {
		const values = (of: readonly Figures[]): number[] => of.map((figures) => figures[name] ?? Number.NaN);
		const said = (of: readonly Figures[]): string => {
			const all = values(of);
			const range = `${Math.min(...all).toFixed(digits)} to ${Math.max(...all).toFixed(digits)}`;
			return `${median(all).toFixed(digits)} ${unit} (${range})`;
		};
		const ratio = (median(values(mine)) / median(values(other))).toFixed(2);
		// Some things can be counted on one side only.
		const peer = values(other).every(Number.isNaN) ? '' : `; ${peerName} ${said(other)}; ratio ${ratio}`;
		console.log(`${title}, ${name}: ${said(mine)}${peer}${bar === undefined ? '' : ` [bar: ${bar}]`}`);
	}
}

/**
 * Seconds of processor time that all threads of a process have used: what a busy machine does not change
 * much. NaN where the system does not say (it is Linux that does).
 */
export function cpuSeconds(pid: number): number {
	try {
		let nanoseconds = 0;
		for (const thread of readdirSync(`/proc/${pid}/task`))
			nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
		return nanoseconds / 1e9;
	} catch {
		return Number.NaN;
	}
}

/** Resident bytes of a process; NaN where the system does not say. */
export function residentBytes(pid: number): number {
	try {
		const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
		return Number(kilobytes) * 1024;
	} catch {
		return Number.NaN;
	}
}
