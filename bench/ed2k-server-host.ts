/** The server of the bench, in a process of its own; asked by messages what it holds. Floods are the bench's business. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerFigures } from '../src/networks/edonkey/server/operator.ts';
import { RunningEdonkeyServer } from '../src/node/edonkey-server.ts';

/** What it says of itself, after a collection. */
export interface ServerHeld extends ServerFigures {
	readonly rss: number;
	readonly heap: number;
}

const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const many = 1e9;
const server = new RunningEdonkeyServer({
	listen: { host: '127.0.0.1', port: 0 },
	usable: () => true,
	home,
	version: 'bench',
	notice: () => {},
	limits: { offers: many, searches: many, sourcesAsked: many, filesOfClient: many },
});
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.on('message', () => {
	(globalThis as { gc?: () => void }).gc?.();
	const { rss, heapUsed } = process.memoryUsage();
	process.send?.({ ...server.figures(), rss, heap: heapUsed } satisfies ServerHeld);
});
const { port } = await server.start();
console.log(port);
