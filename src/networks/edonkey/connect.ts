/**
 * The session with one server: always one, never two. While there is none, the server that failed least is dialled; one
 * that failed is left alone for a while that doubles.
 *
 * What a server says decides little: its messages are shown, its list of other servers is not taken (register.ts), and a
 * call-back is dialled only by whoever guards that (it is the classic way to turn clients against a victim).
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { Tally } from '../common/tally.ts';
import type { Neighbour } from '../network.ts';
import { joining, ours } from './limits.ts';
import { LinkCover } from './link-cover.ts';
import { capabilitiesOf } from './obfuscation.ts';
import type { KnownServer, Register } from './register.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { type Event, next, type State } from './states.ts';
import { isLowId } from './wire/endpoint.ts';
import { EDONKEY, encodeFrame, encodePacked, type Frame, FrameSplitter, unpackFrame } from './wire/frames.ts';
import {
	Capability,
	decodeIdChange,
	decodeServerMessage,
	decodeServerStatus,
	encodeLogin,
	ServerFlag,
} from './wire/login.ts';
import { ServerMessage } from './wire/messages.ts';
import { CLIENT_CHANCE, sealedClient } from './wire/sealed-sessions.ts';

const CAPABILITIES =
	Capability.Zlib |
	Capability.AuxiliaryPort |
	Capability.NewTags |
	Capability.Unicode |
	Capability.LargeFiles;

/** Of the greeting: below 16. */
const PADDING = 15;

/** What the other parts of a client want to know of the session. */
export interface SessionEvents {
	welcomed(): void;
	lost(): void;
	message(opcode: number, body: Uint8Array): void;
}

/** Made anew for each server. */
interface Session {
	readonly server: KnownServer;
	readonly link: Link;
	readonly frames: FrameSplitter;
	readonly since: number;
	/** Its link shall be obfuscated, and is. */
	readonly sealed: boolean;
	cover: LinkCover | undefined;
	readonly tally: Tally;
	state: State;
	id: number;
	flags: number;
	users: number;
	files: number;
}

export class Connect implements LinkOwner {
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #events: SessionEvents;
	#session: Session | undefined;

	constructor(servent: Servent, register: Register, events: SessionEvents) {
		this.#servent = servent;
		this.#register = register;
		this.#events = events;
	}

	/** The server that has logged us in. */
	get server(): Address | undefined {
		return this.#connected?.server.address;
	}

	/** What it gave us; 0: nothing yet. */
	get id(): number {
		return this.#connected?.id ?? 0;
	}

	/** Others can dial us, as the server has tried. */
	get isHigh(): boolean {
		return this.id !== 0 && !isLowId(this.id);
	}

	/** What the server said of itself last. */
	get figures(): { users: number; files: number } {
		const { users, files } = this.#connected ?? { users: 0, files: 0 };
		return { users, files };
	}

