/**
 * Obfuscated sessions, at the port of plain ones: the first byte of a link tells which it is. The key agreement is what
 * costs a server most of all that a stranger can ask for, so it is done once a link and so many times a second.
 */
import { Rate } from '../../../defence/rate.ts';
import type { Refusal } from '../../../evidence/refusal.ts';
import { LinkCover } from '../link-cover.ts';
import { EXPONENT } from '../wire/key-agreement.ts';
import { sealedServer } from '../wire/sealed-sessions.ts';
import { maySealed } from '../wire/sealing.ts';
import type { Parts } from './parts.ts';
import type { Session } from './sessions.ts';

/** Padding towards a client, as servers have it: below 16. */
const PADDING = 15;

export class Covers {
	readonly #parts: Parts;
	readonly #agreements: Rate<string>;
	/** Sessions that were obfuscated, since the start. */
	sealed = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#agreements = new Rate(parts.limits.agreements, 1000, 1);
	}

	/** What the bytes say; 'more': nothing yet. */
	plain(session: Session, bytes: Uint8Array): Uint8Array | 'more' | Refusal {
		if (!session.hasBegun) {
			session.hasBegun = true;
			if (maySealed(bytes[0])) session.cover = this.#cover(session);
		}
		return session.cover === undefined ? bytes : session.cover.take(bytes);
	}

	#cover(session: Session): LinkCover {
		const { world } = this.#parts;
		const random = world.random(EXPONENT + (world.random(1)[0] & PADDING));
		const mayAgree = (): boolean => {
			const may = this.#agreements.take(world.now(), '');
			if (may) this.sealed++;
			return may;
		};
		return new LinkCover(world, session.link, sealedServer(random, mayAgree));
	}
}
