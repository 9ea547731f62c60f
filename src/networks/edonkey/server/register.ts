/** From the login of a client to its id: HighID if it can be dialled, else a LowID. */
import { isRefusal } from '../../../evidence/refusal.ts';
import { formatAddress } from '../../common/address.ts';
import { hostOf, idOf, isLowId } from '../wire/endpoint.ts';
import {
	decodeLogin,
	encodeIdChange,
	encodeServerIdentity,
	encodeServerList,
	encodeServerMessage,
	encodeServerStatus,
	ServerFlag,
} from '../wire/login.ts';
import { ServerMessage } from '../wire/messages.ts';
import { ReachCheck } from './check.ts';
import type { Parts } from './parts.ts';
import type { Session } from './sessions.ts';

const FLAGS =
	ServerFlag.Zlib | ServerFlag.NewTags | ServerFlag.Unicode | ServerFlag.LargeFiles | ServerFlag.Obfuscation;

export class Register {
	readonly check: ReachCheck;
	/** Since the start. */
	logins = 0;
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.check = new ReachCheck(parts, (session, reachable) => this.#give(session, reachable));
	}

	login(session: Session, body: Uint8Array): void {
		const { options, limits } = this.#parts;
		const subject = formatAddress(session.remote);
		if (session.state !== 'awaiting') return this.#parts.refuse('edonkey.login.twice', subject);
		const login = decodeLogin(body);
		if (isRefusal(login)) {
			this.#parts.refuse(login.refused, subject, login.detail);
			return this.#parts.end(session, 'no login');
		}
		session.hash = login.hash.slice();
		session.port = login.port;
		session.capabilities = login.capabilities;
		session.move('login');
		this.logins++;
		this.#endEarlier(session);
		// Clients read the version of the server from the first text.
		const text = `server version 17.15 (Sallyport ${options.version})\n${options.description}`;
		this.#parts.send(session, ServerMessage.Text, encodeServerMessage(text));
		if (login.port >= limits.lowestPort) return this.check.begin(session);
		if (login.port > 0) this.#parts.refuse('edonkey.login.port', subject, `port ${login.port}`);
		this.#give(session, false);
	}

	list(session: Session): void {
		const { announce, name, description, servers, memory } = this.#parts.options;
		this.#parts.send(session, ServerMessage.ServerList, encodeServerList([announce, ...servers]));
		const identity = encodeServerIdentity({ hash: memory.hash, address: announce, name, description });
		this.#parts.send(session, ServerMessage.Identity, identity);
	}

	status(session: Session): void {
		const { sessions, index } = this.#parts;
		const status = encodeServerStatus({ users: sessions.size, files: index.files });
		this.#parts.send(session, ServerMessage.Status, status);
	}

	/** Who comes back from where it was is the same user: its earlier session is dead. */
	#endEarlier(session: Session): void {
		if (this.#parts.sessions.crowd.ofHost(session.remote.host) < 2) return;
		for (const other of this.#parts.sessions.all()) {
			if (other === session || other.remote.host !== session.remote.host) continue;
			if (other.port === session.port && sameUser(other.hash, session.hash))
				return this.#parts.end(other, 'the same user has logged in again');
		}
	}

	#give(session: Session, reachable: boolean): void {
		const { sessions, options } = this.#parts;
		session.move('checked');
		const seen = idOf(session.remote.host);
		// An address that ends in .0 reads as a LowID; it cannot be anything else.
		if (reachable && !isLowId(seen)) session.id = seen;
		else sessions.giveLowId(session);
		const { port } = options.announce;
		const change = { id: session.id, flags: FLAGS, seen, obfuscatedPort: port };
		this.#parts.send(session, ServerMessage.IdChange, encodeIdChange(change, port));
		this.status(session);
	}
}

/** Where others dial a client with a HighID. */
export function isHigh(session: Session): boolean {
	return !isLowId(session.id) && hostOf(session.id) === session.remote.host;
}

function sameUser(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === 16 && other.length === 16 && one.every((byte, i) => byte === other[i]);
}
