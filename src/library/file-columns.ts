/**
 * What the network may see of a million files, in columns: an object a file with its own array for the hash takes
 * three times as much memory. Rows are found by id or by hash through open-addressed tables of row numbers; an
 * object is made for the few that a query finds.
 */
import type { SharedFile } from '../networks/network.ts';
import { HashColumn } from './hash-column.ts';
import { RowTable } from './row-table.ts';

const TTH = 24;
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
	#hasTth = new Uint8Array(0);
	#tths = new Uint8Array(0);
	readonly #byId = new RowTable((row) => mix(this.#ids[row]!));
	readonly #sha1s = new HashColumn(20);
	readonly #ed2ks = new HashColumn(16);
	readonly #fthashes = new HashColumn(20);
	readonly #kztrees = new HashColumn(16);

	get count(): number {
		return this.#used - this.#free.length;
	}

	/** The id must not be in the table. */
	add({ id, name, size, sha1, tth, ed2k, fthash, kztree }: SharedFile): void {
		const row = this.#free.pop() ?? this.#grown();
		this.#names[row] = name;
		this.#ids[row] = id;
		this.#sizes[row] = size;
		this.#hasTth[row] = tth === undefined ? 0 : 1;
		if (tth !== undefined) this.#tths.set(tth, row * TTH);
		this.#byId.add(row);
		if (sha1 !== undefined) this.#sha1s.set(row, sha1, this.#capacity);
		if (ed2k !== undefined) this.#ed2ks.set(row, ed2k, this.#capacity);
		if (fthash !== undefined) this.#fthashes.set(row, fthash, this.#capacity);
		if (kztree !== undefined) this.#kztrees.set(row, kztree, this.#capacity);
	}

	/** Answers what was there. */
	remove(id: number): SharedFile | undefined {
		const row = this.#rowOfId(id);
		if (row === NONE) return undefined;
		const file = this.#file(row);
		this.#byId.remove(row);
		this.#sha1s.remove(row);
		this.#ed2ks.remove(row);
		this.#fthashes.remove(row);
		this.#kztrees.remove(row);
		this.#names[row] = '';
		this.#free.push(row);
		return file;
	}

	byId(id: number): SharedFile | undefined {
		const row = this.#rowOfId(id);
		return row === NONE ? undefined : this.#file(row);
	}

	bySha1(sha1: Uint8Array): SharedFile | undefined {
		return this.#lowest(this.#sha1s.find(sha1));
	}

	byEd2k(ed2k: Uint8Array): SharedFile | undefined {
		return this.#lowest(this.#ed2ks.find(ed2k));
	}

	byFthash(fthash: Uint8Array): SharedFile | undefined {
		return this.#lowest(this.#fthashes.find(fthash));
	}

	/** Each file once. */
	*all(): Iterable<SharedFile> {
		for (const row of this.#byId.rows()) yield this.#file(row);
	}

	/** Each content once. */
	sha1s(): Iterable<Uint8Array> {
		return this.#sha1s.distinct();
	}

	/** Of several with the same content, the one with the lowest id. */
	#lowest(rows: Iterable<number>): SharedFile | undefined {
		let best = NONE;
		for (const row of rows) if (best === NONE || this.#ids[row]! < this.#ids[best]!) best = row;
		return best === NONE ? undefined : this.#file(best);
	}

	#file(row: number): SharedFile {
		const [sha1, ed2k] = [this.#sha1s.get(row), this.#ed2ks.get(row)];
		const [fthash, kztree] = [this.#fthashes.get(row), this.#kztrees.get(row)];
		return {
			id: this.#ids[row]!,
			name: this.#names[row]!,
			size: this.#sizes[row]!,
			...(sha1 !== undefined && { sha1 }),
			...(this.#hasTth[row] === 1 && { tth: this.#tths.slice(row * TTH, (row + 1) * TTH) }),
			...(ed2k !== undefined && { ed2k }),
			...(fthash !== undefined && { fthash }),
			...(kztree !== undefined && { kztree }),
		};
	}

	#rowOfId(id: number): number {
		return this.#byId.find(mix(id), (row) => this.#ids[row] === id);
	}

	#grown(): number {
		if (this.#used === this.#capacity) {
			this.#capacity = Math.max(64, Math.ceil(this.#capacity * 1.5));
			const moved = <Column extends Uint8Array | Uint32Array | Float64Array>(
				column: Column,
				width = 1,
			): Column => {
				const larger = new (column.constructor as new (length: number) => Column)(this.#capacity * width);
				larger.set(column as never);
				return larger;
			};
			this.#ids = moved(this.#ids);
			this.#sizes = moved(this.#sizes);
			this.#hasTth = moved(this.#hasTth);
			this.#tths = moved(this.#tths, TTH);
		}
		return this.#used++;
	}
}

/** Ids follow each other: their bits are spread. */
function mix(id: number): number {
	const spread = Math.imul(id ^ (id >>> 16), 0x45d9f3b);
	return (spread ^ (spread >>> 15)) >>> 0;
}
