/** What the library shows to users and to uploads. The shapes are those of the HTTP API. */
import type { FileHandle } from 'node:fs/promises';

/** One shared folder, as users see it (api/schemas.ts: Folder). */
export interface FolderView {
	readonly id: number;
	readonly path: string;
	readonly files: number;
	readonly bytes: number;
	readonly hashing: number;
	readonly leftOut: readonly { path: string; reason: string }[];
	readonly leftOutCount: number;
	readonly scannedAt: number | null;
}

/** One shared file (api/schemas.ts: LibraryFile). */
export interface FileView {
	readonly id: number;
	readonly name: string;
	readonly path: string;
	readonly folder: number;
	readonly size: number;
	readonly sha1?: string;
	readonly tth?: string;
	/** Hex. */
	readonly ed2k?: string;
	/** Hex. */
	readonly fthash?: string;
	/** Hex, 72 characters: the FTHash, and the root of the tree. */
	readonly kzhash?: string;
	readonly modified: number;
	readonly requests: number;
	readonly served: number;
}

/** A shared file, open for an upload. */
export interface OpenFile {
	readonly handle: FileHandle;
	readonly size: number;
	readonly name: string;
}
