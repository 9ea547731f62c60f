/** Peers behind the guard under the profiles that are shipped: amuled fetching from amuled, a node from a node. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { md4 } from '../src/library/ed2k-hash.ts';
import { type RunningNode, startNode, temporaryFolder } from '../test/cli/sallyport.ts';
import { Mule } from '../test/real/mule.ts';
import { addresses } from '../test/real/namespace.ts';
import { PrivateNet } from '../test/real/private-net.ts';
import { tally } from './guarded-tally.ts';

const patience = 90_000;

async function until(what: string, ready: () => Promise<boolean> | boolean): Promise<boolean> {
	for (const late = Date.now() + patience; Date.now() < late; await delay(1000))
		if (await ready()) return true;
	console.log(`${what} has not happened in ${patience / 1000} s`);
	return false;
}

const size = 2_000_000;
const eserver = `${addresses[0]}:4661`;

/** Two amuleds, both behind the guard under the profile that is shipped: the second fetches from the first. */
export class Mules {
	readonly #net: PrivateNet;
	readonly #files = new Map<string, Buffer>();
	readonly #alice: Mule;
	readonly #bob: Mule;
	#next = 0;

	private constructor(net: PrivateNet) {
		this.#net = net;
		for (let number = 0; number < 80; number++) this.#files.set(`orchard${number}.bin`, randomBytes(size));
		const one = { servers: [eserver], guarded: true };
		const files = Object.fromEntries(this.#files);
		this.#alice = new Mule(net, {
			...one,
			address: addresses[1],
			files,
			remote: { host: '127.0.0.1', port: 4711 },
		});
		this.#bob = new Mule(net, { ...one, address: addresses[2], remote: { host: '127.0.0.1', port: 4712 } });
	}

	static async start(): Promise<Mules> {
		const net = await PrivateNet.make();
		await net.server(eserver);
		const mules = new Mules(net);
		for (const mule of [mules.#alice, mules.#bob]) await begin(mule);
		return mules;
	}

	/** amuled 2.3.3 may stall for good: then both begin anew, and so does the file. */
	async round(): Promise<void> {
		const own = tally('amuled');
		const name = `orchard${this.#next++ % this.#files.size}.bin`;
		const bytes = this.#files.get(name)!;
		const hash = Buffer.from(md4(bytes)).toString('hex').toUpperCase();
		const source = `sources,${this.#alice.address}:4662`;
		own.runs++;
		await this.#bob.ask(`add ed2k://|file|${name}|${size}|${hash}|/|${source}|/`);
		const path = join(this.#bob.incoming, name);
		const here = () => existsSync(path) && statSync(path).size === size;
		if (!(await until(`amuled has ${name}`, here))) {
			own.stood++;
			await this.#again();
		} else if (!readFileSync(path).equals(bytes)) own.failed++;
	}

	async #again(): Promise<void> {
		for (const mule of [this.#bob, this.#alice]) {
			await mule.stop();
			await begin(mule);
		}
	}

	async close(): Promise<void> {
		for (const mule of [this.#bob, this.#alice]) {
			await mule.stop();
			tally('amuled').add(mule.told);
		}
		await this.#net.close();
	}
}

async function begin(mule: Mule): Promise<void> {
	mule.start();
	await until('an answer of amuled', async () => /eD2k/.test(await mule.ask('status')));
	await mule.ask(`connect ${eserver}`);
	await until('a connection of amuled', async () => /Connected to/.test(await mule.ask('status')));
}

/** Two nodes behind the guard: each round one fetches what the other shares, and searches. */
export class Nodes {
	readonly #giver: RunningNode;
	readonly #taker: RunningNode;

	private constructor(giver: RunningNode, taker: RunningNode) {
		this.#giver = giver;
		this.#taker = taker;
	}

	static async start(): Promise<Nodes> {
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		for (let number = 0; number < 20; number++)
			writeFileSync(join(share, `willow number${number}.bin`), randomBytes(500_000));
		const words = [
			'node',
			'--guarded',
			'--listen',
			'127.0.0.1:0',
			'--api',
			'127.0.0.1:0',
			'--role',
			'ultrapeer',
		];
		const giver = await startNode([...words, '--home', join(temporaryFolder(), 'home'), '--share', share]);
		const peer = ['--peer', `gnutella:${giver.listen}`];
		const taker = await startNode([...words, '--home', join(temporaryFolder(), 'home'), ...peer]);
		return new Nodes(giver, taker);
	}

	async round(number: number): Promise<void> {
		const own = tally('node');
		own.runs++;
		try {
			const hits = await this.#taker.json('search', `number${number % 20}`, 'willow', '--wait', '4');
			const [got] = await this.#taker.json('get', JSON.stringify(hits[0]), '--wait');
			if (got.state !== 'complete') throw new Error(`the transfer is ${got.state}`);
			await this.#giver.json('library');
		} catch (error) {
			own.failed++;
			console.log(`node: ${(error as Error).message}`);
		}
	}

	async close(): Promise<void> {
		for (const node of [this.#taker, this.#giver]) tally('node').add((await node.stop()).stderr);
	}
}
