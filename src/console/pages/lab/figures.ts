/** How results are shown: rows, names and figures. */
import type { LabOutcome } from '../../../node/api/lab-schemas.ts';

export type Figures = Readonly<Record<string, number>>;

const exact = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });

/** Rows by name; a result without rows has one without a name. */
export function rowsOf(measures: LabOutcome['measures']): Readonly<Record<string, Figures>> {
	const flat = Object.values(measures).every((one) => typeof one === 'number');
	return (flat ? { '': measures } : measures) as Readonly<Record<string, Figures>>;
}

export function figure(value: number): string {
	return Number.isInteger(value) || value >= 1000 ? exact.format(value) : short.format(value);
}

/** `giantComponent` as people write it. */
export function spaced(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Bars are coloured by what they are only where an attack is compared with defences. */
export function kindOf(row: string): 'calm' | 'attack' | 'one' | 'all' {
	if (row === 'off') return 'calm';
	if (row === 'on') return 'attack';
	return row.startsWith('on + ') && row !== 'on + all' ? 'one' : 'all';
}
