/**
 * How things are printed. Names and agents come from strangers: what could move the cursor, change the
 * colours or turn the direction of writing never reaches the terminal as it is.
 */

/** Control characters, and those that are not seen but change how others are. */
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

export function printable(text: string): string {
	return text.replace(unprintable, '\ufffd');
}

let output: NodeJS.WriteStream = process.stdout;

/** From here on standard output carries something else, and what is printed goes to standard error. */
export function printToErrors(): void {
	output = process.stderr;
}

/** One object as a line; JSON.stringify leaves the second set of control characters as they are. */
export function printJson(value: unknown): void {
	const escaped = JSON.stringify(value).replace(unprintable, (found) =>
		[...Array(found.length).keys()]
			.map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
			.join(''),
	);
	output.write(`${escaped}\n`);
}

export function print(line: string): void {
	output.write(`${printable(line)}\n`);
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal, as peers and file managers show sizes. */
export function size(bytes: number): string {
	let step = 0;
	let left = bytes;
	for (; left >= 999.5 && step < units.length - 1; step++) left /= 1000;
	return `${step === 0 || left >= 99.5 ? Math.round(left) : left.toPrecision(left >= 9.95 ? 3 : 2)} ${units[step]}`;
}

/** `1 file`, `3 files`. */
export function count(number: number, one: string, several = `${one}s`): string {
	return `${number} ${number === 1 ? one : several}`;
}

export function duration(seconds: number): string {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
	return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Rows with columns as wide as needed; the last one is left as it is. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
	const clean = [head, ...rows].map((row) => row.map(printable));
	const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]!.length)));
	for (const row of clean) {
		const cells = row.map((cell, column) =>
			column === row.length - 1 ? cell : cell.padEnd(widths[column]!),
		);
		output.write(`${cells.join('  ').trimEnd()}\n`);
	}
}
