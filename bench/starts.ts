/** How long `sallyport --help` takes, as a whole process, and how long `sallyport start` takes to be ready. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const launcher = resolve(import.meta.dirname, '../bin/sallyport.js');

export async function start(): Promise<void> {
	const helps = Array.from({ length: 11 }, () => {
		const began = performance.now();
		spawnSync(process.execPath, [launcher, '--help']);
		return performance.now() - began;
	}).sort((a, b) => a - b);
	console.log(`sallyport --help, whole process: ${helps[5]!.toFixed(0)} ms (bar: 70 ms)`);
	const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	const began = performance.now();
	const child = spawn(process.execPath, [launcher, 'start', '--home', home, '--port', '0'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await new Promise<void>((ready) => {
		child.stdout.on('data', (text: Buffer) => {
			if (text.toString().includes('Console:')) ready();
		});
	});
	console.log(
		`sallyport start, until its console answers: ${((performance.now() - began) / 1000).toFixed(2)} s (bar: 5 s)`,
	);
	child.kill('SIGTERM');
	await new Promise((gone) => child.on('close', gone));
	rmSync(home, { recursive: true });
}
