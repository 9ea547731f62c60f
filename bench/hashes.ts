/**
 * Hashing for the library: SHA-1 and the Tiger tree of a file in the page cache, from one reading, with one
 * worker thread and with two; beside Debian's rhash, which computes the same two, where it is installed. Then the
 * same with what eDonkey knows a file by, and with what FastTrack does.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Also } from '../src/library/file-hashes.ts';
import { Hasher } from '../src/library/hash.ts';
import { systemClock } from '../src/node/clock.ts';
import { cpuSeconds, median, sides } from './sides.ts';

const MIB = 1024;
const ROUNDS = 5;

const measured: readonly (Also & { readonly threads: number })[] = [
	{ threads: 1 },
	{ threads: 2 },
	{ threads: 1, ed2k: true },
	{ threads: 1, fthash: true },
];

export async function hashes(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const path = join(folder, 'file');
	const chunk = createHash('shake256', { outputLength: 1 << 20 })
		.update('bench')
		.digest();
	const fd = openSync(path, 'w');
	for (let i = 0; i < MIB; i++) writeSync(fd, chunk);
	closeSync(fd);
	const handles = await Promise.all([open(path), open(path)]);
	const rhash = spawnSync('rhash', ['--version']).status === 0;
	if (!rhash) console.log('rhash is not run beside it: it is not installed');
	const theirs = async (...options: string[]) => {
		const started = performance.now();
		spawnSync('rhash', [...options, path]);
		return { 'a second': MIB / ((performance.now() - started) / 1000) };
	};
	for (const { threads, ...also } of measured) {
		const { ed2k, fthash } = also;
		const hasher = new Hasher(systemClock, threads, also);
		const processor: number[] = [];
		const options = ['--sha1', '--tth', ...(ed2k ? ['--ed2k', '--aich'] : [])];
		await sides(
			`SHA-1 and Tiger tree${ed2k ? ', ed2k and AICH' : ''}${fthash ? ', FTHash and kzhash' : ''} with ${threads} worker${threads === 1 ? '' : 's'}`,
			[
				{
					name: 'a second',
					unit: 'MiB/s',
					digits: 0,
					...(threads === 1 && !ed2k && !fthash && { bar: '>= 360: 1.5 x gtk-gnutella' }),
				},
			],
			ROUNDS,
			() => ours(hasher, handles.slice(0, threads), processor),
			rhash && threads === 1 && !fthash ? () => theirs(...options) : undefined,
			'rhash',
		);
		// What a busy machine does not change much.
		console.log(`  in a second of processor time: ${median(processor).toFixed(0)} MiB`);
		await hasher.close();
	}
	for (const handle of handles) await handle.close();
	rmSync(folder, { recursive: true });
}

async function ours(
	hasher: Hasher,
	handles: readonly FileHandle[],
	processor: number[],
): Promise<Record<string, number>> {
	const started = performance.now();
	const before = cpuSeconds(process.pid);
	await Promise.all(handles.map((handle) => hasher.hashes(handle, MIB << 20)));
	const bytes = MIB * handles.length;
	processor.push(bytes / (cpuSeconds(process.pid) - before));
	return { 'a second': bytes / ((performance.now() - started) / 1000) };
}
