/**
 * The file that a download grows in. Bytes are queued, and written in order at positions by one writer,
 * so what is on disk is always a beginning of the file, wherever the process is killed. Only what is
 * written is recorded, and only what is recorded is shown to anyone.
 *
 * The SHA-1 is computed on the way if the file was begun by this process; else it is read again.
 */
import { createHash, type Hash } from 'node:crypto';
import { close, constants, fstatSync, ftruncateSync, openSync, rmSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '../library/clock.ts';

const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
const writeAt = promisify(write);
const closeFile = promisify(close);

/** As much as one write takes. */
const atOnce = 1 << 20;
/** Progress is recorded after so many bytes, or so much time, whichever comes first. */
const recordBytes = 1 << 20;
const recordMilliseconds = 500;

interface PartialFileEvents {
	/** So much from the start of the file is on disk: keep it. */
	record(length: number): void;
	/** The queue became shorter. */
	written(): void;
	/** What the disk said. Nothing is written after that. */
	failed(error: unknown): void;
}

export class PartialFile {
	readonly #path: string;
	readonly #clock: Clock;
	readonly #events: PartialFileEvents;
	readonly #fd: number;
	/** Bytes on disk, and of these recorded. */
	#length: number;
	#recorded: number;
	#recordedAt = 0;
	#queue: Uint8Array[] = [];
	#queued = 0;
	#writing: Promise<void> | undefined;
	#hash: Hash | undefined;
	#over = false;

	/**
	 * `recorded`: how much of it is known to be good; what lies behind it is cut off. A file that is
	 * shorter than that was touched by someone; then its length counts. Throws what the disk says.
	 */
	constructor(path: string, recorded: number, clock: Clock, events: PartialFileEvents) {
		this.#path = path;
		this.#clock = clock;
		this.#events = events;
		this.#fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644);
		this.#length = Math.min(recorded, fstatSync(this.#fd).size);
		this.#recorded = recorded;
		ftruncateSync(this.#fd, this.#length);
		if (this.#length === 0) this.#hash = createHash('sha1');
		this.record();
	}

	/** Bytes that wait to be written. */
	get queued(): number {
		return this.#queued;
	}

	/** Position of the next byte. */
	get end(): number {
		return this.#length + this.#queued;
	}

	append(bytes: Uint8Array): void {
		// After a failed write there is a gap: what follows it has no place.
		if (bytes.length === 0 || this.#over) return;
		this.#queue.push(bytes);
		this.#queued += bytes.length;
		this.#writing ??= this.#write();
	}

	/** Records what is on disk. */
	record(): void {
		if (this.#over || this.#length === this.#recorded) return;
		this.#recordedAt = this.#clock.now();
		this.#recorded = this.#length;
		this.#events.record(this.#length);
	}

	/** Resolves when nothing is queued. */
	async settled(): Promise<void> {
		await this.#writing;
	}

	/** Of all bytes, if they were all seen by this object. Ends the computation. */
	takeSha1(): Uint8Array | undefined {
		const hash = this.#hash;
		this.#hash = undefined;
		return hash && new Uint8Array(hash.digest());
	}

	/** Writes and records what is queued, then closes. */
	async close(): Promise<void> {
		await this.#writing;
		if (!this.#over) this.record();
		this.#over = true;
		await closeFile(this.#fd);
	}

	/** The file is not wanted any more: its name is gone at once, so that a new one can be begun. */
	discard(): void {
		this.#over = true;
		this.#queue = [];
		rmSync(this.#path, { force: true });
		void this.close();
	}

	/** Never rejects. */
	async #write(): Promise<void> {
		try {
			while (this.#queue.length > 0) {
				const bytes = this.#take();
				for (let at = 0; at < bytes.length; ) {
					const { bytesWritten } = await writeAt(this.#fd, bytes, at, bytes.length - at, this.#length + at);
					at += bytesWritten;
				}
				this.#hash?.update(bytes);
				this.#length += bytes.length;
				this.#queued -= bytes.length;
				this.#recordSometimes();
				if (!this.#over) this.#events.written();
			}
		} catch (error) {
			if (!this.#over) this.#events.failed(error);
			this.#over = true;
			this.#queue = [];
		} finally {
			this.#writing = undefined;
		}
	}

	#recordSometimes(): void {
		const due = this.#clock.now() - this.#recordedAt >= recordMilliseconds;
		if (due || this.#length - this.#recorded >= recordBytes) this.record();
	}

	/** The next bytes as one piece: small chunks would cost a system call each. */
	#take(): Uint8Array {
		let size = 0;
		let count = 0;
		while (count < this.#queue.length && (count === 0 || size + this.#queue[count]!.length <= atOnce)) {
			size += this.#queue[count++]!.length;
		}
		const pieces = this.#queue.splice(0, count);
		return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size);
	}
}
