/** A library with a folder and a store of its own on the disk, which begins and ends as a node does. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Also } from '../../src/library/file-hashes.ts';
import { Library } from '../../src/library/library.ts';
import { systemClock } from '../../src/node/clock.ts';
import { Store } from '../../src/node/store.ts';

export class LibraryOnDisk {
	readonly #base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-library-')));
	readonly share = join(this.#base, 'share');
	store!: Store;
	library!: Library;
	/** Files that were hashed whole since it began, by their id. */
	hashed: number[] = [];

	constructor() {
		mkdirSync(this.share);
	}

	/** `also`: the networks that the node takes part in. */
	begin({ ed2k = false, fthash = false }: Also): void {
		this.hashed = [];
		this.store = new Store(join(this.#base, 'store.sqlite'));
		const { hashed: keep } = this.store.library;
		this.store.library.hashed = (id, hashes) => {
			this.hashed.push(id);
			keep.call(this.store.library, id, hashes);
		};
		const options = { clock: systemClock, never: [], notice: () => {}, rescanMinutes: 0, watch: false };
		this.library = new Library(this.store.library, { ...options, ed2k, fthash });
	}

	async end(): Promise<void> {
		await this.library.close();
		this.store.close();
	}

	/** Ends, begins, and has hashed what it lacks. */
	async again(also: Also): Promise<void> {
		await this.end();
		this.begin(also);
		await this.library.start();
		await this.library.idle();
	}

	/** All that is in the folder is known and hashed. */
	async settle(): Promise<void> {
		await this.library.addFolder(this.share);
		await this.library.rescan();
		await this.library.idle();
	}

	/** With everything that it has on the disk. */
	async remove(): Promise<void> {
		await this.end();
		rmSync(this.#base, { recursive: true });
	}
}
