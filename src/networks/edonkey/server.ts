/**
 * The door of an eDonkey server: the inputs of networks/network.ts, handed to the part that knows. Beside the
 * protocol it decides who may have a session at all:
 *
 * - so many sessions in all, from one host and from one /24 (IPv6: /48); so many new ones of one host in a minute;
 * - who does not log in within seconds is gone; who floods is banned for a while (defence/bans.ts);
 * - a host that is refused costs one notice and no state.
 *
 * Which file knows what: README.md beside it.
 */
import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { Crowd } from '../../defence/crowd.ts';
import { UdpAmplification } from '../../defence/udp-amplification.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { WalkBudget } from '../common/catalogue/walk-budget.ts';
import { le32 } from '../common/integers.ts';
import type { Network } from '../network.ts';
import { ours, servingWith } from './limits.ts';
import { Covers } from './server/covers.ts';
import { Datagrams } from './server/datagrams.ts';
import { FileIndex } from './server/file-index.ts';
import type { Memory } from './server/memory.ts';
import { Operator, type ServerFigures } from './server/operator.ts';
import type { DialOwner, Parts, ServerOptions } from './server/parts.ts';
import { Publish } from './server/publish.ts';
import { Quotas } from './server/quotas.ts';
import { Register } from './server/register.ts';
import { type Session, Sessions } from './server/sessions.ts';
import { Talk } from './server/talk.ts';
import { EDONKEY, encodeFrame, type Frame, unpackFrame } from './wire/frames.ts';
import { ServerMessage } from './wire/messages.ts';

export class EdonkeyServer implements Network {
	readonly name = 'edonkey';
	readonly #world: World;
	readonly #parts: Parts;
	readonly #register: Register;
	readonly #publish: Publish;
	readonly #talk: Talk;
	readonly #datagrams: Datagrams;
	readonly #guard: UdpAmplification;
	readonly #flood: ConnectionFlood;
	readonly #covers: Covers;
	readonly #dials = new Map<Link, DialOwner>();
	readonly operator: Operator;
	#statusAt = 0;

