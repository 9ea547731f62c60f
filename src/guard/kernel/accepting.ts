/**
 * accept(2) in the program's place, where a policy says who may connect: whoever may not is reset before the program
 * hears of them. (A filter on the socket would do, but the kernel lets only root put one on TCP.) It is done for sockets of all
 * kinds, since a descriptor may mean another one by the time a call goes on by itself.
 */
import type { Destination } from '../judge.ts';
import { longestAddress, readAddress } from '../socket-address.ts';
import { call, error, kernel, Piece } from './calls.ts';
import { answered, type Gate, type Waiting } from './gate.ts';
import type { Notifications, Question } from './notify.ts';
import { AF_INET, AF_INET6, type SocketFacts } from './socket-facts.ts';

const SOL_SOCKET = 1;
const SO_LINGER = 13;
const SO_RCVTIMEO = 20;
const SOCK_CLOEXEC = 0o2000000;
const POLLIN = 1;
/** Refused in one go: then it is others' turn. */
const mostRefused = 64;

/** Where the address is to be written; undefined: nowhere. */
interface Wanted {
	readonly at: number;
	readonly lengthAt: number;
	readonly room: number;
}

export class Accepting {
	readonly #notifications: Notifications;
	readonly #gate: Gate;
	readonly #facts: SocketFacts;
	/** Descriptor and length of poll; the address from 64. */
	readonly #scratch = new Piece(64 + longestAddress);

	constructor(notifications: Notifications, gate: Gate, facts: SocketFacts) {
		this.#notifications = notifications;
		this.#gate = gate;
		this.#facts = facts;
	}

	accept(question: Question, socket: number, domain: number): number | Waiting {
		const wanted = this.#wanted(question);
		if (typeof wanted === 'number') return wanted;
		const network = domain === AF_INET || domain === AF_INET6;
		const place = network ? this.#facts.place(socket) : undefined;
		if (network && place === undefined) return -error.EACCES;
		return this.#next(question, socket, place, wanted);
	}

	#wanted(question: Question): Wanted | undefined | number {
		const [, at = 0, lengthAt = 0] = question.words;
		if (at === 0) return undefined;
		const length = this.#notifications.read(question, lengthAt, 4);
		if (length === undefined) return -error.EFAULT;
		const room = length.readInt32LE(0);
		return room < 0 ? -error.EINVAL : { at, lengthAt, room };
	}

	#next(
		question: Question,
		socket: number,
		place: Destination | undefined,
		wanted: Wanted | undefined,
	): number | Waiting {
		for (let refused = 0; refused < mostRefused; refused++) {
			if (!this.#isReady(socket)) break;
			const taken = this.#take(question, socket);
			if (taken === -error.EAGAIN) break;
			if (taken < 0) return taken;
			const bytes = this.#scratch.bytes.subarray(64, 64 + this.#scratch.view.getUint32(8, true));
			const from = readAddress(bytes);
			const may =
				place === undefined || (from?.family === 'inet' && this.#gate.caller(question, place, from.host));
			if (may) return this.#hand(question, taken, Uint8Array.from(bytes), wanted);
			this.#reset(taken);
		}
		if (!this.#facts.waits(socket)) return -error.EAGAIN;
		return { socket, reads: true, again: () => this.#next(question, socket, place, wanted) };
	}

	#isReady(socket: number): boolean {
		const { at, view } = this.#scratch;
		view.setInt32(0, socket, true);
		view.setInt32(4, POLLIN, true);
		return kernel(call.poll, at, 1, 0) > 0;
	}

	/** Another process may have been quicker: it waits for one tick at most, and the socket's own time-out is put back. */
	#take(question: Question, socket: number): number {
		const { at, view } = this.#scratch;
		view.setUint32(8, 16, true);
		kernel(call.getsockopt, socket, SOL_SOCKET, SO_RCVTIMEO, at + 16, at + 8);
		view.setBigInt64(32, 0n, true);
		view.setBigInt64(40, 1n, true);
		kernel(call.setsockopt, socket, SOL_SOCKET, SO_RCVTIMEO, at + 32, 16);
		view.setUint32(8, longestAddress, true);
		const flags = (question.call === call.accept4 ? question.words[3]! | 0 : 0) | SOCK_CLOEXEC;
		const taken = kernel(call.accept4, socket, at + 64, at + 8, flags);
		kernel(call.setsockopt, socket, SOL_SOCKET, SO_RCVTIMEO, at + 16, 16);
		return taken;
	}

	#hand(question: Question, ours: number, bytes: Uint8Array, wanted: Wanted | undefined): number {
		const told = wanted === undefined || this.#tell(question, bytes, wanted);
		const closes = question.call === call.accept4 && (question.words[3]! & SOCK_CLOEXEC) !== 0;
		if (told) this.#notifications.give(question, ours, closes);
		kernel(call.close, ours);
		return told ? answered : -error.EFAULT;
	}

	#tell(question: Question, bytes: Uint8Array, { at, lengthAt, room }: Wanted): boolean {
		const length = new Uint8Array(new Uint32Array([bytes.length]).buffer);
		const part = bytes.subarray(0, room);
		return (
			(part.length === 0 || this.#notifications.write(question, at, part)) &&
			this.#notifications.write(question, lengthAt, length)
		);
	}

	/** They learn at once that nobody answers. */
	#reset(theirs: number): void {
		const { at, view } = this.#scratch;
		view.setUint32(16, 1, true);
		view.setUint32(20, 0, true);
		kernel(call.setsockopt, theirs, SOL_SOCKET, SO_LINGER, at + 16, 8);
		kernel(call.close, theirs);
	}
}
