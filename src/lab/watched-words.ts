/**
 * What a message says to whoever looks on: a question, an answer, or "call somebody". One reader for each network; what is
 * not part of a search or an attack (pings, tables, greetings) says nothing. FastTrack is enciphered, and read as `watch` reads
 * it: from the greetings on.
 */
import { ServerDatagram, ServerMessage } from '../networks/edonkey/wire/messages.ts';
import { MessageType as FastTrackType } from '../networks/fasttrack/wire/frame.ts';
import { ObservedSession } from '../networks/fasttrack/wire/observed.ts';
import { guidOf, hopsOf, MessageType, typeOf } from '../networks/gnutella/wire/message.ts';
import { isFrame } from './tap.ts';

/** A question, an answer, a wish that somebody be called. */
export type Kind = 0 | 1 | 2;

export interface Word {
	readonly kind: Kind;
	/** Of a question: equal where it is the same question. */
	readonly key?: string;
	readonly hops: number;
}

export interface Reader {
	/** A link between two hosts stands anew. */
	opened(from: string, to: string): void;
	link(from: string, to: string, bytes: Uint8Array): readonly Word[];
	datagram(from: string, to: string, bytes: Uint8Array): readonly Word[];
}

const nothing: readonly Word[] = [];

export const gnutellaWords: Reader = {
	opened: () => {},
	datagram: () => nothing,
	link(_from, _to, frame) {
		if (!isFrame(frame)) return nothing;
		const hops = hopsOf(frame) + 1;
		switch (typeOf(frame)) {
			case MessageType.Query:
				return [{ kind: 0, key: guidOf(frame).join(), hops }];
			case MessageType.Hit:
				return [{ kind: 1, hops }];
			case MessageType.Push:
				return [{ kind: 2, hops }];
			default:
				return nothing;
		}
	},
};

const linkKinds: ReadonlyMap<number, Kind> = new Map<number, Kind>([
	[ServerMessage.Search, 0],
	[ServerMessage.MoreResults, 0],
	[ServerMessage.GetSources, 0],
	[ServerMessage.SearchResult, 1],
	[ServerMessage.FoundSources, 1],
	[ServerMessage.ServerList, 1],
	[ServerMessage.CallbackRequested, 2],
]);
const datagramKinds: ReadonlyMap<number, Kind> = new Map<number, Kind>([
	[ServerDatagram.Search, 0],
	[ServerDatagram.Search2, 0],
	[ServerDatagram.Search3, 0],
	[ServerDatagram.SearchResult, 1],
]);

/** Our programs send one message at a time. */
export const edonkeyWords: Reader = {
	opened: () => {},
	link: (from, _to, bytes) => edonkeyWord(linkKinds.get(bytes[5]), from, bytes.subarray(6)),
	datagram: (from, _to, bytes) => edonkeyWord(datagramKinds.get(bytes[1]), from, bytes.subarray(2)),
};

/** Asked by link or by datagram, it is the same question. */
function edonkeyWord(kind: Kind | undefined, from: string, body: Uint8Array): readonly Word[] {
	if (kind === undefined) return nothing;
	return [kind === 0 ? { kind, key: `${from} ${body.join()}`, hops: 1 } : { kind, hops: 1 }];
}

const fasttrackKinds: ReadonlyMap<number, Kind> = new Map<number, Kind>([
	[FastTrackType.Query, 0],
	[FastTrackType.Reply, 1],
	[FastTrackType.NodeList, 1],
	[FastTrackType.Push, 2],
]);

/** It must be there before the first link stands: the keys are in the greetings. */
export class FastTrackWords implements Reader {
	readonly #isLeaf: (host: string) => boolean;
	readonly #sessions = new Map<string, ObservedSession>();
	#read: Word[] = [];

	constructor(isLeaf: (host: string) => boolean) {
		this.#isLeaf = isLeaf;
	}

	opened(from: string, to: string): void {
		this.#sessions.delete(this.#nameOf(from, to));
	}

	link(from: string, to: string, bytes: Uint8Array): readonly Word[] {
		const name = this.#nameOf(from, to);
		let session = this.#sessions.get(name);
		if (session === undefined) {
			session = new ObservedSession(
				(fromLeaf, { type, body }) => {
					const kind = fasttrackKinds.get(type);
					// A leaf's own wish that somebody be called has the same number; it asks for none here.
					if (kind === undefined || (kind === 2 && fromLeaf)) return;
					this.#read.push(kind === 0 ? { kind, key: `${from} ${body.join()}`, hops: 1 } : { kind, hops: 1 });
				},
				() => true,
			);
			this.#sessions.set(name, session);
		}
		this.#read = [];
		session.bytes(this.#isLeaf(from), bytes);
		return this.#read;
	}

	datagram(): readonly Word[] {
		return nothing;
	}

	/** Of both directions. */
	#nameOf(from: string, to: string): string {
		return this.#isLeaf(from) ? `${from} ${to}` : `${to} ${from}`;
	}
}
