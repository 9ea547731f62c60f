/**
 * amuled, Debian's, in a network of its own (private-net.ts).
 *
 * What else of amuled 2.3.3 shapes this (mule-traps.ts): it publishes on a timer of a minute; where it shares its processors a
 * transfer may stall for good, so files are small and a second try begins with a new process; a known address with a
 * new user is banned, so each has its own.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcher, outcomeOf, temporaryFolder } from '../cli/sallyport.ts';
import { patience } from '../patience.ts';
import { beSomebody, onOneProcessor } from './mule-traps.ts';
import type { PrivateNet } from './private-net.ts';
import { serverList } from './server-met.ts';

const PASSWORD = 'secret';
const REMOTE = 4712;
/** 2 MB take five seconds; a download of an amuled that was started again begins after fifteen. */
const FETCHED = 45_000;
const FOUND = 100_000;

/** Why these tests cannot run here; undefined: they can. */
export function whyNoMule(): string | undefined {
	const why = reason();
	if (why !== undefined) console.log(`The tests against amuled are skipped: ${why}`);
	return why;
}

function reason(): string | undefined {
	if (process.platform !== 'linux') return 'they need Linux.';
	for (const program of ['amuled', 'amulecmd', 'ip', 'unshare', 'nsenter'])
		if (spawnSync(program, ['--version']).error !== undefined)
			return `the program "${program}" is missing (Debian: amule-daemon, amule-utils, iproute2, util-linux).`;
	const made = spawnSync('unshare', ['-rn', 'true']);
	return made.status === 0 ? undefined : 'this machine lets nobody make a network namespace.';
}

interface Remote {
	readonly host: string;
	readonly port: number;
}

/** Asks until there is an answer, for so many milliseconds. */
export async function waitFor<T>(
	what: string,
	most: number,
	ask: () => Promise<T | undefined>,
	step = 500,
): Promise<T> {
	const end = Date.now() + most;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > end) throw new Error(`${what} has not happened in ${most / 1000} s`);
		await new Promise((resolved) => setTimeout(resolved, step));
	}
}

export interface MuleOf {
	readonly address: string;
	readonly port?: number;
	/** HOST:PORT of the servers that it knows. */
	readonly servers: readonly string[];
	readonly files?: Readonly<Record<string, Uint8Array>>;
	/** It takes obfuscated links only, and knows that its servers do. Default: as amuled comes. */
	readonly sealed?: boolean;
	/** Behind the guard, as docs/commands/guard.md says it: `guard run --policy amuled -- amuled`, with ~/.aMule. */
	readonly guarded?: boolean;
	/** Where amulecmd steers it; its own address and 4712 unless said otherwise. */
	readonly remote?: Remote;
	/** Uploads at once; default: 65. */
	readonly slots?: number;
}

export class Mule {
	readonly home = temporaryFolder();
	readonly folder = join(this.home, '.aMule');
	readonly incoming = join(this.folder, 'Incoming');
	readonly address: string;
	/** Its user's hash, in hex. */
	readonly user: string;
	/** What the guard said, a JSON object a line. */
	told = '';
	readonly #net: PrivateNet;
	readonly #guarded: boolean;
	readonly #port: number;
	readonly #at: Remote;
	readonly #servers: readonly string[];
	readonly #files: readonly string[];
	#child: ChildProcess | undefined;

