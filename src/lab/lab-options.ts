/** The options of the servents of a laboratory. They differ in a few things; all else is there once for all of them. */
import type { Ids, Keeping, Options } from '../networks/gnutella/servent.ts';
import type { Address } from '../world/world.ts';
import { addressOf } from './content.ts';
import { SharedIds } from './shared-ids.ts';
import { SharedOwners } from './shared-owners.ts';

export const PORT = 6346;
const GUID = 16;

/** What the servents of a net have together. */
export class SharedByServents {
	readonly ids = new SharedIds();
	readonly owners = new SharedOwners();
	readonly limits: Readonly<Record<string, number>>;
	readonly defencesOff: readonly string[];
	/** By node. */
	#guids = new Uint8Array(64 * GUID);

	constructor(limits: Readonly<Record<string, number>>, defencesOff: readonly string[]) {
		this.limits = limits;
		this.defencesOff = defencesOff;
	}

	guid(node: number): Uint8Array {
		return this.#guids.subarray(node * GUID, (node + 1) * GUID);
	}

	setGuid(node: number, guid: Uint8Array): void {
		if ((node + 1) * GUID > this.#guids.length) {
			const guids = new Uint8Array(Math.max(node + 1, 2 * node) * GUID);
			guids.set(this.#guids);
			this.#guids = guids;
		}
		this.#guids.set(guid, node * GUID);
	}
}

export class LabOptions implements Options, Keeping {
	readonly role: 'leaf' | 'ultrapeer';
	readonly seeds: readonly string[];
	readonly #shared: SharedByServents;
	readonly #node: number;

	constructor(shared: SharedByServents, node: number, role: 'leaf' | 'ultrapeer', seeds: readonly string[]) {
		this.#shared = shared;
		this.#node = node;
		this.role = role;
		this.seeds = seeds;
	}

	get guid(): Uint8Array {
		return this.#shared.guid(this.#node);
	}

	get announce(): Address {
		return { host: addressOf(this.#node), port: PORT };
	}

	get agent(): string {
		return 'Sallyport/lab';
	}

	usable(): boolean {
		return true;
	}

	get hostCaches(): readonly Address[] {
		return [];
	}

	get limits(): Readonly<Record<string, number>> {
		return this.#shared.limits;
	}

	get defencesOff(): readonly string[] {
		return this.#shared.defencesOff;
	}

	/** Frames are counted on the links. */
	get deflate(): boolean {
		return false;
	}

	get keeping(): Keeping {
		return this;
	}

	get owners(): SharedOwners {
		return this.#shared.owners;
	}

	queries(capacity: number): Ids {
		return this.#shared.ids.of(this.#node, capacity);
	}
}
