/**
 * One file of 512 MiB fetched from four sources on loopback: by our node, which proves each piece and the whole and
 * inspects the file before it releases it, and by aria2 over HTTP from the same four servers, without any check and with
 * the SHA-1 checked at the end. The time runs from the order to the finished file.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Transfer } from '../src/node/api/schemas.ts';
import { LARGE, makeLibrary } from './library.ts';
import { type OurNode, startNode } from './node.ts';
import { cpuSeconds, type Figures, sides } from './sides.ts';

const SOURCES = 4;
const ROUNDS = 5;
const MIB = LARGE / 2 ** 20;

export async function swarm(): Promise<void> {
	const library = makeLibrary(true);
	const nodes = await Promise.all(Array.from({ length: SOURCES }, () => startNode(library)));
	const taker = await startNode(undefined);
	const urls = nodes.map(({ host, port }) => `http://${host}:${port}${library.target}`);
	const aria2 = spawnSync('aria2c', ['--version']).status === 0;
	if (!aria2) console.log('aria2 is not run beside it: it is not installed');
	let round = 0;
	const folder = (): string => {
		const made = join(library.folder, `out-${++round}`);
		mkdirSync(made);
		return made;
	};
	for (const checked of [false, true]) {
		const theirs = async () => fetchedByAria2(urls, folder(), checked ? library.sha1 : undefined);
		await sides(
			`${MIB} MiB from ${SOURCES} sources${checked ? ', aria2 checks the SHA-1 too' : ''}`,
			[
				{ name: 'a second', unit: 'MiB/s', digits: 0, bar: '>= aria2' },
				{ name: 'processor time of the taker', unit: 's', digits: 2 },
			],
			ROUNDS,
			() => fetched(taker, urls, folder()),
			aria2 ? theirs : undefined,
			'aria2',
		);
	}
	for (const node of [...nodes, taker]) await node.end();
	library.remove();
}

async function fetched(taker: OurNode, urls: readonly string[], out: string): Promise<Figures> {
	const urn = /urn:sha1:\w+/.exec(urls[0]!)![0];
	const link = `magnet:?xt=${urn}&dn=large&xl=${LARGE}${urls.map((url) => `&xs=${encodeURIComponent(url)}`).join('')}`;
	const used = cpuSeconds(taker.pid);
	const started = performance.now();
	const { id } = await taker.send<Transfer>('POST', 'transfers', { link, out });
	for (;;) {
		const { state, why } = await taker.ask<Transfer>(`transfers/${id}`);
		if (state === 'complete') break;
		if (state === 'failed' || state === 'quarantined') throw new Error(why);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	const seconds = (performance.now() - started) / 1000;
	const figures = { 'a second': MIB / seconds, 'processor time of the taker': cpuSeconds(taker.pid) - used };
	await taker.send('DELETE', `transfers/${id}`);
	rmSync(out, { recursive: true });
	return figures;
}

async function fetchedByAria2(
	urls: readonly string[],
	out: string,
	sha1: string | undefined,
): Promise<Figures> {
	const words = ['--quiet', '--no-conf', `--split=${SOURCES}`, '--max-connection-per-server=1', '--dir', out];
	words.push('--file-allocation=none', '--min-split-size=1M', '--out=large', '--uri-selector=inorder');
	if (sha1 !== undefined) words.push(`--checksum=sha-1=${sha1}`);
	const started = performance.now();
	const { status, stderr } = spawnSync('aria2c', [...words, ...urls], { encoding: 'utf8' });
	const seconds = (performance.now() - started) / 1000;
	if (status !== 0) throw new Error(`aria2c: status ${status}: ${stderr}`);
	rmSync(out, { recursive: true });
	return { 'a second': MIB / seconds };
}
