/**
 * Calls on sockets, done in the program's place. The socket is the program's own (pidfd_getfd(2) gives us another
 * descriptor of it); the address, and what is sent, are the copies that were judged. The kernel never reads the
 * program's memory again, so a thread that changes it meanwhile changes nothing.
 *
 * 1. What would wait is not waited for: it comes back as Waiting, and is tried again when the socket is ready. A
 *    connect that waits is begun under a send time-out of one tick; the socket's own is put back at once.
 * 2. Ancillary data is passed on by kind; the kinds that could lead a packet elsewhere are refused.
 * 3. A stream takes less than was offered where that is too much at once, as streams may.
 */

import type { Destination } from '../judge.ts';
import { longestAddress, readAddress, type SocketAddress, withFamily } from '../socket-address.ts';
import { call, error, kernel, Piece } from './calls.ts';
import { type Message, MessageReader } from './messages.ts';
import type { Notifications, Question } from './notify.ts';

const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ERROR = 4;
const SO_SNDTIMEO = 21;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_STREAM = 1;
const O_NONBLOCK = 0o4000;
const F_GETFL = 3;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_FASTOPEN = 0x20000000;
const SIGPIPE = 13;
const mostMessages = 64;

/** To be tried again when the socket can be written to; -1: when somebody has answered. */
export interface Waiting {
	readonly socket: number;
	again(): number | Waiting;
}

/** Whoever decides: the verdict's result, which may come later. */
export interface Gate {
	/** 0: it may. Otherwise minus the error. `go` is called at once, or when somebody has been asked. */
	network(question: Question, to: Destination, go: () => number | Waiting): number | Waiting;
	socket(question: Question, path: string): number;
	/** Opens what a path means to the program, without following it anywhere else. */
	resolve(question: Question, path: string): { descriptor: number; path: string } | number;
	/** For a new socket: the folder, and the name in it. */
	resolveFolder(
		question: Question,
		path: string,
	): { descriptor: number; name: string; path: string } | number;
}

export class Sockets {
	readonly #notifications: Notifications;
	readonly #gate: Gate;
	readonly #messages: MessageReader;
	readonly #scratch = new Piece(256);

	constructor(notifications: Notifications, gate: Gate) {
		this.#notifications = notifications;
		this.#gate = gate;
		this.#messages = new MessageReader(notifications);
	}

