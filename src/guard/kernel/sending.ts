/**
 * sendto, sendmsg and sendmmsg in the program's place.
 *
 * 1. Ancillary data is passed on by kind; the kinds that could lead a packet elsewhere are refused.
 * 2. A stream takes less than was offered where that is too much at once, as streams may.
 */
import { readAddress, withFamily } from '../socket-address.ts';
import { call, error, kernel } from './calls.ts';
import { type Gate, type Waiting, whenDone } from './gate.ts';
import { type Message, MessageReader } from './messages.ts';
import type { Notifications, Question } from './notify.ts';
import { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, type SocketFacts, unixBytes } from './socket-facts.ts';

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_FASTOPEN = 0x20000000;
const SIGPIPE = 13;
const mostMessages = 64;

export class Sending {
	readonly #notifications: Notifications;
	readonly #gate: Gate;
	readonly #facts: SocketFacts;
	readonly #messages: MessageReader;

	constructor(notifications: Notifications, gate: Gate, facts: SocketFacts) {
		this.#notifications = notifications;
		this.#gate = gate;
		this.#facts = facts;
		this.#messages = new MessageReader(notifications);
	}

	to(question: Question, socket: number, domain: number): number | Waiting {
		const [, from, length = 0, flags = 0, name = 0, nameLength = 0] = question.words;
		const message = this.#messages.ofParts(question, {
			name,
			nameLength,
			parts: [[from!, length]],
			stream: this.#facts.isStream(socket),
		});
		return typeof message === 'number' ? message : this.#send(question, socket, domain, message, flags);
	}

	message(question: Question, socket: number, domain: number): number | Waiting {
		const stream = this.#facts.isStream(socket);
		const message = this.#messages.read(question, question.words[1]!, domain, stream);
		return typeof message === 'number'
			? message
			: this.#send(question, socket, domain, message, question.words[2]!);
	}

	/** Several at once: as many as go without waiting, then their number; each tells its length in its place. */
	messages(question: Question, socket: number, domain: number): number | Waiting {
		const [, at, count = 0, flags = 0] = question.words;
		const stream = this.#facts.isStream(socket);
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
			const waits = (low & MSG_DONTWAIT) === 0 && this.#facts.waits(socket);
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
			return this.#facts.judged(question, socket, 'out', to, () => go(name));
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
}
