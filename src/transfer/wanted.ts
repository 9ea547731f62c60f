/** What somebody orders, and what is refused before anything is stored. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import { partSize } from '../library/ed2k-hash.ts';
import type { Source } from '../networks/network.ts';
import { makeFolder } from '../world/folder.ts';
import { type Content, isNamed } from './content.ts';
import { diskRefusal } from './disk.ts';
import { DownloadRefused } from './refused.ts';
import { type Tree, treeOf } from './tree.ts';

export interface Wanted {
	/** Base32, 32 characters. */
	readonly sha1?: string;
	/** Root of the Tiger tree, base32, 39 characters. */
	readonly tth?: string;
	/** Hex, 32 characters. */
	readonly ed2k?: string;
	/** Root of eDonkey's AICH tree, hex, 40 characters. */
	readonly aich?: string;
	/** Hex, 40 characters. */
	readonly fthash?: string;
	/** Hex, 72 characters, the first 40 of them the FTHash. */
	readonly kzhash?: string;
	/** Hashes of eDonkey's parts, 16 bytes each, that belong to that hash. */
	readonly parts?: Uint8Array;
	readonly name: string;
	/** Bytes. */
	readonly size?: number;
	readonly sources: readonly Source[];
	/** Absolute directory. */
	readonly out?: string;
}

type Hashes = Pick<Wanted, 'sha1' | 'tth' | 'ed2k' | 'aich' | 'fthash' | 'kzhash'>;

/** As they are kept, in the usual letter case. */
export function hashesOf({ sha1, tth, ed2k, aich, fthash, kzhash }: Wanted): Hashes {
	return {
		...(sha1 === undefined ? {} : { sha1: sha1.toUpperCase() }),
		...(tth === undefined ? {} : { tth: tth.toUpperCase() }),
		...(ed2k === undefined ? {} : { ed2k: ed2k.toLowerCase() }),
		...(aich === undefined ? {} : { aich: aich.toLowerCase() }),
		...(fthash === undefined ? {} : { fthash: fthash.toLowerCase() }),
		...(kzhash === undefined
			? {}
			: { fthash: kzhash.slice(0, 40).toLowerCase(), kzhash: kzhash.toLowerCase() }),
	};
}

/** The proven tree that comes with the order. */
export function treeIn({ parts, ed2k, size }: Wanted): Tree | undefined {
	if (parts === undefined || ed2k === undefined || size === undefined) return undefined;
	const tree = treeOf({ kind: 'ed2k', slices: parts, slice: partSize }, size, 0, { ed2k });
	return isRefusal(tree) ? undefined : tree;
}

/** Throws DownloadRefused. */
export function mustBeClear({ name, size, sources, out }: Wanted, content: Content): void {
	const { sha1, ed2k, fthash, kzhash } = content;
	const unclear = (what: string) => new DownloadRefused('transfer.want.unclear', what);
	if (sha1 !== undefined && !/^[A-Z2-7]{32}$/.test(sha1)) {
		throw unclear('A SHA-1 is written as 32 letters and digits of base32.');
	}
	if (ed2k !== undefined && !/^[0-9a-f]{32}$/.test(ed2k)) {
		throw unclear('An ed2k hash is written as 32 hexadecimal digits.');
	}
	if (fthash !== undefined && !/^[0-9a-f]{40}$/.test(fthash)) {
		throw unclear('An FTHash is written as 40 hexadecimal digits.');
	}
	if (kzhash !== undefined && !/^[0-9a-f]{72}$/.test(kzhash)) {
		throw unclear('A kzhash is written as 72 hexadecimal digits.');
	}
	if (!isNamed(content) && sources.length === 0) throw unclear('Neither a hash nor a source was given.');
	if (name === '') throw unclear('The file has no name.');
	if (size !== undefined && (!Number.isSafeInteger(size) || size < 0))
		throw unclear(`${size} is no size of a file.`);
	if (out !== undefined && !isAbsolute(out)) throw unclear(`${out} is not an absolute path.`);
}

/** Makes the folder where it is missing; rejects with DownloadRefused. */
export async function mustBeWritable(out: string): Promise<void> {
	try {
		makeFolder(out);
		await access(out, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw diskRefusal(error, out);
	}
}
