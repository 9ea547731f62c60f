/**
 * Numbers, sizes, rates and times as people read them, all through Intl. Sizes are decimal (kB = 1000),
 * as peers and file managers show them.
 */
import { now } from './clock.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const plain = new Intl.NumberFormat();
const whole = new Intl.NumberFormat(undefined, { style: 'percent' });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const dayTime = new Intl.DateTimeFormat(undefined, {
	month: 'short',
	day: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
	hourCycle: 'h23',
});
const hourTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', hourCycle: 'h23' });
const dayOnly = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const made = new Map<string, Intl.NumberFormat>();

function inUnit(unit: string, display: 'short' | 'long', value: number): string {
	const key = `${unit} ${display}`;
	let format = made.get(key);
	if (format === undefined) {
		format = new Intl.NumberFormat(undefined, {
			style: 'unit',
			unit,
			unitDisplay: display,
			maximumSignificantDigits: 3,
		});
		made.set(key, format);
	}
	return format.format(value);
}

export function number(value: number): string {
	return plain.format(value);
}

export function bytes(value: number): string {
	let step = 0;
	let left = value;
	while (left >= 999.5 && step < units.length - 1) {
		left /= 1000;
		step++;
	}
	return inUnit(units[step] as string, step === 0 ? 'long' : 'short', left);
}

/** Bytes a second. Never smaller than kB/s, so that the unit does not flicker near zero. */
export function rate(value: number): string {
	let step = 1;
	let left = value / 1000;
	while (left >= 999.5 && step < units.length - 1) {
		left /= 1000;
		step++;
	}
	return inUnit(`${units[step]}-per-second`, 'short', left < 10 ? Math.round(left * 10) / 10 : left);
}

/** Bits a second, as rates of lines are written. */
export function bitRate(bits: number): string {
	const names = ['bit', 'kilobit', 'megabit', 'gigabit'] as const;
	let step = 0;
	let left = bits;
	while (left >= 999.5 && step < names.length - 1) {
		left /= 1000;
		step++;
	}
	return inUnit(`${names[step]}-per-second`, 'short', left);
}

/** A length of time, from seconds: the two largest units at most. */
export function duration(seconds: number): string {
	const left = Math.max(0, Math.round(seconds));
	if (left < 60) return inUnit('second', 'short', left);
	if (left < 3600) return inUnit('minute', 'short', Math.round(left / 60));
	const hours = Math.floor(left / 3600);
	if (hours >= 48) return inUnit('day', 'short', Math.round(hours / 24));
	const minutes = Math.round((left % 3600) / 60);
	return minutes === 0 || hours >= 10
		? inUnit('hour', 'short', hours)
		: `${inUnit('hour', 'short', hours)} ${inUnit('minute', 'short', minutes)}`;
}

export function percent(done: number, size: number | null): string {
	return whole.format(share(done, size));
}

/** Between 0 and 1; never 1 before the last byte. */
export function share(done: number, size: number | null): number {
	if (size === null || size <= 0) return 0;
	return done >= size ? 1 : Math.min(0.99, done / size);
}

/** Hours, minutes and seconds of a time today; with the day if it is another day. */
export function time(at: number): string {
	return new Date(at).toDateString() === new Date(now()).toDateString()
		? clockTime.format(at)
		: dayTime.format(at);
}

/** Hours, minutes and seconds, whatever the day. */
export function clock(at: number): string {
	return clockTime.format(at);
}

export function day(at: number): string {
	return dayOnly.format(at);
}

/** At an axis that is so many milliseconds long. */
export function axisTime(at: number, span: number): string {
	return span > 2 * 86_400_000
		? dayOnly.format(at)
		: span > 3_600_000
			? hourTime.format(at)
			: clockTime.format(at);
}

export function moment(at: number): string {
	return fullTime.format(at);
}
