/**
 * Sends a long run of bytes (a file, up to gigabytes) down a link at the speed of the slower of source and
 * wire. Two buffers take turns: while one is being written the other is being read, and a buffer is read
 * into again only when its write is over. So a pump holds 2 MiB at most, whatever the size of the file.
 * Reads of 1 MiB are where a transfer over loopback stops getting faster.
 */

/** Fills the start of the buffer with the next bytes and says how many; 0 means that there are no more. */
export type Read = (buffer: Uint8Array) => Promise<number>;

/** Ends when the bytes have left for the kernel, or with an error. */
type Write = (bytes: Uint8Array) => Promise<void>;

const BUFFER = 1024 * 1024;
/** So few bytes get buffers of their own; eDonkey's blocks of 180 KiB do not: what they leave behind is collected dearly. */
const LITTLE = 32 * 1024;
/** Buffers kept for the next pump: a fresh megabyte costs as much as filling it. */
const SPARE = 8;
const spare: Uint8Array[] = [];

export class Pump {
	/** Why this pump was stopped from outside. */
	#stopped: string | undefined;
	readonly #read: Read;
	readonly #bytes: number;

	constructor(read: Read, bytes: number) {
		this.#read = read;
		this.#bytes = bytes;
	}

	/** No further read or write is begun. */
	stop(why: string): void {
		this.#stopped ??= why;
	}

	/** Empty: all bytes have left. Otherwise why not, in words. Rejects never, save with what write throws. */
	async run(write: Write, inWords: (error: unknown) => string): Promise<string> {
		const size = Math.min(BUFFER, this.#bytes);
		const buffers = [borrow(size), borrow(size)];
		let left = this.#bytes;
		let turn = 0;
		let writing = Promise.resolve();
		try {
			while (left > 0 && this.#stopped === undefined) {
				const room = buffers[turn].subarray(0, Math.min(left, size));
				const got = await this.#read(room);
				await writing;
				if (this.#stopped !== undefined) return this.#stopped;
				if (!(got > 0)) return 'the source ended early';
				if (got > room.length) throw new Error(`a read of ${room.length} bytes gave ${got}`);
				writing = write(room.subarray(0, got));
				writing.catch(() => {});
				left -= got;
				turn = 1 - turn;
			}
			await writing;
			return this.#stopped ?? '';
		} catch (error) {
			return this.#stopped ?? inWords(error);
		} finally {
			for (const buffer of buffers) giveBack(buffer);
		}
	}
}

function borrow(size: number): Uint8Array {
	if (size < LITTLE) return new Uint8Array(size);
	return spare.pop() ?? new Uint8Array(BUFFER);
}

function giveBack(buffer: Uint8Array): void {
	if (buffer.length === BUFFER && spare.length < SPARE) spare.push(buffer);
}
