import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeFolders, startNode, temporaryFolder, until } from './sallyport.ts';

afterAll(removeFolders);

it('nodes that know only a seed find each other through it', async () => {
	const seed = (await startNode(['seed', '--listen', '127.0.0.9:0'])) as unknown as {
		webCache: string;
		hostCache: string;
		stop(): Promise<{ status: number; stderr: string }>;
	};
	expect(seed.webCache).toMatch(/^http:\/\/127\.0\.0\.9:\d+\/$/);
	expect(await (await fetch(seed.webCache)).text()).toMatch(/a seed of the Gnutella network/);
	const node = (role: string, at: string) =>
		startNode([
			...['node', '--home', join(temporaryFolder(), 'home'), '--role', role, '--listen', `${at}:0`],
			...['--api', '127.0.0.1:0', '--seed', seed.webCache, '--seed', seed.hostCache],
		]);
	const first = await node('ultrapeer', '127.0.0.10');
	const second = await node('leaf', '127.0.0.11');
	try {
		const [peer] = await until(async () => {
			const peers = await second.json('peers');
			return peers.length > 0 && peers;
		});
		expect(peer).toMatchObject({ address: first.listen, role: 'ultrapeer', direction: 'out' });
	} finally {
		await Promise.all([first.stop(), second.stop()]);
	}
	expect(await seed.stop()).toMatchObject({ status: 0, stderr: '' });
});
