/**
 * Sessions from a file. Comment lines begin with `#`; all others are of one of two kinds, the same in the whole file:
 *
 *   LENGTH         seconds; how long one session lasted. Sessions of the laboratory are drawn from these.
 *   NODE ON OFF    a servent (a number that is a name) was online from second ON to second OFF. They are played as they were.
 *
 * Whole numbers with tabs or blanks between. Sessions may stand in any order; those of one servent may not overlap.
 */
import type { Refusal } from '../evidence/refusal.ts';

export type Sessions =
	| { readonly kind: 'lengths'; readonly lengths: Int32Array }
	| { readonly kind: 'times'; readonly servents: readonly Int32Array[]; readonly seconds: number };

/** More than a crawl of a year has. */
const MOST = 5_000_000;
/** Ten years: longer is a mistake of units. */
const LONGEST = 315_360_000;

interface Session {
	readonly line: number;
	readonly on: number;
	readonly off: number;
}

export function readSessions(bytes: Uint8Array, most = MOST): Sessions | Refusal {
	const lengths: number[] = [];
	const byName = new Map<number, Session[]>();
	let [columns, count] = [0, 0];
	for (const { numbers, line } of linesOf(bytes)) {
		if (numbers === undefined) return fault(line, 'is neither a length nor a servent with two times');
		if (columns !== 0 && numbers.length !== columns)
			return fault(line, `has ${numbers.length} numbers, and those before ${columns}`);
		columns = numbers.length;
		if (++count > most) return { refused: 'lab.sessions.large', detail: `more than ${most} in it` };
		if (columns === 1) {
			const [length] = numbers;
			if (length < 1 || length > LONGEST) return fault(line, `is no length: 1 to ${LONGEST} seconds`);
			lengths.push(length);
			continue;
		}
		const [name, on, off] = numbers;
		if (off <= on) return fault(line, 'ends before it has begun');
		const sessions = byName.get(name) ?? [];
		if (sessions.length === 0) byName.set(name, sessions);
		sessions.push({ line, on, off });
	}
	if (columns === 0) return { refused: 'lab.sessions.empty', detail: 'no session in it' };
	return columns === 1 ? { kind: 'lengths', lengths: Int32Array.from(lengths) } : timesOf(byName);
}

/** In order, and counted from the first that began. */
function timesOf(byName: ReadonlyMap<number, Session[]>): Sessions | Refusal {
	let [first, last] = [Number.POSITIVE_INFINITY, 0];
	for (const sessions of byName.values()) {
		sessions.sort((one, other) => one.on - other.on || one.line - other.line);
		for (const [at, { on, off, line }] of sessions.entries()) {
			const before = sessions[at - 1];
			if (before !== undefined && on < before.off)
				return fault(Math.max(line, before.line), `overlaps with line ${Math.min(line, before.line)}`);
			first = Math.min(first, on);
			last = Math.max(last, off);
		}
	}
	if (last - first > LONGEST) return { refused: 'lab.sessions.line', detail: 'more than ten years in it' };
	const servents = Array.from(byName.values(), (sessions) =>
		Int32Array.from(sessions.flatMap(({ on, off }) => [on - first, off - first])),
	);
	return { kind: 'times', servents, seconds: last - first };
}

interface Line {
	readonly line: number;
	/** One or three; undefined: something else. */
	readonly numbers: readonly number[] | undefined;
}

function* linesOf(bytes: Uint8Array): Generator<Line> {
	const decoder = new TextDecoder('latin1');
	for (let at = 0, line = 1; at < bytes.length; line++) {
		let end = bytes.indexOf(10, at);
		if (end < 0) end = bytes.length;
		// What is longer is no session, and is not copied.
		const text =
			end - at > 100 && bytes[at] !== 35 ? '?' : decoder.decode(bytes.subarray(at, Math.min(end, at + 100)));
		at = end + 1;
		const words = text.trim() === '' || text.startsWith('#') ? [] : text.trim().split(/[\t ]+/);
		if (words.length === 0) continue;
		const isRight =
			(words.length === 1 || words.length === 3) && words.every((word) => /^\d{1,12}$/.test(word));
		yield { line, numbers: isRight ? words.map(Number) : undefined };
	}
}

function fault(line: number, what: string): Refusal {
	return { refused: 'lab.sessions.line', detail: `line ${line} ${what}` };
}
