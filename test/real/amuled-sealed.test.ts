/**
 * Debian's amuled with obfuscation required, at a server of ours and with nodes of ours: one that requires it too, and one
 * as it comes. What goes over the wire is captured beside it: no link begins as a plain one.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { maySealed } from '../../src/networks/edonkey/wire/sealing.ts';
import { readCapture } from '../../src/watch/capture/capture-file.ts';
import type { Verdict } from '../../src/watch/recognise/verdict.ts';
import { Watch } from '../../src/watch/watch.ts';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { readPcap } from '../networks/gnutella/wire/pcap.ts';
import { patience } from '../patience.ts';
import { Mule, waitFor, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { type OwnNode, PrivateNet } from './private-net.ts';

const skipped = whyNoMule() !== undefined;
const captures = spawnSync('dumpcap', ['--version']).error === undefined;
if (!captures) console.log('skipped: what goes over the wire is not looked at (Debian: apt install tshark)');
const [first, alice, bob] = addresses;
const server = `${first}:4661`;
/** amuled publishes once a minute. */
const PATIENCE = 400_000;
const TCP = 6;

const theirs = { 'orchard harvest ledger.bin': randomBytes(900_000) };
const ours = { 'willow chronicle.bin': randomBytes(700_000) };

describe.skipIf(skipped)('amuled with obfuscation required', () => {
	let net: PrivateNet;
	let figures: () => Promise<string>;
	let mule: Mule;
	let node: OwnNode;
	let capture: ChildProcess | undefined;
	const file = join(temporaryFolder(), 'sealed.pcap');

	/** Writes down everything that goes over the wire from now on. */
	async function captured(): Promise<ChildProcess> {
		const child = net.spawn(['dumpcap', '-q', '-P', '-i', 'lo', '-w', file]);
		await new Promise<void>((ready) =>
			child.stderr!.on('data', (text) => /File:/.test(String(text)) && ready()),
		);
		return child;
	}

	beforeAll(async () => {
		net = await PrivateNet.make();
		if (captures) capture = await captured();
		figures = await net.server(server);
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		for (const [name, bytes] of Object.entries(ours)) writeFileSync(join(share, name), bytes);
		const peer = ['--peer', `edonkey:${server}`];
		node = await net.node(bob, ['--share', share, ...peer, '--edonkey-obfuscation', 'required']);
		mule = new Mule(net, { address: alice, servers: [server], files: theirs, sealed: true });
	}, PATIENCE);

	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	async function sealedSessions(): Promise<number> {
		return Number(/^sallyport_server_sealed (\d+)$/m.exec(await figures())?.[1]);
	}

	it(
		'logs in at our server by an obfuscated link, and is found to be reachable by one',
		async () => {
			const before = await sealedSessions();
			expect(await mule.connected()).toMatch(/with HighID/);
			expect(await sealedSessions()).toBeGreaterThan(before);
		},
		PATIENCE,
	);

	it(
		'gives us its files: we require it too',
		async () => {
			for (const [name, bytes] of Object.entries(theirs)) {
				const hit = await waitFor('publication', patience, async () => {
					const hits = await node.json('search', ...name.replace('.bin', '').split(' '), '--wait', '3');
					return hits.find((one) => one['name'] === name);
				});
				expect(hit).toMatchObject({ network: 'edonkey', size: bytes.length, source: { host: alice } });
				const [transfer] = await node.json('get', JSON.stringify(hit), '--wait');
				expect(transfer).toMatchObject({ state: 'complete', size: bytes.length });
				expect(readFileSync(transfer!['path'] as string).equals(bytes)).toBe(true);
			}
		},
		PATIENCE,
	);

	it(
		'fetches our files',
		async () => {
			const [name, bytes] = Object.entries(ours)[0]!;
			expect(Buffer.compare(await mule.fetched(name), bytes)).toBe(0);
		},
		PATIENCE,
	);

	it.skipIf(!captures)(
		'begins no link as a plain one, nor do we; who watches sees eDonkey in datagrams alone, and knows links by what is around them',
		async () => {
			const ended = new Promise((over) => capture!.once('exit', over));
			capture!.kill('SIGTERM');
			await ended;
			const { streams } = readPcap(readFileSync(file));
			const dialled = streams.filter(({ to, bytes }) => /:466[12]$/.test(to) && bytes.length > 0);
			expect(dialled.length).toBeGreaterThan(4);
			for (const { bytes } of dialled) expect(maySealed(bytes[0]!)).toBe(true);
			for (const { from, to, bytes } of streams)
				for (const word of /:466[12]$/.test(from) || /:466[12]$/.test(to)
					? ['orchard', 'willow', 'tester']
					: [])
					expect(bytes.includes(word)).toBe(false);
			const { links, datagrams } = verdictsOf(file);
			expect(datagrams).toContain('payload');
			expect(links.length).toBeGreaterThanOrEqual(5);
			expect(links).not.toContain('payload');
		},
		PATIENCE,
	);
});

/** By what links (TCP) and datagrams were known. */
function verdictsOf(file: string): { links: Verdict['by'][]; datagrams: Verdict['by'][] } {
	const links: Verdict['by'][] = [];
	const datagrams: Verdict['by'][] = [];
	const watch = new Watch({
		ended: ({ protocol }, _why, verdict) => {
			if (verdict?.network === 'edonkey') (protocol === TCP ? links : datagrams).push(verdict.by);
		},
	});
	const end = readCapture(file, watch);
	if (isRefusal(end)) throw new Error(end.refused);
	watch.end(end);
	return { links, datagrams };
}
