/** The obfuscation of one link: from its first byte on the world hides what leaves, and what comes is shown here. */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Link, World } from '../../world/world.ts';
import type { SealedEnd } from './wire/sealing.ts';

export class LinkCover {
	readonly #world: World;
	readonly #link: Link;
	readonly #end: SealedEnd;
	/** Both have greeted: one may speak. */
	isOver = false;

	constructor(world: World, link: Link, end: SealedEnd) {
		this.#world = world;
		this.#link = link;
		this.#end = end;
		world.seal(link, end.hide);
		this.#greet();
	}

	/** What the peer says, in plain; 'more': the greetings are not over. */
	take(bytes: Uint8Array): Uint8Array | 'more' | Refusal {
		const plain = this.#end.take(bytes);
		// Also where what follows is refused: what one hears does not depend on how bytes were cut.
		this.#greet();
		if (isRefusal(plain)) return plain;
		this.isOver = plain !== 'more';
		return plain;
	}

	#greet(): void {
		const due = this.#end.due();
		if (due.length > 0) this.#world.send(this.#link, due);
	}
}
