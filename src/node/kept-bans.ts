/** The hosts that an operator, or a server itself, keeps out, and until when (ms): they outlive the process. */
import { join } from 'node:path';
import { z } from 'zod';
import { KeptFile } from './kept-file.ts';

const Bans = z.array(z.tuple([z.string(), z.number()]));

export class KeptBans {
	readonly #file: KeptFile;

	/** `home`: the directory of one server. */
	constructor(home: string) {
		this.#file = new KeptFile(join(home, 'bans.json'));
	}

	/** What is there and is not ours begins anew. */
	read(): readonly [string, number][] {
		try {
			return Bans.parse(JSON.parse(this.#file.read() ?? '[]'));
		} catch {
			return [];
		}
	}

	write(bans: readonly (readonly [string, number])[]): void {
		this.#file.write(JSON.stringify(bans));
	}
}
