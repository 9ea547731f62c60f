/** What the readers of archives have in common: the members they list, and bytes that are somewhere else. */
import { isUtf8 } from 'node:buffer';
import type { Content } from '../../defence/content.ts';

/** One member of an archive, as its reader lists it. */
export interface Entry {
	/** All spellings that the archive gives; the first is what most unpackers take. */
	readonly names: readonly string[];
	readonly kind: 'file' | 'folder' | 'link' | 'other';
	/** Of a link, where the list says it; else the content of the member is the target. */
	readonly target?: string;
	/** Bytes, as the archive says. */
	readonly size: number;
	readonly packed?: number;
	readonly encrypted: boolean;
	/** Its bytes lie there as they are. */
	readonly stored?: Content;
	/** Its bytes in order. Neither: nobody here can unpack it. Readers of streams want it before the next member. */
	readonly unpack?: () => Chunks;
}

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Thrown by the readers of archives at input they cannot follow, and caught in one place (archives.ts):
 * it ends the reading of that archive, deep in its decoders, and becomes a finding.
 */
export class Unreadable extends Error {}

/** Even the list of the members is encrypted. */
export class Sealed extends Error {}

/** More has come out than anybody looks at. */
export class TooMuch extends Error {}

/**
 * A name in a code page that nobody knows any more, unless it happens to be UTF-8: what matters is the
 * ASCII of it, and the rest must not pass for control characters.
 */
export function oldName(bytes: Uint8Array): string {
	const name = Buffer.from(bytes);
	return isUtf8(name) ? name.toString('utf8') : name.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd');
}

/** A part of something, as a file of its own. */
export class Slice implements Content {
	readonly name: string;
	readonly size: number;
	readonly type: string | undefined;
	readonly #of: Content;
	readonly #from: number;

	constructor(of: Content, from: number, size: number, name = of.name, type?: string) {
		this.#of = of;
		this.#from = from;
		this.size = Math.max(0, Math.min(size, of.size - from));
		this.name = name;
		this.type = type;
	}

	read(from: number, to: number): Uint8Array {
		const start = Math.max(0, Math.trunc(from));
		const end = Math.min(this.size, Math.trunc(to));
		return start < end ? this.#of.read(this.#from + start, this.#from + end) : new Uint8Array(0);
	}
}

/** Bytes in memory as a file; `size` may say that there is more of it. */
export class Kept implements Content {
	readonly name: string;
	readonly size: number;
	readonly type: string | undefined;
	readonly #bytes: Uint8Array;

	constructor(bytes: Uint8Array, name: string, size = bytes.length, type?: string) {
		this.#bytes = bytes;
		this.name = name;
		this.size = Math.max(size, bytes.length);
		this.type = type;
	}

	read(from: number, to: number): Uint8Array {
		return this.#bytes.subarray(Math.max(0, Math.trunc(from)), Math.max(0, Math.trunc(to)));
	}
}

const CHUNK = 65_536;

export function* chunksOf(content: Content, from = 0, to = content.size): Generator<Uint8Array> {
	for (let at = from; at < to; ) {
		const bytes = content.read(at, Math.min(to, at + CHUNK));
		if (bytes.length === 0) return;
		yield bytes;
		at += bytes.length;
	}
}

/** Bytes that come in order, taken in the lengths that the reader wants. */
export class Stream {
	readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
	#held: Uint8Array = new Uint8Array(0);

	constructor(chunks: Chunks) {
		this.#chunks =
			Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
	}

	/** So many bytes, fewer at the end. `length` is small: they are kept. */
	async take(length: number): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		let got = 0;
		while (got < length) {
			const part = await this.some(length - got);
			if (part.length === 0) break;
			parts.push(part);
			got += part.length;
		}
		return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
	}

	/** At least a byte and at most so many; none at the end. */
	async some(most: number): Promise<Uint8Array> {
		while (this.#held.length === 0) {
			const { value, done } = await this.#chunks.next();
			if (done) return new Uint8Array(0);
			this.#held = value;
		}
		const part = this.#held.subarray(0, most);
		this.#held = this.#held.subarray(part.length);
		return part;
	}

	/** What was taken is to be taken again. */
	back(bytes: Uint8Array): void {
		this.#held = this.#held.length === 0 ? bytes : Buffer.concat([bytes, this.#held]);
	}

	async end(): Promise<void> {
		await this.#chunks.return?.();
	}
}
