/** Debian's amuled gives a file to another amuled; `sallyport watch --apply` on the router between them slows it down. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder, until } from '../../cli/sallyport.ts';
import { beSomebody, onOneProcessor } from '../../real/mule-traps.ts';
import { ActNetwork, type Inside, type Place, whyNotAct } from './act-network.ts';
import { decision } from './act-transfer.ts';

const whyNot = whyNotAct() ?? whyNoAmuled();
const rate = 400_000;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function whyNoAmuled(): string | undefined {
	for (const program of ['amuled', 'amulecmd'])
		if (spawnSync(program, ['--version']).error !== undefined) {
			console.log(`amuled is not slowed down: the program "${program}" is missing (amule-daemon).`);
			return program;
		}
	return undefined;
}

/** A server of eDonkey that answers a login with a number that means "can be reached", and nothing else. */
const server = `require('net').createServer((socket) => {
	const last = socket.remoteAddress.replace('::ffff:', '').split('.').map(Number);
	socket.on('error', () => {});
	socket.once('data', () => socket.write(Buffer.from([0xe3, 5, 0, 0, 0, 0x40, ...last])));
}).listen(4661, '10.77.2.2', () => console.log('ready'))`;

function configuration(folder: string, address: string): string {
	const password = createHash('md5').update('secret').digest('hex');
	return `[eMule]
AppVersion=2.3.3
Nick=someone
Port=4662
UDPPort=4672
UDPEnable=1
Address=${address}
Autoconnect=0
Reconnect=0
ConnectToED2K=1
ConnectToKad=0
RemoveDeadServer=0
AddServerListFromServer=0
AddServerListFromClient=0
SmartIdCheck=0
UPnPEnabled=0
TempDir=${folder}/Temp
IncomingDir=${folder}/Incoming
OSDirectory=${folder}/
MaxUpload=65000
MaxDownload=0
SlotAllocation=1000
FilterLanIPs=0
ParanoidFiltering=0
IPFilterAutoLoad=0
CheckDiskspace=0
NewVersionCheck=0
GeoIPEnabled=0
Ed2kServersUrl=
KadNodesUrl=
[Obfuscation]
IsClientCryptLayerSupported=0
IsCryptLayerRequested=0
IsClientCryptLayerRequired=0
[ExternalConnect]
AcceptExternalConnections=1
ECAddress=${address}
ECPort=4712
ECPassword=${password}
UseSecIdent=1
IpFilterClients=0
IpFilterServers=0
`;
}

describe.skipIf(whyNot !== undefined)('a transfer between two amuled', () => {
	let network: ActNetwork;
	const size = 9_000_000;

	beforeAll(async () => {
		network = new ActNetwork();
		// A packet of 64 KB, as the kernel hands down many at once, is more than a second of this rate: no window would be exact.
		network.offloads('off');
		await network.start('giver', [process.execPath, '-e', server]).until((said) => said.length > 0);
	});

	afterAll(async () => {
		await network?.close();
		removeFolders();
	});

	const addresses = { giver: '10.77.2.2', taker: '10.77.1.2' };

	function start(place: 'giver' | 'taker', file?: Buffer): Inside {
		const folder = temporaryFolder();
		mkdirSync(join(folder, 'Temp'));
		mkdirSync(join(folder, 'Incoming'));
		if (file !== undefined) writeFileSync(join(folder, 'Incoming', 'lecture.bin'), file);
		beSomebody(folder);
		writeFileSync(join(folder, 'amule.conf'), configuration(folder, addresses[place]));
		return network.start(place, [...onOneProcessor(), 'amuled', '-c', folder, '-o'], { HOME: folder });
	}

	/** What amulecmd answers; empty while the daemon does not listen yet. */
	function command(place: 'giver' | 'taker', what: string): string {
		try {
			return network.run(
				place as Place,
				'amulecmd',
				'-h',
				addresses[place],
				'-p',
				'4712',
				'-P',
				'secret',
				'-c',
				what,
			);
		} catch {
			return '';
		}
	}

	/** Two that share nothing with an earlier pair, and the hash of the file that the one has. */
	async function pair(running: Inside[]): Promise<string> {
		for (const old of running.splice(0)) await old.stop();
		running.push(start('giver', randomBytes(size)), start('taker'));
		const hash = await until(
			async () => /([0-9A-F]{32}) .*lecture\.bin/.exec(command('giver', 'show shared'))?.[1],
		);
		for (const place of ['giver', 'taker'] as const) {
			await until(async () => command(place, 'add ed2k://|server|10.77.2.2|4661|/').includes('successful'));
			await until(async () => {
				if (command(place, 'status').includes('HighID')) return true;
				command(place, 'connect 10.77.2.2:4661');
				await pause(500);
				return false;
			});
		}
		return hash;
	}

	/**
	 * Bits a second on the line while the file comes: at least and at most, as each look takes its time on a busy machine.
	 * 0: it stands still. What a program is given is no measure of so short a time: where a lost packet comes late, all
	 * that lay behind it is given at once.
	 */
	async function measured(): Promise<{ least: number; most: number }> {
		const most = () => Math.max(0, ...network.received(4662).values());
		const began = most() + 50_000;
		for (let half = 0; most() < began; half++) {
			if (half === 40) return { least: 0, most: 0 };
			await pause(500);
		}
		await pause(2000);
		const look = () => ({
			before: performance.now(),
			bytes: network.arrived(),
			after: performance.now(),
		});
		const from = look();
		await pause(8000);
		const to = look();
		const bits = (to.bytes - from.bytes) * 8 * 1000;
		return { least: bits / (to.after - from.before), most: bits / (to.before - from.after) };
	}

	it('is recognised and held at its rate', async () => {
		const home = temporaryFolder();
		const rules = `rules: [{ name: slow, match: { network: edonkey }, action: throttle, rate: ${rate / 1000}kbit }]`;
		const running: Inside[] = [];
		let hash = await pair(running);
		const watch = await network.watch('router', rules, ['--apply', '--home', home]);
		let bits = { least: 0, most: 0 };
		// Where amuled shares its processors, it may stand still: then another pair is tried.
		for (let attempt = 0; attempt < 4 && bits.most < rate / 2; attempt++) {
			if (attempt > 0) hash = await pair(running);
			command('taker', `add ed2k://|file|lecture.bin|${size}|${hash}|/|sources,10.77.2.2:4662|/`);
			bits = await measured();
		}
		const found = await decision(watch, 'slow');
		expect(bits.most / rate).toBeGreaterThan(0.9);
		expect(bits.least / rate).toBeLessThan(1.1);
		await watch.stop();
		const flow = watch.said.find((one) => one.event_type === 'flow' && one.flow_id === found.flow_id);
		expect(Date.parse(found.timestamp) - Date.parse(flow.flow.start)).toBeLessThan(2000);
		expect(network.held('router')).toBe('');
	});
});
