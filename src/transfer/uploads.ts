/**
 * Serving files. The network has checked the request and sent the head; here the bytes follow. A file
 * is opened for each request (library/open.ts: beneath its folder, and only if it is what was hashed),
 * read at positions, and closed.
 *
 * Slots: so many uploads at once, and so many for one host. The network asks admit() before it
 * sends a head; there is no queue, a host that finds no slot is told when to ask again.
 */
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../library/clock.ts';
import type { OpenFile } from '../library/views.ts';
import type { Admission, Asker } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import { Rate } from './rate.ts';

/** Sends `bytes` bytes of what `read` fills in down the link, then calls done once (why empty: all sent). */
export type Pump = (
	link: Link,
	read: (buffer: Uint8Array) => Promise<number>,
	bytes: number,
	done: (why: string) => void,
) => void;

/** What is needed of the library. */
export interface Served {
	open(id: number): Promise<OpenFile>;
	served(id: number, requests: number, bytes: number): void;
}

export interface UploadOptions {
	readonly clock: Clock;
	readonly pump: Pump;
	/** Who is at the other end. */
	readonly peer: (link: Link) => { host: string; port: number; agent: string };
	/** Called once for each serve(); why is empty when every byte went out, else the link must be hung up. */
	readonly served: (link: Link, why: string) => void;
	/** Uploads at the same time. Default 8. */
	readonly slots?: number;
	/** Of these, for one host. Default 2. */
	readonly slotsPerHost?: number;
}

/** A running upload (the shape of the HTTP API). */
export interface UploadView {
	readonly id: number;
	readonly name: string;
	/** host:port */
	readonly peer: string;
	readonly agent: string;
	readonly from: number;
	readonly to: number;
	/** Bytes read for it. */
	readonly done: number;
	readonly rate: number;
	readonly startedAt: number;
}

interface Upload {
	readonly id: number;
	readonly link: Link;
	readonly file: number;
	readonly host: string;
	readonly port: number;
	readonly agent: string;
	readonly from: number;
	readonly to: number;
	readonly startedAt: number;
	readonly rate: Rate;
	name: string;
	done: number;
}

/** Seconds. Long enough for a slot to become free, short enough that nobody gives up. */
const askAgain = 20;

export class Uploads {
	readonly #library: Served;
	readonly #options: UploadOptions;
	readonly #running = new Set<Upload>();
	readonly #rate = new Rate();
	#count = 0;

	constructor(library: Served, options: UploadOptions) {
		this.#library = library;
		this.#options = options;
	}

	/** Host.admit of networks/network.ts. */
	admit(_link: Link, { address }: Asker): Admission {
		if (this.#running.size >= (this.#options.slots ?? 8)) return { retryAfter: askAgain };
		let ofHost = 0;
		for (const upload of this.#running) if (upload.host === address.host) ofHost++;
		return ofHost < (this.#options.slotsPerHost ?? 2) ? true : { retryAfter: askAgain };
	}

	/** Host.serve of networks/network.ts. */
	serve(link: Link, file: number, from: number, to: number): void {
		const upload: Upload = {
			id: ++this.#count,
			link,
			file,
			...this.#options.peer(link),
			from,
			to,
			startedAt: this.#options.clock.now(),
			rate: new Rate(),
			name: '',
			done: 0,
		};
		this.#running.add(upload);
		void this.#run(upload);
	}

	list(): UploadView[] {
		const now = this.#options.clock.now();
		return [...this.#running].map((upload) => ({
			id: upload.id,
			name: upload.name,
			peer: `${upload.host}:${upload.port}`,
			agent: upload.agent,
			from: upload.from,
			to: upload.to,
			done: upload.done,
			rate: upload.rate.get(now),
			startedAt: upload.startedAt,
		}));
	}

	/** Bytes a second, all uploads together. */
	get rate(): number {
		return this.#rate.get(this.#options.clock.now());
	}

	async #run(upload: Upload): Promise<void> {
		let handle: FileHandle | undefined;
		let why: string;
		try {
			const opened = await this.#library.open(upload.file);
			handle = opened.handle;
			upload.name = opened.name;
			why = upload.to > opened.size ? 'the range ends behind the file' : await this.#send(upload, handle);
		} catch (error) {
			why = (error as Error).message;
		}
		await handle?.close();
		this.#running.delete(upload);
		this.#library.served(upload.file, 1, upload.done);
		this.#options.served(upload.link, why);
	}

	#send(upload: Upload, handle: FileHandle): Promise<string> {
		const read = async (buffer: Uint8Array) => {
			const { bytesRead } = await handle.read(buffer, 0, buffer.length, upload.from + upload.done);
			const now = this.#options.clock.now();
			upload.done += bytesRead;
			upload.rate.add(bytesRead, now);
			this.#rate.add(bytesRead, now);
			return bytesRead;
		};
		return new Promise((resolve) => this.#options.pump(upload.link, read, upload.to - upload.from, resolve));
	}
}
