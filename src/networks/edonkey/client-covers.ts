/** The obfuscation of links between clients: whoever dials begins it, and the first byte of who is dialled tells of it. */
import type { Refusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import type { Client } from './client.ts';
import { LinkCover } from './link-cover.ts';
import { refusal } from './refusals.ts';
import { DIALLER_CHANCE, sealedAccepter, sealedDialler } from './wire/sealed-streams.ts';
import { maySealed } from './wire/sealing.ts';

/** Of one link. */
export class Cover {
	/** Whom we dial, where the link shall be obfuscated. */
	readonly user: Uint8Array | undefined;
	/** Its first byte has come. */
	hasBegun: boolean;
	link: LinkCover | undefined;

	constructor(dialled: boolean, user?: Uint8Array) {
		this.hasBegun = dialled;
		this.user = user;
	}
}

const isPlain = refusal('edonkey.seal.plain');

export class ClientCovers {
	readonly #client: Client;

	constructor(client: Client) {
		this.#client = client;
	}

	/** A link that we have dialled is open. False: it is a plain one. */
	begin(link: Link, cover: Cover): boolean {
		if (cover.user === undefined) return false;
		const { world } = this.#client;
		const random = world.random(DIALLER_CHANCE + this.#padding());
		cover.link = new LinkCover(world, link, sealedDialler(cover.user, random));
		return true;
	}

	/** What the bytes say; 'more': nothing yet. */
	plain(link: Link, cover: Cover, bytes: Uint8Array): Uint8Array | 'more' | Refusal {
		if (!cover.hasBegun) {
			cover.hasBegun = true;
			const { options, world } = this.#client;
			if (maySealed(bytes[0]) && options.obfuscation !== 'off') {
				const end = sealedAccepter(options.hash, world.random(this.#padding()));
				cover.link = new LinkCover(world, link, end);
			} else if (options.obfuscation === 'required') return isPlain;
		}
		return cover.link === undefined ? bytes : cover.link.take(bytes);
	}

	#padding(): number {
		return this.#client.world.random(1)[0];
	}
}
