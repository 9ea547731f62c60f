/** What the kernel says about a socket, and what is judged by it. */
import type { Destination } from '../judge.ts';
import { longestAddress, readAddress } from '../socket-address.ts';
import { callerFilter } from './caller-filter.ts';
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
const SO_ATTACH_FILTER = 26;
const SO_LOCK_FILTER = 44;
const SO_COOKIE = 57;
const mostKept = 4096;
const O_NONBLOCK = 0o4000;
const F_GETFL = 3;

export class SocketFacts {
	readonly #scratch = new Piece(16);
	readonly #name = new Piece(4 + longestAddress);
	readonly #gate: Gate;
	/** The filters of sockets from which others are kept away already. */
	readonly #kept = new Map<bigint, Uint8Array>();

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
		go: (to: Destination) => number | Waiting,
	): number | Waiting {
		const number = this.option(socket, SO_PROTOCOL);
		const protocol = number === 6 ? 'tcp' : number === 17 ? 'udp' : undefined;
		if (protocol === undefined) return -error.EACCES;
		const to = { direction, host, port, protocol } as const;
		return this.#gate.network(question, to, () => go(to));
	}

	/** Where it listens; undefined: it has no address of the network. */
	place(socket: number): Destination | undefined {
		const { at, view, bytes } = this.#name;
		view.setUint32(0, longestAddress, true);
		if (kernel(call.getsockname, socket, at + 4, at) < 0) return undefined;
		const address = readAddress(bytes.subarray(4, 4 + view.getUint32(0, true)));
		if (address?.family !== 'inet') return undefined;
		return { direction: 'in', host: address.host, port: address.port, protocol: 'tcp' };
	}

	/** For datagrams: keeps others away from where it listens. 0, or minus the error: then it must not listen. */
	keepAway(socket: number, to: Destination): number {
		const callers = this.#gate.callers(to);
		if (callers === undefined) return 0;
		const cookie = this.#cookie(socket);
		if (cookie === undefined) return -error.EACCES;
		const filter = callerFilter(callers);
		if (filter === undefined) return -error.EACCES;
		const before = this.#kept.get(cookie);
		// It cannot be taken off: a socket that is to listen at another place listens nowhere.
		if (before !== undefined) return Buffer.compare(before, filter) === 0 ? 0 : -error.EACCES;
		// Nor one that the program has locked before.
		if (this.#attach(socket, filter) < 0) return -error.EACCES;
		if (this.#kept.size >= mostKept) this.#kept.clear();
		this.#kept.set(cookie, filter);
		return 0;
	}

	/** The kernel's own number of a socket, which is never used again. */
	#cookie(socket: number): bigint | undefined {
		const { at, view } = this.#scratch;
		view.setUint32(0, 8, true);
		if (kernel(call.getsockopt, socket, SOL_SOCKET, SO_COOKIE, at + 8, at) < 0) return undefined;
		return view.getBigUint64(8, true);
	}

	#attach(socket: number, filter: Uint8Array): number {
		const steps = new Piece(filter.length);
		steps.bytes.set(filter);
		const { at, view } = this.#scratch;
		// struct sock_fprog
		view.setUint16(0, filter.length / 8, true);
		view.setBigUint64(8, BigInt(steps.at), true);
		const attached = kernel(call.setsockopt, socket, SOL_SOCKET, SO_ATTACH_FILTER, at, 16);
		steps.free();
		if (attached < 0) return attached;
		view.setUint32(0, 1, true);
		return kernel(call.setsockopt, socket, SOL_SOCKET, SO_LOCK_FILTER, at, 4);
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
