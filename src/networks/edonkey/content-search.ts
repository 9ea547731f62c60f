/**
 * Searches by content: who has the file with this hash. They are put to sources.ts, and what it finds becomes hits.
 * Sources come without a name and a size; those that answers and fetches have told are given with them.
 */
import type { Address } from '../../world/world.ts';
import { hex, unhex } from '../common/hash.ts';
import type { Hit, Source } from '../network.ts';
import type { Client } from './client.ts';
import { Contents } from './contents.ts';
import type { FoundSource, Sources } from './sources.ts';

interface Asked {
	readonly hash: Uint8Array;
	readonly ed2k: string;
	readonly until: number;
	hits: number;
}

export class ContentSearch {
	readonly contents: Contents;
	readonly #client: Client;
	readonly #sources: () => Sources;
	readonly #asked = new Map<number, Asked>();
	/** Files whose sources are asked for only to learn who they are, and until when. */
	readonly #introduced = new Map<string, { readonly hash: Uint8Array; readonly until: number }>();

	constructor(client: Client, sources: () => Sources) {
		this.#client = client;
		this.#sources = sources;
		this.contents = new Contents(client.limits.contents);
	}

	/** `urn:ed2k:` and 32 digits. */
	start(id: number, urn: string): void {
		const { host, limits, world } = this.#client;
		const ed2k = /^urn:ed2k(?:hash)?:([0-9a-f]{32})$/i.exec(urn)?.[1]?.toLowerCase();
		if (ed2k === undefined) return host.searchEnded(id, 'eDonkey knows contents by urn:ed2k: only');
		if (this.#asked.size >= limits.sourceSearches)
			return host.searchEnded(id, 'too many are asked for at once');
		const hash = unhex(ed2k)!;
		this.#asked.set(id, { hash, ed2k, until: world.now() + limits.sourcesSeconds * 1000, hits: 0 });
		const { size } = this.contents.get(ed2k);
		this.#sources().want({ hash, ...(size > 0 && { size }) });
		this.#sources().tick(world.now());
	}

	/** False: it is not one of these. */
	stop(id: number): boolean {
		const asked = this.#asked.get(id);
		if (asked === undefined) return false;
		this.#asked.delete(id);
		this.#drop(asked.ed2k, asked.hash);
		return true;
	}

	/** Servers shall say who the sources of a file are; nobody hears of the hits. */
	introduce(ed2k: string, hash: Uint8Array): void {
		const { limits, world } = this.#client;
		if (this.#introduced.size >= limits.sourceSearches) return;
		this.#introduced.set(ed2k, { hash, until: world.now() + limits.introductionMs });
		const { size } = this.contents.get(ed2k);
		this.#sources().want({ hash, ...(size > 0 && { size }) });
		this.#sources().tick(world.now());
	}

	#drop(ed2k: string, hash: Uint8Array): void {
		const isAsked = [...this.#asked.values()].some((other) => other.ed2k === ed2k);
		if (!isAsked && !this.#introduced.has(ed2k)) this.#sources().forget(hash);
	}

	stands(id: number): { asked: number; sentence: string } | undefined {
		const asked = this.#asked.get(id);
		if (asked === undefined) return undefined;
		const { server } = this.#client.connect;
		if (server === undefined) return { asked: 0, sentence: 'waiting for a server to ask' };
		return { asked: 1, sentence: `${asked.hits} sources were found` };
	}

	found(hash: Uint8Array, sources: readonly FoundSource[]): void {
		const ed2k = hex(hash);
		const { name, size } = this.contents.get(ed2k);
		for (const [id, asked] of this.#asked) {
			if (asked.ed2k !== ed2k) continue;
			for (const found of sources) {
				asked.hits++;
				const source = sourceOf(found);
				const hit: Hit = { name, size, ed2k, network: 'edonkey', source, verdict: 'ok', reasons: [] };
				this.#client.host.hit(id, hit);
			}
		}
	}

	tick(now: number): void {
		for (const [ed2k, { hash, until }] of this.#introduced) {
			if (now < until) continue;
			this.#introduced.delete(ed2k);
			this.#drop(ed2k, hash);
		}
		for (const [id, asked] of this.#asked) {
			if (now < asked.until) continue;
			this.stop(id);
			const why = asked.hits === 0 ? 'everyone was asked and nobody has it' : 'no more answers';
			this.#client.host.searchEnded(id, why);
		}
	}
}

function sourceOf(found: FoundSource): Source {
	const fixed = { network: 'edonkey', index: 0, agent: '' } as const;
	if ('address' in found) return { ...fixed, ...plain(found.address), id: '', firewalled: false };
	return { ...fixed, ...plain(found.server), id: `${found.lowId}`, firewalled: true };
}

function plain({ host, port }: Address): Address {
	return { host, port };
}
