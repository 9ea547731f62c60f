/** The programs that talk to the kernel: started by name with a list of words, never by a shell. */
import { spawn } from 'node:child_process';
import type { Refusal } from '../../evidence/refusal.ts';

export interface Outcome {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
	/** There is no such program. */
	readonly missing?: true;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The rest of our environment is none of their business; their messages are wanted in English. */
export function run(program: string, words: readonly string[], input = ''): Promise<Outcome> {
	const env = { PATH: process.env['PATH'] ?? path, LC_ALL: 'C' };
	return new Promise((resolve) => {
		const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
		let [stdout, stderr] = ['', ''];
		child.stdout.on('data', (text) => (stdout += text));
		child.stderr.on('data', (text) => (stderr += text));
		child.on('error', (error: NodeJS.ErrnoException) => {
			const failed = { status: -1, stdout, stderr: error.message };
			resolve(error.code === 'ENOENT' ? { ...failed, missing: true } : failed);
		});
		child.on('close', (status) => resolve({ status: status ?? -1, stdout, stderr }));
		// A program that ends before it has read everything says why on standard error.
		child.stdin.on('error', () => undefined);
		child.stdin.end(input);
	});
}

/** All of the text, or nothing of it. */
export function nft(text: string): Promise<Outcome> {
	return run('nft', ['-f', '-'], text);
}

/** Up to the first command that fails. */
export function tc(commands: readonly string[]): Promise<Outcome> {
	return run('tc', ['-batch', '-'], `${commands.join('\n')}\n`);
}

/** What `-j` prints; undefined: it failed, or is none. */
export async function listed(program: string, ...words: string[]): Promise<unknown[] | undefined> {
	const { status, stdout } = await run(program, ['-j', ...words]);
	if (status !== 0) return undefined;
	try {
		const list = JSON.parse(stdout || '[]');
		// nft wraps its list.
		return [list, list.nftables].find(Array.isArray);
	} catch {
		return undefined;
	}
}

/** Why nftables did not do it. */
export function nftRefusal({ missing, stderr }: Outcome): Refusal {
	if (missing) return { refused: 'watch.act.nft' };
	const detail = firstLine(stderr);
	const code = /not permitted|permission denied|you must be root/i.test(stderr) ? 'permission' : 'failed';
	return { refused: `watch.act.${code}`, detail };
}

export function firstLine(text: string): string {
	return text.trim().split('\n', 1)[0]!.slice(0, 300);
}
