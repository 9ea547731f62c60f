/** The clients that a server has: by link, by LowID, by place in the index, and how many there are of one host. */

import type { Crowd } from '../../../defence/crowd.ts';
import type { Address, Link } from '../../../world/world.ts';
import { protocol } from '../limits.ts';
import type { LinkCover } from '../link-cover.ts';
import { FrameSplitter } from '../wire/frames.ts';
import type { SearchPlan } from './search.ts';
import type { Publisher } from './source-lists.ts';
import { next, type SessionEvent, type SessionState } from './states.ts';

export class Session implements Publisher {
	readonly link: Link;
	readonly remote: Address;
	readonly place: number;
	/** Milliseconds: when it began, and until when it must log in. */
	readonly since: number;
	readonly frames = new FrameSplitter();
	state: SessionState = 'awaiting';
	/** Its first byte has come, and whether that began an obfuscated link. */
	hasBegun = false;
	cover: LinkCover | undefined;
	firstSource = 0;
	files = 0;
	/** The user, 16 bytes: since the login. */
	hash: Uint8Array = new Uint8Array(0);
	/** HighID or LowID: since the check. */
	id = 0;
	port = 0;
	capabilities = 0;
	/** The last search, for its next pages. */
	plan: SearchPlan | undefined;
	pages = 0;

	constructor(link: Link, remote: Address, place: number, since: number) {
		this.link = link;
		this.remote = remote;
		this.place = place;
		this.since = since;
	}

	move(event: SessionEvent): void {
		this.state = next(this.state, event);
	}
}

/** Whether its login says that it can this (Capability), or one of these. */
export function can(session: Session, capability: number): boolean {
	return (session.capabilities & capability) !== 0;
}

export class Sessions {
	readonly #byLink = new Map<Link, Session>();
	readonly #byPlace: (Session | undefined)[] = [];
	readonly #freePlaces: number[] = [];
	readonly #byLowId = new Map<number, Session>();
	/** How many there are of one host. */
	readonly crowd: Crowd;
	/** The LowID that was given last. */
	lastLowId: number;

	constructor(lastLowId: number, crowd: Crowd) {
		this.lastLowId = lastLowId;
		this.crowd = crowd;
	}

	get size(): number {
		return this.#byLink.size;
	}

	get lowIds(): number {
		return this.#byLowId.size;
	}

	all(): Iterable<Session> {
		return this.#byLink.values();
	}

	get(link: Link): Session | undefined {
		return this.#byLink.get(link);
	}

	at(place: number): Session | undefined {
		return this.#byPlace[place];
	}

	byLowId(id: number): Session | undefined {
		return this.#byLowId.get(id);
	}

	begin(link: Link, remote: Address, now: number): Session {
		const place = this.#freePlaces.pop() ?? this.#byPlace.length;
		const session = new Session(link, remote, place, now);
		this.#byLink.set(link, session);
		this.#byPlace[place] = session;
		this.crowd.enter(remote.host);
		return session;
	}

	end(session: Session): void {
		this.#byLink.delete(session.link);
		this.#byPlace[session.place] = undefined;
		this.#freePlaces.push(session.place);
		if (this.#byLowId.get(session.id) === session) this.#byLowId.delete(session.id);
		this.crowd.leave(session.remote.host);
	}

	/** A LowID that nobody has. One after the other, so that one who left is not soon taken for another. */
	giveLowId(session: Session): void {
		do this.lastLowId = (this.lastLowId % (protocol.lowIds - 1)) + 1;
		while (this.#byLowId.has(this.lastLowId));
		session.id = this.lastLowId;
		this.#byLowId.set(session.id, session);
	}
}
