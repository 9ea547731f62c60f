/**
 * From the login to a nick of one's own. A nick with a password is only his who knows it; any other is whose who
 * comes first. Whoever comes back from where he was is the same user: his earlier session is dead.
 *
 * Passwords go in clear over the wire: that is Napster. Here they are compared and forgotten; no log, no record and no
 * answer holds one.
 */
import { isRefusal } from '../../../evidence/refusal.ts';
import { formatAddress } from '../../common/address.ts';
import { ours } from '../limits.ts';
import { Fields } from '../wire/fields.ts';
import { decodeLogin, type Login } from '../wire/login.ts';
import { isNick, nickKey } from '../wire/nick.ts';
import { Type } from '../wire/types.ts';
import type { Parts } from './parts.ts';
import type { Session } from './sessions.ts';

const GIGABYTE = 1_000_000_000;

export class Register {
	readonly #parts: Parts;
	/** Since the start. */
	logins = 0;
	/** Passwords that are being compared. */
	#checks = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Type 7. */
	nickCheck(session: Session, body: Uint8Array): void {
		const nick = new Fields(body).text(ours.nick);
		const isTaken = this.#parts.options.accounts.has(nickKey(nick));
		const answer = isNick(nick) ? (isTaken ? Type.NickTaken : Type.NickFree) : Type.NickInvalid;
		this.#parts.send(session, answer);
	}

	/** Types 2 and 6. The code of a reason why it is refused. */
	login(session: Session, body: Uint8Array, isNew: boolean): string | undefined {
		if (session.state !== 'awaiting') return 'opennap.message.malformed';
		const login = decodeLogin(body);
		if (isRefusal(login)) {
			this.#turnAway(session, 'the login cannot be read', login.refused);
			return undefined;
		}
		const { accounts } = this.#parts.options;
		const key = nickKey(login.nick);
		const known = accounts.has(key);
		if (isNew && known) this.#turnAway(session, 'this nick is registered', 'opennap.login.taken');
		else if (!isNew && !known) this.#enter(session, login);
		else this.#ask(session, login, isNew);
		return undefined;
	}

	/** Type 701: a new password, in a session that has proven the nick. */
	changePassword(session: Session, body: Uint8Array): void {
		const password = new Fields(body).text(ours.password);
		const { options, limits } = this.#parts;
		const isRoom = options.accounts.has(nickKey(session.nick)) || options.accounts.size < limits.accounts;
		if (password === '' || !isRoom || this.#checks >= limits.checks)
			return this.#parts.send(session, Type.Error, 'the password was not changed');
		this.#checks++;
		options.accounts.keep(nickKey(session.nick), password, () => {
			this.#checks--;
		});
	}

	stats(session: Session): void {
		const { sessions, catalogue } = this.#parts;
		const gigabytes = Math.round(catalogue.bytes / GIGABYTE);
		this.#parts.send(session, Type.Stats, `${sessions.users} ${catalogue.files} ${gigabytes}`);
	}

	/** Type 703: he listens elsewhere. The code of a reason why he is not believed. */
	port(session: Session, port: number): string | undefined {
		const isUsable = port === 0 || port >= this.#parts.limits.lowestPort;
		session.port = isUsable ? port : 0;
		return isUsable ? undefined : 'opennap.login.port';
	}

	/** The password is compared, or kept, in its own time. */
	#ask(session: Session, login: Login, isNew: boolean): void {
		const { options, limits, quotas, world } = this.#parts;
		const { accounts } = options;
		const key = nickKey(login.nick);
		if (this.#checks >= limits.checks || (isNew && accounts.size >= limits.accounts))
			return this.#turnAway(session, 'no room now; try again later', 'opennap.server.full');
		const attempt = `${key} ${session.remote.host}`;
		if (!quotas.passwords.take(world.now(), attempt))
			return this.#turnAway(session, 'too many passwords; try again in ten minutes', 'opennap.login.often');
		session.move('login');
		world.pause(session.link, true);
		this.#checks++;
		const done = (isHis: boolean): void => {
			this.#checks--;
			if (session.state !== 'checking') return;
			if (isHis) {
				quotas.passwords.forget(attempt);
				this.#enter(session, login);
				return this.#parts.resume(session);
			}
			this.#turnAway(session, 'wrong password', 'opennap.login.password');
		};
		if (isNew) accounts.keep(key, login.password, done);
		else accounts.compare(key, login.password, done);
	}

	#enter(session: Session, login: Login): void {
		const { sessions, options } = this.#parts;
		const other = sessions.byNick(login.nick);
		if (other !== undefined) {
			if (other.remote.host !== session.remote.host)
				return this.#turnAway(session, 'this nick is in use', 'opennap.login.taken');
			this.#parts.end(other, 'the same user has logged in again');
		}
		if (session.state === 'awaiting') session.move('login');
		session.move('known');
		session.agent = login.agent;
		session.speed = login.speed;
		const why = this.port(session, login.port);
		if (why !== undefined) this.#parts.refuse(why, formatAddress(session.remote), `port ${login.port}`);
		this.logins++;
		sessions.name(session, login.nick);
		this.#parts.send(session, Type.LoginAck, 'anon@sallyport');
		this.#parts.send(session, Type.Motd, options.motd);
		this.stats(session);
		for (const watcher of sessions.watchersOf(session.nick))
			this.#parts.send(watcher, Type.SignOn, `${session.nick} ${session.speed}`);
	}

	#turnAway(session: Session, why: string, code: string): void {
		this.#parts.refuse(code, formatAddress(session.remote));
		this.#parts.send(session, Type.Error, why);
		this.#parts.end(session, why);
	}
}
