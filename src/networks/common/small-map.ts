/**
 * A map for what most have little of and some much, in the order in which its keys came. A few entries lie in two arrays
 * of just the right size, which are looked through as fast as a Map finds a key, in a third of its room; more lie in a Map.
 */
const FEW = 32;

export class SmallMap<Key, Value> {
	/** Of a few replaced, not changed, where one comes or goes: whoever goes through them is not disturbed. */
	#keys: readonly Key[] | Map<Key, Value> = NONE;
	/** In the places of their keys, where these are few. Read by `at`: an index makes the compiler box numbers. */
	#values: Value[] = NONE;

	get size(): number {
		return this.#keys instanceof Map ? this.#keys.size : this.#keys.length;
	}

	get(key: Key): Value | undefined {
		if (this.#keys instanceof Map) return this.#keys.get(key);
		const place = this.#keys.indexOf(key);
		return place < 0 ? undefined : this.#values.at(place);
	}

	/** A key that is there stays in its place. */
	set(key: Key, value: Value): void {
		if (this.#keys instanceof Map) {
			this.#keys.set(key, value);
			return;
		}
		const place = this.#keys.indexOf(key);
		if (place >= 0) this.#values[place] = value;
		else if (this.#keys.length < FEW) {
			// In this way an array of numbers stays one; what is put together from a literal has a place for each number.
			this.#keys = this.#keys.toSpliced(this.#keys.length, 0, key);
			this.#values = this.#values.toSpliced(this.#values.length, 0, value);
		} else {
			this.#keys = new Map(this.entries()).set(key, value);
			this.#values = NONE;
		}
	}

	delete(key: Key): void {
		if (this.#keys instanceof Map) {
			this.#keys.delete(key);
			return;
		}
		const place = this.#keys.indexOf(key);
		if (place < 0) return;
		this.#keys = this.#keys.toSpliced(place, 1);
		this.#values = this.#values.toSpliced(place, 1);
	}

	keys(): IterableIterator<Key> {
		return this.#keys instanceof Map ? this.#keys.keys() : this.#keys.values();
	}

	*entries(): IterableIterator<[Key, Value]> {
		const keys = this.#keys;
		const values = this.#values;
		if (keys instanceof Map) yield* keys;
		else for (let place = 0; place < keys.length; place++) yield [keys.at(place)!, values.at(place)!];
	}
}

const NONE: never[] = [];
