/**
 * From a hash to an id, in one typed array (open addressing). It keeps ids only: who owns them knows their hashes
 * and says whether one is meant. Hashes must be mixed with a seed that outsiders do not know.
 *
 *   for (let slot = table.first(hash); table.idAt(slot) >= 0; slot = table.after(slot)) ...
 */
export class IdTable {
	readonly #hashOf: (id: number) => number;
	/** id + 1; 0: free. */
	#slots = new Uint32Array(1024);
	#mask = 1023;
	#count = 0;

	constructor(hashOf: (id: number) => number) {
		this.#hashOf = hashOf;
	}

	get bytesHeld(): number {
		return this.#slots.byteLength;
	}

	first(hash: number): number {
		return hash & this.#mask;
	}

	after(slot: number): number {
		return (slot + 1) & this.#mask;
	}

	/** -1: there are no more of this hash. */
	idAt(slot: number): number {
		return this.#slots[slot] - 1;
	}

	add(id: number): void {
		if (++this.#count * 4 > this.#slots.length * 3) this.#grow();
		this.#put(id);
	}

	remove(id: number): void {
		let hole = this.first(this.#hashOf(id));
		while (this.#slots[hole] !== id + 1) {
			if (this.#slots[hole] === 0) throw new Error('an id that is not in the table');
			hole = this.after(hole);
		}
		this.#count--;
		// Those behind the hole move up, unless they are where they belong.
		for (let slot = this.after(hole); this.#slots[slot] !== 0; slot = this.after(slot)) {
			const home = this.#hashOf(this.#slots[slot] - 1) & this.#mask;
			const distance = (slot - home) & this.#mask;
			if (distance < ((slot - hole) & this.#mask)) continue;
			this.#slots[hole] = this.#slots[slot];
			hole = slot;
		}
		this.#slots[hole] = 0;
	}

	#put(id: number): void {
		let slot = this.first(this.#hashOf(id));
		while (this.#slots[slot] !== 0) slot = this.after(slot);
		this.#slots[slot] = id + 1;
	}

	#grow(): void {
		const old = this.#slots;
		this.#slots = new Uint32Array(old.length * 2);
		this.#mask = this.#slots.length - 1;
		for (const entry of old) if (entry !== 0) this.#put(entry - 1);
	}
}
