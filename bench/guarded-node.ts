/**
 * What the guard costs a node: its start, and one download of 192 MiB from another node, both unguarded and both
 * guarded, in turn. The rate is from the order until the file is proven, inspected and in its place.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base32 } from '../src/networks/common/hash.ts';
import { startNode } from './node.ts';
import { type Figures, sides } from './sides.ts';

const size = 192 << 20;
const rounds = 9;

export async function guardedNode(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	const share = join(folder, 'share');
	mkdirSync(share);
	mkdirSync(join(folder, 'empty'));
	const content = randomBytes(size);
	content.write('OggS');
	writeFileSync(join(share, 'a talk.bin'), content);
	const sha1 = base32(new Uint8Array(createHash('sha1').update(content).digest()));
	try {
		const measures = [
			{ name: 'start', unit: 's', digits: 2 },
			{ name: 'download', unit: 'MB/s', digits: 1, bar: 'ratio >= 0.9' },
		];
		const run = (words: readonly string[]) => () => measure(folder, share, sha1, words);
		await sides('a guarded node', measures, rounds, run(['--guarded']), run([]), 'unguarded');
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function measure(
	folder: string,
	share: string,
	sha1: string,
	words: readonly string[],
): Promise<Figures> {
	const library = { folder, share, files: 1 };
	const giver = await startNode(library, words);
	const began = performance.now();
	const taker = await startNode({ folder, share: join(folder, 'empty'), files: 0 }, words);
	const started = performance.now();
	const link = `http://${giver.host}:${giver.port}/uri-res/N2R?urn:sha1:${sha1}`;
	const { id } = await taker.send<{ id: number }>('POST', 'transfers', { link });
	for (;;) {
		const { state } = await taker.ask<{ state: string }>(`transfers/${id}`);
		if (['complete', 'quarantined'].includes(state)) break;
		if (['failed', 'cancelled'].includes(state)) throw new Error(`the transfer is ${state}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	const seconds = (performance.now() - started) / 1000;
	await Promise.all([giver.end(), taker.end()]);
	return { start: (started - began) / 1000, download: size / 1e6 / seconds };
}
