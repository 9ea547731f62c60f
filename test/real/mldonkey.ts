/**
 * mldonkey inside a namespace, spoken to over its console. SALLYPORT_MLDONKEY names its start script, which is for Gnutella;
 * beside that lie `ctl.py`, the program `mlnet` itself, and `../bin/bindip.so`, which binds it to its address
 * (docs/interoperability.md).
 */
import { chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../cli/sallyport.ts';
import { type Namespace, openFolder, type SharedFile, sha1Of, whyNot } from './namespace.ts';

const script = process.env['SALLYPORT_MLDONKEY'] ?? '';
const control = '4000';
/** No user of the system. */
const user = 12347;

/** The tests that need it are skipped. */
export function lacksMldonkey(what: string): boolean {
	return whyNot(what, 'SALLYPORT_MLDONKEY') !== undefined;
}

interface MldonkeyOf {
	/** Where it listens, and whom it joins. */
	readonly at: string;
	readonly peer: string;
	readonly share: SharedFile;
}

export class Mldonkey {
	readonly #namespace: Namespace;
	readonly #state = join(openFolder(), 'state');
	readonly #finished = join(this.#state, 'incoming', 'files');

	/** With Gnutella, or with FastTrack. */
	constructor(namespace: Namespace, network: 'gnutella' | 'fasttrack', given: MldonkeyOf) {
		this.#namespace = namespace;
		const { at, peer, share } = given;
		const [host, port] = at.split(':') as [string, string];
		if (network === 'gnutella') namespace.start([script, host, port, this.#state, share.folder, peer]);
		else this.#startFastTrack(host, port, given);
	}

	/** What its console says to these commands. */
	async says(...commands: string[]): Promise<string> {
		return (await this.#namespace.run(['python3', join(script, '..', 'ctl.py'), control, ...commands]))
			.stdout;
	}

	/** It searches, and orders what it has found under this name. */
	async order(words: string, name: string): Promise<void> {
		await this.says(`s ${words}`);
		const number = await until(async () => {
			const line = (await this.says('vr')).split('\n').find((text) => text.includes(name));
			return line?.match(/\[\s*(\d+)\s*\]/)?.[1];
		});
		await this.says(`d ${number}`);
	}

	/** Moves what it has fetched to its finished files: the SHA-1 of the one whose name begins with this word. */
	arrived(word: string): Promise<string | undefined> {
		return until(async () => {
			await this.says('commit');
			const name = readdirSync(this.#finished).find((one) => one.startsWith(word));
			return name !== undefined && sha1Of(join(this.#finished, name));
		});
	}

	/** It loses what waits in its socket above 50,000 bytes: only a slow one gets files right. */
	#startFastTrack(host: string, port: string, { peer, share }: MldonkeyOf): void {
		const state = this.#state;
		mkdirSync(state);
		const [there, at] = peer.split(':');
		const cache = ` client_port = ${port}\n cache = {\n   ultrapeers = [("${there}", ${at});]\n}\n`;
		const folder = (dirname: string, strategy: string): string =>
			`  {     dirname = "${dirname}"\n     strategy = ${strategy}\n     priority = 0\n};`;
		const folders = [
			folder(share.folder, 'all_files'),
			folder('incoming/files', 'incoming_files'),
			folder('incoming/directories', 'incoming_directories'),
		].join('\n');
		writeFileSync(join(state, 'fasttrack.ini'), cache);
		const rest = ' web_infos = []\n allowed_ips = [\n  "127.0.0.1";]\n';
		writeFileSync(join(state, 'downloads.ini'), ` shared_directories = [\n${folders}]\n${rest}`);
		for (const name of ['', 'fasttrack.ini', 'downloads.ini']) chownSync(join(state, name), user, user);
		const networks = ['donkey', 'overnet', 'kademlia', 'gnutella', 'gnutella2', 'fileTP', 'fasttrack'];
		const options = {
			...Object.fromEntries(networks.map((name) => [`enable_${name}`, String(name === 'fasttrack')])),
			...{ allow_local_network: 'true', discover_ip: 'false', client_ip: host, force_client_ip: 'true' },
			...{ telnet_port: control, gui_port: '4001', http_port: '4080', max_hard_download_rate: '40' },
			...{ telnet_bind_addr: '127.0.0.1', gui_bind_addr: '127.0.0.1', http_bind_addr: '127.0.0.1' },
		};
		const bound = [`BINDIP=${host}`, `BINDIP_LOCAL=${control},4001,4080`];
		const preload = `LD_PRELOAD=${join(script, '..', '..', 'bin', 'bindip.so')}`;
		const home = [
			'env',
			'-C',
			state,
			`HOME=${state}`,
			`MLDONKEY_DIR=${state}`,
			'LANG=C.UTF-8',
			preload,
			...bound,
		];
		this.#namespace.start([
			...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...home],
			...[
				join(script, '..', 'mlnet'),
				...Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]),
			],
		]);
	}
}
