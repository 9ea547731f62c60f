/** Answers to searches and to questions for sources, by TCP and by UDP alike. */

import { bytesOf } from '../../common/text.ts';
import { protocol } from '../limits.ts';
import { optionsOfLogin } from '../obfuscation.ts';
import type { Writer } from '../wire/cursor.ts';
import { fileTypes } from '../wire/records.ts';
import { type User, UserOption, writeUser } from '../wire/sources.ts';
import { TagName } from '../wire/tags.ts';
import type { Parts } from './parts.ts';
import { isHigh } from './register.ts';
import type { Session } from './sessions.ts';

/** Who is asking: what it can read, and whether others can dial it. */
export interface Asking {
	readonly shortTags: boolean;
	readonly largeFiles: boolean;
	/** It is a session of this server: LowIDs of ours mean something to it. */
	readonly session?: Session;
}

const typeBytes = fileTypes.map((name) => bytesOf(name));

export class Answer {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Writes the record of a file. False: the asker could not fetch it. */
	record(writer: Writer, file: number, asking: Asking): boolean {
		const { index } = this.#parts;
		const size = index.size(file);
		if (size > protocol.largeFile && !asking.largeFiles) return false;
		const source = this.#firstReachable(file, asking);
		writer
			.put(index.hash(file))
			.u32(source?.id ?? 0)
			.u16(source?.port ?? 0);
		const countAt = writer.length;
		writer.u32(0);
		const tags = new TagsOut(writer, asking.shortTags);
		tags.text(TagName.Name, index.name(file));
		tags.number(TagName.Size, size % 0x1_0000_0000);
		if (size > 0xffffffff) tags.number(TagName.SizeHigh, Math.floor(size / 0x1_0000_0000));
		const type = index.type(file);
		if (type > 0) tags.text(TagName.Type, typeBytes[type]);
		tags.number(TagName.Sources, index.sourceCount(file));
		tags.number(TagName.CompleteSources, index.completeCount(file));
		if (index.length(file) > 0) tags.number(TagName.Length, index.length(file));
		if (index.bitrate(file) > 0) tags.number(TagName.Bitrate, index.bitrate(file));
		const codec = index.codec(file);
		if (codec.length > 0) tags.text(TagName.Codec, codec);
		writer.patch32(countAt, tags.count);
		return true;
	}

	/** Writes hash, count and sources, at most `most`; `withUsers`: and who they are. How many there are. */
	sources(writer: Writer, file: number, asking: Asking, most: number, withUsers = false): number {
		const { index } = this.#parts;
		writer.put(index.hash(file));
		const found: Session[] = [];
		this.#eachReachable(file, asking, (session) => found.push(session) < most);
		writer.u8(found.length);
		for (const session of found) {
			writer.u32(session.id).u16(session.port);
			if (!withUsers) continue;
			const user = userOf(session);
			if (user === undefined) writer.u8(0);
			else writeUser(writer, user);
		}
		return found.length;
	}

	#firstReachable(file: number, asking: Asking): Session | undefined {
		let first: Session | undefined;
		this.#eachReachable(file, asking, (session) => {
			first = session;
			return false;
		});
		return first;
	}

	/**
	 * Sources that the asker can reach: those with a HighID, and those with a LowID where it can be called back itself
	 * and through this server.
	 */
	#eachReachable(file: number, asking: Asking, take: (session: Session) => boolean): void {
		const { index, sessions } = this.#parts;
		const lowToo = asking.session !== undefined && isHigh(asking.session);
		const { sources } = index;
		for (let record = index.firstSource(file); record !== 0; record = sources.nextOfFile(record)) {
			const session = sessions.at(sources.clientOf(record));
			if (session === undefined || session === asking.session || session.state !== 'served') continue;
			if ((lowToo || isHigh(session)) && !take(session)) return;
		}
	}
}

/** Who a client is, for who can dial it obfuscated; undefined: it does not take that. */
export function userOf({ hash, capabilities }: Session): User | undefined {
	const options = optionsOfLogin(capabilities);
	return (options & UserOption.CryptSupported) === 0 ? undefined : { hash, options };
}

/** Tags written as they are needed: nothing is made for a record. */
class TagsOut {
	count = 0;
	readonly #writer: Writer;
	readonly #short: boolean;

	constructor(writer: Writer, short: boolean) {
		this.#writer = writer;
		this.#short = short;
	}

	number(name: number, value: number): void {
		this.count++;
		const writer = this.#writer;
		if (!this.#short) writer.u8(0x03).u16(1).u8(name).u32(value);
		else if (value <= 0xff) writer.u8(0x89).u8(name).u8(value);
		else if (value <= 0xffff) writer.u8(0x88).u8(name).u16(value);
		else writer.u8(0x83).u8(name).u32(value);
	}

	text(name: number, bytes: Uint8Array): void {
		this.count++;
		const writer = this.#writer;
		if (!this.#short) writer.u8(0x02).u16(1).u8(name).u16(bytes.length);
		else if (bytes.length <= 16) writer.u8(0x90 + bytes.length).u8(name);
		else writer.u8(0x82).u8(name).u16(bytes.length);
		writer.put(bytes);
	}
}
