/**
 * What a node holds when idle, and what a thousand leaves cost an ultrapeer: each has sent a table of
 * 65,536 slots and has got a query (with deflate: packed) on a link of its own.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { encodeGreeting } from '../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../src/networks/gnutella/wire/query.ts';
import { end, owned } from './children.ts';
import { startPeer } from './gtkg.ts';
import { makeLibrary } from './library.ts';
import { handshake, leaf } from './links.ts';
import { startNode } from './node.ts';
import { residentBytes } from './sides.ts';

const LEAVES = 1000;
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the process of host.ts says of itself, after a collection. */
interface Held {
	readonly rss: number;
	readonly live: number;
	readonly leaves: number;
	readonly compressed: number;
}

async function idle(): Promise<void> {
	const library = makeLibrary(false);
	const node = await startNode(library);
	const peer = await startPeer(library);
	await wait(10_000);
	const theirs = peer === undefined ? '' : `; gtk-gnutella ${megabytes(residentBytes(peer.pid))}`;
	console.log(
		`memory of an idle node with 300 files: ${megabytes(residentBytes(node.pid))} resident${theirs}`,
	);
	await node.end();
	await peer?.end();
	library.remove();
}

async function leaves(deflate: boolean): Promise<void> {
	const child = owned(
		fork(join(import.meta.dirname, 'host.ts'), deflate ? ['--deflate'] : [], {
			execArgv: ['--expose-gc'],
			stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
		}),
	);
	const [said] = (await once(child.stdout!, 'data')) as [Buffer];
	const port = Number(said.toString());
	const held = async (): Promise<Held> => {
		child.send('memory');
		return ((await once(child, 'message')) as [Held])[0];
	};
	const before = await held();
	const sockets: Socket[] = [];
	for (let i = 0; i < LEAVES; i++) sockets.push(await leaf(port, i, deflate));
	await wait(3000);
	const heard = new Set<Socket>();
	for (const socket of sockets) socket.on('data', () => heard.add(socket));
	await askAll(port);
	await wait(5000);
	const after = await held();
	if (after.leaves !== LEAVES || heard.size !== LEAVES || after.compressed < (deflate ? LEAVES : 0))
		throw new Error(
			`${after.leaves} leaves are linked, ${after.compressed} compressed, ${heard.size} were asked by their table`,
		);
	const each = (key: 'rss' | 'live'): string => ((after[key] - before[key]) / LEAVES / 1024).toFixed(1);
	console.log(
		`memory of ${LEAVES} leaves, ${deflate ? 'deflate both ways' : 'plain'}: each ${each('rss')} KiB resident, ` +
			`${each('live')} KiB live after a collection [bar: <= ${deflate ? 160 : 64} KiB]`,
	);
	for (const socket of sockets) socket.destroy();
	await end(child);
}

/** A neighbour asks for words that every leaf has in its table. */
async function askAll(port: number): Promise<void> {
	const socket = await handshake('127.0.0.1', port, [
		['User-Agent', 'bench/1'],
		['X-Ultrapeer', 'True'],
	]);
	socket.write(encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
	const guid = new Uint8Array(16).fill(7);
	socket.write(encodeMessage(MessageType.Query, guid, 2, 1, encodeQuery({ text: 'file words others' })));
	await wait(2000);
	socket.destroy();
}

export async function memory(): Promise<void> {
	await idle();
	await leaves(false);
	await leaves(true);
}
