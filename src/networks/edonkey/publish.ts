/**
 * Telling the server what we have: every hashed file once a session, at most 200 in a message and one message a minute,
 * as servers expect. What is no longer shared cannot be taken back: the protocol has no word for it, and who asks for
 * it is told that we have no such file.
 */

import { typeOfName } from '../common/type-of-name.ts';
import type { SharedFile } from '../network.ts';
import type { Connect } from './connect.ts';
import { joining, protocol } from './limits.ts';
import type { Servent } from './servent.ts';
import { ServerFlag } from './wire/login.ts';
import { ServerMessage } from './wire/messages.ts';
import { COMPLETE_ID, encodeOffers, type FileRecord, PARTIAL_ID } from './wire/records.ts';

export class Publish {
	readonly #servent: Servent;
	readonly #connect: Connect;
	/** Files that this server knows, by number. */
	readonly #told = new Set<number>();
	#version = -1;
	#next = 0;
	#last = 0;

	constructor(servent: Servent, connect: Connect) {
		this.#servent = servent;
		this.#connect = connect;
	}

	/** A new session: its server knows nothing of us. */
	welcomed(): void {
		this.#told.clear();
		this.#version = -1;
		this.#next = 0;
		this.#last = this.#servent.world.now();
	}

	tick(now: number): void {
		if (this.#connect.id === 0 || now < this.#next) return;
		const files = this.#untold();
		const isStill = now - this.#last < joining.keepAliveMinutes * 60_000;
		if (files.length === 0 && isStill) return;
		const body = encodeOffers(
			files.map((file) => this.#record(file)),
			this.#connect.can(ServerFlag.NewTags),
		);
		if (!this.#connect.send(ServerMessage.OfferFiles, body)) return;
		for (const { id } of files) this.#told.add(id);
		this.#last = now;
		this.#next = now + joining.offerSeconds * 1000;
	}

	#untold(): SharedFile[] {
		const { shares } = this.#servent.host;
		if (shares.version === this.#version) return [];
		const files: SharedFile[] = [];
		for (const file of shares.all()) {
			if (file.ed2k === undefined || this.#told.has(file.id) || !this.#fits(file)) continue;
			files.push(file);
			if (files.length === protocol.offered) return files;
		}
		// Everything is told: nothing is walked until something changes.
		this.#version = shares.version;
		return files;
	}

	#fits({ size }: SharedFile): boolean {
		if (size < 1 || size > protocol.fileSize) return false;
		return size <= protocol.largeFile || this.#connect.can(ServerFlag.LargeFiles);
	}

	/** A server that unpacks reads from id and port whether all of the file is there. */
	#record({ ed2k, name, size, parts }: SharedFile): FileRecord {
		const marks = this.#connect.can(ServerFlag.Zlib);
		const id = marks ? (parts === undefined ? COMPLETE_ID : PARTIAL_ID) : this.#connect.id;
		const port = marks ? id & 0xffff : this.#servent.options.announce.port;
		const type = typeOfName(name);
		return { hash: ed2k!, id, port, name, size, ...(type !== '' && { type }) };
	}
}
