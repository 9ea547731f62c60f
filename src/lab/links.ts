/**
 * The links of an overlay and the uplinks of its servents: when a frame that leaves now arrives. Latencies are a
 * function of the two ends and the seed, so that millions of links need no array.
 */
import { mixed } from './chance.ts';
import type { OverlaySettings } from './overlay-settings.ts';

export class Links {
	readonly #seed: number;
	readonly #least: number;
	readonly #span: number;
	readonly #uplinks: readonly number[];
	/** Until when each uplink is busy, in microseconds; undefined: uplinks have no queues. */
	readonly #busy: Float64Array | undefined;

	constructor(nodes: number, settings: OverlaySettings) {
		this.#seed = settings.seed;
		this.#least = settings.latencyLeast;
		this.#span = settings.latencyMost - settings.latencyLeast + 1;
		this.#uplinks = settings.uplinks;
		if (settings.latencyLeast < 1 || this.#span < 1)
			throw new RangeError('a latency is a millisecond or more');
		this.#busy = settings.uplinks.length > 0 ? new Float64Array(nodes) : undefined;
	}

	/** Whole milliseconds until a frame that leaves now is there: its turn on the uplink, then the link. */
	delay(now: number, from: number, to: number, length: number): number {
		const latency = this.#latency(from, to);
		const busy = this.#busy;
		if (busy === undefined) return latency;
		const rate = this.#uplinks[mixed(from ^ this.#seed, UPLINK) % this.#uplinks.length];
		busy[from] = Math.max(busy[from], now * 1000) + Math.ceil((length * 1_000_000) / rate);
		return latency + Math.floor((busy[from] - now * 1000) / 1000);
	}

	/** The same in both directions. */
	#latency(one: number, other: number): number {
		const low = one < other ? one : other;
		const high = one < other ? other : one;
		return this.#least + (mixed(low ^ this.#seed, high) % this.#span);
	}
}

/** Keeps the draw of an uplink apart from the draws of links. */
const UPLINK = 77;
