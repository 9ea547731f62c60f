import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

it('a servent of the protocol engine with six links holds less than 8 KB', async () => {
	const worker = new Worker(new URL('holding.ts', import.meta.url));
	const [{ bytes, links }] = (await once(worker, 'message')) as [{ bytes: number; links: number }];
	await worker.terminate();
	expect(links).toBeGreaterThan(3500);
	expect(bytes).toBeGreaterThan(2000);
	expect(bytes).toBeLessThan(8 * 1024);
});
