/** What somebody orders, and what is refused before anything is stored. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Source } from '../networks/network.ts';
import { diskRefusal } from './disk.ts';
import { DownloadRefused } from './refused.ts';

export interface Wanted {
	/** Base32, 32 characters. */
	readonly sha1?: string;
	/** Root of the Tiger tree, base32, 39 characters. */
	readonly tth?: string;
	readonly name: string;
	/** Bytes. */
	readonly size?: number;
	readonly sources: readonly Source[];
	/** Absolute directory. */
	readonly out?: string;
}

/** Throws DownloadRefused. */
export function mustBeClear({ name, size, sources, out }: Wanted, sha1: string | undefined): void {
	const unclear = (what: string) => new DownloadRefused('transfer.want.unclear', what);
	if (sha1 !== undefined && !/^[A-Z2-7]{32}$/.test(sha1)) {
		throw unclear('A SHA-1 is written as 32 letters and digits of base32.');
	}
	if (sha1 === undefined && sources.length === 0) throw unclear('Neither a SHA-1 nor a source was given.');
	if (name === '') throw unclear('The file has no name.');
	if (size !== undefined && (!Number.isSafeInteger(size) || size < 0))
		throw unclear(`${size} is no size of a file.`);
	if (out !== undefined && !isAbsolute(out)) throw unclear(`${out} is not an absolute path.`);
}

/** Makes the folder where it is missing; rejects with DownloadRefused. */
export async function mustBeWritable(out: string): Promise<void> {
	try {
		await mkdir(out, { recursive: true });
		await access(out, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw diskRefusal(error, out);
	}
}
