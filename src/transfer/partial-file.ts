/**
 * The file that a download grows in. Bytes are queued, and written in order at positions by one writer,
 * so what is on disk is always a beginning of the file, wherever the process is killed. `written` tells
 * the owner after each write; only then may the bytes be recorded, and only what is recorded is shown.
 *
 * The SHA-1 is computed on the way if the file was begun by this process; else it is read again.
 */
import { createHash, type Hash } from 'node:crypto';
import { close, constants, fstatSync, ftruncateSync, openSync, write } from 'node:fs';
import { promisify } from 'node:util';

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
const writeAt = promisify(write);
const closeFile = promisify(close);

/** As much as one write takes. */
const atOnce = 1 << 20;

export class PartialFile {
	readonly path: string;
	/** Bytes on disk. */
	length: number;
	/** Bytes that wait to be written. */
	queued = 0;
	readonly #fd: number;
	readonly #written: () => void;
	#queue: Uint8Array[] = [];
	#writing: Promise<void> | undefined;
	#hash: Hash | undefined;
	#failure: unknown;

	/**
	 * `recorded`: how much of it is known to be good; what lies behind it is cut off. A file that is
	 * shorter than that was touched by someone; then its length counts. Throws what the disk says.
	 */
	constructor(path: string, recorded: number, written: () => void) {
		this.path = path;
		this.#written = written;
		this.#fd = recorded > 0 ? openOld(path) : openNew(path);
		this.length = Math.min(recorded, fstatSync(this.#fd).size);
		ftruncateSync(this.#fd, this.length);
		if (this.length === 0) this.#hash = createHash('sha1');
	}

	append(bytes: Uint8Array): void {
		// After a failed write there is a gap: what follows it has no place.
		if (bytes.length === 0 || this.#failure !== undefined) return;
		this.#queue.push(bytes);
		this.queued += bytes.length;
		this.#writing ??= this.#write();
	}

	/** Resolves when nothing is queued; rejects with what the disk said, now and ever after. */
	async settled(): Promise<void> {
		await this.#writing;
		if (this.#failure !== undefined) throw this.#failure;
	}

	/** What the disk said, if it failed. */
	get failure(): unknown {
		return this.#failure;
	}

	/** Of all bytes, if they were all seen by this object. Ends the computation. */
	takeSha1(): Uint8Array | undefined {
		const hash = this.#hash;
		this.#hash = undefined;
		return hash && new Uint8Array(hash.digest());
	}

	async close(): Promise<void> {
		await this.#writing;
		await closeFile(this.#fd);
	}

	/** Never rejects: a failure is kept and told through `written`. */
	async #write(): Promise<void> {
		try {
			while (this.#queue.length > 0) {
				const bytes = this.#take();
				for (let at = 0; at < bytes.length; ) {
					const { bytesWritten } = await writeAt(this.#fd, bytes, at, bytes.length - at, this.length + at);
					at += bytesWritten;
				}
				this.#hash?.update(bytes);
				this.length += bytes.length;
				this.queued -= bytes.length;
				this.#written();
			}
		} catch (error) {
			this.#failure = error;
			this.#queue = [];
			this.queued = 0;
			this.#written();
		} finally {
			this.#writing = undefined;
		}
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

function openNew(path: string): number {
	try {
		return openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		// Left by a kill before anything was recorded.
		return openOld(path);
	}
}

function openOld(path: string): number {
	return openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644);
}
