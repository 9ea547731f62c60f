/**
 * Whose address is it? Before somebody unknown is dialled, our server is asked for the sources of the file: it says with them
 * who they are, and then the first link is obfuscated already. Once a dealing and for a moment only: who is not introduced by
 * then is dialled as somebody of whom nothing is known.
 */
import { unhex } from '../common/hash.ts';
import type { Client } from './client.ts';
import type { Dealing } from './dealings.ts';
import { ServerFlag } from './wire/login.ts';

/** Has our server asked for the sources of a file. */
type Ask = (ed2k: string, hash: Uint8Array) => void;

export class Introductions {
	readonly #client: Client;
	readonly #ask: Ask;
	readonly #reach: (dealing: Dealing) => void;
	/** In the order in which they began, and until when. */
	readonly #waiting = new Map<Dealing, number>();

	constructor(client: Client, ask: Ask, reach: (dealing: Dealing) => void) {
		this.#client = client;
		this.#ask = ask;
		this.#reach = reach;
	}

	/** True: it is waited for, and reached later. */
	waits(dealing: Dealing): boolean {
		const { options, connect, users, world, limits } = this.#client;
		const { request } = dealing;
		if (request?.ed2k === undefined || options.obfuscation === 'off' || dealing.wasIntroduced) return false;
		if (!connect.can(ServerFlag.Obfuscation) || users.at(request.source) !== undefined) return false;
		dealing.wasIntroduced = true;
		const hash = unhex(request.ed2k);
		if (hash === undefined) return false;
		this.#waiting.set(dealing, world.now() + limits.introductionMs);
		world.wake(world.now() + limits.introductionMs);
		this.#ask(request.ed2k, hash);
		return true;
	}

	/** The server has named sources, and who they are. */
	heard(): void {
		for (const dealing of this.#waiting.keys()) {
			const source = dealing.request?.source;
			if (source === undefined || this.#client.users.at(source) !== undefined) this.#over(dealing);
		}
	}

	tick(now: number): void {
		for (const [dealing, until] of this.#waiting) {
			if (now < until) return;
			this.#over(dealing);
		}
	}

	#over(dealing: Dealing): void {
		this.#waiting.delete(dealing);
		if (dealing.request !== undefined && dealing.peer === undefined) this.#reach(dealing);
	}
}
