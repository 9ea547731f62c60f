/**
 * The door of an OpenNap server: the inputs of networks/network.ts, handed to the part that knows. Beside the protocol
 * it decides who may have a session at all:
 *
 * - so many sessions in all, from one host and from one /24 (IPv6: /48); so many new ones of one host in a minute;
 * - who does not log in within seconds is gone; who floods stays out for a while;
 * - a host that is refused costs one notice and no state.
 *
 * Which file knows what: README.md beside it.
 */
import { Bans } from '../../defence/bans.ts';
import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { Crowd } from '../../defence/crowd.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { WalkBudget } from '../common/catalogue/walk-budget.ts';
import { le32 } from '../common/integers.ts';
import type { Network } from '../network.ts';
import { ours, protocol, servingWith } from './limits.ts';
import { Catalogue } from './server/catalogue.ts';
import { Operator } from './server/operator.ts';
import type { Parts, ServerOptions } from './server/parts.ts';
import { Publish } from './server/publish.ts';
import { Quotas } from './server/quotas.ts';
import { Register } from './server/register.ts';
import { type Session, Sessions } from './server/sessions.ts';
import { Talk } from './server/talk.ts';
import { encodeFrame, type Frame } from './wire/frames.ts';
import { rawBytes, rawOf } from './wire/raw.ts';
import { decodeNumber } from './wire/transfer.ts';
import { Type } from './wire/types.ts';

export class OpenNapServer implements Network {
	readonly name = 'opennap';
	readonly operator: Operator;
	readonly #world: World;
	readonly #parts: Parts;
	readonly #register: Register;
	readonly #publish: Publish;
	readonly #talk: Talk;
	readonly #flood: ConnectionFlood;
	#statsAt = 0;

