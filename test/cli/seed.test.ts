import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { parseAddress } from '../../src/networks/common/address.ts';
import { decodeServerMet, encodeServerMet } from '../../src/networks/edonkey/wire/server-met.ts';
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

it('lists the eDonkey servers that answer, of those it was told of, and a node joins by that list', async () => {
	const home = () => join(temporaryFolder(), 'home');
	const server = await startNode(['server', '--home', home(), '--listen', '127.0.0.8:0']);
	const list = join(temporaryFolder(), 'server.met');
	const absent = { address: { host: '127.0.0.88', port: 4661 }, name: 'nobody' };
	writeFileSync(list, encodeServerMet([absent, { address: parseAddress(server.listen)!, name: 'ours' }]));
	const seed = (await startNode(['seed', '--listen', '127.0.0.9:0', '--server', list])) as unknown as {
		serverList: string;
		stop(): Promise<{ status: number; stderr: string }>;
	};
	const given = async () => new Uint8Array(await (await fetch(seed.serverList)).arrayBuffer());
	const bytes = await until(async () => {
		const now = await given();
		const servers = decodeServerMet(now);
		return !isRefusal(servers) && servers.length > 0 && now;
	});
	const address = parseAddress(server.listen)!;
	expect(decodeServerMet(bytes)).toEqual([{ address, name: 'ours', obfuscatedPort: address.port }]);
	// It is still a seed of Gnutella.
	expect(await (await fetch(new URL('/', seed.serverList))).text()).toMatch(/a seed of the Gnutella network/);
	const words = [
		'node',
		'--home',
		home(),
		'--networks',
		'edonkey',
		'--listen',
		'127.0.0.12:0',
		'--seed',
		seed.serverList,
	];
	const node = await startNode([...words, '--api', '127.0.0.1:0', '--edonkey-listen', '127.0.0.12:0']);
	try {
		await until(async () => (await node.json('status'))[0].networks[0].servers === 1);
	} finally {
		await Promise.all([node.stop(), server.stop()]);
	}
	expect(await seed.stop()).toMatchObject({ status: 0, stderr: '' });
});
