/** A giver and takers of one file, each a node of ours, in the namespaces of act-network.ts. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base32 } from '../../../src/networks/common/hash.ts';
import { launcher, temporaryFolder, until } from '../../cli/sallyport.ts';
import { type ActNetwork, type Inside, type Said, shareOf } from './act-network.ts';

const size = 60_000_000;

export class Giver {
	readonly #network: ActNetwork;
	readonly #sha1: string;

	private constructor(network: ActNetwork, sha1: string) {
		this.#network = network;
		this.#sha1 = sha1;
	}

	/** Shares a file of random bytes, and serves ten megabytes by HTTP that is nobody's network. */
	static async start(network: ActNetwork): Promise<Giver> {
		const share = shareOf('a long lecture.bin', size);
		const bytes = readFileSync(join(share, 'a long lecture.bin'));
		const sha1 = base32(createHash('sha1').update(bytes).digest());
		const home = join(temporaryFolder(), 'home');
		const listen = ['--listen', '10.77.2.2:6346', '--api', '127.0.0.1:0', '--home', home];
		const words = ['node', '--json', '--scope', 'lan', '--role', 'ultrapeer', '--share', share, ...listen];
		await network.sallyport('giver', words).until((said) => said.length > 0);
		await until(async () => {
			const text = network.run('giver', process.execPath, launcher, 'status', '--json', '--home', home);
			return JSON.parse(text).shared.files === 1;
		});
		const serve = `require('http').createServer((_, answer) => answer.end(Buffer.alloc(10_000_000)))
			.listen(8080, () => console.log('ready'))`;
		await network.start('giver', [process.execPath, '-e', serve]).until((said) => said.length > 0);
		return new Giver(network, sha1);
	}

	/** A new node fetches the file, until it is stopped. */
	async taken(): Promise<Inside> {
		const home = join(temporaryFolder(), 'home');
		const quiet = ['--listen', '10.77.1.2:6346', '--api', '127.0.0.1:0', '--json', '--home', home];
		const node = this.#network.sallyport('taker', ['node', '--scope', 'lan', '--role', 'leaf', ...quiet]);
		await node.until((said) => said.length > 0);
		const source = `http://10.77.2.2:6346/uri-res/N2R?urn:sha1:${this.#sha1}`;
		const link = `magnet:?xt=urn:sha1:${this.#sha1}&dn=lecture.bin&xl=${size}&xs=${source}`;
		this.#network.sallyport('taker', ['get', link, '--home', home, '--out', temporaryFolder()]);
		return node;
	}
}

/** The first decision for a rule, or the first after so much that was said. */
export function decision(watch: Inside, rule: string, after = 0): Promise<Said> {
	return watch.until((said) =>
		said.slice(after).find(({ event_type, policy }) => event_type === 'policy' && policy.rule === rule),
	);
}
