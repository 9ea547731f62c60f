/**
 * `npm run bench [-- NAME...]`: side by side with gtk-gnutella where SALLYPORT_BENCH_GTKG names a running one
 * (`host:port`, an ultrapeer that lets this host in, and SALLYPORT_BENCH_GTKG_FILE a target that it serves, such
 * as `/uri-res/N2R?urn:sha1:...`; SALLYPORT_BENCH_FROM lists source addresses, five of them). Both sides alternate in one run; medians and their ratio are printed.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handshakeRate, leaf } from './links.ts';
import { askQueries } from './queries.ts';
import { serveFile } from './serve.ts';
import { start } from './starts.ts';
import { upload } from './upload.ts';

const peer = process.env['SALLYPORT_BENCH_GTKG']?.split(':');
const peerFile = process.env['SALLYPORT_BENCH_GTKG_FILE'];
/** Source addresses: gtk-gnutella keeps one link of an address. */
const sources = process.env['SALLYPORT_BENCH_FROM']?.split(',') ?? [];
const wanted = process.argv.slice(2);
const ROUNDS = 5;

const median = (values: number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Runs both sides in turn and prints medians; `bigger` says which way is better. */
async function sides(
	name: string,
	unit: string,
	bar: string,
	ours: () => Promise<number>,
	theirs?: () => Promise<number>,
): Promise<void> {
	const a: number[] = [];
	const b: number[] = [];
	for (let i = 0; i < ROUNDS; i++) {
		a.push(await ours());
		if (theirs !== undefined && peer !== undefined) b.push(await theirs());
	}
	const mine = median(a);
	const other =
		b.length > 0
			? `gtk-gnutella ${median(b).toFixed(2)} ${unit}, ratio ${(mine / median(b)).toFixed(2)}`
			: 'gtk-gnutella not run: SALLYPORT_BENCH_GTKG is not set';
	console.log(`${name}: ${mine.toFixed(2)} ${unit} (bar: ${bar}); ${other}`);
}

async function host(
	deflate: boolean,
): Promise<{ port: number; memory: () => Promise<Record<string, number>>; end: () => void }> {
	const child = fork(join(import.meta.dirname, 'host.ts'), deflate ? ['--deflate'] : [], {
		execArgv: ['--expose-gc'],
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	});
	const [bytes] = (await once(child.stdout!, 'data')) as [Buffer];
	const memory = async (): Promise<Record<string, number>> => {
		child.send('memory');
		return ((await once(child, 'message')) as [Record<string, number>])[0];
	};
	return { port: Number(bytes.toString()), memory, end: () => child.kill() };
}

async function memory(deflate: boolean): Promise<void> {
	const one = await host(deflate);
	const before = await one.memory();
	const sockets = [];
	for (let i = 0; i < 1000; i++) sockets.push(await leaf(one.port, i, deflate));
	await new Promise((resolve) => setTimeout(resolve, 5000));
	const after = await one.memory();
	const per = (key: string): string => ((after[key]! - before[key]!) / 1000 / 1024).toFixed(1);
	console.log(
		`memory ${deflate ? 'with deflate both ways' : 'plain'}: idle ${(before['rss']! / 2 ** 20).toFixed(0)} MiB RSS; ` +
			`${after['leaves']} leaves, each ${per('rss')} KiB RSS, ${((after['heapUsed']! + after['arrayBuffers']! - before['heapUsed']! - before['arrayBuffers']!) / 1000 / 1024).toFixed(1)} KiB live ` +
			`(bar: ${deflate ? 160 : 64} KiB)`,
	);
	for (const socket of sockets) socket.destroy();
	one.end();
}

const benches: Record<string, () => Promise<void>> = {
	queries: async () => {
		const one = await host(false);
		let run = 0;
		const rate = async (at: string, port: number, from?: string): Promise<number> =>
			20_000 / (await askQueries(at, port, 20_000, ++run * 7919 + (Date.now() & 0xffff), from));
		let turn = 0;
		await sides(
			'queries a second on one link',
			'/s',
			'>= gtk-gnutella, about 35,000',
			() => rate('127.0.0.1', one.port),
			peer && (() => rate(peer[0]!, Number(peer[1]), sources[turn++ % sources.length])),
		);
		one.end();
	},
	handshakes: async () => {
		const one = await host(false);
		await sides(
			'handshakes a second, one after another',
			'/s',
			'>= 2,400',
			() => handshakeRate('127.0.0.1', one.port, 300),
			peer && (() => handshakeRate(peer[0]!, Number(peer[1]), 300, sources[0])),
		);
		one.end();
	},
	upload: async () => {
		const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
		const served = await serveFile(folder, 512 * 1024 * 1024);
		const them = peer && peerFile ? { host: peer[0]!, port: Number(peer[1]), target: peerFile } : undefined;
		await sides(
			'upload, first byte',
			'ms',
			'<= 10',
			async () => (await upload('127.0.0.1', served.port, served.target, false)).firstMs,
			them && (async () => (await upload(them.host, them.port, them.target, false)).firstMs),
		);
		await sides(
			'upload, sustained, second request of a link',
			'GB/s',
			'>= 1.5 x gtk-gnutella',
			async () => (await upload('127.0.0.1', served.port, served.target, true)).perSecond,
			them && (async () => (await upload(them.host, them.port, them.target, true)).perSecond),
		);
		await served.end();
		rmSync(folder, { recursive: true });
	},
	memory: async () => {
		await memory(false);
		await memory(true);
	},
	start,
};

for (const name of wanted) {
	if (name in benches) continue;
	console.error(`no bench is called ${name}; there are: ${Object.keys(benches).join(', ')}`);
	process.exit(2);
}
for (const [name, run] of Object.entries(benches))
	if (wanted.length === 0 || wanted.includes(name)) await run();
process.exit(0);
