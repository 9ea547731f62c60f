/**
 * The supervisor's end of the filter: one question at a time from the kernel (seccomp_unotify(2)), and its answer.
 *
 * Rules:
 * 1. What a question points to is in another process, which may change it at any time. It is copied once, and what
 *    is judged is the copy; the question must still be open after copying, or the copy is of somebody else.
 * 2. What cannot be read is refused.
 * 3. CONTINUE lets the kernel read it all again. It is for what the other walls judge by themselves.
 */
import { call, error, kernel, library, Piece } from './calls.ts';

const RECEIVE = 0xc0502100;
const SEND = 0xc0182101;
const STILL_OPEN = 0x40082102;
const ADD_DESCRIPTOR = 0x40182103;
const SET_FLAGS = 0x40082104;
const SYNC_WAKE_UP = 1;
const CONTINUE = 1;
const PIDFD_THREAD = 0o200;
const mostHandles = 256;
const page = 4096;

export interface Question {
	readonly id: bigint;
	/** Of the thread. */
	readonly thread: number;
	readonly call: number;
	readonly instruction: number;
	readonly words: readonly number[];
}

/** undefined: it is gone, or cannot be read. */
export class Notifications {
	readonly #listener: number;
	readonly #question = new Piece(80);
	readonly #answer = new Piece(24);
	readonly #vector = new Piece(32);
	readonly #handles = new Map<number, number>();
	readonly #scratch: Piece;

	/** `most`: bytes that are read at once. */
	constructor(listener: number, most: number) {
		this.#listener = listener;
		this.#scratch = new Piece(most);
		// Older kernels do not know it: they are slower, and nothing else.
		kernel(call.ioctl, listener, SET_FLAGS, SYNC_WAKE_UP);
	}

