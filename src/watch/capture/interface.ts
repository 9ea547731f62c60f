/**
 * An interface of a pcapng section: its link type, and how its clock counts.
 *
 * A time is 64 bits of ticks. Nearly all captures count microseconds, which is a division; nanoseconds need more
 * than the 53 bits of a double, so ticks are divided by hand, 16 bits at a time, which is exact while a second
 * has at most 2^37 of them. Finer clocks are legal and unheard of: those are left to BigInt.
 */
import { END_OF_OPTIONS, IF_TSOFFSET, IF_TSRESOL, ISB_IFDROP, ISB_OSDROP } from './pcapng-blocks.ts';

const FINEST = 2 ** 37;
const WORD = 2 ** 32;
const LAST_SECOND = WORD - 1;

export class Interface {
	readonly link: number;
	/** 0: whole packets. */
	readonly snapLength: number;
	/** Of the last time that was read: 0 to 2^32 - 1, and 0 to 999,999. */
	seconds = 0;
	microseconds = 0;
	/** Counted by the interface and by its system, as of its last statistics. */
	dropped = 0;
	#exponent = 6;
	#binary = false;
	#ticks = 1_000_000;
	#offset = 0;

	constructor(link: number, snapLength: number) {
		this.link = link;
		this.snapLength = snapLength;
	}

	/** Reads the options of its description in [at, end). */
	describe(view: DataView, at: number, end: number, little: boolean): void {
		eachOption(view, at, end, little, (code, value, length) => {
			if (code === IF_TSRESOL && length === 1) this.#resolution(view.getUint8(value));
			if (code === IF_TSOFFSET && length === 8) {
				const [low, high] = little ? [value, value + 4] : [value + 4, value];
				this.#offset = view.getInt32(high, little) * WORD + view.getUint32(low, little);
			}
		});
	}

	/** Reads the options of its statistics in [at, end): counters since the capture began. */
	count(view: DataView, at: number, end: number, little: boolean): void {
		let dropped = 0;
		eachOption(view, at, end, little, (code, value, length) => {
			if ((code !== ISB_IFDROP && code !== ISB_OSDROP) || length !== 8) return;
			const [low, high] = little ? [value, value + 4] : [value + 4, value];
			dropped += view.getUint32(high, little) * WORD + view.getUint32(low, little);
		});
		this.dropped = Math.min(dropped, Number.MAX_SAFE_INTEGER);
	}

	/** Reads a time of 64 bits, high and low half (unsigned), into `seconds` and `microseconds`. */
	at(high: number, low: number): void {
		if (this.#ticks === 1_000_000 && high < 0x20_0000) {
			const ticks = high * WORD + low;
			const seconds = Math.floor(ticks / 1_000_000);
			this.microseconds = (ticks - seconds * 1_000_000) | 0;
			this.#setSeconds(seconds);
		} else if (this.#ticks <= FINEST) this.#divide(high, low);
		else this.#divideBig(high, low);
	}

	#resolution(byte: number): void {
		this.#binary = byte > 127;
		this.#exponent = byte & 127;
		this.#ticks = (this.#binary ? 2 : 10) ** this.#exponent;
	}

	/** Long division in digits of 16 bits: each rest stays below 2^37, each step below 2^53. */
	#divide(high: number, low: number): void {
		const ticks = this.#ticks;
		const first = Math.floor(high / ticks);
		const upper = (high - first * ticks) * 65_536 + (low >>> 16);
		const second = Math.floor(upper / ticks);
		const lower = (upper - second * ticks) * 65_536 + (low & 0xffff);
		const third = Math.floor(lower / ticks);
		const rest = lower - third * ticks;
		this.microseconds = Math.floor((rest * 1_000_000) / ticks) | 0;
		this.#setSeconds(first * WORD + second * 65_536 + third);
	}

	#divideBig(high: number, low: number): void {
		const ticks = (this.#binary ? 2n : 10n) ** BigInt(this.#exponent);
		const time = (BigInt(high) << 32n) | BigInt(low);
		this.microseconds = Number(((time % ticks) * 1_000_000n) / ticks);
		this.#setSeconds(Number(time / ticks));
	}

	#setSeconds(seconds: number): void {
		const moved = seconds + this.#offset;
		this.seconds = moved < 0 ? 0 : moved > LAST_SECOND ? LAST_SECOND : moved;
	}
}

/** Options in [at, end), up to the first that does not fit. */
function eachOption(
	view: DataView,
	start: number,
	end: number,
	little: boolean,
	take: (code: number, value: number, length: number) => void,
): void {
	let at = start;
	while (end - at >= 4) {
		const code = view.getUint16(at, little);
		const length = view.getUint16(at + 2, little);
		if (code === END_OF_OPTIONS || length > end - at - 4) return;
		take(code, at + 4, length);
		at += 4 + ((length + 3) & ~3);
	}
}
