/** A peer on a plain socket that says whatever a test wants, to a real node. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Client } from '../../src/cli/client.ts';
import { isRefusal } from '../../src/evidence/refusal.ts';
import {
	encodeMessage,
	MessageSplitter,
	MessageType,
	payloadOf,
	typeOf,
} from '../../src/networks/gnutella/wire/message.ts';
import { decodeQuery, encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import type { EvidenceRow } from '../../src/node/api/schemas.ts';
import type { Address } from '../../src/world/world.ts';

const peers = new Set<RawPeer>();

/** For afterEach. */
export function hangUpAll(): void {
	for (const peer of peers) peer.socket.destroy();
	peers.clear();
}

export class RawPeer {
	readonly socket: Socket;
	/** All that came before the link was one of messages. */
	text = '';
	/** Messages, once joined. */
	readonly frames: Uint8Array[] = [];
	closed = false;
	#splitter: MessageSplitter | undefined;

	constructor(socket: Socket) {
		this.socket = socket;
		peers.add(this);
		// A reset is how some of these talks end.
		socket.on('error', () => {});
		socket.on('close', () => (this.closed = true));
		socket.on('end', () => socket.end());
		socket.on('data', (bytes: Buffer) => this.#received(bytes));
	}

	send(bytes: Uint8Array | string): void {
		this.socket.write(bytes);
	}

	of(type: number): Uint8Array[] {
		return this.frames.filter((frame) => typeOf(frame) === type);
	}

	/** From here on messages come. */
	joined(): void {
		this.#splitter = new MessageSplitter(() => 1 << 20);
	}

	#received(bytes: Uint8Array): void {
		if (this.#splitter === undefined) {
			this.text += Buffer.from(bytes).toString('latin1');
			return;
		}
		this.#splitter.push(new Uint8Array(bytes));
		for (let frame = this.#splitter.next(); frame !== undefined; frame = this.#splitter.next()) {
			if (isRefusal(frame)) throw new Error('the node sends what is not Gnutella');
			this.frames.push(frame.slice());
		}
	}
}

export function addressOf(listen: string): Address {
	const colon = listen.lastIndexOf(':');
	return { host: listen.slice(0, colon), port: Number(listen.slice(colon + 1)) };
}

/** Every caller has an address of its own: 127.x.y.z, x from 100 on. */
let last = 0;
export function freshAddress(): string {
	last++;
	return `127.${100 + Math.floor(last / 62_500)}.${1 + (Math.floor(last / 250) % 250)}.${1 + (last % 250)}`;
}

export async function dial(listen: string): Promise<RawPeer> {
	const socket = connect({ ...addressOf(listen), localAddress: freshAddress() });
	await once(socket, 'connect');
	return new RawPeer(socket);
}

/** Until something has happened; the test's own time limit ends it. */
export async function until(condition: () => unknown): Promise<void> {
	while (!condition()) await new Promise((turned) => setTimeout(turned, 10));
}

/** Goes through the handshake; the link is one of messages then. The headers answer the node's answer. */
export async function join(
	listen: string,
	role: 'leaf' | 'ultrapeer',
	more: { offer?: string; last?: string } = {},
): Promise<RawPeer> {
	const peer = await dial(listen);
	const isUltrapeer = role === 'ultrapeer' ? 'True' : 'False';
	peer.send(
		`GNUTELLA CONNECT/0.6\r\nUser-Agent: Raw/1\r\nX-Ultrapeer: ${isUltrapeer}\r\nX-Query-Routing: 0.2\r\n` +
			`X-Ultrapeer-Query-Routing: 0.1\r\nBye-Packet: 0.1\r\n${more.offer ?? ''}\r\n`,
	);
	await until(() => peer.text.includes('\r\n\r\n') || peer.closed);
	if (!peer.text.startsWith('GNUTELLA/0.6 200 ')) throw new Error(`not accepted: ${peer.text || 'closed'}`);
	peer.joined();
	peer.send(`GNUTELLA/0.6 200 OK\r\n${more.last ?? ''}\r\n`);
	return peer;
}

let lastId = 0;

/** A message id that no other message has. */
export function freshId(): Uint8Array {
	const guid = new Uint8Array(16).fill(0x5a);
	new DataView(guid.buffer).setUint32(0, ++lastId);
	guid[8] = 0xff;
	return guid;
}

export function query(text: string, guid = freshId(), ttl = 3): Uint8Array {
	return encodeMessage(MessageType.Query, guid, ttl, 0, encodeQuery({ text }));
}

/** The texts of the queries that a peer has got. */
export function asked(peer: RawPeer): string[] {
	return peer.of(MessageType.Query).map((frame) => {
		const read = decodeQuery(payloadOf(frame));
		return isRefusal(read) ? read.refused : read.text;
	});
}

/** Ends the talk with a query that the node passes on: all that was said before has been dealt with. */
export async function passed(from: RawPeer, to: RawPeer): Promise<void> {
	const text = `the end ${lastId}`;
	from.send(query(text));
	await until(() => asked(to).includes(text));
}

/** How often a code is in the evidence of a node. */
export async function evidence(api: Client, code: string): Promise<number> {
	const rows = await api.allRows<EvidenceRow>('evidence');
	return rows.filter((row) => row.code === code).reduce((sum, { count }) => sum + count, 0);
}

/** Until a code is in the evidence more often than it was. */
export async function noticed(api: Client, code: string, before = 0): Promise<void> {
	while ((await evidence(api, code)) <= before) await new Promise((turned) => setTimeout(turned, 50));
}

/** Sends a request and gives all that comes back until the node closes. */
export async function request(listen: string, target: string): Promise<string> {
	const peer = await dial(listen);
	peer.send(`GET ${target} HTTP/1.0\r\n\r\n`);
	await until(() => peer.closed);
	return peer.text;
}
