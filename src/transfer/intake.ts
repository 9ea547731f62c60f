/**
 * The stream into a partial file: one fetch at a time, and no faster than the disk. Bytes that wait to
 * be written are bounded: above the upper mark the link is stopped, below the lower one it goes on.
 */
import type { Refusal } from '../evidence/refusal.ts';
import { isRefusal } from '../evidence/refusal.ts';
import type { FetchHead } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import { Fetching } from './fetching.ts';
import { PartialFile } from './partial-file.ts';
import { Rate } from './rate.ts';
import type { DownloadRecord } from './records.ts';
import type { Candidate } from './sources.ts';
import type { DownloadSurroundings } from './surroundings.ts';

const upperMark = 8 << 20;
const lowerMark = 2 << 20;
/** A source that says nothing for so long is left. */
const silence = 60_000;

interface IntakeEvents {
	/** So much from the start of the file is on disk: keep it. */
	record(length: number): void;
	/** What the disk said. */
	failed(error: unknown): void;
}

export class Intake<Download> {
	readonly rate = new Rate();
	readonly #path: string;
	readonly #download: Download;
	readonly #outside: DownloadSurroundings<Download>;
	readonly #events: IntakeEvents;
	#file: PartialFile | undefined;
	#fetching: Fetching | undefined;

	constructor(
		path: string,
		download: Download,
		outside: DownloadSurroundings<Download>,
		events: IntakeEvents,
	) {
		this.#path = path;
		this.#download = download;
		this.#outside = outside;
		this.#events = events;
	}

	/** The source that is being asked. */
	get source(): Candidate | undefined {
		return this.#fetching?.source;
	}

	/** The source that is being asked has been silent for too long. */
	isStalled(now: number): boolean {
		const fetching = this.#fetching;
		return fetching !== undefined && !fetching.held && now - fetching.lastAt >= silence;
	}

	/** Opens the partial file where it is not open. `done` bytes of it are recorded. Throws what the disk says. */
	open(done: number): void {
		if (this.#file !== undefined) return;
		const file = new PartialFile(this.#path, done, this.#outside.clock, {
			record: (length) => this.#events.record(length),
			written: () => {
				if (file.queued < lowerMark) this.#hold(false);
			},
			failed: (error) => {
				this.#file = undefined;
				void file.close();
				this.#events.failed(error);
			},
		});
		this.#file = file;
	}

	/** Asks the source for what follows the open file. */
	ask(source: Candidate, { name, sha1, size }: DownloadRecord): void {
		const { clock, number, fetch } = this.#outside;
		const from = this.#file!.end;
		this.#fetching = new Fetching(number(this.#download), source, from, clock.now());
		fetch({
			fetch: this.#fetching.number,
			source,
			name,
			from,
			...(sha1 === undefined ? {} : { sha1 }),
			...(size === null ? {} : { to: size }),
		});
	}

	/** Fetching.head; `known` is the size if it is certain. */
	head(link: Link, head: FetchHead, known: number | null, hearsay: boolean): number | undefined | Refusal {
		const fetching = this.#fetching!;
		fetching.link = link;
		fetching.lastAt = this.#outside.clock.now();
		return fetching.head(head, hearsay && fetching.from === 0 ? null : known);
	}

	/** How many of the bytes were new, or why they were not taken. */
	body(bytes: Uint8Array): number | Refusal {
		const fetching = this.#fetching!;
		const fresh = fetching.body(bytes);
		if (isRefusal(fresh)) return fresh;
		fetching.lastAt = this.#outside.clock.now();
		this.rate.add(bytes.length, fetching.lastAt);
		this.#file!.append(fresh);
		if (this.#file!.queued > upperMark) this.#hold(true);
		return fresh.length;
	}

	/** The fetch is over by itself. */
	ended(): Fetching {
		const fetching = this.#fetching!;
		this.#forget(fetching);
		return fetching;
	}

	/** Ends the fetch, if there is one. */
	stop(): Fetching | undefined {
		const fetching = this.#fetching;
		if (fetching !== undefined) {
			this.#forget(fetching);
			this.#outside.cancelFetch(fetching.number);
		}
		return fetching;
	}

	/** Records what is on disk. */
	record(): void {
		this.#file?.record();
	}

	/** Resolves when nothing waits for the disk, and that is recorded. */
	async settled(): Promise<void> {
		await this.#file?.settled();
		this.#file?.record();
	}

	/** Writes, records and closes. Answers the SHA-1, if it was computed on the way. */
	async close(): Promise<Uint8Array | undefined> {
		const file = this.#file;
		await file?.close();
		this.#file = undefined;
		return file?.takeSha1();
	}

	/** The bytes are of no worth. */
	discard(): void {
		this.#file?.discard();
		this.#file = undefined;
	}

	#forget(fetching: Fetching): void {
		this.#hold(false);
		this.#fetching = undefined;
		this.#outside.forget(fetching.number);
	}

	#hold(held: boolean): void {
		const fetching = this.#fetching;
		if (fetching?.link === undefined || fetching.held === held) return;
		fetching.held = held;
		fetching.lastAt = this.#outside.clock.now();
		this.#outside.pause(fetching.link, held);
	}
}
