/** What a node has around its network, as far as the laboratory needs it: files to share, and hits taken down. */
import { hex } from '../networks/common/hash.ts';
import { words } from '../networks/common/words.ts';
import type { Hit, Host, SharedFile, Shares } from '../networks/network.ts';

export interface TakenHit {
	readonly search: number;
	readonly hit: Hit;
	readonly at: number;
}

export class LabHost implements Host {
	readonly shares: Shares;
	readonly #clock: { readonly now: number };
	#hits: TakenHit[] | undefined;

	constructor(files: readonly SharedFile[], clock: { readonly now: number }) {
		this.shares = files.length === 0 ? NOTHING : new LabShares(files);
		this.#clock = clock;
	}

	/** Those that were taken down. */
	get hits(): TakenHit[] {
		return (this.#hits ??= []);
	}

	hit(search: number, hit: Hit): void {
		this.hits.push({ search, hit, at: this.#clock.now });
	}

	admit(): { retryAfter: number } {
		return { retryAfter: 60 };
	}

	tree(): undefined {}
	aich(): undefined {}
	alternates(): [] {
		return [];
	}

	searchEnded(): void {}
	heard(): void {}
	serve(): void {}
	fetchHead(): void {}
	fetchBody(): void {}
	fetchTree(): void {}
	fetchEnd(): void {}
	remember(): void {}
}

class LabShares implements Shares {
	readonly version = 1;
	readonly #files: readonly SharedFile[];

	constructor(files: readonly SharedFile[]) {
		this.#files = files;
	}

	get files(): number {
		return this.#files.length;
	}

	get kilobytes(): number {
		return this.#files.reduce((sum, { size }) => sum + Math.ceil(size / 1024), 0);
	}

	match(text: string, limit: number): SharedFile[] {
		if (this.#files.length === 0) return [];
		const wanted = words(text);
		if (wanted.length === 0) return [];
		return this.#files
			.filter(({ name }) => wanted.every((word) => words(name).includes(word)))
			.slice(0, limit);
	}

	byId(id: number): SharedFile | undefined {
		return this.#files.find((file) => file.id === id);
	}

	bySha1(): SharedFile | undefined {
		return undefined;
	}

	byEd2k(): SharedFile | undefined {
		return undefined;
	}

	byFthash(wanted: Uint8Array): SharedFile | undefined {
		return this.#files.find(({ fthash }) => fthash !== undefined && hex(fthash) === hex(wanted));
	}

	all(): Iterable<SharedFile> {
		return this.#files;
	}

	*words(): Iterable<string> {
		for (const { name } of this.#files) yield* words(name);
	}

	*sha1s(): Iterable<Uint8Array> {
		for (const { sha1 } of this.#files) if (sha1 !== undefined) yield sha1;
	}
}

const NOTHING = new LabShares([]);
