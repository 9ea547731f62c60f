/**
 * A fetched file as the defences see it. The windows at both ends, which they read again and again, are
 * read once; what lies between is read in blocks, since a walk through a container asks for a few bytes
 * at a time. A file that became shorter answers with fewer bytes.
 */
import { readSync } from 'node:fs';
import type { Content } from '../../defence/content.ts';

const WINDOW = 65_536;
/** No defence needs more at once; a length out of a hostile file may ask for all of it. */
const MOST_AT_ONCE = 16 * 1024 * 1024;

export class FileContent implements Content {
	readonly name: string;
	readonly size: number;
	readonly type: string | undefined;
	readonly #fd: number;
	readonly #head: Uint8Array;
	readonly #tail: Uint8Array;
	#block: Uint8Array = new Uint8Array(0);
	#blockFrom = 0;

	/** The descriptor stays the caller's and must stay open. */
	constructor(fd: number, name: string, size: number, type: string | undefined) {
		this.#fd = fd;
		this.name = name;
		this.size = size;
		this.type = type;
		this.#head = bytesOf(fd, 0, Math.min(WINDOW, size));
		this.#tail = size <= WINDOW ? this.#head : bytesOf(fd, size - WINDOW, size);
	}

	/** The bytes are shared: they must not be written to. */
	read(from: number, to: number): Uint8Array {
		const start = Math.max(0, Math.trunc(from));
		const end = Math.min(this.size, Math.trunc(to), start + MOST_AT_ONCE);
		if (!(start < end)) return new Uint8Array(0);
		if (end <= this.#head.length) return this.#head.subarray(start, end);
		const tailFrom = this.size - this.#tail.length;
		if (start >= tailFrom) return this.#tail.subarray(start - tailFrom, end - tailFrom);
		if (end - start >= WINDOW) return bytesOf(this.#fd, start, end);
		if (start < this.#blockFrom || end > this.#blockFrom + this.#block.length) {
			this.#block = bytesOf(this.#fd, start, Math.min(this.size, start + WINDOW));
			this.#blockFrom = start;
		}
		return this.#block.subarray(start - this.#blockFrom, end - this.#blockFrom);
	}
}

function bytesOf(fd: number, from: number, to: number): Uint8Array {
	const buffer = Buffer.allocUnsafe(to - from);
	let got = 0;
	while (got < buffer.length) {
		const count = readSync(fd, buffer, got, buffer.length - got, from + got);
		if (count === 0) break;
		got += count;
	}
	return buffer.subarray(0, got);
}
