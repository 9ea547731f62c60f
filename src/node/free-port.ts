/** Default ports are a wish: a second node on the same machine takes any other. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** The wished port where it is free for TCP, and so much above for UDP, at this address; else 0 (any). */
export async function wishedPort(host: string, port: number, above = 0): Promise<number> {
	return (await freeForTcp(host, port)) && (await freeForUdp(host, port + above)) ? port : 0;
}

function freeForTcp(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, host, () => server.close(() => resolve(true)));
	});
}

function freeForUdp(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
		socket.once('error', () => socket.close(() => resolve(false)));
		socket.bind(port, host, () => socket.close(() => resolve(true)));
	});
}

/** Whether this machine has the address (Linux has all of 127.0.0.0/8, others only 127.0.0.1). */
export async function hasAddress(host: string): Promise<boolean> {
	return freeForTcp(host, 0);
}
