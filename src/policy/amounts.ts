/**
 * Amounts as people write them in a policy. undefined: not understood.
 *
 * - rates in bits a second, decimal as tc and every provider count them: 64kbit, 2mbit, 1.5Mbit;
 * - sizes in bytes, decimal (500kB, 100MB, 2GB) or binary (100MiB);
 * - spans in seconds: 90, 90s, 10m, 2h, 1d;
 * - hours of the day: 22:00-07:00, which goes over midnight; 24:00 is its end.
 */

const decimal = ['', 'k', 'm', 'g'];
const leastRate = 8000;
const mostRate = 100e9;
const longest = 30 * 86_400;

/** Bits a second, from 8 kbit to 100 gbit. */
export function rateOf(text: string): number | undefined {
	const match = /^([0-9]{1,12}(?:\.[0-9]{1,3})?)([kmg]?)bit(?:\/s)?$/.exec(text.trim().toLowerCase());
	if (match === null) return undefined;
	const bits = Math.round(Number(match[1]) * 1000 ** decimal.indexOf(match[2]!));
	return bits >= leastRate && bits <= mostRate ? bits : undefined;
}

/** Bytes. */
export function bytesOf(value: string | number): number | undefined {
	const match = /^([0-9]{1,15}(?:\.[0-9]{1,3})?)([kmg]?)(i?)b?$/.exec(String(value).trim().toLowerCase());
	if (match === null || (match[3] === 'i' && match[2] === '')) return undefined;
	return Math.round(Number(match[1]) * (match[3] === 'i' ? 1024 : 1000) ** decimal.indexOf(match[2]!));
}

/** Seconds, from 1 to 30 days. */
export function secondsOf(value: string | number): number | undefined {
	const match = /^([0-9]{1,8})([smhd]?)$/.exec(String(value).trim().toLowerCase());
	if (match === null) return undefined;
	const seconds = Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] || 's']!;
	return seconds >= 1 && seconds <= longest ? seconds : undefined;
}

/** Minutes of the day: from the first on, before the second. */
export interface Hours {
	readonly from: number;
	readonly to: number;
}

export function hoursOf(text: string): Hours | undefined {
	const match = /^([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})$/.exec(text.trim());
	if (match === null) return undefined;
	const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number) as [
		number,
		number,
		number,
		number,
	];
	const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
	if (fromMinute > 59 || toMinute > 59 || from > 1439 || to > 1440 || from === to) return undefined;
	return { from, to };
}

/** Of the day, by the clock on the wall, at these milliseconds since 1970. */
export function minuteOf(milliseconds: number): number {
	const date = new Date(milliseconds);
	return date.getHours() * 60 + date.getMinutes();
}

export function within({ from, to }: Hours, minute: number): boolean {
	return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Bits a second, as a person reads them: 256 kbit/s. */
export function rateText(bits: number): string {
	const power = bits >= 1e9 ? 3 : bits >= 1e6 ? 2 : bits >= 1000 ? 1 : 0;
	return `${Number((bits / 1000 ** power).toFixed(2))} ${decimal[power]!.replace('g', 'G').replace('m', 'M')}bit/s`;
}

/** Seconds, as a person reads them: 10 minutes. */
export function spanText(seconds: number): string {
	const [unit, length] = (
		[
			['day', 86_400],
			['hour', 3600],
			['minute', 60],
		] as const
	).find(([, length]) => seconds % length === 0) ?? ['second', 1];
	return `${seconds / length} ${unit}${seconds === length ? '' : 's'}`;
}
