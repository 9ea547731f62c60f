/**
 * A part of the console that cannot be loaded when its page is opened: the node was replaced by a newer one, whose parts
 * have other names, or the line broke for a moment. The whole is loaded again, at the same address; not over and over
 * where that does not help.
 */
const KEY = 'sallyport-loaded-again';
const PAUSE = 10_000;

/** Storage of the browser's session. */
interface Kept {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
}

/** `now` in milliseconds. False: it was done a moment ago. */
export function mayLoadAgain(kept: Kept, now: number): boolean {
	const before = Number(kept.getItem(KEY) ?? Number.NaN);
	if (Math.abs(now - before) < PAUSE) return false;
	kept.setItem(KEY, String(now));
	return true;
}
