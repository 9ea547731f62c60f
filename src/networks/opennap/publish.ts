/**
 * Telling the server what we have: each file once a session, a message each, so many in a second (servers punish who is
 * faster). What is no longer shared is taken back.
 */
import type { Connect } from './connect.ts';
import { pathOf, toldOf } from './own-files.ts';
import type { Servent } from './servent.ts';
import { rawBytes } from './wire/raw.ts';
import { encodeShare } from './wire/share.ts';
import { Type } from './wire/types.ts';

export class Publish {
	readonly #servent: Servent;
	readonly #connect: Connect;
	/** Files that this server knows: number and path. */
	readonly #told = new Map<number, string>();
	#version = -1;

	constructor(servent: Servent, connect: Connect) {
		this.#servent = servent;
		this.#connect = connect;
	}

	/** A new session: its server knows nothing of us. */
	welcomed(): void {
		this.#told.clear();
		this.#version = -1;
		this.tick();
	}

	/** Called once a second. */
	tick(): void {
		const { host, limits } = this.#servent;
		const { shares } = host;
		if (this.#connect.server === undefined || this.#version === shares.version) return;
		let left = limits.sharesPerSecond;
		for (const [id, path] of this.#told) {
			const file = shares.byId(id);
			if (file !== undefined && pathOf(file) === path) continue;
			if (left-- === 0 || !this.#connect.send(Type.Unshare, rawBytes(`"${path}"`))) return;
			this.#told.delete(id);
		}
		for (const file of shares.all()) {
			if (this.#told.has(file.id) || file.parts !== undefined || file.size === 0) continue;
			if (this.#told.size >= limits.shares) break;
			const told = toldOf(file);
			const type = told.kind === 'audio' ? Type.Share : Type.ShareMedia;
			if (left-- === 0 || !this.#connect.send(type, encodeShare(told))) return;
			this.#told.set(file.id, told.path);
		}
		// Everything is told: nothing is walked until something changes.
		this.#version = shares.version;
	}
}
