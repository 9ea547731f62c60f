/**
 * Publish: a leaf tells its super-node what it shares, and takes back what it no longer does. Only files whose
 * FTHash is known; the reading of a whole share is spread over ticks, so that the link never holds more than it may.
 */
import { hex } from '../common/hash.ts';
import type { SharedFile } from '../network.ts';
import type { Channel } from './channel.ts';
import { ours } from './limits.ts';
import { type OwnFiles, shareOf } from './own-files.ts';
import { MessageType } from './wire/frame.ts';
import { encodeShare, encodeUnshare } from './wire/share.ts';

interface Told {
	/** By hash: what the super-node knows of. */
	readonly files: Map<string, SharedFile>;
	version: number;
}

export class Publish {
	readonly #own: OwnFiles;
	readonly #told = new Map<Channel, Told>();

	constructor(own: OwnFiles) {
		this.#own = own;
	}

	/** The super-node wants to know, all of it. */
	asked(channel: Channel): void {
		// mldonkey's and giFT's signals both come from a super-node of ours: the second changes nothing.
		if (this.#told.has(channel)) return;
		this.#told.set(channel, { files: new Map(), version: -1 });
		this.#tell(channel);
	}

	left(channel: Channel): void {
		this.#told.delete(channel);
	}

	tick(): void {
		for (const channel of this.#told.keys()) this.#tell(channel);
	}

	#tell(channel: Channel): void {
		const told = this.#told.get(channel);
		if (told === undefined || told.version === this.#own.version) return;
		const now = new Map<string, SharedFile>();
		for (const file of this.#own.all()) {
			if (now.size >= ours.sharesOfLeaf) break;
			if (file.fthash !== undefined) now.set(hex(file.fthash), file);
		}
		for (const [key, file] of told.files) {
			if (now.has(key)) continue;
			if (!channel.send(MessageType.Unshare, encodeUnshare(shareOf(file)))) return;
			told.files.delete(key);
		}
		for (const [key, file] of now) {
			if (told.files.has(key)) continue;
			// It reads slowly: the rest at the next tick.
			if (!channel.send(MessageType.Share, encodeShare(shareOf(file)))) return;
			told.files.set(key, file);
		}
		told.version = this.#own.version;
	}
}
