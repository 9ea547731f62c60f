/** What both sides share in the benches: one large file, and some hundred small ones with many words. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SMALL_FILES = 300;
/** Bytes of the large file. */
export const LARGE = 512 * 1024 * 1024;
/** Random bytes of the large file, repeated: nobody may compress it, and it is quickly made. */
const CHUNK = 1024 * 1024;

const places = ['castle', 'harbour', 'valley', 'market', 'station', 'garden', 'library'];
const things = ['painting', 'lecture', 'recording', 'map', 'letter'];

export interface Library {
	readonly folder: string;
	readonly share: string;
	readonly files: number;
	/** Request target of the large file, for any servent. */
	readonly target: string;
	/** Of the large file, in hex. */
	readonly sha1: string;
	remove(): void;
}

/** `large`: with the file of 512 MiB. */
export function makeLibrary(large: boolean): Library {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	// Another user may have to read what is shared.
	chmodSync(folder, 0o755);
	const share = join(folder, 'share');
	mkdirSync(share);
	for (let i = 0; i < SMALL_FILES; i++) {
		const name = `${things[i % things.length]} of the ${places[i % places.length]} number${i}.txt`;
		writeFileSync(join(share, name), `${name}\n`.repeat(20));
	}
	let target = '';
	let sha1 = '';
	if (large) {
		const chunk = createHash('shake256', { outputLength: CHUNK }).update('bench').digest();
		const content = Buffer.alloc(LARGE, chunk);
		writeFileSync(join(share, 'large file.bin'), content);
		const digest = createHash('sha1').update(content).digest();
		sha1 = digest.toString('hex');
		target = `/uri-res/N2R?urn:sha1:${base32(digest)}`;
	}
	const remove = (): void => rmSync(folder, { recursive: true, force: true });
	process.once('exit', remove);
	return { folder, share, files: SMALL_FILES + (large ? 1 : 0), target, sha1, remove };
}

/** A text that no file answers: `dear` ones hold words of many files, so that a look-up in vain takes longest. */
export function unanswered(kind: 'plain' | 'dear', run: number, i: number): string {
	if (kind === 'plain') return `nobody has ${run} ${i} of these`;
	return `${things[i % things.length]} ${places[i % places.length]} ${run}x${i}`;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
	let text = '';
	for (let bit = 0; bit < bytes.length * 8; bit += 5) {
		const pair = (bytes[bit >>> 3]! << 8) | (bytes[(bit >>> 3) + 1] ?? 0);
		text += LETTERS[(pair >>> (11 - (bit & 7))) & 31];
	}
	return text;
}
