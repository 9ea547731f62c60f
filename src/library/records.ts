/**
 * What the library keeps over restarts. The library says what it needs; node/store/library.ts keeps it
 * (the arrow of imports goes from the node to the library, never back).
 */
import type { FileHashes } from './file-hashes.ts';

export interface FolderRecord {
	readonly id: number;
	/** Absolute, without links (realpath). */
	readonly path: string;
	/** Milliseconds since the epoch of the last complete scan. */
	readonly scannedAt: number | null;
}

/** What must be equal for a hash to stay valid. */
export interface Stamp {
	/** Bytes. */
	readonly size: number;
	/** Milliseconds with fraction, as lstat says. */
	readonly mtime: number;
	readonly ino: number;
}

export interface FileRecord extends Stamp {
	/** Stable for the life of the share and never given to another file: the network's file index. */
	readonly id: number;
	readonly folder: number;
	/** Relative to its folder, with `/`. */
	readonly path: string;
	/** 20 bytes; null until hashed. */
	readonly sha1: Uint8Array | null;
	/** 24 bytes, root of the Tiger tree; null until hashed. */
	readonly tth: Uint8Array | null;
	/** 16 bytes; null until hashed while this node took part in eDonkey. */
	readonly ed2k: Uint8Array | null;
	/** 20 bytes; null until hashed while this node took part in FastTrack. */
	readonly fthash: Uint8Array | null;
	/** 16 bytes, root of the tree of kzhash; null as that. */
	readonly kztree: Uint8Array | null;
	/** Uploads begun. */
	readonly requests: number;
	/** Bytes sent. */
	readonly served: number;
}

export interface LibraryRecords {
	folders(): FolderRecord[];
	addFolder(path: string): FolderRecord;
	/** Takes its files with it. */
	removeFolder(id: number): void;
	scanned(folder: number, at: number): void;
	files(folder: number): FileRecord[];
	/** A new file, or an old path with new content: the hash is forgotten, the id of a path stays. */
	putFile(folder: number, path: string, stamp: Stamp): FileRecord;
	/** Those of a network that were not taken this time stay as they were. */
	hashed(id: number, hashes: FileHashes): void;
	/** Another time, the same content: the hashes stay. */
	touched(id: number, mtime: number): void;
	/** Digest of the file's samples; undefined until hashed, or hashed by a version that took none. */
	sample(id: number): Uint8Array | undefined;
	/** Hashes of the slices of the file's tree; undefined until hashed. */
	slices(id: number): Uint8Array | undefined;
	/** Hashes of eDonkey's parts, 16 bytes each; undefined where none are kept: the file is shorter than one part. */
	ed2kParts(id: number): Uint8Array | undefined;
	/** Hashes of the slices of the tree of kzhash, 16 bytes each. */
	kzSlices(id: number): Uint8Array | undefined;
	/** Root of the AICH tree. */
	aich(id: number): Uint8Array | undefined;
	/** Hashes of its blocks, 20 bytes each; undefined where none are kept: there is one, or an earlier version hashed it. */
	aichBlocks(id: number): Uint8Array | undefined;
	/** The same file has another path in its folder now. */
	renameFile(id: number, path: string): void;
	removeFile(id: number): void;
	served(id: number, requests: number, bytes: number): void;
	/** Many changes as one: all are kept or none. */
	together<T>(changes: () => T): T;
}
