import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Secrets and names that this node makes at its first start and keeps. */
export class IdentityTable {
	readonly #get: StatementSync;
	readonly #put: StatementSync;

	constructor(database: DatabaseSync) {
		this.#get = database.prepare('SELECT value FROM identity WHERE name = ?');
		this.#put = database.prepare(
			'INSERT INTO identity VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
		);
	}

	get(name: string): Uint8Array | undefined {
		return (this.#get.get(name) as { value: Uint8Array } | undefined)?.value;
	}

	put(name: string, value: Uint8Array): void {
		this.#put.run(name, value);
	}

	/** The GUID of this servent: 16 bytes; made as modern servents make it (byte 8 is 0xff, byte 15 is 0). */
	guid(random: (bytes: number) => Uint8Array): Uint8Array {
		return this.#keep('guid', () => {
			const guid = random(16);
			guid[8] = 0xff;
			guid[15] = 0;
			return guid;
		});
	}

	/** 32 bytes that sign the API's cookies: a restart logs nobody out. */
	apiKey(random: (bytes: number) => Uint8Array): Uint8Array {
		return this.#keep('api-key', () => random(32));
	}

	#keep(name: string, make: () => Uint8Array): Uint8Array {
		const kept = this.get(name);
		if (kept !== undefined) return kept;
		const made = make();
		this.put(name, made);
		return made;
	}
}
