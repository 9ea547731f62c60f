/** How long `sallyport --help` takes, as a whole process, and how long `sallyport start` takes to be ready. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { end, owned } from './children.ts';
import { median } from './sides.ts';

const launcher = resolve(import.meta.dirname, '../bin/sallyport.js');

function say(what: string, values: readonly number[], unit: string, digits: number, bar: string): void {
	const range = `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
	console.log(`${what}: ${median(values).toFixed(digits)} ${unit} (${range}) [bar: ${bar}]`);
}

function help(): number {
	const began = performance.now();
	const { status } = spawnSync(process.execPath, [launcher, '--help']);
	if (status !== 0) throw new Error(`sallyport --help ended with status ${status}`);
	return performance.now() - began;
}

/** Seconds until a node with a fresh home, its practice neighbourhood beside it, names its console. */
async function ready(): Promise<number> {
	const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	const began = performance.now();
	const child = owned(
		spawn(process.execPath, [launcher, 'start', '--home', home, '--port', '0'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		}),
	);
	await new Promise<void>((resolve, reject) => {
		child.once('exit', () => reject(new Error('sallyport start has ended')));
		child.stdout.on('data', (text: Buffer) => {
			if (text.toString().includes('Console:')) resolve();
		});
	});
	const seconds = (performance.now() - began) / 1000;
	await end(child);
	rmSync(home, { recursive: true });
	return seconds;
}

export async function start(): Promise<void> {
	help();
	const helps = Array.from({ length: 15 }, help);
	say('sallyport --help, whole process', helps, 'ms', 0, '<= 70 ms');
	const starts: number[] = [];
	for (let i = 0; i < 3; i++) starts.push(await ready());
	say('sallyport start, until its console answers', starts, 's', 2, '< 5 s');
}
