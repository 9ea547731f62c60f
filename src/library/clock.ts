/**
 * Time for the folders that do not own a clock. The node gives the real one (node/clock.ts), tests a
 * hand-turned one, so that no test waits.
 */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Calls once after this many milliseconds. The answer takes the call back. */
	after(milliseconds: number, call: () => void): () => void;
}
