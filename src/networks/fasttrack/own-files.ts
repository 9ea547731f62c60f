/** Our own shared files as FastTrack names them: those that have an FTHash, by that hash. */
import { typeOfName } from '../common/type-of-name.ts';
import type { SharedFile, Shares } from '../network.ts';
import { Medium, type Share } from './wire/share.ts';
import { Tag } from './wire/tags.ts';
import { encodeText } from './wire/text.ts';

/** What is none of these is a document to the old programs. */
const media: Readonly<Record<string, number>> = {
	Audio: Medium.Audio,
	Video: Medium.Video,
	Image: Medium.Image,
	Arc: Medium.Software,
	Iso: Medium.Software,
	Pro: Medium.Software,
};

export class OwnFiles {
	/** Its shares are asked for each time: a host may have none yet while a network is being made. */
	readonly #host: { readonly shares: Shares };

	constructor(host: { readonly shares: Shares }) {
		this.#host = host;
	}

	get version(): number {
		return this.#host.shares.version;
	}

	/** By 20 bytes. */
	byHash(hash: Uint8Array): SharedFile | undefined {
		return this.#host.shares.byFthash(hash);
	}

	*all(): Iterable<SharedFile> {
		for (const file of this.#host.shares.all()) if (file.fthash !== undefined) yield file;
	}

	/** Whose name holds every word. */
	match(text: string, most: number): SharedFile[] {
		return this.#host.shares.match(text, most).filter((file) => file.fthash !== undefined);
	}
}

export function mediumOf(name: string): number {
	return media[typeOfName(name)] ?? Medium.Document;
}

/** As it is published. */
export function shareOf(file: SharedFile): Share {
	const hash = file.fthash ?? new Uint8Array(20);
	const tags = new Map([[Tag.Name as number, encodeText(file.name)]]);
	return { hash, id: idOf(hash), size: file.size, medium: mediumOf(file.name), tags };
}

/** CRC-16 of the hash (polynomial 1021, start 0), 14 bits. Nobody needs it where files are asked for by hash. */
export function idOf(hash: Uint8Array): number {
	let sum = 0;
	for (const byte of hash) {
		sum ^= byte << 8;
		for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ ((sum & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
	}
	return sum & 0x3fff;
}
