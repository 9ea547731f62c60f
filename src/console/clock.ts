/** The page's only clock and timers. */

export function now(): number {
	return Date.now();
}

/** Runs once after a while; the answer cancels it. */
export function after(milliseconds: number, run: () => void): () => void {
	const timer = setTimeout(run, milliseconds);
	return () => clearTimeout(timer);
}
