/**
 * Queries handled per second on one link: a client links as an ultrapeer (plain, no deflate), sends
 * unique queries that nobody can answer, and a PING at the end; the time until its PONG is the time for
 * all. A node that drops queries would look fast, so ours is asked afterwards what it took and refused.
 */
import { connect } from 'node:net';
import { encodeGreeting } from '../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../src/networks/gnutella/wire/query.ts';
import type { Peer } from '../src/node/api/schemas.ts';
import { freshSource, startPeer } from './gtkg.ts';
import { makeLibrary, unanswered } from './library.ts';
import { type OurNode, type Side, startNode } from './node.ts';
import { cpuSeconds, type Figures, sides } from './sides.ts';

const COUNT = 20_000;
const ROUNDS = 7;

/** Another id for each message of each run. */
const guid = (n: number, run: number): Uint8Array => {
	const bytes = new Uint8Array(16);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, n);
	view.setUint32(4, run);
	view.setUint32(9, process.pid);
	bytes[8] = 0xff;
	return bytes;
};

function flood(kind: 'plain' | 'dear', run: number): { bytes: Buffer; ping: Buffer } {
	const ping = Buffer.from(guid(0xfffffff0, run));
	const messages = Array.from({ length: COUNT }, (_, i) =>
		encodeMessage(
			MessageType.Query,
			guid(i, run),
			2,
			1,
			encodeQuery({ text: unanswered(kind, run + process.pid * 1000, i) }),
		),
	);
	messages.push(encodeMessage(MessageType.Ping, ping, 1, 0, new Uint8Array(0)));
	return { bytes: Buffer.concat(messages), ping };
}

/** `after` is called with the client's own address while the link still stands. */
function askQueries(
	side: Side,
	kind: 'plain' | 'dear',
	run: number,
	from: string | undefined,
	after: (self: string) => Promise<void>,
): Promise<Figures> {
	const { bytes, ping } = flood(kind, run);
	return new Promise((resolve, reject) => {
		const socket = connect({
			host: side.host,
			port: side.port,
			...(from === undefined ? {} : { localAddress: from }),
		});
		let phase: 'greeting' | 'asking' | 'done' = 'greeting';
		let started = 0;
		let used = 0;
		let tail = Buffer.alloc(0);
		socket.setTimeout(60_000, () => socket.destroy(new Error('no answer in 60 s')));
		socket.on('error', reject);
		socket.on('close', () => reject(new Error(`the link was closed while ${phase}`)));
		socket.on('connect', () => {
			socket.write(
				encodeGreeting({ kind: 'connect', version: '0.6' }, [
					['User-Agent', 'bench/1'],
					['X-Ultrapeer', 'True'],
					['X-Query-Routing', '0.2'],
					['X-Ultrapeer-Query-Routing', '0.1'],
					['GGEP', '0.5'],
				]),
			);
		});
		socket.on('data', (chunk: Buffer) => {
			if (phase === 'done') return;
			tail = Buffer.concat([tail.subarray(-8192), chunk]);
			if (phase === 'greeting') {
				const text = tail.toString('latin1');
				if (!text.includes('\r\n\r\n')) return;
				if (!/^GNUTELLA\/0\.6 200 /.test(text))
					return void socket.destroy(new Error(`refused: ${text.split('\r\n', 1)[0]}`));
				phase = 'asking';
				socket.write(encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
				// What the other side has to say to a new neighbour shall not be timed.
				setTimeout(() => {
					used = cpuSeconds(side.pid);
					started = performance.now();
					socket.write(bytes);
				}, 500);
			} else if (tail.includes(ping)) {
				const seconds = (performance.now() - started) / 1000;
				const cpu = cpuSeconds(side.pid) - used;
				phase = 'done';
				const figures = { 'a second': COUNT / seconds, 'a second of processor time': COUNT / cpu };
				after(`${socket.localAddress}:${socket.localPort}`)
					.then(() => resolve(figures), reject)
					.finally(() => socket.destroy());
			}
		});
	});
}

/** Throws where the node has not taken all queries of the link. */
async function tookAll(node: OurNode, self: string): Promise<void> {
	const { rows } = await node.ask<{ rows: Peer[] }>('peers?count=100');
	const link = rows.find((row) => row.address === self);
	if (link === undefined || link.in.messages < COUNT + 1 || link.refused > 0)
		throw new Error(`the node took ${link?.in.messages} messages of the link and refused ${link?.refused}`);
}

export async function queries(): Promise<void> {
	const library = makeLibrary(false);
	const node = await startNode(library);
	const peer = await startPeer(library);
	let run = 0;
	const bars = {
		plain: '>= gtk-gnutella, and 35,000 a second',
		dear: 'none; a look-up in vain at its dearest',
	};
	for (const kind of ['plain', 'dear'] as const) {
		const title = kind === 'plain' ? 'queries on one link' : 'queries of known words on one link';
		await sides(
			title,
			[
				{ name: 'a second', unit: '/s', digits: 0, bar: bars[kind] },
				{ name: 'a second of processor time', unit: '/s', digits: 0 },
			],
			ROUNDS,
			() => askQueries(node, kind, ++run, undefined, (self) => tookAll(node, self)),
			peer && (() => askQueries(peer, kind, ++run, freshSource(), () => Promise.resolve())),
		);
	}
	console.log(`our node took all ${COUNT} queries of each run and refused none`);
	await node.end();
	await peer?.end();
	library.remove();
}
