/**
 * FTHash (also UUHash), 20 bytes, made in one pass: MD5 of the first 300 KiB, then a checksum of samples, little-
 * endian. The samples are windows of 300 KiB at 1 MiB, 2 MiB, 4 MiB ... while another whole window fits behind them,
 * then the last 300 KiB less what the window before has covered. CRC-32 without its last inversion, combined with
 * the size by exclusive or.
 *
 * Of a file of 100 MB it covers under 3 %: two files with one hash are easily made. It names, it proves nothing.
 */
import { createHash } from 'node:crypto';
import { putLe32 } from '../networks/common/integers.ts';

const windowBytes = 307_200;
const firstWindow = 0x100000;
const hashBytes = 20;

const table = Int32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320;
	return value;
});

/** What of a file of this size goes into the checksum: [from, to), in order, never overlapping. */
export function windowsOf(size: number): [from: number, to: number][] {
	const windows: [number, number][] = [];
	let covered = windowBytes;
	for (let at = firstWindow; at + 2 * windowBytes <= size; at *= 2) {
		covered = at + windowBytes;
		windows.push([at, covered]);
	}
	const last = Math.max(size - windowBytes, covered);
	if (last < size) windows.push([last, size]);
	return windows;
}

export class FtHash {
	readonly #size: number;
	readonly #windows: [number, number][];
	readonly #head: Uint8Array;
	#checksum = 0xffffffff | 0;
	#at = 0;

	/** Bytes of the whole file, known before. */
	constructor(size: number) {
		this.#size = size;
		this.#windows = windowsOf(size);
		this.#head = new Uint8Array(Math.min(size, windowBytes));
	}

	/** The next bytes of the file, from its first one on. */
	update(bytes: Uint8Array): void {
		const from = this.#at;
		const to = from + bytes.length;
		if (to > this.#size) throw new RangeError(`more than ${this.#size} bytes`);
		if (from < this.#head.length) this.#head.set(bytes.subarray(0, this.#head.length - from), from);
		while (this.#windows.length > 0) {
			const [start, end] = this.#windows[0];
			if (start < to) this.#sum(bytes, Math.max(0, start - from), Math.min(end, to) - from);
			if (end > to) break;
			this.#windows.shift();
		}
		this.#at = to;
	}

	/** 20 bytes. All bytes must have been given. */
	digest(): Uint8Array {
		if (this.#at !== this.#size) throw new RangeError(`${this.#at} of ${this.#size} bytes`);
		const hash = new Uint8Array(hashBytes);
		hash.set(createHash('md5').update(this.#head).digest());
		putLe32(hash, 16, this.#checksum ^ (this.#size | 0));
		return hash;
	}

	#sum(bytes: Uint8Array, from: number, to: number): void {
		let sum = this.#checksum;
		for (let at = from; at < to; at++) sum = (sum >>> 8) ^ table[(sum ^ bytes[at]) & 255];
		this.#checksum = sum;
	}
}
