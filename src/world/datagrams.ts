/**
 * UDP for SocketWorld. Bound to the address where the world listens, or, in a world that does not listen,
 * to any port at the first datagram. A socket on `::` serves both families; IPv4 addresses are then
 * written as mapped ones (RFC 4291, section 2.5.5.2) and never seen as such outside this file.
 * A datagram may be lost, so every failure to send is a loss and not an error.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Address } from './world.ts';

/** Bytes that may wait in the kernel's way; what is beyond is lost at once. */
const QUEUE = 1024 * 1024;

/** Bytes that may wait for us, as far as the kernel allows: else a flood of others drowns the few that matter. */
const BACKLOG = 4 * 1024 * 1024;

export interface DatagramKeeper {
	landed(from: Address, bytes: Uint8Array): void;
	/** The socket has failed; datagrams may still work. */
	failed(error: Error): void;
}

export class Datagrams {
	readonly #keeper: DatagramKeeper;
	#socket: Socket | undefined;
	#family = 0;
	#mapped = false;

	constructor(keeper: DatagramKeeper) {
		this.#keeper = keeper;
	}

	bind(host: string, port: number): Promise<void> {
		const socket = this.#open(host);
		return new Promise((resolve, reject) => {
			socket.once('error', reject);
			socket.bind(port, host, () => {
				socket.off('error', reject);
				this.#use(socket);
				resolve();
			});
		});
	}

	/** To an address, not a name. */
	send(to: Address, bytes: Uint8Array, localAddress: string | undefined): void {
		if (!this.#socket) {
			const local = localAddress ?? (isIP(to.host) === 6 ? '::' : '0.0.0.0');
			const socket = this.#open(local);
			socket.bind(0, local);
			this.#use(socket);
		}
		const family = isIP(to.host);
		if (family !== this.#family && !(family === 4 && this.#mapped)) return;
		if (this.#full) return;
		const host = family === this.#family ? to.host : `::ffff:${to.host}`;
		this.#socket!.send(bytes, to.port, host, () => {});
	}

	close(): Promise<void> {
		const socket = this.#socket;
		this.#socket = undefined;
		return new Promise((resolve) => (socket ? socket.close(() => resolve()) : resolve()));
	}

	#open(host: string): Socket {
		this.#family = isIP(host);
		this.#mapped = host === '::';
		return createSocket({
			type: this.#family === 6 ? 'udp6' : 'udp4',
			ipv6Only: this.#family === 6 && !this.#mapped,
			recvBufferSize: BACKLOG,
		});
	}

	#use(socket: Socket): void {
		this.#socket = socket;
		socket.on('error', (error) => this.#keeper.failed(error));
		socket.on('message', (bytes, from) => {
			const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
			this.#keeper.landed({ host: unmapped(from.address), port: from.port }, view);
		});
	}

	get #full(): boolean {
		try {
			return this.#socket!.getSendQueueSize() > QUEUE;
		} catch {
			return false; // not bound yet: what is sent now waits for that
		}
	}
}

/** The IPv4 address inside of a mapped one; any other as it is. */
export function unmapped(host: string): string {
	return host.startsWith('::ffff:') && host.includes('.') ? host.slice(7) : host;
}
