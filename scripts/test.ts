/**
 * `npm test`: all tests, in two runs at once. Most of the time of `apart` (browsers, and real programs in networks of
 * their own) is waiting for them, so it goes beside the others. With words (`npm test -- test/transfer`) only what they name.
 */
import { spawn } from 'node:child_process';

/** What a run says; of the second one all at once, when the first has ended. */
function run(words: readonly string[], held: boolean): Promise<{ good: boolean; output: string }> {
	return new Promise((resolve) => {
		const child = spawn('npx', ['--no-install', 'vitest', 'run', ...words], {
			stdio: ['ignore', held ? 'pipe' : 'inherit', held ? 'pipe' : 'inherit'],
		});
		let output = '';
		child.stdout?.on('data', (text) => (output += text));
		child.stderr?.on('data', (text) => (output += text));
		child.on('close', (status) => resolve({ good: status === 0, output }));
	});
}

const words = process.argv.slice(2);
if (words.length > 0) process.exitCode = (await run(words, false)).good ? 0 : 1;
else {
	const apart = run(['--project', 'apart', '--maxWorkers', '3'], true);
	const here = await run(['--project', 'pure', '--project', 'sockets'], false);
	const { good, output } = await apart;
	console.log(output);
	process.exitCode = here.good && good ? 0 : 1;
}
