/**
 * The session with one server: always one, never two. What a server says decides little: its messages are shown, and
 * where it tells us to dial is judged by who guards that.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { Tally } from '../common/tally.ts';
import { textOf } from '../common/text.ts';
import type { Neighbour } from '../network.ts';
import { ours } from './limits.ts';
import type { KnownServer, Register } from './register.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { type Event, next, type State } from './states.ts';
import { encodeFrame, type Frame, FrameSplitter } from './wire/frames.ts';
import { encodeLogin } from './wire/login.ts';
import { raw, rawBytes } from './wire/raw.ts';
import { Type } from './wire/types.ts';

/** A cable of those days: the server tells others. */
const SPEED = 8;

/** What the other parts of a client want to know of the session. */
export interface SessionEvents {
	welcomed(): void;
	lost(): void;
	message(type: number, body: Uint8Array): void;
}

/** Made anew for each server. */
interface Session {
	readonly server: KnownServer;
	readonly link: Link;
	readonly frames: FrameSplitter;
	readonly since: number;
	readonly tally: Tally;
	state: State;
	lastAt: number;
}

export class Connect implements LinkOwner {
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #events: SessionEvents;
	#session: Session | undefined;
	/** Others could not dial us, as one of them has said: we are called back from now on. */
	#isUnreachable = false;
	/** The server is opennap itself, or says so. */
	#isOriginal = false;

	constructor(servent: Servent, register: Register, events: SessionEvents) {
		this.#servent = servent;
		this.#register = register;
		this.#events = events;
	}

	/** The server that has logged us in. */
	get server(): Address | undefined {
		return this.#connected?.server.address;
	}

	get link(): Link | undefined {
		return this.#connected?.link;
	}

	/** Without a kind it looks among music alone: all others are to be asked for by name. */
	get asksByKind(): boolean {
		return this.#isOriginal;
	}

	/** Where others dial us, as we tell the server; 0: nobody can. */
	get port(): number {
		return this.#isUnreachable ? 0 : this.#servent.options.announce.port;
	}

	/** False: there is no session, or its link is full. */
	send(type: number, body?: Uint8Array): boolean {
		const session = this.#connected;
		if (session === undefined) return false;
		const frame = encodeFrame(type, body);
		if (!this.#servent.world.send(session.link, frame)) return false;
		session.tally.said(frame.length);
		return true;
	}

	/** Somebody could not dial us. */
	unreachable(): void {
		if (this.#isUnreachable) return;
		this.#isUnreachable = true;
		this.send(Type.ChangePort, rawBytes('0'));
	}

	/** As people see it, once it has logged us in. */
	neighbour(): Neighbour | undefined {
		const session = this.#connected;
		if (session === undefined) return undefined;
		const { link, server, since, tally } = session;
		const counts = tally.counts(this.#servent.world.queued(link));
		const fixed = { dialled: true, role: 'server', agent: 'OpenNap server', compressed: false } as const;
		return { link, remote: server.address, since, ...fixed, ...counts };
	}

	tick(now: number): void {
		const session = this.#session;
		if (session === undefined) return this.#dial(now);
		const { loginSeconds, pingSeconds } = this.#servent.limits;
		if (session.state !== 'connected') {
			if (now - session.since >= loginSeconds * 1000) this.#end(session, 'late', 'it did not log us in');
		} else if (now - session.lastAt >= 3 * pingSeconds * 1000) this.#end(session, 'closed', 'it is silent');
		else if (now - session.lastAt >= pingSeconds * 1000) this.send(Type.Ping, rawBytes('?'));
	}

	/** Leaves the server; another is dialled with the next tick. */
	leave(why: string): void {
		if (this.#session !== undefined) this.#end(this.#session, 'closed', why);
	}

	opened(link: Link): void {
		const session = this.#of(link);
		if (session === undefined) return;
		session.state = next(session.state, 'opened');
		this.#isOriginal = false;
		const { nick, password, agent } = this.#servent.options;
		const login = { nick, password, port: this.port, agent, speed: SPEED };
		this.#servent.world.send(link, encodeFrame(Type.Login, encodeLogin(login)));
	}

	received(link: Link, bytes: Uint8Array): void {
		const session = this.#of(link);
		if (session === undefined) return;
		session.lastAt = this.#servent.world.now();
		session.frames.push(bytes);
		for (let frame = session.frames.next(); frame !== undefined; frame = session.frames.next()) {
			if (isRefusal(frame)) {
				this.#servent.refuse(frame.refused, formatAddress(session.server.address), frame.detail);
				return this.#end(session, 'closed', 'it does not speak OpenNap');
			}
			session.tally.heard(frame.body.length + 4);
			this.#take(session, frame);
			if (session.state === 'closed') return;
		}
	}

	closed(link: Link, why: string): void {
		const session = this.#of(link);
		if (session !== undefined) this.#end(session, 'closed', why);
	}

	get #connected(): Session | undefined {
		return this.#session?.state === 'connected' ? this.#session : undefined;
	}

	#of(link: Link): Session | undefined {
		return this.#session?.link === link ? this.#session : undefined;
	}

	#dial(now: number): void {
		const server = this.#register.candidate(now);
		if (server === undefined) return;
		const link = this.#servent.dial(server.address, 'a server', this);
		const fresh = { state: 'dialling', tally: new Tally(), frames: new FrameSplitter() } as const;
		this.#session = { server, link, since: now, lastAt: now, ...fresh };
	}

	#take(session: Session, { type, body }: Frame): void {
		if (type === Type.Error || type === Type.Motd || type === Type.Complaint) this.#says(session, body);
		if (type === Type.Motd && raw(body).startsWith('VERSION opennap')) this.#isOriginal = true;
		if (session.state === 'connected') return this.#events.message(type, body);
		if (type === Type.Error) this.#end(session, 'refused', 'it refused us');
		if (type !== Type.LoginAck) return;
		session.state = next(session.state, 'welcomed');
		this.#register.welcomed(session.server);
		this.#events.welcomed();
	}

	#says(session: Session, body: Uint8Array): void {
		const clean = textOf(body.subarray(0, ours.text))
			.replace(/[\u0000-\u001f\u007f]+/g, ' ')
			.trim();
		if (clean !== '') this.#servent.refuse('opennap.join.says', formatAddress(session.server.address), clean);
	}

	#end(session: Session, event: Event, why: string): void {
		const wasConnected = session.state === 'connected';
		session.state = next(session.state, event);
		this.#session = undefined;
		this.#servent.world.hangup(session.link, why);
		this.#register.failed(this.#servent.world.now(), session.server);
		this.#servent.refuse('opennap.join.failed', formatAddress(session.server.address), why);
		if (wasConnected) this.#events.lost();
	}
}
