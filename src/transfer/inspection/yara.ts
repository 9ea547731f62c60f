/**
 * The user's YARA rules: `<home>/yara/*.yar` (or .yara), given to the `yara` program of the system, which
 * need not be there. It is started with a list of arguments and no shell, with nothing of our environment
 * but the path, and is ended when it takes too long or says too much.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ScannerAnswer } from '../../defence/known-bad.ts';

const MOST_SECONDS = 30;
const MOST_OUTPUT = 262_144;
const MOST_FILES = 1000;

/** The user's files of rules, in order. None: YARA is not wanted. */
export function rulesIn(home: string): string[] {
	const folder = resolve(home, 'yara');
	try {
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => !entry.isDirectory() && /\.yara?$/.test(entry.name))
			.map((entry) => join(folder, entry.name))
			.sort()
			.slice(0, MOST_FILES);
	} catch {
		return [];
	}
}

/** Never rejects. `rules` and `path` are absolute, so that none can be taken for an option. */
export function askYara(rules: readonly string[], path: string, program = 'yara'): Promise<ScannerAnswer> {
	const words = ['--no-warnings', `--timeout=${MOST_SECONDS}`, '--threads=1'];
	// A name space for each file: two may have rules of one name. It also ends at the first colon of the word.
	for (const [i, rule] of rules.entries()) words.push(`r${i}:${resolve(rule)}`);
	words.push(resolve(path));
	const options = {
		timeout: (MOST_SECONDS + 5) * 1000,
		killSignal: 'SIGKILL' as const,
		maxBuffer: MOST_OUTPUT,
		env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
		windowsHide: true,
	};
	return new Promise((answer) => {
		execFile(program, words, options, (error, output, errors) => {
			const names = matches(output);
			if (names.length > 0) return answer({ scanner: 'YARA', state: 'found', names });
			if (error === null) return answer({ scanner: 'YARA', state: 'clean' });
			if (error.code === 'ENOENT')
				return answer({ scanner: 'YARA', state: 'absent', why: 'no such program' });
			const why = errors.trim().split('\n')[0] || error.message;
			answer({ scanner: 'YARA', state: 'failed', why: why.replace(/[^\x20-\x7e]/g, '?').slice(0, 200) });
		});
	});
}

/** A line for each rule that matches: its name, and the path. */
function matches(output: string): string[] {
	return output
		.split('\n')
		.map((line) => /^([A-Za-z_]\w{0,127}) /.exec(line)?.[1])
		.filter((name) => name !== undefined);
}
