/**
 * amuled, Debian's, in a network of its own that needs no root: `unshare` makes a user and a network namespace whose
 * loopback device gets public-looking addresses (amuled refuses 127.0.0.0/8). No route leaves it.
 *
 * Traps of amuled 2.3.3 that shape this: it publishes on a timer of a minute; a transfer may stall for good, so files
 * are small and a second try begins with a new pair; a known address with a new user is banned, so each has its own.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanEnv, launcher, type Outcome, outcomeOf, root, temporaryFolder } from '../cli/sallyport.ts';
import { addresses } from './namespace.ts';

const PASSWORD = 'secret';
const REMOTE = '4712';

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

export class PrivateNet {
	readonly #holder: ChildProcess;
	readonly #children: ChildProcess[] = [];

	private constructor(holder: ChildProcess) {
		this.#holder = holder;
	}

	static async make(): Promise<PrivateNet> {
		const adds = addresses.map((one) => `ip address add ${one}/32 dev lo`).join(' && ');
		// It lives until its input is closed.
		const script = `ip link set lo up && ${adds} && echo ready && exec cat`;
		const holder = spawn('unshare', ['-rn', 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
		const line = await new Promise((resolved) => createInterface(holder.stdout!).once('line', resolved));
		if (line !== 'ready') throw new Error('the private network could not be made');
		return new PrivateNet(holder);
	}

	spawn(words: readonly string[], input = false): ChildProcess {
		const inside = ['-t', String(this.#holder.pid), '-U', '-n', '--preserve-credentials', '--', ...words];
		const child = spawn('nsenter', inside, {
			env: cleanEnv(),
			cwd: root,
			stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
		});
		this.#children.push(child);
		return child;
	}

	run(words: readonly string[]): Promise<Outcome> {
		return outcomeOf(this.spawn(words));
	}

	/** A server of ours, by the command line. What asks it for its figures. */
	async server(listen: string): Promise<() => Promise<string>> {
		const home = join(temporaryFolder(), 'home');
		const words = [
			'server',
			'--network',
			'edonkey',
			'--json',
			'--home',
			home,
			'--listen',
			listen,
			'--metrics',
			'127.0.0.1:0',
		];
		const child = this.spawn([process.execPath, launcher, ...words]);
		const over = outcomeOf(child);
		const line = await Promise.race([
			new Promise<string>((resolved) => createInterface(child.stdout!).once('line', resolved)),
			over.then(({ stderr }) => Promise.reject(new Error(`the server did not start: ${stderr}`))),
		]);
		const { metrics } = JSON.parse(line) as { metrics: string };
		// Only inside can it be reached.
		const fetched = `fetch('${metrics}').then((answer) => answer.text()).then((text) => process.stdout.write(text))`;
		return async () => (await this.run([process.execPath, '-e', fetched])).stdout;
	}

	/** A node of ours that takes part in eDonkey, by the command line. */
	async node(host: string, more: readonly string[]): Promise<OwnNode> {
		const home = join(temporaryFolder(), 'home');
		const listen = ['--listen', `${host}:0`, '--edonkey-listen', `${host}:4662`, '--api', '127.0.0.1:0'];
		const words = [
			'node',
			'--json',
			'--home',
			home,
			'--scope',
			'internet',
			'--networks',
			'edonkey',
			...listen,
		];
		const child = this.spawn([process.execPath, launcher, ...words, ...more]);
		const over = outcomeOf(child);
		await Promise.race([
			new Promise<string>((resolved) => createInterface(child.stdout!).once('line', resolved)),
			over.then(({ stderr }) => Promise.reject(new Error(`the node did not start: ${stderr}`))),
		]);
		return {
			json: async (...command) => {
				const inside = [process.execPath, launcher, ...command, '--json', '--home', home];
				const { stdout, stderr, status } = await this.run(inside);
				if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
				return stdout
					.split('\n')
					.filter(Boolean)
					.map((line) => JSON.parse(line));
			},
		};
	}

	async close(): Promise<void> {
		const ends = this.#children.map(async (child) => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const ended = new Promise((resolved) => child.once('exit', resolved));
			child.kill('SIGTERM');
			const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
			await ended;
			clearTimeout(late);
		});
		await Promise.all(ends);
		this.#holder.stdin!.end();
		this.#holder.kill('SIGTERM');
	}
}

export interface OwnNode {
	/** What a client command prints. */
	json(...command: string[]): Promise<Record<string, unknown>[]>;
}

export interface MuleOf {
	readonly address: string;
	readonly port?: number;
	/** HOST:PORT of the servers that it knows. */
	readonly servers: readonly string[];
	readonly files?: Readonly<Record<string, Uint8Array>>;
	/** It takes obfuscated links only, and knows that its servers do. Default: as amuled comes. */
	readonly sealed?: boolean;
}

