/**
 * `npm run check`: everything that can be said about the code without running it. Each step is a
 * command that can be run by itself; all run at once, and the output of those that fail is shown.
 */
import { spawn } from 'node:child_process';

const steps: [string, string[]][] = [
	['types', ['tsc', '--noEmit']],
	['console types', ['tsc', '--noEmit', '-p', 'src/console']],
	['lint and format', ['biome', 'ci', '--error-on-warnings', '.']],
	['unused code', ['knip', '--no-progress']],
	['the house: imports, file length, names', ['vitest', 'run', 'test/house', '--reporter=dot']],
];

function run(name: string, words: string[]): Promise<boolean> {
	const started = performance.now();
	return new Promise((resolve) => {
		const child = spawn('npx', ['--no-install', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
		let output = '';
		child.stdout.on('data', (text) => (output += text));
		child.stderr.on('data', (text) => (output += text));
		child.on('close', (status) => {
			const seconds = ((performance.now() - started) / 1000).toFixed(1);
			console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s): ${words.join(' ')}`);
			if (status !== 0) console.log(output);
			resolve(status === 0);
		});
	});
}

const started = performance.now();
const results = await Promise.all(steps.map(([name, words]) => run(name, words)));
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exitCode = results.every(Boolean) ? 0 : 1;