	/** Whether the server can this (ServerFlag). */
	can(flag: number): boolean {
		return ((this.#connected?.flags ?? 0) & flag) !== 0;
	}

	/** False: there is no session, or its link is full. */
	send(opcode: number, body?: Uint8Array): boolean {
		const session = this.#connected;
		if (session === undefined) return false;
		const frame = this.can(ServerFlag.Zlib) && body ? encodePacked(opcode, body) : encodeFrame(opcode, body);
		if (!this.#servent.world.send(session.link, frame)) return false;
		session.tally.said(frame.length);
		return true;
	}

	/** As people see it, once it has logged us in. */
	neighbour(): Neighbour | undefined {
		const session = this.#connected;
		if (session === undefined) return undefined;
		const { link, server, since, tally } = session;
		const counts = tally.counts(this.#servent.world.queued(link));
		const fixed = { dialled: true, role: 'server', agent: 'eDonkey server', compressed: false } as const;
		return { link, remote: server.address, since, ...fixed, ...counts };
	}

	tick(now: number): void {
		const session = this.#session;
		if (session === undefined) return this.#dial(now);
		const isLate = session.state !== 'connected' && now - session.since >= joining.loginSeconds * 1000;
		if (isLate) this.#end(session, 'late', 'it did not log us in');
	}

	/** Leaves the server; another is dialled with the next tick. */
	leave(why: string): void {
		if (this.#session !== undefined) this.#end(this.#session, 'closed', why);
	}

	opened(link: Link): void {
		const session = this.#of(link);
		if (session === undefined) return;
		if (!session.sealed) return this.#login(session);
		const { world } = this.#servent;
		const random = world.random(CLIENT_CHANCE + (world.random(1)[0] & PADDING));
		session.cover = new LinkCover(world, link, sealedClient(random));
	}

	#login(session: Session): void {
		session.state = next(session.state, 'opened');
		const { hash, nick, announce, obfuscation } = this.#servent.options;
		const login = {
			hash,
			id: 0,
			port: announce.port,
			name: nick,
			capabilities: CAPABILITIES | capabilitiesOf(obfuscation),
			muleVersion: 0,
		};
		this.#servent.world.send(session.link, encodeFrame(ServerMessage.Login, encodeLogin(login)));
	}

	received(link: Link, bytes: Uint8Array): void {
		const session = this.#of(link);
		if (session === undefined) return;
		const plain = session.cover?.take(bytes) ?? bytes;
		if (plain === 'more') return;
		if (isRefusal(plain)) {
			this.#servent.refuse(plain.refused, formatAddress(session.server.address), plain.detail);
			return this.#end(session, 'closed', 'its obfuscation does not fit');
		}
		if (session.state === 'dialling') this.#login(session);
		session.frames.push(plain);
		for (let frame = session.frames.next(); frame !== undefined; frame = session.frames.next()) {
			const whole = isRefusal(frame) ? frame : unpackFrame(frame, EDONKEY, ours.unpacked);
			if (isRefusal(whole)) {
				this.#servent.refuse(whole.refused, formatAddress(session.server.address), whole.detail);
				return this.#end(session, 'closed', 'it does not speak eDonkey');
			}
			session.tally.heard(whole.body.length + 6);
			this.#take(session, whole);
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
		const sealed = this.#servent.options.obfuscation !== 'off' && server.obfuscatedPort > 0;
		const { host, port } = server.address;
		const link = this.#servent.dial({ host, port: sealed ? server.obfuscatedPort : port }, 'a server', this);
		const fresh = { state: 'dialling', tally: new Tally(), id: 0, flags: 0, users: 0, files: 0 } as const;
		this.#session = {
			server,
			link,
			frames: new FrameSplitter(),
			since: now,
			sealed,
			cover: undefined,
			...fresh,
		};
	}

	#take(session: Session, { opcode, body }: Frame): void {
		switch (opcode) {
			case ServerMessage.IdChange:
				return this.#welcome(session, body);
			case ServerMessage.Text: {
				const text = decodeServerMessage(body);
				if (!isRefusal(text)) this.#says(session, text);
				return;
			}
			case ServerMessage.Status: {
				const status = decodeServerStatus(body);
				if (!isRefusal(status)) Object.assign(session, status);
				return;
			}
			default:
				if (session.state === 'connected') this.#events.message(opcode, body);
		}
	}

	#welcome(session: Session, body: Uint8Array): void {
		const change = decodeIdChange(body);
		if (isRefusal(change) || change.id === 0) return this.#end(session, 'closed', 'it refused us');
		session.id = change.id;
		session.flags = change.flags;
		const hasObfuscation = (change.flags & ServerFlag.Obfuscation) !== 0;
		if (hasObfuscation) this.#register.obfuscated(session.server, change.obfuscatedPort ?? 0);
		// Some servers send a second id when their check was slow.
		if (session.state === 'connected') return;
		session.state = next(session.state, 'welcomed');
		this.#register.welcomed(session.server);
		this.#events.welcomed();
	}

	#says(session: Session, text: string): void {
		const clean = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
		if (clean === '') return;
		const subject = formatAddress(session.server.address);
		this.#servent.refuse('edonkey.join.says', subject, clean.slice(0, joining.serverText));
	}

	#end(session: Session, event: Event, why: string): void {
		const wasConnected = session.state === 'connected';
		// Perhaps it has said something wrong, or something between us does not let it through: plainly, next time.
		const wasSealed = session.sealed && !wasConnected;
		if (wasSealed && this.#servent.options.obfuscation !== 'required')
			this.#register.obfuscated(session.server, 0);
		session.state = next(session.state, event);
		this.#session = undefined;
		this.#servent.world.hangup(session.link, why);
		this.#register.failed(this.#servent.world.now(), session.server);
		this.#servent.refuse('edonkey.join.failed', formatAddress(session.server.address), why);
		if (wasConnected) this.#events.lost();
	}
}
