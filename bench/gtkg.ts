/**
 * The other side: gtk-gnutella, where SALLYPORT_BENCH_GTKG names its start script, which takes LISTEN_IP
 * LISTEN_PORT STATE_DIR SHARE_DIR and stays in the foreground as an ultrapeer that lets everybody in.
 * It deals with public addresses only and keeps one link of each, so the whole bench moves into a network
 * namespace with such addresses on its loopback. Nothing leads out of it, and it is removed at the end.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { end, owned } from './children.ts';
import type { Library } from './library.ts';
import type { Side } from './node.ts';

const SCRIPT = process.env['SALLYPORT_BENCH_GTKG'];
const INSIDE = 'SALLYPORT_BENCH_INSIDE';
const HOST = '85.10.1.1';
const PORT = 7001;
/** Each in a network of its own: a peer takes few links of one. */
const sources = Array.from({ length: 40 }, (_, i) => `${86 + Math.floor(i / 8)}.${20 + (i % 8)}.1.1`);
let used = 0;

/** An address that has not called before. */
export const freshSource = (): string => sources[used++ % sources.length]!;

/** Runs the bench again in a namespace, where there is a peer to compare with; its exit status, or undefined. */
export async function moveInside(): Promise<number | undefined> {
	if (process.env[INSIDE] !== undefined) {
		run(['link', 'set', 'lo', 'up']);
		for (const address of [HOST, ...sources]) run(['addr', 'add', `${address}/32`, 'dev', 'lo']);
		return undefined;
	}
	if (SCRIPT === undefined) {
		console.log('gtk-gnutella is not run beside it: SALLYPORT_BENCH_GTKG does not name its start script');
		return undefined;
	}
	if (process.getuid?.() !== 0) {
		console.log('gtk-gnutella is not run beside it: only root can make a network namespace');
		return undefined;
	}
	const namespace = `sallyport-bench-${process.pid}`;
	run(['netns', 'add', namespace]);
	process.once('exit', () => spawnSync('ip', ['netns', 'delete', namespace]));
	const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
	const child = owned(
		spawn('ip', ['netns', 'exec', namespace, ...words], {
			stdio: 'inherit',
			env: { ...process.env, [INSIDE]: 'yes' },
		}),
	);
	return new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
}

function run(words: readonly string[]): void {
	const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
	if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}

/** undefined: there is none to compare with. */
export async function startPeer(library: Library): Promise<Side | undefined> {
	if (SCRIPT === undefined || process.env[INSIDE] === undefined) return undefined;
	const state = join(library.folder, `state-${Math.round(performance.now())}`);
	const child = owned(
		spawn(SCRIPT, [HOST, String(PORT), state, library.share, '-', 'ultra'], {
			stdio: ['ignore', 'ignore', 'inherit'],
			// One by one: it bans who calls often, and takes no wide range for an exception.
			env: { ...process.env, GTKG_WHITELIST: sources.join(' ') },
		}),
	);
	for (let tries = 0; tries < 240; tries++) {
		await new Promise((resolve) => setTimeout(resolve, 500));
		if (child.exitCode !== null) break;
		if (await shares(library.target))
			return { host: HOST, port: PORT, pid: child.pid!, end: () => end(child) };
	}
	await end(child);
	throw new Error('gtk-gnutella did not become ready');
}

/** Whether it answers, and has hashed the large file. */
async function shares(target: string): Promise<boolean> {
	try {
		const answer = await fetch(`http://${HOST}:${PORT}${target === '' ? '/' : target}`, { method: 'HEAD' });
		return target === '' || answer.status === 200;
	} catch {
		return false;
	}
}
