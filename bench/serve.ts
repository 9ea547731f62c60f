/** A real node that shares one large file, for the upload bench. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const launcher = resolve(import.meta.dirname, '../bin/sallyport.js');

export async function serveFile(
	folder: string,
	bytes: number,
): Promise<{ port: number; target: string; end: () => Promise<void> }> {
	const share = join(folder, 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'large file.bin'), Buffer.alloc(bytes, 'sallyport'));
	const port = 20_000 + (process.pid % 20_000);
	const child = spawn(
		process.execPath,
		[
			launcher,
			'node',
			'--home',
			join(folder, 'home'),
			'--listen',
			`127.0.0.1:${port}`,
			'--api',
			'127.0.0.1:0',
			'--share',
			share,
			'--role',
			'ultrapeer',
		],
		{ stdio: ['ignore', 'ignore', 'inherit'] },
	);
	const target = '/get/1/large%20file.bin';
	for (let i = 0; i < 300; i++) {
		await new Promise((resolve) => setTimeout(resolve, 100));
		const answer = await fetch(`http://127.0.0.1:${port}${target}`, { method: 'HEAD' }).catch(
			() => undefined,
		);
		if (answer?.status === 200) break;
	}
	const end = async (): Promise<void> => {
		child.kill('SIGTERM');
		await new Promise((gone) => child.on('close', gone));
	};
	return { port, target, end };
}
