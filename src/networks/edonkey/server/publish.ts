/** What clients offer: up to 200 files in a message, in both styles of tags, up to a quota a client. */
import { protocol } from '../limits.ts';
import { Cursor } from '../wire/cursor.ts';
import { Offer, PARTIAL_ID } from '../wire/records.ts';
import type { Parts } from './parts.ts';
import type { Session } from './sessions.ts';

export class Publish {
	readonly #parts: Parts;
	readonly #offer = new Offer();
	readonly #cursor = new Cursor(new Uint8Array(0));
	/** Files offered since the start, new or not. */
	offered = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** The code of a reason why some of it was left out; undefined: all was taken. */
	offers(session: Session, body: Uint8Array): string | undefined {
		const { index, quotas, limits, world } = this.#parts;
		const cursor = this.#cursor;
		cursor.bytes = body;
		cursor.at = 0;
		cursor.end = body.length;
		cursor.short = false;
		const count = cursor.u32();
		// No files: the client says only that it is still there.
		if (count === 0) return undefined;
		if (!quotas.offers.take(world.now(), session.link)) return 'edonkey.offers.often';
		const offer = this.#offer;
		let why: string | undefined;
		for (let left = Math.min(count, protocol.offered); left > 0; left--) {
			if (!offer.read(cursor)) return 'edonkey.message.malformed';
			if (session.files >= limits.filesOfClient) return 'edonkey.offers.quota';
			this.offered++;
			if (isPossible(body, offer, limits.name)) index.offer(session, body, offer, offer.id !== PARTIAL_ID);
			else why = 'edonkey.offers.file';
		}
		return why;
	}
}

/** A size that a file can have, a name without control characters, which deceive terminals and screens. */
function isPossible(bytes: Uint8Array, { size, nameFrom, nameTo }: Offer, longest: number): boolean {
	if (size < 1 || size > protocol.fileSize || nameTo === nameFrom || nameTo - nameFrom > longest)
		return false;
	for (let i = nameFrom; i < nameTo; i++) if (bytes[i] < 0x20 || bytes[i] === 0x7f) return false;
	return true;
}