	/** Any of the five calls. */
	act(question: Question): number | Waiting {
		const socket = this.#notifications.descriptor(question, question.words[0]! | 0);
		if (socket < 0) return socket;
		return whenDone(this.#on(question, socket), (result) => {
			kernel(call.close, socket);
			return result;
		});
	}

	#on(question: Question, socket: number): number | Waiting {
		const domain = this.#option(socket, SO_DOMAIN);
		if (domain < 0) return domain;
		switch (question.call) {
			case call.connect:
				return this.#addressed(question, 1, 2, (bytes, to) =>
					this.#connect(question, socket, domain, bytes, to),
				);
			case call.bind:
				return this.#addressed(question, 1, 2, (bytes, at) =>
					this.#bind(question, socket, domain, bytes, at),
				);
			case call.listen:
				return this.#listen(question, socket, domain);
			case call.sendto:
				return this.#sendTo(question, socket, domain);
			case call.sendmsg:
				return this.#sendMessage(question, socket, domain, question.words[1]!);
			default:
				return this.#sendMessages(question, socket, domain);
		}
	}

	#addressed(
		question: Question,
		at: number,
		length: number,
		act: (bytes: Uint8Array, address: SocketAddress) => number | Waiting,
	): number | Waiting {
		const size = question.words[length]! | 0;
		if (size < 0 || size > longestAddress) return -error.EINVAL;
		const bytes = this.#notifications.read(question, question.words[at]!, size);
		if (bytes === undefined) return -error.EFAULT;
		const address = readAddress(bytes);
		return address === undefined ? -error.EAFNOSUPPORT : act(bytes, address);
	}

	#connect(
		question: Question,
		socket: number,
		domain: number,
		bytes: Uint8Array,
		to: SocketAddress,
	): number | Waiting {
		if (to.family === 'unix' && domain === AF_UNIX) {
			const found = this.#gate.resolve(question, to.path);
			if (typeof found === 'number') return found;
			const allowed = this.#gate.socket(question, found.path);
			const result =
				allowed < 0
					? allowed
					: this.#withAddress(call.connect, socket, unixBytes(`/proc/self/fd/${found.descriptor}`));
			kernel(call.close, found.descriptor);
			return result;
		}
		// Without a family it is a farewell.
		if (to.family === 'none' || (to.family === 'netlink' && to.kernel && domain === AF_NETLINK))
			return this.#withAddress(call.connect, socket, bytes);
		if (to.family !== 'inet' || (domain !== AF_INET && domain !== AF_INET6)) return -error.EACCES;
		return this.#judged(question, socket, 'out', to, () => this.#connectNetwork(socket, bytes));
	}

	#connectNetwork(socket: number, bytes: Uint8Array): number | Waiting {
		const waits = (kernel(call.fcntl, socket, F_GETFL) & O_NONBLOCK) === 0;
		if (!waits || this.#option(socket, SO_TYPE) !== SOCK_STREAM)
			return this.#withAddress(call.connect, socket, bytes);
		const { at, view } = this.#scratch;
		view.setUint32(200, 16, true);
		kernel(call.getsockopt, socket, SOL_SOCKET, SO_SNDTIMEO, at + 208, at + 200);
		view.setBigInt64(224, 0n, true);
		view.setBigInt64(232, 1n, true);
		kernel(call.setsockopt, socket, SOL_SOCKET, SO_SNDTIMEO, at + 224, 16);
		const result = this.#withAddress(call.connect, socket, bytes);
		kernel(call.setsockopt, socket, SOL_SOCKET, SO_SNDTIMEO, at + 208, 16);
		if (result !== -error.EINPROGRESS) return result;
		return { socket, again: () => -this.#option(socket, SO_ERROR) };
	}

	#bind(
		question: Question,
		socket: number,
		domain: number,
		bytes: Uint8Array,
		at: SocketAddress,
	): number | Waiting {
		if (at.family === 'netlink' && domain === AF_NETLINK) return this.#withAddress(call.bind, socket, bytes);
		if (at.family === 'unnamed' && domain === AF_UNIX) return this.#withAddress(call.bind, socket, bytes);
		if (at.family === 'unix' && domain === AF_UNIX) {
			const found = this.#gate.resolveFolder(question, at.path);
			if (typeof found === 'number') return found;
			// The name alone goes into the socket's address: this thread has a working folder of its own.
			const entered = kernel(call.fchdir, found.descriptor);
			kernel(call.close, found.descriptor);
			const allowed = this.#gate.socket(question, found.path);
			if (entered < 0 || allowed < 0) return Math.min(entered, allowed);
			return this.#withAddress(call.bind, socket, unixBytes(found.name));
		}
		if (at.family !== 'inet' || (domain !== AF_INET && domain !== AF_INET6)) return -error.EACCES;
		// Port 0: any free one, as every client has. Whether it may listen is asked when it does.
		if (at.port === 0) return this.#withAddress(call.bind, socket, bytes);
		return this.#judged(question, socket, 'in', at, () => this.#withAddress(call.bind, socket, bytes));
	}

	#listen(question: Question, socket: number, domain: number): number | Waiting {
		const backlog = question.words[1]! | 0;
		if (domain !== AF_INET && domain !== AF_INET6)
			return domain === AF_UNIX ? kernel(call.listen, socket, backlog) : -error.EACCES;
		const { at, view, bytes } = this.#scratch;
		view.setUint32(200, longestAddress, true);
		const named = kernel(call.getsockname, socket, at, at + 200);
		if (named < 0) return named;
		const address = readAddress(bytes.subarray(0, view.getUint32(200, true)));
		if (address?.family !== 'inet') return -error.EACCES;
		return this.#judged(question, socket, 'in', address, () => kernel(call.listen, socket, backlog));
	}

	#judged(
		question: Question,
		socket: number,
		direction: 'in' | 'out',
		{ host, port }: { host: string; port: number },
		go: () => number | Waiting,
	): number | Waiting {
		const number = this.#option(socket, SO_PROTOCOL);
		const protocol = number === 6 ? 'tcp' : number === 17 ? 'udp' : undefined;
		if (protocol === undefined) return -error.EACCES;
		return this.#gate.network(question, { direction, host, port, protocol }, go);
	}

	#sendTo(question: Question, socket: number, domain: number): number | Waiting {
		const [, from, length = 0, flags = 0, name = 0, nameLength = 0] = question.words;
		const message = this.#messages.ofParts(question, {
			name,
			nameLength,
			parts: [[from!, length]],
			stream: this.#option(socket, SO_TYPE) === SOCK_STREAM,
		});
		return typeof message === 'number' ? message : this.#send(question, socket, domain, message, flags);
	}

	#sendMessage(question: Question, socket: number, domain: number, at: number): number | Waiting {
		const stream = this.#option(socket, SO_TYPE) === SOCK_STREAM;
		const message = this.#messages.read(question, at, domain, stream);
		return typeof message === 'number'
			? message
			: this.#send(question, socket, domain, message, question.words[2]!);
	}

	/** Several at once: as many as go without waiting, then their number; each tells its length in its place. */
	#sendMessages(question: Question, socket: number, domain: number): number | Waiting {
		const [, at, count = 0, flags = 0] = question.words;
		const stream = this.#option(socket, SO_TYPE) === SOCK_STREAM;
		const most = Math.min(count >>> 0, mostMessages);
		let done = 0;
		for (; done < most; done++) {
			const each = at! + 64 * done;
			const message = this.#messages.read(question, each, domain, stream);
			const result =
				typeof message === 'number' ? message : this.#send(question, socket, domain, message, flags);
			if (typeof result !== 'number') {
				if (done > 0) return done;
				return whenDone(result, (sent) => this.#told(question, each, sent));
			}
			if (result < 0) return done > 0 ? done : result;
			this.#told(question, each, result);
		}
		return done;
	}

	#told(question: Question, at: number, sent: number): number {
		if (sent < 0) return sent;
		const length = Buffer.alloc(4);
		length.writeUInt32LE(sent);
		this.#notifications.write(question, at + 56, length);
		return 1;
	}

	#send(
		question: Question,
		socket: number,
		domain: number,
		message: Message,
		flags: number,
	): number | Waiting {
		const low = (flags & 0xffffffff) >>> 0;
		if ((low & MSG_FASTOPEN) !== 0) return -error.EOPNOTSUPP;
		const go = (name: Uint8Array): number | Waiting => {
			const waits = (low & MSG_DONTWAIT) === 0 && (kernel(call.fcntl, socket, F_GETFL) & O_NONBLOCK) === 0;
			const attempt = (): number | Waiting => {
				const sent = this.#messages.send(socket, message, name, low | MSG_DONTWAIT | MSG_NOSIGNAL);
				if (sent === -error.EAGAIN && waits) return { socket, again: attempt };
				if (sent === -error.EPIPE && (low & MSG_NOSIGNAL) === 0) kernel(call.kill, question.thread, SIGPIPE);
				return sent;
			};
			return attempt();
		};
		return whenDone(this.#sendNamed(question, socket, domain, message, go), (result) => {
			message.done();
			return result;
		});
	}

	#sendNamed(
		question: Question,
		socket: number,
		domain: number,
		message: Message,
		go: (name: Uint8Array) => number | Waiting,
	): number | Waiting {
		if (message.name.length === 0) return go(message.name);
		const name = domain === AF_INET || domain === AF_INET6 ? withFamily(message.name) : message.name;
		const to = readAddress(name);
		if (to === undefined) return -error.EINVAL;
		if (to.family === 'inet' && (domain === AF_INET || domain === AF_INET6))
			return this.#judged(question, socket, 'out', to, () => go(name));
		// To the kernel, which is where it goes without a name. With one, the kernel would ask only for the rights of
		// whoever sends, which are ours, and not also for those of the program, which opened the socket.
		if (to.family === 'netlink' && to.kernel && domain === AF_NETLINK) return go(new Uint8Array(0));
		if (to.family !== 'unix' || domain !== AF_UNIX) return -error.EACCES;
		const found = this.#gate.resolve(question, to.path);
		if (typeof found === 'number') return found;
		const allowed = this.#gate.socket(question, found.path);
		if (allowed < 0) {
			kernel(call.close, found.descriptor);
			return allowed;
		}
		message.hold(found.descriptor);
		return go(unixBytes(`/proc/self/fd/${found.descriptor}`));
	}

	#withAddress(number: number, socket: number, bytes: Uint8Array): number {
		this.#scratch.bytes.set(bytes);
		return kernel(number, socket, this.#scratch.at, bytes.length);
	}

	/** Of the socket; minus the error where it is none. */
	#option(socket: number, option: number): number {
		const { at, view } = this.#scratch;
		view.setUint32(200, 4, true);
		const result = kernel(call.getsockopt, socket, SOL_SOCKET, option, at + 204, at + 200);
		return result < 0 ? result : view.getInt32(204, true);
	}
}

/** Now, or when it no longer waits. */
export function whenDone(result: number | Waiting, then: (result: number) => number): number | Waiting {
	if (typeof result === 'number') return then(result);
	return { socket: result.socket, again: () => whenDone(result.again(), then) };
}

function unixBytes(path: string): Uint8Array {
	const text = Buffer.from(path);
	const bytes = new Uint8Array(2 + text.length + 1);
	bytes[0] = AF_UNIX;
	bytes.set(text, 2);
	return bytes;
}
