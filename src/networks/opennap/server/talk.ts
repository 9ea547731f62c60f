/**
 * What a user may ask: searches, lists, files of others, who somebody is. Two rules make this server no weapon:
 *
 * - Whom a user is told to dial is always the other user, by the address of that one's own link and the port that he
 *   said himself; nothing that a message says of addresses is read. So nobody can be made to dial a third party.
 * - A user hears of a request only for a file that he has told of, and of so many in a minute.
 */
import { isRefusal } from '../../../evidence/refusal.ts';
import { hex } from '../../common/hash.ts';
import { FrameWriter } from '../wire/frames.ts';
import { encodeHost } from '../wire/host.ts';
import { rawBytes, rawOf } from '../wire/raw.ts';
import { decodeSearch, lineOfResult } from '../wire/search.ts';
import { hexOf } from '../wire/share.ts';
import {
	decodeContent,
	decodeFileOf,
	decodeNick,
	encodeFileOf,
	encodeMeeting,
	type FileOf,
	type Meeting,
} from '../wire/transfer.ts';
import { Type } from '../wire/types.ts';
import type { Parts } from './parts.ts';
import { answersOf } from './search.ts';
import type { Session } from './sessions.ts';

export class Talk {
	readonly #parts: Parts;
	/** Since the start. */
	searches = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** The code of a reason why it is not answered: so do all that follow. */
	search(session: Session, body: Uint8Array): string | undefined {
		const { quotas, world } = this.#parts;
		if (!quotas.searches.take(world.now(), session.link)) return 'opennap.search.often';
		const search = decodeSearch(body);
		if (isRefusal(search)) return search.refused;
		this.searches++;
		// In one write: many small ones meet delayed acknowledgements, and each waits 40 ms.
		const writer = new FrameWriter();
		for (const result of answersOf(this.#parts, session, search))
			writer.add(Type.Result, lineOfResult(result));
		world.send(session.link, writer.add(Type.SearchEnd).done());
		return undefined;
	}

	browse(session: Session, body: Uint8Array): string | undefined {
		const { quotas, world, sessions, catalogue } = this.#parts;
		if (!quotas.browses.take(world.now(), session.link)) return 'opennap.request.often';
		const nick = decodeNick(body);
		if (isRefusal(nick)) return nick.refused;
		const whose = sessions.byNick(nick);
		if (whose === undefined) return this.#fail(session, `${nick} is not here`);
		const writer = new FrameWriter();
		for (const file of catalogue.of(whose)) {
			const { size, bitrate, frequency, seconds } = numbersOf(this.#parts, file);
			const numbers = `${size} ${bitrate} ${frequency} ${seconds}`;
			const line = `${whose.nick} "${catalogue.path(file)}" ${hexOf(catalogue.md5(file))} ${numbers}`;
			writer.add(Type.BrowseFile, line);
		}
		const end = `${whose.nick} ${encodeHost(whose.remote.host)}`;
		world.send(session.link, writer.add(Type.BrowseEnd, end).done());
		return undefined;
	}

	/** Type 203: who can be dialled is asked first; of who cannot, the asker is told so at once. */
	download(session: Session, body: Uint8Array): string | undefined {
		const asked = this.#asked(session, body);
		if (typeof asked === 'string') return asked;
		if (asked === undefined) return undefined;
		const { whose, file } = asked;
		if (whose.port === 0 && session.port === 0) this.#getError(session, whose.nick, file.path);
		else if (whose.port > 0) this.#toUploader(session, whose, file);
		else this.#parts.send(session, Type.DownloadAck, encodeMeeting(this.#meeting(whose, file.path)));
		return undefined;
	}

	/** Type 500: somebody who cannot be dialled is to dial the asker. */
	push(session: Session, body: Uint8Array): string | undefined {
		const asked = this.#asked(session, body);
		if (typeof asked === 'string') return asked;
		if (asked === undefined) return undefined;
		const { whose, file } = asked;
		if (session.port === 0) this.#getError(session, whose.nick, file.path);
		else this.#toUploader(session, whose, file);
		return undefined;
	}

	/** Type 608: the uploader gives it. One dials the other: who has asked, or who gives where he cannot be dialled. */
	accept(session: Session, body: Uint8Array): string | undefined {
		const answered = this.#answered(session, body);
		if (typeof answered === 'string') return answered;
		if (answered === undefined) return undefined;
		const { asker, path } = answered;
		if (session.port > 0)
			this.#parts.send(asker, Type.DownloadAck, encodeMeeting(this.#meeting(session, path)));
		else if (asker.port > 0) {
			const order = { ...this.#meeting(session, path), ...whereabouts(asker) };
			this.#parts.send(session, Type.PushOrder, encodeMeeting(order));
		}
		return undefined;
	}

	/** Types 609 and 619: not, or not now. */
	decline(session: Session, body: Uint8Array, isLimit: boolean): string | undefined {
		const answered = this.#answered(session, body);
		if (typeof answered === 'string') return answered;
		if (answered === undefined) return undefined;
		const { asker, path, number, file } = answered;
		if (!isLimit) this.#getError(asker, session.nick, path);
		else {
			const line = `${session.nick} "${path}" ${this.#parts.catalogue.size(file)} ${number}`;
			this.#parts.send(asker, Type.QueueLimit, rawBytes(line));
		}
		return undefined;
	}

	/** Type 215: others with the same content, as far as they have said an MD5. */
	resume(session: Session, body: Uint8Array): string | undefined {
		const { quotas, world, catalogue, limits } = this.#parts;
		if (!quotas.requests.take(world.now(), session.link)) return 'opennap.request.often';
		const content = decodeContent(body);
		if (isRefusal(content)) return content.refused;
		const writer = new FrameWriter();
		for (const file of catalogue.withContent(content.md5, content.size, limits.resumeSources)) {
			const { nick, remote, port, speed } = this.#parts.sessions.at(catalogue.owner(file).place);
			const details = `${hex(content.md5)} ${content.size} ${speed}`;
			const line = `${nick} ${encodeHost(remote.host)} ${port} "${catalogue.path(file)}" ${details}`;
			writer.add(Type.ResumeSource, line);
		}
		world.send(session.link, writer.add(Type.ResumeEnd).done());
		return undefined;
	}

	/** Types 600 and 603. */
	whois(session: Session, body: Uint8Array, isSpeed: boolean): string | undefined {
		const { quotas, world, sessions } = this.#parts;
		if (!quotas.requests.take(world.now(), session.link)) return 'opennap.request.often';
		const nick = decodeNick(body);
		if (isRefusal(nick)) return nick.refused;
		const whose = sessions.byNick(nick);
		if (whose === undefined) return this.#fail(session, `${nick} is not here`);
		if (isSpeed) this.#parts.send(session, Type.SpeedAnswer, `${whose.nick} ${whose.speed}`);
		else {
			const seconds = Math.floor((world.now() - whose.since) / 1000);
			const counts = `${whose.files} ${whose.downloads} ${whose.uploads} ${whose.speed}`;
			const line = `${whose.nick} "User" ${seconds} " " "Active" ${counts} "${rawOf(whose.agent)}"`;
			this.#parts.send(session, Type.WhoisAnswer, rawBytes(line));
		}
		return undefined;
	}

	/** Types 207 and 208. */
	watch(session: Session, body: Uint8Array): string | undefined {
		const nick = decodeNick(body);
		if (isRefusal(nick)) return nick.refused;
		const { sessions, limits } = this.#parts;
		if (session.hotlist.size >= limits.hotlist) {
			this.#parts.send(session, Type.HotlistError, nick);
			return undefined;
		}
		sessions.watch(session, nick);
		this.#parts.send(session, Type.HotlistAck, nick);
		const whose = sessions.byNick(nick);
		if (whose !== undefined) this.#parts.send(session, Type.SignOn, `${whose.nick} ${whose.speed}`);
		return undefined;
	}

	/** Type 303. */
	unwatch(session: Session, body: Uint8Array): string | undefined {
		const nick = decodeNick(body);
		if (isRefusal(nick)) return nick.refused;
		this.#parts.sessions.unwatch(session, nick);
		return undefined;
	}

	/** Type 626: somebody's port does not answer; he is told. */
	portError(session: Session, body: Uint8Array): string | undefined {
		const { quotas, world, sessions } = this.#parts;
		const nick = decodeNick(body);
		if (isRefusal(nick)) return nick.refused;
		const whose = sessions.byNick(nick);
		if (whose === undefined) return undefined;
		if (!quotas.requested.take(world.now(), whose.link)) return 'opennap.request.often';
		this.#parts.send(whose, Type.PortError, session.nick);
		return undefined;
	}

	/** The file that somebody asks for; undefined: he has been told that it is not there. */
	#asked(session: Session, body: Uint8Array): { whose: Session; file: FileOf } | string | undefined {
		const { quotas, world, sessions, catalogue } = this.#parts;
		if (!quotas.requests.take(world.now(), session.link)) return 'opennap.request.often';
		const file = decodeFileOf(body);
		if (isRefusal(file)) return file.refused;
		const whose = sessions.byNick(file.nick);
		if (whose === undefined || whose === session || catalogue.find(whose, rawBytes(file.path)) < 0) {
			this.#getError(session, file.nick, file.path);
			return undefined;
		}
		return { whose, file };
	}

	/** A user answers to a request; undefined: it concerns nobody here, or no file of his. */
	#answered(
		session: Session,
		body: Uint8Array,
	): { asker: Session; path: string; number: number; file: number } | string | undefined {
		const answer = decodeFileOf(body);
		if (isRefusal(answer)) return answer.refused;
		const { nick, path, number } = answer;
		const asker = this.#parts.sessions.byNick(nick);
		const file = this.#parts.catalogue.find(session, rawBytes(path));
		if (asker === undefined || asker === session || file < 0) return undefined;
		// Who was not asked cannot answer: else a user could make any other dial him.
		return session.requests.delete(requestKey(asker, path)) ? { asker, path, number, file } : undefined;
	}

	#toUploader(session: Session, whose: Session, { path }: FileOf): void {
		const { quotas, world, limits } = this.#parts;
		if (!quotas.requested.take(world.now(), whose.link)) return this.#getError(session, whose.nick, path);
		const key = requestKey(session, path);
		whose.requests.delete(key);
		whose.requests.add(key);
		if (whose.requests.size > limits.requested) whose.requests.delete(first(whose.requests));
		this.#parts.send(whose, Type.UploadRequest, encodeFileOf(session.nick, path, session.speed));
	}

	#meeting(whose: Session, path: string): Meeting {
		const { catalogue } = this.#parts;
		const file = catalogue.find(whose, rawBytes(path));
		return { ...whereabouts(whose), path, md5: catalogue.md5(file), speed: whose.speed };
	}

	#getError(session: Session, nick: string, path: string): void {
		this.#parts.send(session, Type.GetError, encodeFileOf(nick, path));
	}

	#fail(session: Session, why: string): undefined {
		this.#parts.send(session, Type.Error, why);
		return undefined;
	}
}

function whereabouts({ nick, remote, port }: Session): { nick: string; host: string; port: number } {
	return { nick, host: remote.host, port };
}

function requestKey({ nick }: Session, path: string): string {
	return `${nick} ${path}`;
}

function first(set: Set<string>): string {
	return set.values().next().value!;
}

function numbersOf({ catalogue }: Parts, file: number) {
	return {
		size: catalogue.size(file),
		bitrate: catalogue.bitrate(file),
		frequency: catalogue.frequency(file),
		seconds: catalogue.seconds(file),
	};
}
