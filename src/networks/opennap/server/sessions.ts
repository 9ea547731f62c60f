/** The users that a server has: by link, by nick, by place in the catalogue; and who is told when they come and go. */
import type { Crowd } from '../../../defence/crowd.ts';
import type { Address, Link } from '../../../world/world.ts';
import { type Frame, FrameSplitter } from '../wire/frames.ts';
import { nickKey } from '../wire/nick.ts';
import type { Owner } from './catalogue.ts';
import type { Pages } from './pages.ts';
import { next, type SessionEvent, type SessionState } from './states.ts';

export class Session implements Owner {
	readonly link: Link;
	readonly remote: Address;
	readonly place: number;
	/** Milliseconds: when it began, and until when it must log in. */
	readonly since: number;
	readonly frames = new FrameSplitter();
	state: SessionState = 'awaiting';
	firstFile = 0;
	files = 0;
	bytes = 0;
	pages: Pages | undefined;
	/** What came while the password was being compared. */
	held: Frame[] = [];
	/** Since the login. */
	nick = '';
	agent = '';
	speed = 0;
	/** Where others dial; 0: nobody can. */
	port = 0;
	/** Transfers that run, as he says. */
	downloads = 0;
	uploads = 0;
	/** What he was asked for and has not answered: nick and path. */
	readonly requests = new Set<string>();
	/** Nicks that he watches, as keys. */
	readonly hotlist = new Set<string>();

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

export class Sessions {
	/** How many there are of one host. */
	readonly crowd: Crowd;
	readonly #byLink = new Map<Link, Session>();
	readonly #byPlace: (Session | undefined)[] = [];
	readonly #freePlaces: number[] = [];
	readonly #byNick = new Map<string, Session>();
	readonly #watchers = new Map<string, Set<Session>>();

	constructor(crowd: Crowd) {
		this.crowd = crowd;
	}

	get size(): number {
		return this.#byLink.size;
	}

	/** Those with a nick. */
	get users(): number {
		return this.#byNick.size;
	}

	all(): Iterable<Session> {
		return this.#byLink.values();
	}

	get(link: Link): Session | undefined {
		return this.#byLink.get(link);
	}

	/** Whose place it is; only while he has one. */
	at(place: number): Session {
		return this.#byPlace[place]!;
	}

	byNick(nick: string): Session | undefined {
		return this.#byNick.get(nickKey(nick));
	}

	begin(link: Link, remote: Address, now: number): Session {
		const place = this.#freePlaces.pop() ?? this.#byPlace.length;
		const session = new Session(link, remote, place, now);
		this.#byLink.set(link, session);
		this.#byPlace[place] = session;
		this.crowd.enter(remote.host);
		return session;
	}

	/** The nick is his from now on. */
	name(session: Session, nick: string): void {
		session.nick = nick;
		this.#byNick.set(nickKey(nick), session);
	}

	end(session: Session): void {
		this.#byLink.delete(session.link);
		this.#byPlace[session.place] = undefined;
		this.#freePlaces.push(session.place);
		this.crowd.leave(session.remote.host);
		if (this.byNick(session.nick) === session) this.#byNick.delete(nickKey(session.nick));
		for (const nick of [...session.hotlist]) this.unwatch(session, nick);
	}

	watch(session: Session, nick: string): void {
		const key = nickKey(nick);
		session.hotlist.add(key);
		const watchers = this.#watchers.get(key);
		if (watchers === undefined) this.#watchers.set(key, new Set([session]));
		else watchers.add(session);
	}

	unwatch(session: Session, nick: string): void {
		const key = nickKey(nick);
		session.hotlist.delete(key);
		const watchers = this.#watchers.get(key);
		watchers?.delete(session);
		if (watchers?.size === 0) this.#watchers.delete(key);
	}

	watchersOf(nick: string): Iterable<Session> {
		return this.#watchers.get(nickKey(nick)) ?? [];
	}
}
