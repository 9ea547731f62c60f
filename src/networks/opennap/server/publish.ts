/** What users share, told and taken back. */

import { ours } from '../limits.ts';
import { Fields } from '../wire/fields.ts';
import { decodeDirectory, decodeShare, decodeShareMedia, Share } from '../wire/share.ts';
import type { Parts } from './parts.ts';
import type { Session } from './sessions.ts';

export class Publish {
	readonly #parts: Parts;
	readonly #share = new Share();
	/** Since the start. */
	told = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Types 100 and 10300. The code of a reason why it is refused. */
	share(session: Session, body: Uint8Array, isMusic: boolean): string | undefined {
		const share = this.#share;
		if (!(isMusic ? decodeShare(body, share) : decodeShareMedia(body, share)))
			return 'opennap.message.malformed';
		return this.#take(session);
	}

	/** Type 870. */
	directory(session: Session, body: Uint8Array): string | undefined {
		let why: string | undefined;
		const isWhole = decodeDirectory(body, this.#share, () => {
			why = this.#take(session);
			return why === undefined;
		});
		return why ?? (isWhole ? undefined : 'opennap.message.malformed');
	}

	/** Type 102. */
	unshare(session: Session, body: Uint8Array): string | undefined {
		const fields = new Fields(body);
		if (!fields.take(ours.path)) return 'opennap.message.malformed';
		this.#parts.catalogue.remove(session, body, fields.from, fields.to);
		return undefined;
	}

	#take(session: Session): string | undefined {
		const { quotas, world, limits, catalogue } = this.#parts;
		if (!quotas.shares.take(world.now(), session.link)) return 'opennap.share.often';
		if (session.files >= limits.filesOfUser) return 'opennap.share.quota';
		if (catalogue.add(session, this.#share)) this.told++;
		return undefined;
	}
}
