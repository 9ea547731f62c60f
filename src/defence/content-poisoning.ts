/**
 * Threat: poisoned content. A source gives something else than was asked for: a decoy, noise, or one
 * changed byte. When the whole file is checked only at its end, one such source among ten spoils all that
 * came from the others, again and again; when pieces are checked, a liar who sends only parts of pieces
 * can still have honest sources suspected.
 *
 * Defence: pieces are checked against the file's hash tree as they arrive, and a wrong piece is laid at
 * the right door:
 *
 * 1. All of its bytes came from one source: that source is the liar.
 * 2. They came from several: all are suspects, and the wrong bytes are kept. When the piece has come
 *    right, whose bytes differ from the right ones is the liar, and the others are cleared.
 * 3. The tree itself may be the lie, as long as only a source vouches for it. Where pieces of two other
 *    sources are wrong and none of any other is right, it is the tree that is dropped.
 */
import { Defence } from './defence.ts';

/** Bytes [from, to) of the file that a source gave. */
export interface Given {
	readonly from: number;
	readonly to: number;
	/** Number of the source. */
	readonly source: number;
}

export interface Blame {
	readonly liars: readonly number[];
	readonly suspects: readonly number[];
}

const NOBODY: Blame = { liars: [], suspects: [] };
/** Sources whose pieces must be wrong before the tree is doubted. */
const DOUBTS = 2;

export class ContentPoisoning extends Defence {
	/** A piece is wrong; `givers` of its bytes. */
	wrong(givers: readonly Given[]): Blame {
		if (!this.on) return NOBODY;
		const sources = [...new Set(givers.map(({ source }) => source))];
		if (sources.length !== 1) return { liars: [], suspects: sources };
		this.refuse('defence.content.poisoned');
		return { liars: sources, suspects: [] };
	}

	/** The piece that begins at `from` has come right: who of the earlier givers had given other bytes? */
	exposed(from: number, wrong: Uint8Array, right: Uint8Array, givers: readonly Given[]): readonly number[] {
		if (!this.on) return [];
		const liars = new Set<number>();
		for (const given of givers) {
			const before = wrong.subarray(given.from - from, given.to - from);
			const after = right.subarray(given.from - from, given.to - from);
			if (before.some((byte, at) => byte !== after[at])) liars.add(given.source);
		}
		for (const _ of liars) this.refuse('defence.content.poisoned');
		return [...liars];
	}

	/** `failed`, `proven`: sources whose pieces were wrong or right; `voucher`: who gave the tree. */
	treeLies(failed: ReadonlySet<number>, proven: ReadonlySet<number>, voucher: number): boolean {
		if (!this.on) return false;
		const others = [...failed].filter((source) => source !== voucher);
		const refuted = [...proven].some((source) => source !== voucher);
		if (others.length < DOUBTS || refuted) return false;
		this.refuse('defence.content.tree');
		return true;
	}
}
