/**
 * A limit by the time of day, as people write it: `500k`; or several, of which the last that fits the hour counts:
 * `500k, 22:00-07:00 unlimited, sat-sun 2M`. Days begin at midnight; a span over midnight belongs to the day on which
 * it begins. Units are bytes a second: k is 1,024 of them, M and G 1,024 times as much again.
 *
 * What counts is what the clock on the wall shows. Where it is put forward, a rule for the hour that is left out holds
 * at no time, and one that begins within it begins with the hour after; where it is put back, a rule for the hour that
 * comes twice holds twice. Nobody reckons when the limit changes next: it is asked for at each portion
 * (throttle.ts, intake-limit.ts), so no timer depends on the length of a day.
 */
import type { Refusal } from '../evidence/refusal.ts';

interface Rule {
	/** 0 is Sunday. */
	readonly days: ReadonlySet<number>;
	/** Minutes of the day. */
	readonly from: number;
	readonly to: number;
	/** Bytes a second; undefined: no limit. */
	readonly limit: number | undefined;
}

export type Schedule = readonly Rule[];

/** The clock on the wall. A Date shows that of the machine's time zone. */
type WallTime = Pick<Date, 'getDay' | 'getHours' | 'getMinutes'>;

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const everyDay: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6]);
const DAY = 24 * 60;

/** The refusal names the word that is not understood. */
export function parseSchedule(text: string): Schedule | Refusal {
	const rules: Rule[] = [];
	// A comma stands between rules, or between days.
	for (const line of text.split(/[\n;]|,(?![a-z]{3}\b[^,;\n]*\s)/i)) {
		const words = line.trim().toLowerCase().split(/\s+/);
		if (words[0] === '') continue;
		const limit = limitOf(words.pop()!);
		if (limit === 'unknown') return malformed(line, 'a limit such as 500k, 2M or unlimited');
		let days = everyDay;
		let [from, to] = [0, DAY];
		for (const word of words) {
			const span = spanOf(word);
			const some = daysOf(word);
			if (span !== undefined) [from, to] = span;
			else if (some !== undefined) days = some;
			else return malformed(word, 'a span such as 22:00-07:00, or days such as mon-fri');
		}
		rules.push({ days, from, to, limit });
	}
	return rules.length === 0 ? malformed(text, 'a limit such as 500k') : rules;
}

/** Bytes a second at this time; undefined: no rule is for this hour. */
export function limitAt(schedule: Schedule, time: WallTime): number | 'unlimited' | undefined {
	const minute = time.getHours() * 60 + time.getMinutes();
	const day = time.getDay();
	const fits = ({ days, from, to }: Rule): boolean => {
		if (from < to) return days.has(day) && minute >= from && minute < to;
		return (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to);
	};
	const rule = schedule.findLast(fits);
	return rule && (rule.limit ?? 'unlimited');
}

function limitOf(word: string): number | undefined | 'unknown' {
	if (word === 'unlimited') return undefined;
	const match = /^([0-9]{1,9}(?:\.[0-9]{1,3})?)([kmg]?)(?:i?b)?(?:\/s)?$/.exec(word);
	const bytes = Number(match?.[1]) * 1024 ** ['', 'k', 'm', 'g'].indexOf(match?.[2] ?? '');
	return match && bytes >= 1 ? Math.round(bytes) : 'unknown';
}

function spanOf(word: string): [number, number] | undefined {
	const match = /^([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})$/.exec(word);
	if (!match) return undefined;
	const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number) as [
		number,
		number,
		number,
		number,
	];
	const from = fromHour * 60 + fromMinute;
	const to = toHour * 60 + toMinute;
	const possible = fromMinute < 60 && toMinute < 60 && from < DAY && to <= DAY && from !== to;
	return possible ? [from, to] : undefined;
}

function daysOf(word: string): ReadonlySet<number> | undefined {
	const days = new Set<number>();
	for (const part of word.split(',')) {
		const [first, last = first] = part.split('-').map((name) => names.indexOf(name)) as [number, number?];
		if (first < 0 || last! < 0 || part.split('-').length > 2) return undefined;
		for (let day = first; ; day = (day + 1) % 7) {
			days.add(day);
			if (day === last) break;
		}
	}
	return days;
}

function malformed(what: string, wanted: string): Refusal {
	return { refused: 'transfer.schedule.malformed', detail: `"${what.trim()}" is not ${wanted}` };
}
