/**
 * Serving files. The network has checked the request and sent the head; here the bytes follow. A file
 * is opened for each request (library/open.ts: beneath its folder, and only if it is what was hashed),
 * read at positions, and closed.
 *
 * The network asks admit() before it sends a head (upload-queue.ts says who gets a slot). The bytes go
 * as fast as the throttle lets them (throttle.ts). What was served to whom is told at its end, for the audit.
 */
import type { Clock } from '../library/clock.ts';
import type { Admission, Asker, Messages } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import { type Outgoing, outgoing, type Reader } from './outgoing.ts';
import { Packing } from './packing.ts';
import { Rate } from './rate.ts';
import { type Limits, Throttle } from './throttle.ts';
import { type QueuedView, UploadQueue } from './upload-queue.ts';

/** Sends `bytes` bytes of what `read` fills in down the link, then calls done once (why empty: all sent). */
export type Pump = (
	link: Link,
	read: (buffer: Uint8Array) => Promise<number>,
	bytes: number,
	done: (why: string) => void,
) => void;

/** What is needed of the library. */
export interface Served {
	open(id: number): Promise<{ readonly handle: Reader; readonly size: number; readonly name: string }>;
	served(id: number, requests: number, bytes: number): void;
}

export interface UploadOptions {
	readonly clock: Clock;
	readonly pump: Pump;
	/** Who is at the other end. */
	readonly peer: (link: Link) => { host: string; port: number };
	/** Called once for each serve(); why is empty when every byte went out, else the link must be hung up. */
	readonly served: (link: Link, why: string) => void;
	readonly alive: (link: Link) => boolean;
	/** Ends a link; its pump is told. */
	readonly hangup: (link: Link, why: string) => void;
	/** What went out, and how it ended (why is empty when every byte did). */
	readonly audit: (served: ServedRecord) => void;
	/** For tickets, which name a place in the queue on a new link. */
	readonly random: (bytes: number) => Uint8Array;
	/** Bytes a second, of all uploads and of those of one host; undefined: no limit. */
	readonly limits?: Limits;
	/** Uploads at the same time. Default 8. */
	readonly slots?: number;
	/** Of these, for one host. Default 2. */
	readonly slotsPerHost?: number;
}

/** One upload that is over: the talk's question "what was served, when, and to whom". */
export interface ServedRecord {
	readonly at: number;
	/** host:port */
	readonly peer: string;
	readonly agent: string;
	readonly file: number;
	readonly name: string;
	readonly from: number;
	readonly to: number;
	/** Bytes that went out. */
	readonly bytes: number;
	readonly why: string;
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
	/** Bytes that went out for it. */
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
	readonly messages: Messages | undefined;
	readonly startedAt: number;
	readonly rate: Rate;
	name: string;
	done: number;
	/** When it last took bytes. */
	movedAt: number;
}

const stallMilliseconds = 120_000;

export class Uploads {
	readonly #library: Served;
	readonly #options: UploadOptions;
	readonly #running = new Set<Upload>();
	readonly #rate = new Rate();
	readonly #queue: UploadQueue;
	readonly #throttle: Throttle;
	readonly #packing: Packing;
	/** What the asker that was let in calls itself. */
	readonly #agents = new Map<Link, string>();
	#count = 0;

	constructor(library: Served, options: UploadOptions) {
		this.#library = library;
		this.#options = options;
		const { slots = 8, slotsPerHost = 2, random, alive, clock, limits } = options;
		const number = () => ++this.#count;
		this.#queue = new UploadQueue({ now: () => clock.now(), slots, slotsPerHost, random, number, alive });
		this.#packing = new Packing(clock);
		this.#throttle = new Throttle(clock, limits ?? { total: () => undefined, perHost: () => undefined });
	}

	/** Those who wait for a slot, in order; no number is that of a running upload. */
	waiting(): QueuedView[] {
		return this.#queue.list();
	}

	/** Host.admit of networks/network.ts. */
	admit(link: Link, asker: Asker): Admission {
		const admission = this.#queue.admit(link, asker);
		if (admission !== true) this.#endStalled();
		else {
			// An empty file is admitted and never served.
			for (const old of this.#agents.keys()) if (!this.#options.alive(old)) this.#agents.delete(old);
			this.#agents.set(link, asker.agent);
		}
		return admission;
	}

	/** Somebody waits: who has not read for long gives his slot back. */
	#endStalled(): void {
		const now = this.#options.clock.now();
		for (const { link, movedAt } of this.#running) {
			if (now - movedAt > stallMilliseconds) this.#options.hangup(link, 'it has not read for two minutes');
		}
	}

	/** Host.serve of networks/network.ts. */
	serve(link: Link, file: number, from: number, to: number, messages?: Messages): void {
		const agent = this.#agents.get(link) ?? '';
		this.#agents.delete(link);
		const upload: Upload = {
			id: ++this.#count,
			link,
			file,
			...this.#options.peer(link),
			agent,
			from,
			to,
			messages,
			startedAt: this.#options.clock.now(),
			rate: new Rate(),
			name: '',
			done: 0,
			movedAt: this.#options.clock.now(),
		};
		this.#running.add(upload);
		this.#queue.began(link, upload.host, file);
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
			// As messages a block is longer than its range.
			done: Math.min(upload.done, upload.to - upload.from),
			rate: upload.rate.get(now),
			startedAt: upload.startedAt,
		}));
	}

	/** Bytes a second, all uploads together. */
	get rate(): number {
		return this.#rate.get(this.#options.clock.now());
	}

	async #run(upload: Upload): Promise<void> {
		let handle: Reader | undefined;
		let why: string;
		try {
			const opened = await this.#library.open(upload.file);
			handle = opened.handle;
			upload.name = opened.name;
			if (upload.to > opened.size) why = 'the range ends behind the file';
			else why = await this.#send(upload, await outgoing(upload, handle, this.#packing));
		} catch (error) {
			why = (error as Error).message;
		}
		await handle?.close();
		this.#running.delete(upload);
		this.#queue.ended(upload.link, why === '');
		this.#library.served(upload.file, 1, upload.done);
		const { host, port, agent, file, name, from, to, done: bytes } = upload;
		const at = this.#options.clock.now();
		this.#options.audit({ at, peer: `${host}:${port}`, agent, file, name, from, to, bytes, why });
		this.#options.served(upload.link, why);
	}

	async #send(upload: Upload, what: Outgoing): Promise<string> {
		const stream = this.#throttle.open(upload.host);
		const read = async (buffer: Uint8Array) => {
			const allowed = stream.take(buffer.length);
			// Without a limit there is nothing to wait for.
			const most = typeof allowed === 'number' ? allowed : await allowed;
			const bytes = await what.read(buffer, most, upload.done);
			const now = this.#options.clock.now();
			upload.done += bytes;
			upload.movedAt = now;
			upload.rate.add(bytes, now);
			this.#rate.add(bytes, now);
			return bytes;
		};
		try {
			return await new Promise((resolve) => {
				this.#options.pump(upload.link, read, what.bytes, resolve);
			});
		} finally {
			stream.close();
			what.over();
		}
	}
}
