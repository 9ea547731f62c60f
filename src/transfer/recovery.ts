/**
 * Mending parts of eDonkey that arrived wrong. A part has 9.28 MB, and one wrong byte makes all of it worthless; with the hashes of
 * its blocks of 180 KiB (AICH) the right ones are kept. What was wrong is thrown away as always, and fetched again; if the
 * hashes come, the right blocks of the copy are put back, as if they had just come from those who gave them. The whole part is
 * then held against its own hash once more, so a lie about blocks costs time and harms nothing: it is tried once for a part.
 */
import { blocksIn, rightBlocks } from '../library/aich.ts';
import { partSize } from '../library/ed2k-hash.ts';
import type { AichHash, PartWish } from '../networks/network.ts';
import type { Body } from './body.ts';
import type { WrongPiece } from './proof.ts';
import type { DownloadRecord } from './records.ts';

/** Copies kept at once: 9.28 MB each. */
const mostKept = 2;

const running: ReadonlySet<string> = new Set(['wanted', 'fetching', 'waiting']);

interface Kept {
	readonly piece: WrongPiece;
	readonly bytes: Uint8Array;
}

export class Recovery {
	readonly #body: Body;
	readonly #record: () => DownloadRecord;
	readonly #ask: (wish: PartWish) => void;
	readonly #kept = new Map<number, Kept>();
	readonly #tried = new Set<number>();

	constructor(body: Body, record: () => DownloadRecord, ask: (wish: PartWish) => void) {
		this.#body = body;
		this.#record = record;
		this.#ask = ask;
	}

	/** A part is wrong, and about to be thrown away. */
	broken(piece: WrongPiece, bytes: Uint8Array): void {
		const { ed2k, aich, size } = this.#record();
		const part = piece.from / partSize;
		if (ed2k === undefined || size === null || this.#tried.has(part)) return;
		this.#tried.add(part);
		this.#kept.set(part, { piece, bytes });
		if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value!);
		const hash = new Uint8Array(Buffer.from(ed2k, 'hex'));
		this.#ask({ ed2k, hash, size, part, ...(aich !== undefined && { aich }) });
	}

	/** Hashes that are said to lead to this root. False: they do not; undefined: they are no longer needed. */
	recovered({ part }: PartWish, root: Uint8Array, hashes: readonly AichHash[]): boolean | undefined {
		const { size, state } = this.#record();
		const kept = this.#kept.get(part);
		if (kept === undefined || size === null || !running.has(state)) return undefined;
		const blocks = blocksIn(root, size, part, hashes);
		if (blocks === undefined) return false;
		this.#kept.delete(part);
		try {
			this.#body.open();
		} catch {
			// Whoever opens it next learns what the disk says; the part is fetched again.
			return undefined;
		}
		const { piece, bytes } = kept;
		for (const { from, to } of rightBlocks(bytes, blocks)) {
			for (const given of piece.givers) {
				const start = Math.max(piece.from + from, given.from);
				const end = Math.min(piece.from + to, given.to);
				if (start >= end) continue;
				this.#body.take(given.source, start, bytes.subarray(start - piece.from, end - piece.from));
			}
		}
		return true;
	}
}
