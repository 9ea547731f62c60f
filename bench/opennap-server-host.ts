/** The OpenNap server of the bench, in a process of its own; asked by messages what it holds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collect } from '../src/node/given-back.ts';
import { RunningOpenNapServer } from '../src/node/opennap-server.ts';

const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const many = 1e9;
const server = new RunningOpenNapServer({
	listen: { host: '127.0.0.1', port: Number(process.argv[2]) },
	usable: () => true,
	home,
	version: 'bench',
	notice: () => {},
	limits: { shares: many, searches: many, requests: many, filesOfUser: many },
});
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.on('message', () => {
	// As the server does by itself each minute where half of its files have left.
	collect();
	process.send?.(server.figures().files);
});
await server.start();
console.log('ready');
