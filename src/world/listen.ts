/**
 * How a world takes its address: TCP and UDP on the same port, as peers expect who learn only one; or UDP so much
 * above, as clients of eDonkey's servers expect.
 */
import { lookup } from 'node:dns/promises';
import { type AddressInfo, createServer, isIP, type Server, type Socket } from 'node:net';
import type { Datagrams } from './datagrams.ts';
import { inWords } from './words.ts';
import type { Address } from './world.ts';

/** A free TCP port may be taken for UDP: with port 0, try this often. */
const ATTEMPTS = 20;

export interface ListenAt extends Address {
	/** Datagrams come to a port so much above that of the links, and leave from there. Default 0. */
	readonly datagramsAbove?: number;
	/** Where somebody else has taken the port: any other. */
	readonly elsewhere?: boolean;
}

export async function listenOn(
	listen: ListenAt,
	datagrams: Datagrams,
	accept: (socket: Socket) => void,
): Promise<{ server: Server; address: Address }> {
	try {
		return await listenAt(listen, datagrams, accept);
	} catch (error) {
		const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
		if (isTaken && listen.elsewhere === true && listen.port !== 0)
			return listenOn({ ...listen, port: 0 }, datagrams, accept);
		throw new Error(`cannot listen on ${listen.host} port ${listen.port}: ${inWords(error)}`, {
			cause: error,
		});
	}
}

async function listenAt(
	listen: ListenAt,
	datagrams: Datagrams,
	accept: (socket: Socket) => void,
): Promise<{ server: Server; address: Address }> {
	const host = await resolve(listen.host, () => true);
	for (let attempt = 1; ; attempt++) {
		const server = await listenTcp(host, listen.port, accept);
		const { port } = server.address() as AddressInfo;
		try {
			await datagrams.bind(host, port + (listen.datagramsAbove ?? 0));
			return { server, address: { host, port } };
		} catch (error) {
			server.close();
			if (listen.port !== 0 || attempt === ATTEMPTS) throw error;
		}
	}
}

/** The scope does not allow dealing with an address. */
export class OutOfScope extends Error {
	constructor() {
		super('address out of scope');
	}
}

/** The first usable address of a name, or the address itself; rejects if it is not usable. */
export async function resolve(name: string, usable: (host: string) => boolean): Promise<string> {
	const addresses =
		isIP(name) !== 0 ? [name] : (await lookup(name, { all: true })).map(({ address }) => address);
	const found = addresses.find(usable);
	if (found === undefined) throw new OutOfScope();
	return found;
}

export function isPort(port: number): boolean {
	return Number.isInteger(port) && port > 0 && port < 65_536;
}

function listenTcp(host: string, port: number, accept: (socket: Socket) => void): Promise<Server> {
	return new Promise((listening, reject) => {
		const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			listening(server);
		});
	});
}
