/**
 * The evidence file: lines are only added, and after each block comes a line whose SHA-256 covers the one before
 * it and every byte since. Whoever deletes or changes a line must also change every checkpoint after it; `watch
 * verify` tells where the chain breaks. (It shows tampering by someone who cannot rewrite the whole end of the
 * file: keep the last checkpoint elsewhere to bind that too.)
 *
 * Past `rotateAt` bytes the file is renamed to FILE.1, FILE.2, ... (1 is the oldest) and a new one begins, whose
 * first line carries on the chain.
 */
import { createHash } from 'node:crypto';
import {
	closeSync,
	existsSync,
	fstatSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	renameSync,
	writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const firstLink = '0'.repeat(64);
const newline = Buffer.from('\n');

export class LogFile {
	readonly #path: string;
	readonly #rotateAt: number;
	#descriptor: number;
	#size: number;
	#link: string;

	/** Appends to the file where it is there. Throws the error of the file system. */
	constructor(path: string, rotateAt = Number.POSITIVE_INFINITY) {
		this.#path = path;
		this.#rotateAt = rotateAt;
		const { link, behind } = endOf(path);
		this.#link = link;
		this.#descriptor = openSync(path, 'a', 0o640);
		this.#size = fstatSync(this.#descriptor).size;
		if (behind.length > 0) this.#bind(behind);
		else if (this.#size === 0 && link !== firstLink) this.#checkpoint(0);
	}

	/** Whole lines. */
	write(block: Uint8Array): void {
		this.#link = linkOf(this.#link, block);
		this.#put(block);
		this.#checkpoint(countLines(block));
		if (this.#size >= this.#rotateAt) this.#rotate();
	}

	close(): void {
		closeSync(this.#descriptor);
	}

	/** The run before was ended between a block and its checkpoint. */
	#bind(behind: Uint8Array): void {
		const isWhole = behind.at(-1) === 10;
		if (!isWhole) this.#put(newline);
		const block = isWhole ? behind : Buffer.concat([behind, newline]);
		this.#link = linkOf(this.#link, block);
		this.#checkpoint(countLines(block));
	}

	#checkpoint(lines: number): void {
		this.#put(Buffer.from(`{"event_type":"checkpoint","lines":${lines},"sha256":"${this.#link}"}\n`));
	}

	#put(bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
		this.#size += bytes.length;
	}

	#rotate(): void {
		closeSync(this.#descriptor);
		renameSync(this.#path, `${this.#path}.${(olderFiles(this.#path).at(-1)?.number ?? 0) + 1}`);
		this.#descriptor = openSync(this.#path, 'a', 0o640);
		this.#size = 0;
		this.#checkpoint(0);
	}
}

export interface Verified {
	readonly lines: number;
	readonly checkpoints: number;
	/** The last link: keep it elsewhere. */
	readonly link: string;
	/** Where the chain breaks, in words; absent: it holds. */
	readonly broken?: string;
	/** Lines behind the last checkpoint: of a run that was ended hard, or added by someone else. */
	readonly unbound: number;
}

/** Follows the chain through the file and those that were rotated before it. */
export function verifyLog(path: string): Verified {
	let link = firstLink;
	let lines = 0;
	let checkpoints = 0;
	let unbound = 0;
	const files = [...olderFiles(path).map(({ file }) => file), path].filter((file) => existsSync(file));
	if (files.length === 0) return { lines, checkpoints, link, unbound, broken: `${path} is not there.` };
	for (const file of files) {
		const bytes = readFileSync(file);
		let blockFrom = 0;
		let blockLines = 0;
		for (let at = 0; at < bytes.length; ) {
			const last = bytes.indexOf(10, at);
			const end = last < 0 ? bytes.length : last + 1;
			const found = checkpointOf(bytes, at, end);
			if (found === undefined) {
				blockLines++;
				at = end;
				continue;
			}
			if (blockLines > 0 || found.lines > 0) link = linkOf(link, bytes.subarray(blockFrom, at));
			if (found.sha256 !== link || found.lines !== blockLines) {
				const where = `${file}, lines ${lines + 1} to ${lines + blockLines + 1}`;
				const broken = `${where}: something was changed, added or removed here (the checkpoint covers ${found.lines} lines, ${blockLines} are there).`;
				return { lines: lines + blockLines, checkpoints, link, unbound: 0, broken };
			}
			checkpoints++;
			lines += blockLines;
			blockLines = 0;
			at = end;
			blockFrom = end;
		}
		lines += blockLines;
		unbound = blockLines;
	}
	return { lines, checkpoints, link, unbound };
}

function linkOf(before: string, block: Uint8Array): string {
	return createHash('sha256').update(before).update(block).digest('hex');
}

const mark = Buffer.from('{"event_type":"checkpoint","lines":');

function checkpointOf(bytes: Buffer, at: number, end: number): { lines: number; sha256: string } | undefined {
	if (end - at < mark.length || bytes.compare(mark, 0, mark.length, at, at + mark.length) !== 0)
		return undefined;
	const form = /^\{"event_type":"checkpoint","lines":([0-9]{1,12}),"sha256":"([0-9a-f]{64})"\}\n$/.exec(
		bytes.toString('latin1', at, end),
	);
	return form === null ? undefined : { lines: Number(form[1]), sha256: form[2]! };
}

/** The link with which the file, or the one rotated before it, ends; and what lies behind it, of a run ended hard. */
function endOf(path: string): { link: string; behind: Uint8Array } {
	const files = [...olderFiles(path).map(({ file }) => file), path].filter((file) => existsSync(file));
	let behind: Uint8Array = new Uint8Array(0);
	for (const file of files.reverse()) {
		const bytes = tailOf(file);
		const at = bytes.lastIndexOf(mark);
		const last = at < 0 ? -1 : bytes.indexOf(10, at);
		const found = last < 0 ? undefined : checkpointOf(bytes, at, last + 1);
		if (found === undefined && file === path) behind = bytes;
		if (found !== undefined)
			return { link: found.sha256, behind: file === path ? bytes.subarray(last + 1) : behind };
	}
	return { link: firstLink, behind };
}

/** A block is far smaller than this. */
const tail = 4 << 20;

function tailOf(file: string): Buffer {
	const descriptor = openSync(file, 'r');
	try {
		const { size } = fstatSync(descriptor);
		const bytes = Buffer.alloc(Math.min(size, tail));
		const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
		return bytes.subarray(0, read);
	} finally {
		closeSync(descriptor);
	}
}

function olderFiles(path: string): { file: string; number: number }[] {
	const folder = dirname(path);
	const name = basename(path);
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((file) => file.startsWith(`${name}.`) && /^[0-9]{1,6}$/.test(file.slice(name.length + 1)))
		.map((file) => ({ file: join(folder, file), number: Number(file.slice(name.length + 1)) }))
		.sort((one, other) => one.number - other.number);
}

function countLines(block: Uint8Array): number {
	let count = 0;
	for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) count++;
	return count;
}
