/**
 * Names that were judged before, by their bytes as they lie in memory: making a text of them, and looking that up, takes
 * as long as the kernel takes for the whole question. What is remembered must follow from the name alone.
 */

const slots = 1024;

export class Familiar {
	readonly #names: (Uint8Array | undefined)[] = Array(slots).fill(undefined);

	/** Whether these bytes, from the start, are one of them. */
	has(bytes: Uint8Array, length: number): boolean {
		const name = this.#names[slotOf(bytes, length)];
		if (name === undefined || name.length !== length) return false;
		for (let index = 0; index < length; index++) if (name[index] !== bytes[index]) return false;
		return true;
	}

	/** In place of another one with the same slot. */
	add(name: Uint8Array): void {
		this.#names[slotOf(name, name.length)] = Uint8Array.from(name);
	}
}

/** FNV-1a. */
function slotOf(bytes: Uint8Array, length: number): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < length; index++) hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
	return (hash ^ (hash >>> 16)) & (slots - 1);
}
