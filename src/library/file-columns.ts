/**
 * What the network may see of a million files, in columns: an object a file with its own array for the hash takes
 * three times as much memory. Rows are found by id or by SHA-1 through open-addressed tables of row numbers; an
 * object is made for the few that a query finds.
 */
import type { SharedFile } from '../networks/network.ts';
import { RowTable } from './row-table.ts';

const SHA1 = 20;
const TTH = 24;
const HAS_SHA1 = 1;
const HAS_TTH = 2;
/** No row. */
const NONE = -1;

export class FileColumns {
	#capacity = 0;
	/** Rows that were ever used. */
	#used = 0;
	#free: number[] = [];
	#names: string[] = [];
	#ids = new Uint32Array(0);
	#sizes = new Float64Array(0);
	#has = new Uint8Array(0);
	#sha1s = new Uint8Array(0);
	#tths = new Uint8Array(0);
	/** The next row with the same SHA-1. */
	#same = new Int32Array(0);
	readonly #byId = new RowTable((row) => mix(this.#ids[row]!));
	readonly #bySha1 = new RowTable((row) => hashOf(this.#sha1s, row * SHA1));

	get count(): number {
		return this.#used - this.#free.length;
	}

	/** The id must not be in the table. */
	add({ id, name, size, sha1, tth }: SharedFile): void {
		const row = this.#free.pop() ?? this.#grown();
		this.#names[row] = name;
		this.#ids[row] = id;
		this.#sizes[row] = size;
		this.#has[row] = (sha1 === undefined ? 0 : HAS_SHA1) | (tth === undefined ? 0 : HAS_TTH);
		this.#same[row] = NONE;
		if (tth !== undefined) this.#tths.set(tth, row * TTH);
		this.#byId.add(row);
		if (sha1 === undefined) return;
		this.#sha1s.set(sha1, row * SHA1);
		const first = this.#rowOfSha1(sha1);
		if (first === NONE) this.#bySha1.add(row);
		else {
			this.#same[row] = this.#same[first]!;
			this.#same[first] = row;
		}
	}

	/** Answers what was there. */
	remove(id: number): SharedFile | undefined {
		const row = this.#rowOfId(id);
		if (row === NONE) return undefined;
		const file = this.#file(row);
		this.#byId.remove(row);
		if (file.sha1 !== undefined) this.#unlink(row, file.sha1);
		this.#names[row] = '';
		this.#free.push(row);
		return file;
	}

	byId(id: number): SharedFile | undefined {
		const row = this.#rowOfId(id);
		return row === NONE ? undefined : this.#file(row);
	}

	/** Of several with the same content, the one with the lowest id. */
	bySha1(sha1: Uint8Array): SharedFile | undefined {
		let best = NONE;
		for (let row = this.#rowOfSha1(sha1); row !== NONE; row = this.#same[row]!) {
			if (best === NONE || this.#ids[row]! < this.#ids[best]!) best = row;
		}
		return best === NONE ? undefined : this.#file(best);
	}

	/** Each file once. */
	*all(): Iterable<SharedFile> {
		for (const row of this.#byId.rows()) yield this.#file(row);
	}

	/** Each content once. */
	*sha1s(): Iterable<Uint8Array> {
		for (const row of this.#bySha1.rows()) yield this.#sha1s.slice(row * SHA1, (row + 1) * SHA1);
	}

	#file(row: number): SharedFile {
		const has = this.#has[row]!;
		return {
			id: this.#ids[row]!,
			name: this.#names[row]!,
			size: this.#sizes[row]!,
			...((has & HAS_SHA1) !== 0 && { sha1: this.#sha1s.slice(row * SHA1, (row + 1) * SHA1) }),
			...((has & HAS_TTH) !== 0 && { tth: this.#tths.slice(row * TTH, (row + 1) * TTH) }),
		};
	}

	#rowOfId(id: number): number {
		return this.#byId.find(mix(id), (row) => this.#ids[row] === id);
	}

	#rowOfSha1(sha1: Uint8Array): number {
		if (sha1.length !== SHA1) return NONE;
		return this.#bySha1.find(hashOf(sha1, 0), (row) => {
			for (let at = 0; at < SHA1; at++) if (this.#sha1s[row * SHA1 + at] !== sha1[at]) return false;
			return true;
		});
	}

	#unlink(row: number, sha1: Uint8Array): void {
		const first = this.#rowOfSha1(sha1);
		const next = this.#same[row]!;
		if (first === row) {
			this.#bySha1.remove(row);
			if (next !== NONE) this.#bySha1.add(next);
			return;
		}
		let before = first;
		while (this.#same[before] !== row) before = this.#same[before]!;
		this.#same[before] = next;
	}

	#grown(): number {
		if (this.#used === this.#capacity) {
			this.#capacity = Math.max(64, Math.ceil(this.#capacity * 1.5));
			const moved = <Column extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
				column: Column,
				width = 1,
			): Column => {
				const larger = new (column.constructor as new (length: number) => Column)(this.#capacity * width);
				larger.set(column as never);
				return larger;
			};
			this.#ids = moved(this.#ids);
			this.#sizes = moved(this.#sizes);
			this.#has = moved(this.#has);
			this.#sha1s = moved(this.#sha1s, SHA1);
			this.#tths = moved(this.#tths, TTH);
			this.#same = moved(this.#same);
		}
		return this.#used++;
	}
}

/** Ids follow each other: their bits are spread. */
function mix(id: number): number {
	const spread = Math.imul(id ^ (id >>> 16), 0x45d9f3b);
	return (spread ^ (spread >>> 15)) >>> 0;
}

/** The bytes of a SHA-1 are as good as random. */
function hashOf(bytes: Uint8Array, at: number): number {
	return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
