/**
 * What the guard costs amuled: a file from one amuled to another, both unguarded and both behind the guard under the
 * profile that is shipped, in turn. The rate is that of the bytes while they come: from the first tenth to nine tenths,
 * since amuled waits some seconds before a download begins, guarded or not.
 *
 * Debian's amuled 2.3.3 stands still in some downloads for good; such a run is said, and another file is tried.
 * SALLYPORT_AMULED3 names a folder with amuled 3 and its amulecmd, which do not.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { md4 } from '../src/library/ed2k-hash.ts';
import { removeFolders } from '../test/cli/sallyport.ts';
import { Mule, whyNoMule } from '../test/real/mule.ts';
import { addresses } from '../test/real/namespace.ts';
import { PrivateNet } from '../test/real/private-net.ts';
import { median } from './sides.ts';

const rounds = 5;
const size = 48_000_000;
const part = 9_728_000;
const patience = 60_000;
const server = `${addresses[0]}:4661`;

interface Pair {
	readonly name: string;
	readonly giver: Mule;
	readonly taker: Mule;
	readonly rates: number[];
	stood: number;
}

export async function guardedAmuled(): Promise<void> {
	const folder = process.env['SALLYPORT_AMULED3'];
	if (folder !== undefined) process.env['PATH'] = `${folder}:${process.env['PATH']}`;
	if (whyNoMule() !== undefined) return;
	const net = await PrivateNet.make();
	try {
		await net.server(server);
		const files = new Map(
			Array.from({ length: rounds + 3 }, (_, number) => [`orchard${number}.bin`, randomBytes(size)]),
		);
		const pairs = [
			await pairOf(net, 'unguarded', false, files, [addresses[1], addresses[2]]),
			await pairOf(net, 'guarded', true, files, [addresses[3], addresses[4]]),
		];
		for (const [name, bytes] of files) {
			const link = linkOf(name, bytes);
			for (const pair of pairs) if (pair.rates.length < rounds) await measure(pair, name, link);
		}
		for (const { name, rates, stood } of pairs) {
			const range = `${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)}`;
			console.log(
				`amuled to amuled, ${name}: ${median(rates).toFixed(1)} MB/s (${range}), ${rates.length} runs, ${stood} stood still`,
			);
		}
		const [free, guarded] = pairs.map(({ rates }) => median(rates));
		console.log(`amuled to amuled, ratio: ${(guarded! / free!).toFixed(2)} [bar: >= 0.9]`);
	} finally {
		await net.close();
		removeFolders();
	}
}

async function pairOf(
	net: PrivateNet,
	name: string,
	guarded: boolean,
	files: ReadonlyMap<string, Buffer>,
	[one, other]: readonly [string, string],
): Promise<Pair> {
	const remote = (port: number) => (guarded ? { remote: { host: '127.0.0.1', port } } : {});
	const shared = { servers: [server], guarded };
	const giver = new Mule(net, { ...shared, address: one, files: Object.fromEntries(files), ...remote(4711) });
	const taker = new Mule(net, { ...shared, address: other, ...remote(4712) });
	for (const mule of [giver, taker]) {
		mule.start();
		while (!/eD2k/.test(await mule.ask('status'))) await delay(500);
		await mule.ask(`connect ${server}`);
		while (!/Connected to/.test(await mule.ask('status'))) await delay(500);
	}
	const all = [...files.keys()].at(-1)!;
	while (!(await giver.ask('show shared')).includes(all)) await delay(1000);
	return { name, giver, taker, rates: [], stood: 0 };
}

function linkOf(name: string, bytes: Buffer): string {
	const parts: Uint8Array[] = [];
	for (let at = 0; at < size; at += part) parts.push(md4(bytes.subarray(at, at + part)));
	return `ed2k://|file|${name}|${size}|${Buffer.from(md4(Buffer.concat(parts)))
		.toString('hex')
		.toUpperCase()}|/`;
}

async function measure(pair: Pair, name: string, link: string): Promise<void> {
	const temporary = join(pair.taker.folder, 'Temp');
	await pair.taker.ask(`add ${link}|sources,${pair.giver.address}:4662|/`);
	const end = performance.now() + patience;
	let began: { at: number; bytes: number } | undefined;
	while (performance.now() < end) {
		const bytes = arrived(temporary);
		if (began === undefined && bytes >= size * 0.1) began = { at: performance.now(), bytes };
		if (began !== undefined && bytes >= size * 0.9) {
			const seconds = (performance.now() - began.at) / 1000;
			pair.rates.push((bytes - began.bytes) / 1e6 / seconds);
			while (readdirSync(temporary).some((one) => one.endsWith('.part')) && performance.now() < end)
				await delay(200);
			return;
		}
		await delay(20);
	}
	pair.stood++;
	console.log(`${pair.name}: ${name} stood still`);
	await pair.taker.ask('cancel 0');
}

/** What is on the disk of the part that comes; its file is as long as the whole from the start. */
function arrived(temporary: string): number {
	const part = readdirSync(temporary).find((one) => one.endsWith('.part'));
	return part === undefined ? 0 : statSync(join(temporary, part)).blocks * 512;
}
