/**
 * From the message id of a frame to the number of its query: the node's own table (wire/guid.ts). Most messages in
 * a row are of one query, so that the id that was looked up last is compared first.
 */
import { GuidTable } from '../networks/gnutella/wire/guid.ts';
import type { Slab } from './slab.ts';

/** More queries than a scenario has under way: what is forgotten would be an error. */
const ROOM = 1 << 22;

export class QueryIds {
	/** The query that was found last; -1: none yet. */
	last = -1;
	readonly #table: GuidTable;
	#a = 0;
	#b = 0;
	#c = 0;
	#d = 0;

	/** `seed`: 8 random bytes. */
	constructor(seed: Uint8Array) {
		this.#table = new GuidTable(ROOM, seed);
	}

	add(guid: Uint8Array, query: number): void {
		this.#table.set(guid, query);
	}

	/** Of the frame in this place. */
	of(slab: Slab, place: number): number {
		const a = slab.idWord(place, 0);
		const b = slab.idWord(place, 1);
		const c = slab.idWord(place, 2);
		const d = slab.idWord(place, 3);
		if (a === this.#a && b === this.#b && c === this.#c && d === this.#d) return this.last;
		const query = this.#table.get(slab.bytes, slab.at(place));
		if (query < 0) throw new Error('a message of no query');
		this.#a = a;
		this.#b = b;
		this.#c = c;
		this.#d = d;
		this.last = query;
		return query;
	}
}