	/** Waits. undefined: a signal, or a question that was gone at once; `end`: nobody is left who could ask. */
	receive(): Question | 'end' | undefined {
		this.#question.bytes.fill(0);
		const result = kernel(call.ioctl, this.#listener, RECEIVE, this.#question.at);
		if (result === -error.EINTR) return undefined;
		if (result < 0) return this.#orphaned() ? 'end' : undefined;
		const { view } = this.#question;
		return {
			id: view.getBigUint64(0, true),
			thread: view.getInt32(8, true),
			call: view.getInt32(16, true),
			instruction: Number(view.getBigUint64(24, true)),
			words: [32, 40, 48, 56, 64, 72].map((at) => Number(view.getBigUint64(at, true))),
		};
	}

	/** Nobody has the filter any more. */
	#orphaned(): boolean {
		const POLLHUP = 16;
		this.#vector.view.setInt32(0, this.#listener, true);
		this.#vector.view.setInt32(4, 1, true);
		const ready = kernel(call.poll, this.#vector.at, 1, 0) > 0;
		return ready && (this.#vector.view.getInt16(6, true) & POLLHUP) !== 0;
	}

	proceed(id: bigint): void {
		this.#send(id, 0, 0, CONTINUE);
	}

	/** `result`: as kernel() has it. */
	answer(id: bigint, result: number): void {
		this.#send(id, Math.max(0, result), Math.min(0, result), 0);
	}

	#send(id: bigint, value: number, failed: number, flags: number): void {
		const { view, at } = this.#answer;
		view.setBigUint64(0, id, true);
		view.setBigInt64(8, BigInt(value), true);
		view.setInt32(16, failed, true);
		view.setUint32(20, flags, true);
		kernel(call.ioctl, this.#listener, SEND, at);
	}

	/** Our descriptor becomes theirs, and its number the answer. */
	give(id: bigint, ours: number, closeOnExec: boolean): void {
		const { view, at } = this.#answer;
		const SEND_TOO = 2;
		view.setBigUint64(0, id, true);
		view.setUint32(8, SEND_TOO, true);
		view.setUint32(12, ours, true);
		view.setUint32(16, 0, true);
		view.setUint32(20, closeOnExec ? 0o2000000 : 0, true);
		const result = kernel(call.ioctl, this.#listener, ADD_DESCRIPTOR, at);
		if (result < 0) this.answer(id, result);
	}

	isOpen(id: bigint): boolean {
		this.#answer.view.setBigUint64(0, id, true);
		return kernel(call.ioctl, this.#listener, STILL_OPEN, this.#answer.at) === 0;
	}

	/** Exactly so many bytes of the thread's memory, as a copy. */
	read({ id, thread }: Question, from: number, length: number): Buffer | undefined {
		if (length > this.#scratch.size) return undefined;
		if (length === 0) return Buffer.alloc(0);
		if (this.#copy(thread, from, length) !== length || !this.isOpen(id)) return undefined;
		return Buffer.from(this.#scratch.bytes.subarray(0, length));
	}

	/** A text up to its end, of at most 4096 bytes. A page at a time: the next one need not be there. */
	readText({ id, thread }: Question, from: number): string | undefined {
		let length = 0;
		while (length < page) {
			const part = Math.min(page - ((from + length) % page), page - length);
			const got = this.#copy(thread, from + length, part, length);
			if (got <= 0) return undefined;
			const end = this.#scratch.bytes.subarray(length, length + got).indexOf(0);
			if (end >= 0) {
				if (!this.isOpen(id)) return undefined;
				return this.#scratch.bytes.toString('utf8', 0, length + end);
			}
			length += got;
		}
		return undefined;
	}

	#copy(thread: number, from: number, length: number, to = 0): number {
		const { view, at } = this.#vector;
		view.setBigUint64(0, BigInt(this.#scratch.at + to), true);
		view.setBigUint64(8, BigInt(length), true);
		view.setBigUint64(16, BigInt(from), true);
		view.setBigUint64(24, BigInt(length), true);
		return library().syscall(call.process_vm_readv, thread, at, 1, at + 16, 1, 0);
	}

	/** Bytes into the thread's memory: what a call answers besides its result. */
	write({ id, thread }: Question, to: number, bytes: Uint8Array): boolean {
		if (!this.isOpen(id)) return false;
		this.#scratch.bytes.set(bytes);
		const { view, at } = this.#vector;
		view.setBigUint64(0, BigInt(this.#scratch.at), true);
		view.setBigUint64(8, BigInt(bytes.length), true);
		view.setBigUint64(16, BigInt(to), true);
		view.setBigUint64(24, BigInt(bytes.length), true);
		return library().syscall(call.process_vm_writev, thread, at, 1, at + 16, 1, 0) === bytes.length;
	}

	/** The thread's descriptor becomes ours; minus an error where it has none. A handle is of one thread for ever. */
	descriptor({ id, thread }: Question, theirs: number): number {
		const handle = this.#handles.get(thread);
		if (handle !== undefined) {
			const ours = kernel(call.pidfd_getfd, handle, theirs, 0);
			if (ours !== -error.ESRCH) return ours;
			// The thread is gone, and another one has its number.
			kernel(call.close, handle);
			this.#handles.delete(thread);
		}
		const fresh = this.handle(thread);
		if (fresh < 0) return fresh;
		if (!this.isOpen(id)) {
			kernel(call.close, fresh);
			return -error.ESRCH;
		}
		if (this.#handles.size >= mostHandles) this.#forgetOldest();
		this.#handles.set(thread, fresh);
		return kernel(call.pidfd_getfd, fresh, theirs, 0);
	}

	/** A new handle of a thread; before Linux 6.9 only those of a process's first thread. */
	handle(thread: number): number {
		const handle = kernel(call.pidfd_open, thread, PIDFD_THREAD);
		return handle === -error.EINVAL ? kernel(call.pidfd_open, thread, 0) : handle;
	}

	#forgetOldest(): void {
		for (const [thread, handle] of this.#handles) {
			kernel(call.close, handle);
			this.#handles.delete(thread);
			return;
		}
	}
}
