/**
 * Calls on sockets, done in the program's place. The socket is the program's own (pidfd_getfd(2) gives us another
 * descriptor of it); the address, and what is sent, are the copies that were judged. The kernel never reads the
 * program's memory again, so a thread that changes it meanwhile changes nothing.
 *
 * What would wait is not waited for: it comes back as Waiting, and is tried again when the socket is ready. A
 * connect that waits is begun under a send time-out of one tick; the socket's own is put back at once.
 */

import { longestAddress, readAddress, type SocketAddress } from '../socket-address.ts';
import { Accepting } from './accepting.ts';
import { call, error, kernel, Piece } from './calls.ts';
import { type Gate, type Waiting, whenDone } from './gate.ts';
import type { Notifications, Question } from './notify.ts';
import { Sending } from './sending.ts';
import {
	AF_INET,
	AF_INET6,
	AF_NETLINK,
	AF_UNIX,
	SO_DOMAIN,
	SO_ERROR,
	SocketFacts,
	unixBytes,
} from './socket-facts.ts';

const SOL_SOCKET = 1;
const SO_SNDTIMEO = 21;

export class Sockets {
	readonly #notifications: Notifications;
	readonly #gate: Gate;
	readonly #facts: SocketFacts;
	readonly #sending: Sending;
	readonly #accepting: Accepting;
	readonly #scratch = new Piece(256);

	constructor(notifications: Notifications, gate: Gate) {
		this.#notifications = notifications;
		this.#gate = gate;
		this.#facts = new SocketFacts(gate);
		this.#accepting = new Accepting(notifications, gate, this.#facts);
		this.#sending = new Sending(notifications, gate, this.#facts);
	}

	/** Any of these calls. */
	act(question: Question): number | Waiting {
		const socket = this.#notifications.descriptor(question, question.words[0]! | 0);
		if (socket < 0) return socket;
		return whenDone(this.#on(question, socket), (result) => {
			kernel(call.close, socket);
			return result;
		});
	}

	#on(question: Question, socket: number): number | Waiting {
		const domain = this.#facts.option(socket, SO_DOMAIN);
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
			case call.accept:
			case call.accept4:
				return this.#accepting.accept(question, socket, domain);
			case call.sendto:
				return this.#sending.to(question, socket, domain);
			case call.sendmsg:
				return this.#sending.message(question, socket, domain);
			default:
				return this.#sending.messages(question, socket, domain);
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
		return this.#facts.judged(question, socket, 'out', to, () => this.#connectNetwork(socket, bytes));
	}

	#connectNetwork(socket: number, bytes: Uint8Array): number | Waiting {
		if (!this.#facts.waits(socket) || !this.#facts.isStream(socket))
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
		return { socket, again: () => -this.#facts.option(socket, SO_ERROR) };
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
		return this.#facts.judged(question, socket, 'in', at, (to) => {
			// Of a stream, whoever connects is judged when they are accepted.
			const kept = this.#facts.isStream(socket) ? 0 : this.#facts.keepAway(socket, to);
			return kept < 0 ? kept : this.#withAddress(call.bind, socket, bytes);
		});
	}

	#listen(question: Question, socket: number, domain: number): number | Waiting {
		const backlog = question.words[1]! | 0;
		if (domain !== AF_INET && domain !== AF_INET6)
			return domain === AF_UNIX ? kernel(call.listen, socket, backlog) : -error.EACCES;
		const address = this.#facts.place(socket);
		if (address === undefined) return -error.EACCES;
		return this.#facts.judged(question, socket, 'in', address, () => kernel(call.listen, socket, backlog));
	}

	#withAddress(number: number, socket: number, bytes: Uint8Array): number {
		this.#scratch.bytes.set(bytes);
		return kernel(number, socket, this.#scratch.at, bytes.length);
	}
}