	constructor(world: World, options: ServerOptions) {
		const limits = servingWith(options.limits);
		const on = (name: string): boolean => !(options.defencesOff ?? []).includes(name);
		this.#world = world;
		this.#flood = new ConnectionFlood(on('connection-flood'));
		const seeds = world.random(12);
		const sessions = new Sessions(new Crowd(limits.sessionsFromHost, limits.sessionsFromNetwork));
		const refused = new Map<string, number>();
		this.#parts = {
			world,
			options,
			limits,
			sessions,
			catalogue: new Catalogue([le32(seeds, 0), le32(seeds, 4), le32(seeds, 8)], (place) =>
				sessions.at(place),
			),
			budget: new WalkBudget(limits.walkedPerSecond, limits.walkedLeast),
			quotas: new Quotas(limits),
			bans: new Bans(limits, options.bans),
			send: (session, type, body) => {
				const bytes = typeof body === 'string' ? rawBytes(rawOf(body)) : body;
				world.send(session.link, encodeFrame(type, bytes));
			},
			resume: (session) => this.#resume(session),
			end: (session, why) => this.#end(session, why),
			refuse: (code, subject, detail) => {
				refused.set(code, (refused.get(code) ?? 0) + 1);
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) });
			},
		};
		this.#register = new Register(this.#parts);
		this.#publish = new Publish(this.#parts);
		this.#talk = new Talk(this.#parts);
		this.operator = new Operator(this.#parts, refused, () => ({
			logins: this.#register.logins,
			offered: this.#publish.told,
			searches: this.#talk.searches,
		}));
	}

	opened(link: Link, remote: Address): void {
		const now = this.#world.now();
		const why = this.#objection(now, remote.host);
		if (why !== undefined) {
			this.#parts.refuse(why, formatAddress(remote));
			return this.#world.hangup(link, 'not now');
		}
		this.#parts.sessions.begin(link, remote, now);
		this.#world.wake(now + this.#parts.limits.loginSeconds * 1000);
	}

	received(link: Link, bytes: Uint8Array): void {
		const session = this.#parts.sessions.get(link);
		if (session === undefined) return;
		session.frames.push(bytes);
		for (let next = session.frames.next(); next !== undefined; next = session.frames.next()) {
			if (isRefusal(next)) {
				this.#parts.refuse(next.refused, formatAddress(session.remote), next.detail);
				return this.#end(session, 'not an OpenNap client');
			}
			if (session.state === 'checking') session.held.push({ type: next.type, body: next.body.slice() });
			else this.#take(session, next);
			if (session.state === 'closed') return;
		}
	}

	/** Answers that do not fit are lost: the client asks again. */
	drained(): void {}

	closed(link: Link): void {
		const session = this.#parts.sessions.get(link);
		if (session !== undefined) this.#forget(session);
	}

	/** There are none in this network. */
	datagram(): void {}

	tick(): void {
		const { sessions, limits, bans } = this.#parts;
		const now = this.#world.now();
		bans.expire(now);
		for (const session of sessions.all()) {
			if (session.state !== 'awaiting' || now - session.since < limits.loginSeconds * 1000) continue;
			this.#parts.refuse('opennap.login.slow', formatAddress(session.remote));
			this.#end(session, 'no login');
		}
		if (now - this.#statsAt >= limits.statsMinutes * 60_000) {
			this.#statsAt = now;
			for (const session of sessions.all()) if (session.state === 'served') this.#register.stats(session);
		}
		this.#world.wake(now + 1000);
	}

	/** Why a host may not have a session now. */
	#objection(now: number, host: string): string | undefined {
		const { sessions, limits, bans } = this.#parts;
		if (sessions.size >= limits.sessions) return 'opennap.server.full';
		if (bans.isOut(now, host)) return 'opennap.server.banned';
		return sessions.crowd.isFull(host) ? 'opennap.server.crowd' : this.#flood.connects(now, host);
	}

	#take(session: Session, frame: Frame): void {
		const why = session.state === 'served' ? this.#serve(session, frame) : this.#arrive(session, frame);
		if (why === undefined) return;
		const subject = formatAddress(session.remote);
		this.#parts.refuse(why, subject);
		if (!this.#parts.bans.strike(this.#world.now(), session.link, session.remote.host)) return;
		this.#parts.refuse('opennap.server.ban', subject);
		this.#end(session, 'far too many messages');
	}

	/** Before the login is done. The code of a reason why a message is refused. */
	#arrive(session: Session, { type, body }: Frame): string | undefined {
		if (type === Type.Login || type === Type.NewUser)
			return this.#register.login(session, body, type === Type.NewUser);
		if (type !== Type.NickCheck) return 'opennap.login.early';
		this.#register.nickCheck(session, body);
		return undefined;
	}

	#serve(session: Session, { type, body }: Frame): string | undefined {
		switch (type) {
			case Type.Share:
			case Type.ShareMedia:
				return this.#publish.share(session, body, type === Type.Share);
			case Type.ShareDirectory:
				return this.#publish.directory(session, body);
			case Type.Unshare:
				return this.#publish.unshare(session, body);
			case Type.UnshareAll:
				this.#parts.catalogue.withdraw(session);
				return undefined;
			case Type.Search:
				return this.#talk.search(session, body);
			case Type.Browse:
				return this.#talk.browse(session, body);
			case Type.Download:
				return this.#talk.download(session, body);
			case Type.PushRequest:
				return this.#talk.push(session, body);
			case Type.UploadAccept:
				return this.#talk.accept(session, body);
			case Type.UploadFail:
			case Type.UploadLimit:
				return this.#talk.decline(session, body, type === Type.UploadLimit);
			case Type.Resume:
				return this.#talk.resume(session, body);
			default:
				return this.#serveUser(session, type, body);
		}
	}

	/** What concerns users, not files. */
	#serveUser(session: Session, type: number, body: Uint8Array): string | undefined {
		switch (type) {
			case Type.HotlistAdd:
			case Type.HotlistAtLogin:
				return this.#talk.watch(session, body);
			case Type.HotlistRemove:
				return this.#talk.unwatch(session, body);
			case Type.SpeedQuery:
			case Type.Whois:
				return this.#talk.whois(session, body, type === Type.SpeedQuery);
			case Type.PortError:
				return this.#talk.portError(session, body);
			case Type.ChangePassword:
				this.#register.changePassword(session, body);
				return undefined;
			case Type.ChangePort:
			case Type.ChangeSpeed:
				return this.#change(session, body, type === Type.ChangePort);
			case Type.DownloadBegins:
			case Type.DownloadEnds:
				session.downloads = Math.max(0, session.downloads + (type === Type.DownloadBegins ? 1 : -1));
				return undefined;
			case Type.UploadBegins:
			case Type.UploadEnds:
				session.uploads = Math.max(0, session.uploads + (type === Type.UploadBegins ? 1 : -1));
				return undefined;
			case Type.Ping:
				this.#parts.send(session, Type.Ping, body);
				return undefined;
			default:
				// Channels, moderators and what later programs have added: nobody waits for an answer.
				return undefined;
		}
	}

	#change(session: Session, body: Uint8Array, isPort: boolean): string | undefined {
		const value = decodeNumber(body, isPort ? 65_535 : ours.number);
		if (isRefusal(value)) return value.refused;
		if (isPort) return this.#register.port(session, value);
		session.speed = Math.min(value, protocol.speed);
		return undefined;
	}

	#resume(session: Session): void {
		const { held } = session;
		session.held = [];
		for (const frame of held) if (session.state === 'served') this.#take(session, frame);
		if (session.state === 'served') this.#world.pause(session.link, false);
	}

	#end(session: Session, why: string): void {
		this.#forget(session);
		this.#world.hangup(session.link, why);
	}

	#forget(session: Session): void {
		if (session.state === 'closed') return;
		const { catalogue, sessions, quotas, bans } = this.#parts;
		const wasServed = session.state === 'served';
		session.move('closed');
		catalogue.withdraw(session);
		const isLast = sessions.byNick(session.nick) === session;
		sessions.end(session);
		quotas.forget(session.link);
		bans.forget(session.link);
		if (!wasServed || !isLast) return;
		for (const watcher of sessions.watchersOf(session.nick))
			this.#parts.send(watcher, Type.SignOff, session.nick);
	}
}
