/**
 * The file that a download grows in: bytes come in any order, from many sources, and are written at
 * their positions by one writer at a time. What waits to be written is counted, so that the links can
 * be stopped when the disk is slower. What is not there yet is a hole: a 10 GB file takes the room of
 * what has arrived.
 *
 * The file has no execute bit and a neutral name: until its content has been inspected it is nothing
 * that a double click could start.
 */
import { close, constants, fstatSync, openSync, rmSync, writev } from 'node:fs';
import { promisify } from 'node:util';

const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
const writeAt = promisify(writev);
const closeFile = promisify(close);

/** As much as one system call takes. */
const atOnce = 2 << 20;
/** IOV_MAX of Linux. */
const mostPieces = 1024;

interface PartialFileEvents {
	/** These bytes are with the system: they survive the end of this process. */
	written(from: number, to: number): void;
	/** The queue became shorter. */
	room(): void;
	/** What the disk said. Nothing is written after that. */
	failed(error: unknown): void;
}

/** Bytes that follow each other. */
interface Run {
	from: number;
	to: number;
	pieces: Uint8Array[];
}

export class PartialFile {
	readonly fd: number;
	/** Bytes that the file had when it was opened. */
	readonly found: number;
	readonly #path: string;
	readonly #events: PartialFileEvents;
	/** By the position that would continue them. */
	readonly #runs = new Map<number, Run>();
	#queued = 0;
	#writing: Promise<void> | undefined;
	#over = false;

	/** Throws what the disk says. */
	constructor(path: string, events: PartialFileEvents) {
		this.#path = path;
		this.#events = events;
		this.fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
		this.found = fstatSync(this.fd).size;
	}

	/** Bytes that wait to be written. */
	get queued(): number {
		return this.#queued;
	}

	/** The bytes are kept until they are written: nobody may change them afterwards. */
	write(at: number, bytes: Uint8Array): void {
		// After a failed write nothing more is taken.
		if (bytes.length === 0 || this.#over) return;
		const run = this.#runs.get(at);
		const to = at + bytes.length;
		if (run === undefined) this.#runs.set(to, { from: at, to, pieces: [bytes] });
		else {
			run.pieces.push(bytes);
			run.to = to;
			this.#runs.delete(at);
			this.#runs.set(to, run);
		}
		this.#queued += bytes.length;
		this.#writing ??= this.#write();
	}

	/** Resolves when nothing is queued. */
	async settled(): Promise<void> {
		await this.#writing;
	}

	/** Writes what is queued, then closes. */
	async close(): Promise<void> {
		await this.#writing;
		this.#over = true;
		await closeFile(this.fd);
	}

	/** The file is not wanted any more: its name is gone at once, so that a new one can be begun. */
	discard(): void {
		this.#over = true;
		this.#runs.clear();
		rmSync(this.#path, { force: true });
		void this.close();
	}

	/** Never rejects. */
	async #write(): Promise<void> {
		// Not at once: more pieces of this turn of the event loop make one system call of many.
		await Promise.resolve();
		try {
			while (this.#runs.size > 0) {
				const { from, to, pieces } = this.#take();
				await this.#writeAll(from, pieces);
				this.#queued -= to - from;
				if (this.#over) return;
				this.#events.written(from, to);
				this.#events.room();
			}
		} catch (error) {
			if (!this.#over) this.#events.failed(error);
			this.#over = true;
			this.#runs.clear();
		} finally {
			this.#writing = undefined;
		}
	}

	async #writeAll(from: number, pieces: Uint8Array[]): Promise<void> {
		let at = from;
		let rest = pieces;
		while (rest.length > 0) {
			let { bytesWritten } = await writeAt(this.fd, rest, at);
			at += bytesWritten;
			let whole = 0;
			while (whole < rest.length && bytesWritten >= rest[whole]!.length)
				bytesWritten -= rest[whole++]!.length;
			rest = rest.slice(whole);
			if (rest.length > 0) rest[0] = rest[0]!.subarray(bytesWritten);
		}
	}

	/** The beginning of the oldest run. */
	#take(): Run {
		const [key, run] = this.#runs.entries().next().value!;
		this.#runs.delete(key);
		let size = 0;
		let count = 0;
		while (count < run.pieces.length && count < mostPieces && (count === 0 || size < atOnce)) {
			size += run.pieces[count++]!.length;
		}
		if (count === run.pieces.length) return run;
		const taken: Run = { from: run.from, to: run.from + size, pieces: run.pieces.slice(0, count) };
		run.pieces = run.pieces.slice(count);
		run.from = taken.to;
		this.#runs.set(run.to, run);
		return taken;
	}
}