export class Mule {
	readonly folder = temporaryFolder();
	readonly incoming = join(this.folder, 'Incoming');
	readonly address: string;
	readonly #net: PrivateNet;
	#child: ChildProcess | undefined;

	constructor(net: PrivateNet, { address, port = 4662, servers, files = {}, sealed = false }: MuleOf) {
		this.#net = net;
		this.address = address;
		for (const name of ['Temp', 'Incoming']) mkdirSync(join(this.folder, name));
		for (const [name, bytes] of Object.entries(files)) writeFileSync(join(this.incoming, name), bytes);
		writeFileSync(join(this.folder, 'amule.conf'), configuration(this.folder, address, port, sealed));
		writeFileSync(join(this.folder, 'server.met'), serverList(servers, sealed));
	}

	/** Its user's hash, in hex, once it has started for the first time. */
	get user(): string | undefined {
		try {
			const hash = readFileSync(join(this.folder, 'preferences.dat')).subarray(1, 17);
			// The marks of the eMule family are set when it is read, not when it is written.
			hash[5] = 0x0e;
			hash[14] = 0x6f;
			return hash.toString('hex');
		} catch {
			return undefined;
		}
	}

	start(): void {
		const child = this.#net.spawn(['amuled', '-c', this.folder, '-o']);
		child.stdout!.resume();
		child.stderr!.resume();
		this.#child = child;
	}

	/** Ends it; its downloads and its user are there again with the next start. */
	async stop(): Promise<void> {
		const child = this.#child!;
		const ended = new Promise((resolved) => child.once('exit', resolved));
		if (child.exitCode !== null || child.signalCode !== null) return;
		await this.ask('shutdown');
		const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
		await ended;
		clearTimeout(late);
	}

	/** One command of amulecmd; what it answers. */
	async ask(command: string): Promise<string> {
		const { stdout } = await this.#net.run(this.#remote('-c', command));
		return stdout;
	}

	/** Commands of one session: the results of a search are known to it alone. */
	async session(steps: readonly { command: string; wait: number }[]): Promise<string> {
		const child = this.#net.spawn(this.#remote(), true);
		const over = outcomeOf(child);
		for (const { command, wait } of steps) {
			child.stdin!.write(`${command}\n`);
			await new Promise((resolved) => setTimeout(resolved, wait));
		}
		child.stdin!.end('quit\n');
		return (await over).stdout;
	}

	#remote(...words: string[]): string[] {
		return ['amulecmd', '-h', this.address, '-p', REMOTE, '-P', PASSWORD, ...words];
	}
}

function configuration(folder: string, address: string, port: number, sealed: boolean): string {
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
		...['MaxUpload=65000', 'MaxDownload=0', 'SlotAllocation=1000', 'FilterLanIPs=0', 'ParanoidFiltering=0'],
		...['IPFilterAutoLoad=0', 'CheckDiskspace=0', 'NewVersionCheck=0', 'GeoIPEnabled=0', 'Ed2kServersUrl='],
		'KadNodesUrl=',
	];
	const remote = [
		...['AcceptExternalConnections=1', `ECAddress=${address}`, `ECPort=${REMOTE}`, `ECPassword=${password}`],
		...['UseSecIdent=1', 'IpFilterClients=0', 'IpFilterServers=0'],
	];
	const required = [
		'IsClientCryptLayerSupported=1',
		'IsCryptLayerRequested=1',
		'IsClientCryptLayerRequired=1',
	];
	const obfuscation = sealed ? ['[Obfuscation]', ...required] : [];
	return ['[eMule]', ...emule, '[ExternalConnect]', ...remote, ...obfuscation, ''].join('\n');
}

/**
 * server.met: E0, a count, and for each server its address, its port and a tag with its name; where it takes obfuscated
 * links (tag 97), at the same port, and that it does (tag 92).
 */
function serverList(servers: readonly string[], sealed: boolean): Buffer {
	const count = Buffer.alloc(4);
	count.writeUInt32LE(servers.length);
	const entries = servers.map((server, i) => {
		const [host, port] = server.split(':') as [string, string];
		const fixed = Buffer.alloc(10);
		fixed.set(host.split('.').map(Number));
		fixed.writeUInt16LE(Number(port), 4);
		fixed.writeUInt32LE(sealed ? 3 : 1, 6);
		const number = (tag: number, value: number) => Buffer.from([3, 1, 0, tag, value & 255, value >> 8, 0, 0]);
		const obfuscated = sealed ? [number(0x92, 0x400), number(0x97, Number(port))] : [];
		const name = `server${i}`;
		return Buffer.concat([
			fixed,
			Buffer.from([2, 1, 0, 1, name.length, 0]),
			Buffer.from(name),
			...obfuscated,
		]);
	});
	return Buffer.concat([Buffer.from([0xe0]), count, ...entries]);
}