	constructor(world: World, options: ServerOptions) {
		const limits = servingWith(options.limits);
		const on = (name: string): boolean => !(options.defencesOff ?? []).includes(name);
		this.#world = world;
		this.#guard = new UdpAmplification(on('udp-amplification'));
		this.#flood = new ConnectionFlood(on('connection-flood'));
		const crowd = new Crowd(limits.sessionsFromHost, limits.sessionsFromNetwork);
		const seeds = world.random(12);
		const refused = new Map<string, number>();
		this.#parts = {
			world,
			options,
			limits,
			index: new FileIndex([le32(seeds, 0), le32(seeds, 4), le32(seeds, 8)]),
			sessions: new Sessions(options.memory.lastLowId, crowd),
			budget: new WalkBudget(limits.walkedPerSecond, limits.walkedLeast),
			quotas: new Quotas(limits, options.memory.bans),
			send: (session, opcode, body) => void world.send(session.link, encodeFrame(opcode, body)),
			end: (session, why) => this.#end(session, why),
			dial: (to, purpose, owner) => {
				const link = world.dial(to, purpose);
				this.#dials.set(link, owner);
				return link;
			},
			refuse: (code, subject, detail) => {
				this.#parts.count(code);
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) });
			},
			count: (code) => void refused.set(code, (refused.get(code) ?? 0) + 1),
		};
		this.#covers = new Covers(this.#parts);
		this.#register = new Register(this.#parts);
		this.#publish = new Publish(this.#parts);
		this.#talk = new Talk(this.#parts);
		this.#datagrams = new Datagrams(this.#parts, this.#talk.answer, this.#guard);
		this.operator = new Operator(this.#parts, this.#register, refused, () => ({
			logins: this.#register.logins,
			offered: this.#publish.offered,
			searches: this.#talk.searches,
			sealed: this.#covers.sealed,
			...this.#datagrams.counts(),
		}));
	}

	figures(): ServerFigures {
		return this.operator.figures();
	}

	/** What must be there again after a restart. */
	memory(): Memory {
		const { options, sessions, quotas } = this.#parts;
		return { ...options.memory, lastLowId: sessions.lastLowId, bans: quotas.bans.all };
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		if (dialled) return this.#dials.get(link)?.opened(link);
		const now = this.#world.now();
		const why = this.#objection(now, remote.host);
		if (why !== undefined) {
			this.#parts.refuse(why, formatAddress(remote));
			return this.#world.hangup(link, 'not now');
		}
		this.#parts.sessions.begin(link, remote, now);
		this.#guard.session(remote.host, true);
		this.#world.wake(now + this.#parts.limits.loginSeconds * 1000);
	}

	received(link: Link, bytes: Uint8Array): void {
		const session = this.#parts.sessions.get(link);
		if (session === undefined) return this.#dials.get(link)?.received(link, bytes);
		const plain = this.#covers.plain(session, bytes);
		if (plain === 'more') return;
		if (isRefusal(plain)) {
			this.#parts.refuse(plain.refused, formatAddress(session.remote), plain.detail);
			return this.#end(session, 'its obfuscation does not fit');
		}
		session.frames.push(plain);
		for (let next = session.frames.next(); next !== undefined; next = session.frames.next()) {
			if (isRefusal(next)) {
				this.#parts.refuse(next.refused, formatAddress(session.remote), next.detail);
				return this.#end(session, 'not an eDonkey client');
			}
			this.#take(session, next);
			if (session.state === 'closed') return;
		}
	}

	/** Answers that do not fit are lost: the client asks again. */
	drained(): void {}

	closed(link: Link): void {
		const owner = this.#dials.get(link);
		this.#dials.delete(link);
		owner?.closed(link);
		const session = this.#parts.sessions.get(link);
		if (session !== undefined) this.#forget(session);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		this.#datagrams.datagram(from, bytes);
	}

	tick(): void {
		const { sessions, limits, quotas } = this.#parts;
		const now = this.#world.now();
		this.#register.check.tick(now);
		this.#datagrams.tick(now);
		quotas.bans.expire(now);
		for (const session of sessions.all()) {
			if (session.state !== 'awaiting') continue;
			if (now - session.since < limits.loginSeconds * 1000) continue;
			this.#parts.refuse('edonkey.login.slow', formatAddress(session.remote));
			this.#end(session, 'no login');
		}
		if (now - this.#statusAt >= limits.statusMinutes * 60_000) {
			this.#statusAt = now;
			for (const session of sessions.all()) if (session.state === 'served') this.#register.status(session);
		}
		this.#world.wake(now + 1000);
	}

	/** Why a host may not have a session now. */
	#objection(now: number, host: string): string | undefined {
		const { sessions, limits, quotas } = this.#parts;
		if (sessions.size >= limits.sessions) return 'edonkey.server.full';
		if (quotas.bans.isOut(now, host)) return 'edonkey.server.banned';
		return sessions.crowd.isFull(host) ? 'edonkey.server.crowd' : this.#flood.connects(now, host);
	}

	#take(session: Session, packed: Frame): void {
		const frame = unpackFrame(packed, EDONKEY, ours.unpacked);
		const why = isRefusal(frame) ? frame.refused : this.#dispatch(session, frame);
		if (why === undefined) return;
		const subject = formatAddress(session.remote);
		this.#parts.refuse(why, subject);
		if (!this.#parts.quotas.bans.strike(this.#world.now(), session.link, session.remote.host)) return;
		this.#parts.refuse('edonkey.server.ban', subject);
		this.#end(session, 'far too many messages');
	}

	/** The code of a reason why a message was refused. */
	#dispatch(session: Session, { protocol, opcode, body }: Frame): string | undefined {
		// eMule's extensions are for other clients.
		if (protocol !== EDONKEY) return undefined;
		if (opcode === ServerMessage.Login) {
			this.#register.login(session, body);
			return undefined;
		}
		if (session.state !== 'served') return 'edonkey.login.early';
		switch (opcode) {
			case ServerMessage.OfferFiles:
				return this.#publish.offers(session, body);
			case ServerMessage.Search:
				return this.#talk.search(session, body);
			case ServerMessage.MoreResults:
				return this.#talk.more(session);
			case ServerMessage.GetSources:
			case ServerMessage.GetSourcesObfuscated:
				return this.#talk.sources(session, body, opcode === ServerMessage.GetSourcesObfuscated);
			case ServerMessage.CallbackRequest:
				return this.#talk.callback(session, body);
			case ServerMessage.GetServerList:
				this.#register.list(session);
				return undefined;
			case ServerMessage.Disconnect:
				this.#end(session, 'the client has left');
				return undefined;
			default:
				// Programs send what this server does not know, and expect no answer.
				return undefined;
		}
	}

	#end(session: Session, why: string): void {
		this.#forget(session);
		this.#world.hangup(session.link, why);
	}

	#forget(session: Session): void {
		if (session.state === 'closed') return;
		session.move('closed');
		this.#parts.index.withdraw(session);
		this.#parts.sessions.end(session);
		this.#parts.quotas.forget(session.link);
		this.#guard.session(session.remote.host, false);
	}
}
