/** What the kernel says about a socket, and what is judged by it. */
import { call, error, kernel, Piece } from './calls.ts';
import type { Gate, Waiting } from './gate.ts';
import type { Question } from './notify.ts';

const SOL_SOCKET = 1;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
const SO_PROTOCOL = 38;
export const SO_DOMAIN = 39;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const SOCK_STREAM = 1;
const O_NONBLOCK = 0o4000;
const F_GETFL = 3;

export class SocketFacts {
	readonly #scratch = new Piece(16);
	readonly #gate: Gate;

	constructor(gate: Gate) {
		this.#gate = gate;
	}

	/** Whoever calls on it waits. */
	waits(socket: number): boolean {
		return (kernel(call.fcntl, socket, F_GETFL) & O_NONBLOCK) === 0;
	}

	isStream(socket: number): boolean {
		return this.option(socket, SO_TYPE) === SOCK_STREAM;
	}

	/** Of the socket; minus the error where it is none. */
	option(socket: number, option: number): number {
		const { at, view } = this.#scratch;
		view.setUint32(0, 4, true);
		const result = kernel(call.getsockopt, socket, SOL_SOCKET, option, at + 4, at);
		return result < 0 ? result : view.getInt32(4, true);
	}

	judged(
		question: Question,
		socket: number,
		direction: 'in' | 'out',
		{ host, port }: { host: string; port: number },
		go: () => number | Waiting,
	): number | Waiting {
		const number = this.option(socket, SO_PROTOCOL);
		const protocol = number === 6 ? 'tcp' : number === 17 ? 'udp' : undefined;
		if (protocol === undefined) return -error.EACCES;
		return this.#gate.network(question, { direction, host, port, protocol }, go);
	}
}

/** struct sockaddr_un. */
export function unixBytes(path: string): Uint8Array {
	const text = Buffer.from(path);
	const bytes = new Uint8Array(2 + text.length + 1);
	bytes[0] = AF_UNIX;
	bytes.set(text, 2);
	return bytes;
}
