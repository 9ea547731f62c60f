/** Two super-nodes, started as operators start them and linked, and a leaf on each: what one shares the other finds and takes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { unhex } from '../../src/networks/common/hash.ts';
import { Session } from '../../src/networks/fasttrack/session.ts';
import { MessageType } from '../../src/networks/fasttrack/wire/frame.ts';
import { decodeNodes } from '../../src/networks/fasttrack/wire/node.ts';
import { Compare, encodeQuery, Realm, type Term } from '../../src/networks/fasttrack/wire/query.ts';
import { decodeReply, type Result } from '../../src/networks/fasttrack/wire/reply.ts';
import { Tag } from '../../src/networks/fasttrack/wire/tags.ts';
import {
	type RunningNode,
	removeFolders,
	sallyport,
	startNode,
	temporaryFolder,
	until,
} from './sallyport.ts';

const content = Buffer.alloc(700_000, 'a file that goes from an island to the next. ');
const hosts = { first: '127.0.0.91', second: '127.0.0.92' };

let first: RunningNode;
let second: RunningNode;
let giver: RunningNode;
let taker: RawLeaf;

/** A leaf that stays with the super-node that it is given: a node would hang on both. */
class RawLeaf {
	readonly replies: Result[] = [];
	readonly nodes: string[] = [];
	ends = 0;
	isOpen = false;
	readonly #session = new Session('leaf', 'KaZaA');
	readonly #socket: Socket;

	constructor(at: string) {
		const [host, port] = at.split(':');
		this.#socket = connect(Number(port), host);
		this.#socket.on('error', () => {});
		this.#socket.on('data', (bytes: Buffer) => this.#heard(new Uint8Array(bytes)));
		this.#socket.write(this.#session.hello());
	}

	ask(term: Term): void {
		const query = { most: 100, id: 7 + this.ends, realm: Realm.All, terms: [term] };
		this.#socket.write(this.#session.message(MessageType.Query, encodeQuery(query)));
	}

	close(): void {
		this.#socket.destroy();
	}

	#heard(bytes: Uint8Array): void {
		this.#session.push(bytes);
		for (let step = this.#session.step(); step !== undefined; step = this.#session.step()) {
			if (step === 'ping') this.#socket.write(this.#session.pong());
			else if (typeof step === 'string' || isRefusal(step)) continue;
			else if ('say' in step) this.#socket.write(step.say);
			else if ('open' in step) this.isOpen = true;
			else this.#message(step.type, step.body);
		}
	}

	#message(type: number, body: Uint8Array): void {
		if (type === MessageType.ReplyEnd) this.ends++;
		if (type === MessageType.NodeList)
			for (const { address } of decodeNodes(body)) this.nodes.push(`${address.host}:${address.port}`);
		const reply = type === MessageType.Reply ? decodeReply(body.slice()) : undefined;
		if (reply !== undefined && !isRefusal(reply)) this.replies.push(...reply.results);
	}
}

function server(host: string, peer: string): Promise<RunningNode> {
	const words = ['server', '--network', 'fasttrack', '--home', join(temporaryFolder(), 'home')];
	return startNode([...words, '--listen', `${host}:0`, '--peer', `fasttrack:${peer}`]);
}

async function found(term: Term): Promise<Result[]> {
	taker.replies.length = 0;
	const before = taker.ends;
	taker.ask(term);
	await until(async () => taker.ends > before);
	return [...taker.replies];
}

beforeAll(async () => {
	const share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'Sally port archipelago.txt'), content);
	// The port of the second is not known yet: the first waits to be dialled.
	first = await server(hosts.first, `${hosts.second}:0`);
	const home = join(temporaryFolder(), 'home');
	const listen = ['--listen', '127.0.0.93:0', '--fasttrack-listen', '127.0.0.93:0', '--api', '127.0.0.1:0'];
	const words = ['node', '--home', home, '--networks', 'fasttrack', ...listen, '--share', share];
	giver = await startNode([...words, '--peer', `fasttrack:${first.listen}`]);
	await until(async () => (await giver.json('status'))[0].networks[0].ultrapeers === 1);
	second = await server(hosts.second, first.listen);
	// Who comes when the two are linked is told of both.
	taker = await until(async () => {
		const leaf = new RawLeaf(second.listen);
		await until(async () => leaf.nodes.length > 0);
		if (leaf.nodes.includes(first.listen)) return leaf;
		leaf.close();
		return undefined;
	});
});

afterAll(async () => {
	taker?.close();
	await giver?.stop();
	await Promise.all([first?.stop(), second?.stop()]);
	removeFolders();
});

describe('two super-nodes that are linked', () => {
	it('find by words and by hash what a leaf of the other shares, and it is fetched from there', async () => {
		const [file] = await giver.json('library');
		const words = { compare: Compare.Substring, tag: Tag.Any, value: Buffer.from('archipelago') };
		const results = await until(async () => {
			const some = await found(words);
			return some.length > 0 && some;
		});
		expect(results).toMatchObject([{ source: { host: '127.0.0.93' }, size: content.length }]);
		const hash = { compare: Compare.Equals, tag: Tag.Hash, value: unhex(file.fthash)! };
		expect(await found(hash)).toEqual(results);
		const { host, port } = results[0]!.source;
		const got = await fetch(`http://${host}:${port}/.hash=${file.fthash}`);
		expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
	});

	it('are no more linked when one is gone, and the other answers alone', async () => {
		await first.stop();
		const words = { compare: Compare.Substring, tag: Tag.Any, value: Buffer.from('archipelago again') };
		expect(await found(words)).toEqual([]);
	});
});

it('a peer of a super-node is another one, by an address of the same scope', async () => {
	const wrong = async (...words: string[]) => (await sallyport(['server', ...words])).stderr;
	const fasttrack = ['--network', 'fasttrack', '--listen', '127.0.0.94:0', '--peer'];
	expect(await wrong(...fasttrack, 'gnutella:127.0.0.9:1')).toContain('--peer names another super-node');
	expect(await wrong(...fasttrack, 'fasttrack:example.org:1')).toContain('needs an IPv4 address');
	expect(await wrong(...fasttrack, 'fasttrack:192.168.1.1:1')).toContain('cannot be reached from');
	expect(await wrong('--network', 'opennap', '--peer', 'fasttrack:127.0.0.9:1')).toContain('is of FastTrack');
});
