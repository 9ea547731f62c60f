/**
 * The supervisor's end of the filter: one question at a time from the kernel (seccomp_unotify(2)), and its answer.
 *
 * Rules:
 * 1. What a question points to is in another process, which may change it at any time. It is copied once, and what
 *    is judged is the copy; the question must still be open after copying, or the copy is of somebody else.
 * 2. What cannot be read is refused.
 * 3. CONTINUE lets the kernel read it all again. It is for what the other walls judge by themselves.
 */
import { call, control, error, kernel, library, Piece, setWord } from './calls.ts';

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
/** Bytes; most paths are shorter. */
const usual = 256;

/** Beyond what any program can have: reading there fails. */
const nowhere = 2 ** 52;

export class Question {
	/** Halves of 32 bits: a number of 64 would be made anew for each question. */
	readonly low: number;
	readonly high: number;
	/** Of the thread. */
	readonly thread: number;
	readonly call: number;
	readonly instruction: number;
	/** Arguments. The lower 32 bits of each are what the kernel sees of an int, whatever lies above them. */
	readonly words: readonly number[];

	/** struct seccomp_notif. */
	constructor(from: DataView) {
		this.low = from.getUint32(0, true);
		this.high = from.getUint32(4, true);
		this.thread = from.getInt32(8, true);
		this.call = from.getInt32(16, true);
		this.instruction = wordAt(from, 24);
		this.words = [
			wordAt(from, 32),
			wordAt(from, 40),
			wordAt(from, 48),
			wordAt(from, 56),
			wordAt(from, 64),
			wordAt(from, 72),
		];
	}
}

/** A number holds 53 bits: what is larger is no address, and may be a negative int. */
function wordAt(from: DataView, at: number): number {
	const low = from.getUint32(at, true);
	const high = from.getUint32(at + 4, true);
	if (high === 0xffffffff) return low - 2 ** 32;
	return low + (high < 2 ** 20 ? high * 2 ** 32 : nowhere);
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
		const { size, view, at } = this.#question;
		// The kernel wants zeros there.
		for (let word = 0; word < size; word += 8) view.setFloat64(word, 0);
		const result = control(this.#listener, RECEIVE, at);
		if (result === -error.EINTR) return undefined;
		if (result < 0) return this.#orphaned() ? 'end' : undefined;
		return new Question(view);
	}

	/** Nobody has the filter any more. */
	#orphaned(): boolean {
		const POLLHUP = 16;
		this.#vector.view.setInt32(0, this.#listener, true);
		this.#vector.view.setInt32(4, 1, true);
		const ready = kernel(call.poll, this.#vector.at, 1, 0) > 0;
		return ready && (this.#vector.view.getInt16(6, true) & POLLHUP) !== 0;
	}

	proceed(question: Question): void {
		this.#send(question, 0, 0, CONTINUE);
	}

	/** `result`: as kernel() has it. */
	answer(question: Question, result: number): void {
		this.#send(question, Math.max(0, result), Math.min(0, result), 0);
	}

	#send(question: Question, value: number, failed: number, flags: number): void {
		const { view, at } = this.#answer;
		this.#name(question);
		view.setUint32(8, value, true);
		view.setUint32(12, Math.floor(value / 2 ** 32), true);
		view.setInt32(16, failed, true);
		view.setUint32(20, flags, true);
		control(this.#listener, SEND, at);
	}

	#name({ low, high }: Question): void {
		this.#answer.view.setUint32(0, low, true);
		this.#answer.view.setUint32(4, high, true);
	}

	/** Our descriptor becomes theirs, and its number the answer. */
	give(question: Question, ours: number, closeOnExec: boolean): void {
		const { view, at } = this.#answer;
		const SEND_TOO = 2;
		this.#name(question);
		view.setUint32(8, SEND_TOO, true);
		view.setUint32(12, ours, true);
		view.setUint32(16, 0, true);
		view.setUint32(20, closeOnExec ? 0o2000000 : 0, true);
		const result = control(this.#listener, ADD_DESCRIPTOR, at);
		if (result < 0) this.answer(question, result);
	}

	isOpen(question: Question): boolean {
		this.#name(question);
		return control(this.#listener, STILL_OPEN, this.#answer.at) === 0;
	}

	/** Exactly so many bytes of the thread's memory, as a copy. */
	read(question: Question, from: number, length: number): Buffer | undefined {
		if (length > this.#scratch.size) return undefined;
		if (length === 0) return Buffer.alloc(0);
		if (this.#copy(question.thread, from, length) !== length || !this.isOpen(question)) return undefined;
		return Buffer.from(this.#scratch.bytes.subarray(0, length));
	}

	/** A text up to its end, of at most 4096 bytes. */
	readText(question: Question, from: number): string | undefined {
		const length = this.copyText(question, from);
		if (length < 0 || !this.isOpen(question)) return undefined;
		return this.#scratch.bytes.toString('utf8', 0, length);
	}

	/**
	 * The same in `copied`, and its length; -1: it cannot be read. It may be somebody else's by now: this is for what
	 * nothing follows from but an answer, which then reaches nobody.
	 */
	copyText({ thread }: Question, from: number): number {
		const { bytes } = this.#scratch;
		let length = 0;
		// Few at first, for most are short; then a page at a time: the next one need not be there.
		for (let most = usual; length < page; most = page) {
			const part = Math.min(most, page - ((from + length) % page), page - length);
			const got = this.#copy(thread, from + length, part, length);
			if (got <= 0) return -1;
			for (const end = length + got; length < end; length++) if (bytes[length] === 0) return length;
		}
		return -1;
	}

	get copied(): Uint8Array {
		return this.#scratch.bytes;
	}

	#copy(thread: number, from: number, length: number, to = 0): number {
		const { view, at } = this.#vector;
		setWord(view, 0, this.#scratch.at + to);
		setWord(view, 8, length);
		setWord(view, 16, from);
		setWord(view, 24, length);
		return library().readMemory(thread, at, 1, at + 16, 1, 0);
	}

	/** Bytes into the thread's memory: what a call answers besides its result. */
	write(question: Question, to: number, bytes: Uint8Array): boolean {
		if (!this.isOpen(question)) return false;
		this.#scratch.bytes.set(bytes);
		const { view, at } = this.#vector;
		setWord(view, 0, this.#scratch.at);
		setWord(view, 8, bytes.length);
		setWord(view, 16, to);
		setWord(view, 24, bytes.length);
		const words = [question.thread, at, 1, at + 16, 1, 0] as const;
		return library().syscall(call.process_vm_writev, ...words) === bytes.length;
	}

	/** The thread's descriptor becomes ours; minus an error where it has none. A handle is of one thread for ever. */
	descriptor(question: Question, theirs: number): number {
		const { thread } = question;
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
		if (!this.isOpen(question)) {
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
