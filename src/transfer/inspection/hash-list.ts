/** The user's list of hashes that are never wanted: `<home>/known-bad.txt`, read again when it changes. */
import { createHash } from 'node:crypto';
import { readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashesOf } from '../../defence/known-bad.ts';

/** About 1.5 million lines. */
const LONGEST = 64 * 1024 * 1024;
const CHUNK = 1 << 20;

export type HashList =
	| { readonly hashes: ReadonlySet<string> }
	/** It is there and cannot be used. */
	| { readonly why: string };

let kept: { readonly stamp: string; readonly list: HashList } | undefined;

/** undefined: there is no list. */
export function hashList(home: string): HashList | undefined {
	const path = join(home, 'known-bad.txt');
	try {
		const { size, mtimeMs, ino } = statSync(path);
		const stamp = `${path} ${size} ${mtimeMs} ${ino}`;
		if (kept?.stamp === stamp) return kept.list;
		if (size > LONGEST) return { why: `known-bad.txt is larger than ${LONGEST / 1024 / 1024} MiB` };
		const list = { hashes: hashesOf(readFileSync(path, 'latin1')) };
		kept = { stamp, list };
		return list;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { why: `known-bad.txt: ${code}` };
	}
}

export function sha1Of(fd: number): Uint8Array {
	const hash = createHash('sha1');
	const buffer = Buffer.allocUnsafe(CHUNK);
	for (let at = 0; ; ) {
		const count = readSync(fd, buffer, 0, buffer.length, at);
		if (count === 0) return new Uint8Array(hash.digest());
		hash.update(buffer.subarray(0, count));
		at += count;
	}
}