	constructor(net: PrivateNet, given: MuleOf) {
		const { address, port = 4662, servers, files = {}, sealed = false, slots = 65, guarded, remote } = given;
		this.#net = net;
		this.address = address;
		this.#port = port;
		this.#guarded = guarded ?? false;
		this.#at = remote ?? { host: address, port: REMOTE };
		for (const name of ['Temp', 'Incoming']) mkdirSync(join(this.folder, name), { recursive: true });
		this.#servers = servers;
		this.#files = Object.keys(files);
		for (const [name, bytes] of Object.entries(files)) writeFileSync(join(this.incoming, name), bytes);
		this.user = beSomebody(this.folder);
		writeFileSync(
			join(this.folder, 'amule.conf'),
			configuration(this.folder, { address, port, slots, sealed, remote: this.#at }),
		);
		writeFileSync(join(this.folder, 'server.met'), serverList(servers, sealed));
	}

	start(): void {
		const guard = [process.execPath, launcher, 'guard', 'run', '--json', '--policy', 'amuled', '--'];
		const words = [...(this.#guarded ? guard : []), 'amuled', '-o'];
		const child = this.#net.spawn(words, false, { HOME: this.home }, onOneProcessor());
		child.stdout!.resume();
		child.stderr!.on('data', (text) => {
			if (this.#guarded) this.told += text;
		});
		this.#child = child;
	}

	/** Starts it and connects it to a server, the first that it knows by default: how amuled says that it is. */
	async connected(server = this.#servers[0]!): Promise<string> {
		this.start();
		await waitFor('an answer of amuled', patience, async () =>
			/eD2k/.test(await this.ask('status')) ? true : undefined,
		);
		// Whoever asks for a file that is not hashed yet hears that it is not there, and never asks again.
		await waitFor('the hashes of its files', patience, async () => {
			const shared = await this.ask('show shared');
			return this.#files.every((name) => shared.includes(name)) || undefined;
		});
		// The dial back that tells a HighID may be one of the wake-ups that it loses.
		for (let tries = 1; ; tries++) {
			const said = await waitFor('a connection of amuled', patience, this.connecting(server));
			if (tries === 4 || this.#port < 1024 || said.includes('HighID')) return said;
			await this.ask('disconnect');
		}
	}

	/** To be asked now and then: how it says that it is connected. It gives up by itself where it is not answered in time. */
	connecting(server: string): () => Promise<string | undefined> {
		let asked = Number.NEGATIVE_INFINITY;
		return async () => {
			const said = /Connected to [^\n]*/.exec(await this.ask('status'))?.[0];
			if (said === undefined && performance.now() - asked > 30_000) {
				asked = performance.now();
				await this.ask(`connect ${server}`);
			}
			return said;
		};
	}

	/** Ends it; its downloads and its user are there again with the next start. */
	async stop(): Promise<void> {
		const child = this.#child!;
		const ended = new Promise((resolved) => child.once('exit', resolved));
		if (child.exitCode !== null || child.signalCode !== null) return;
		await this.ask('shutdown');
		// It may not have heard, and takes its time on a busy machine.
		const again = setInterval(() => void this.ask('shutdown'), 10_000);
		const late = setTimeout(() => child.kill('SIGKILL'), 45_000);
		await ended;
		clearInterval(again);
		clearTimeout(late);
	}

	/**
	 * Searches at its server for one file and downloads it: what has arrived. 2.3.3 may stop reading a socket for good
	 * while bytes wait in it, and says that it is still downloading; a new process goes on, so it gets three.
	 */
	async fetched(name: string): Promise<Uint8Array> {
		const words = name.replace('.bin', '').replaceAll('-', ' ');
		await waitFor(`a hit for ${name}`, FOUND, async () => {
			const said = await this.session([
				{ command: `search local ${words}`, wait: 2000 },
				{ command: 'results', wait: 1000 },
				{ command: 'download 0', wait: 1000 },
			]);
			return /Download File: 0/.test(said) || undefined;
		});
		return this.arrived(name);
	}

	/** The same for a download that has been begun. */
	async arrived(name: string): Promise<Uint8Array> {
		const path = join(this.incoming, name);
		// A busy machine is slow: it stands still where nothing more has come in that time.
		const arrival = async (): Promise<boolean> => {
			for (let before = await this.#progress(); ; ) {
				const isThere = await waitFor(`the download of ${name}`, FETCHED, async () =>
					existsSync(path) ? true : undefined,
				).catch(() => false);
				const now = await this.#progress();
				if (isThere || now === before) return isThere;
				before = now;
			}
		};
		for (let stalled = 0; stalled < 2; stalled++) {
			if (await arrival()) return readFileSync(path);
			console.log(`amuled has stalled in its download of ${name}, and is started again`);
			await this.stop();
			await this.connected();
		}
		if (!(await arrival())) throw new Error(`${name} has not arrived, also not after two starts`);
		return readFileSync(path);
	}

	/** How much has come of each of its downloads. */
	async #progress(): Promise<string> {
		return ((await this.ask('show dl')).match(/\[\d+(\.\d+)?%\]/g) ?? []).join();
	}

	/** Bytes that it has uploaded since its start, to three digits. */
	async uploaded(): Promise<number> {
		// It may lose a question too.
		const [, number, unit] = await waitFor('an answer of what amuled has uploaded', patience, async () => {
			const text = await this.ask('statistics');
			return /Uploaded Data[^:]*: ([\d.]+) (bytes|kB|MB)/.exec(text) ?? undefined;
		});
		return Number(number) * (unit === 'MB' ? 1e6 : unit === 'kB' ? 1000 : 1);
	}

	/** One command of amulecmd; what it answers. */
	async ask(command: string): Promise<string> {
		const { stdout } = await this.#net.run(this.#remote('-c', command));
		return stdout;
	}

	/** Commands of one session: the results of a search are known to it alone. */
	async session(steps: readonly { command: string; wait: number }[]): Promise<string> {
		const child = this.#net.spawn(this.#remote(), true);
		// Of a try that is over its network is gone, and the program with it.
		child.stdin!.on('error', () => {});
		const over = outcomeOf(child);
		for (const { command, wait } of steps) {
			child.stdin!.write(`${command}\n`);
			await new Promise((resolved) => setTimeout(resolved, wait));
		}
		child.stdin!.end('quit\n');
		return (await over).stdout;
	}

	#remote(...words: string[]): string[] {
		return ['amulecmd', '-h', this.#at.host, '-p', String(this.#at.port), '-P', PASSWORD, ...words];
	}
}

type Doors = Required<Pick<MuleOf, 'address' | 'port' | 'slots' | 'sealed' | 'remote'>>;

function configuration(folder: string, { address, port, slots, sealed, remote }: Doors): string {
	const password = createHash('md5').update(PASSWORD).digest('hex');
	const emule = [
		...[
			'AppVersion=2.3.3',
			'Nick=tester',
			`Port=${port}`,
			'UDPPort=4672',
			'UDPEnable=1',
			`Address=${address}`,
		],
		...['Autoconnect=0', 'Reconnect=0', 'ConnectToED2K=1', 'ConnectToKad=0', 'RemoveDeadServer=0'],
		...['AddServerListFromServer=0', 'AddServerListFromClient=0', 'SmartIdCheck=0', 'UPnPEnabled=0'],
		...[
			`TempDir=${join(folder, 'Temp')}`,
			`IncomingDir=${join(folder, 'Incoming')}`,
			`OSDirectory=${folder}/`,
		],
		// 0, which means no limit, is a mistake of 2.3.3.
		...[`MaxUpload=${slots * 1000}`, 'MaxDownload=0', 'SlotAllocation=1000'],
		...['FilterLanIPs=0', 'ParanoidFiltering=0'],
		...['IPFilterAutoLoad=0', 'CheckDiskspace=0', 'NewVersionCheck=0', 'GeoIPEnabled=0', 'Ed2kServersUrl='],
		'KadNodesUrl=',
	];
	const external = [
		...[
			'AcceptExternalConnections=1',
			`ECAddress=${remote.host}`,
			`ECPort=${remote.port}`,
			`ECPassword=${password}`,
		],
		...['UseSecIdent=1', 'IpFilterClients=0', 'IpFilterServers=0'],
	];
	const required = [
		'IsClientCryptLayerSupported=1',
		'IsCryptLayerRequested=1',
		'IsClientCryptLayerRequired=1',
	];
	const obfuscation = sealed ? ['[Obfuscation]', ...required] : [];
	return ['[eMule]', ...emule, '[ExternalConnect]', ...external, ...obfuscation, ''].join('\n');
}
