/** A small file that outlives a process: written whole or not at all, and only where it has changed. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export class KeptFile {
	readonly #path: string;
	#kept: string | undefined;

	constructor(path: string) {
		this.#path = path;
	}

	/** undefined: there is none yet. Throws where it is there and cannot be read. */
	read(): string | undefined {
		try {
			this.#kept = readFileSync(this.#path, 'utf8');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		}
		return this.#kept;
	}

	/** Beside the old one first: a crash leaves one of the two whole. */
	write(text: string): void {
		if (text === this.#kept) return;
		writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
		renameSync(`${this.#path}.new`, this.#path);
		this.#kept = text;
	}
}
