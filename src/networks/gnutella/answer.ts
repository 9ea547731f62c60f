/**
 * Answering: what of our shared files matches somebody's query. The rules:
 *
 * - Only hashed files of the index are looked at; a name in a hit is a name, never a path.
 * - Words match as the library says; a query by urn:sha1 matches by content and ignores the words.
 * - At most `answerRecords` records, `hitRecordsSent` a message, within the frame size that is passed on.
 * - A hit's TTL is the hops that the query came, and two to spare.
 *
 * Queries that ask for an answer out of band (by UDP) are answered on the link: no UDP leaves for an
 * address that only a packet named.
 */
import type { Address } from '../../world/world.ts';
import type { SharedFile } from '../network.ts';
import type { Limits } from './limits.ts';
import type { Servent } from './servent.ts';
import { encodeHit, type HitRecord } from './wire/hit.ts';
import { encodeMessage, guidOf, MessageType } from './wire/message.ts';
import type { Query } from './wire/query.ts';
import { parseUrn } from './wire/urn.ts';

/** What our hits say of our line: kbit/s in the 0.4 field. Nobody believes it; 0 looks like a modem. */
const SPEED = 1000;
/** The vendor code in hits: four letters, ours. */
export const VENDOR = 'SALP';

const NONE: readonly never[] = [];

export class Answer {
	readonly #servent: Servent;
	readonly #limits: Limits;
	/** Whether our hits must ask for PUSH: nobody has reached us yet from outside. */
	readonly #firewalled: () => boolean;
	/** Our push proxies, as others are told of them. */
	readonly #proxies: () => readonly Address[];

	constructor(
		servent: Servent,
		limits: Limits,
		firewalled: () => boolean,
		proxies: () => readonly Address[],
	) {
		this.#servent = servent;
		this.#limits = limits;
		this.#firewalled = firewalled;
		this.#proxies = proxies;
	}

	/** HIT frames for a query that has come `hops` links in this frame. None: nothing matches. */
	to(query: Query, frame: Uint8Array, hops: number): readonly Uint8Array[] {
		const files = this.#matches(query);
		if (files.length === 0) return NONE;
		const guid = guidOf(frame);
		const frames: Uint8Array[] = [];
		const ttl = Math.min(hops + 2, 15);
		for (let at = 0; at < files.length; at += this.#limits.hitRecordsSent)
			frames.push(this.hit(recordsOf(files.slice(at, at + this.#limits.hitRecordsSent)), guid, ttl));
		return frames;
	}

	/** One HIT frame with these records. */
	hit(records: HitRecord[], guid: Uint8Array, ttl: number): Uint8Array {
		const { options } = this.#servent;
		const payload = encodeHit({
			address: options.announce,
			speed: SPEED,
			records,
			vendor: VENDOR,
			flags: { push: this.#firewalled() },
			guid: options.guid,
			pushProxies: this.#proxies(),
			browsable: options.browse === true,
		});
		return encodeMessage(MessageType.Hit, guid, ttl, 0, payload);
	}

	#matches(query: Query): readonly SharedFile[] {
		const { shares } = this.#servent.host;
		for (const urn of query.urns) {
			const sha1 = parseUrn(urn)?.sha1;
			const file = sha1 === undefined ? undefined : shares.bySha1(sha1);
			if (file !== undefined) return [file];
		}
		if (query.urns.length > 0 && query.text.length < 3) return [];
		return shares.match(query.text, this.#limits.answerRecords);
	}
}

export function recordsOf(files: readonly SharedFile[]): HitRecord[] {
	return files.map(({ id, size, name, sha1, tth }) => ({
		index: id,
		size,
		name,
		...(sha1 === undefined ? {} : { sha1 }),
		...(tth === undefined ? {} : { tth }),
	}));
}
