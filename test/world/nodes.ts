/** Real worlds on loopback with scripted networks, and plain clients and servers to trouble them. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { SocketWorld, type SocketWorldOptions } from '../../src/world/sockets.ts';
import type { Address } from '../../src/world/world.ts';
import { Scripted } from '../contract/scripted.ts';
import { patience } from '../patience.ts';

const open: (() => unknown)[] = [];

/** For afterEach: ends what a test has opened. */
export async function closeAll(): Promise<void> {
	for (const close of open.splice(0).reverse()) await close();
}

/** Has closeAll end this too. */
export function alsoClose(close: () => unknown): void {
	open.push(close);
}

export interface Node {
	readonly world: SocketWorld;
	readonly network: Scripted;
	readonly notices: Evidence[];
	readonly address: Address;
}

export async function nodeOf(options: Partial<SocketWorldOptions> = {}): Promise<Node> {
	const notices: Evidence[] = [];
	const world = new SocketWorld({
		listen: { host: '127.0.0.1', port: 0 },
		usable: () => true,
		notice: (record) => notices.push(record),
		...options,
	});
	const network = new Scripted(world);
	world.attach(network);
	open.push(() => world.close());
	return { world, network, notices, address: await world.listen() };
}

/** A plain client, for what a well-behaved world never does. */
export async function client(to: Address, from = '127.0.0.1'): Promise<Socket> {
	const socket = connect({ host: to.host, port: to.port, localAddress: from, allowHalfOpen: true });
	open.push(() => socket.destroy());
	socket.on('error', () => {});
	await once(socket, 'connect');
	return socket;
}

/** A plain server; gives each connection to the test. */
export async function serverOf(take: (socket: Socket) => void): Promise<Address> {
	const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
		open.push(() => socket.destroy());
		socket.on('error', () => {});
		take(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	open.push(() => server.close());
	return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

/** A client that is not let in: whether the reset comes before or after its connect is the kernel's choice. */
export async function refused(to: Address, from = '127.0.0.1'): Promise<void> {
	const socket = connect({ host: to.host, port: to.port, localAddress: from });
	socket.on('error', () => {});
	await new Promise((over) => socket.on('close', over));
}

export async function until(condition: () => boolean): Promise<void> {
	const giveUp = performance.now() + patience;
	while (!condition()) {
		if (performance.now() > giveUp) throw new Error('it never happened');
		await new Promise((turned) => setImmediate(turned));
	}
}

export async function heardBy(socket: Socket): Promise<string> {
	const parts: Buffer[] = [];
	socket.on('data', (bytes: Buffer) => parts.push(bytes));
	await new Promise((over) => socket.on('end', over).on('close', over));
	return Buffer.concat(parts).toString('latin1');
}

export const codes = (node: Node) => node.notices.map(({ code }) => code);
