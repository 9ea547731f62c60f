/**
 * All downloads: takes orders, gives places, hands the network's answers to the download that asked.
 *
 * Who gets a place: the oldest wanted one. A download that waits or is paused holds no place. One turn
 * follows each change (never inside it), and one each second while something is being fetched.
 *
 * Longer than 300 lines: it is the door of all downloads, a few lines for each thing that can be asked of them.
 */
import type { AichHash, ClaimedTree, FetchHead, NetworkName, PartWish, Source } from '../networks/network.ts';
import type { Address, Link } from '../world/world.ts';
import { type Content, sameContent } from './content.ts';
import { Download } from './download.ts';
import { IntakeLimit } from './intake-limit.ts';
import { type Partial, partialOf } from './partial.ts';
import { Rate } from './rate.ts';
import { DownloadRefused } from './refused.ts';
import { Spans } from './spans.ts';
import { type DownloadState, passive } from './states.ts';
import type { DownloadOptions, DownloadSurroundings } from './surroundings.ts';
import { Verifier } from './verifier.ts';
import { type DownloadDetail, type DownloadView, detailOf, viewOf } from './views.ts';
import { hashesOf, mustBeClear, mustBeWritable, treeIn, type Wanted } from './wanted.ts';

const mostAlternates = 10;

export class Downloads {
	readonly #outside: DownloadSurroundings<Download>;
	readonly #all = new Map<number, Download>();
	readonly #fetches = new Map<number, Download>();
	readonly #listeners = new Set<(id: number) => void>();
	readonly #rate = new Rate();
	readonly #limit: IntakeLimit;
	#fetchCount = 0;
	#turnAsked = false;
	#cancelTimer = () => {};
	#closed = false;

	constructor(options: DownloadOptions) {
		this.#outside = {
			...options,
			verifier: new Verifier(options.clock),
			spans: (spans) => new Spans(spans),
			number: (download) => {
				this.#fetches.set(++this.#fetchCount, download);
				return this.#fetchCount;
			},
			forget: (fetch) => void this.#fetches.delete(fetch),
			changed: (download) => this.#changed(download.record.id),
		};
		this.#limit = new IntakeLimit(options.clock, options.limit ?? (() => undefined), (stopped) => {
			for (const download of this.#all.values()) download.swarm.limit(stopped);
		});
		for (const record of options.records.downloads()) {
			this.#all.set(record.id, new Download(record, this.#outside));
		}
	}

	/** Takes up what was wanted before the restart. */
	start(): void {
		for (const download of this.#all.values()) download.takeUp();
		this.#askTurn();
	}

	/**
	 * When it resolves, the download is stored and survives any end of the process. The same content
	 * wanted twice for the same folder is one download: it is retried if it had failed, and gets the new
	 * sources. Rejects with DownloadRefused.
	 */
	async want(wanted: Wanted): Promise<number> {
		const hashes = hashesOf(wanted);
		mustBeClear(wanted, hashes);
		const out = wanted.out ?? this.#outside.downloads;
		await mustBeWritable(out);
		const known = this.#find(hashes, out);
		if (known !== undefined) {
			if (known.record.state === 'failed' || known.record.state === 'cancelled') known.retry();
			known.addSources(wanted.sources);
			return known.record.id;
		}
		const record = this.#outside.records.addDownload(
			{
				name: wanted.name,
				...hashes,
				priority: 0,
				size: wanted.size ?? null,
				out,
				why: 'Waits for a free place.',
				createdAt: this.#outside.clock.now(),
			},
			wanted.sources,
		);
		this.#outside.records.saveTree(record.id, treeIn(wanted));
		this.#all.set(record.id, new Download(record, this.#outside));
		this.#changed(record.id);
		return record.id;
	}

	/** These throw DownloadRefused where the state does not allow it or the number is unknown. */
	pause(id: number): void {
		this.#mustHave(id).pause();
	}

	resume(id: number): void {
		this.#mustHave(id).resume();
	}

	cancel(id: number): void {
		this.#mustHave(id).cancel();
	}

	retry(id: number): void {
		this.#mustHave(id).retry();
	}

	/** The user wants a file out of quarantine in spite of what was found. */
	release(id: number): void {
		this.#mustHave(id).release();
	}

	/** Higher is served first; 0 is usual. */
	setPriority(id: number, priority: number): void {
		this.#mustHave(id).setPriority(priority);
	}

	/** Takes it from the list; what is not over is cancelled first. A finished file stays where it is. */
	remove(id: number): void {
		const download = this.#mustHave(id);
		const { state } = download.record;
		// A file that is being looked at cannot be given up half way.
		if (state !== 'complete' && state !== 'cancelled') download.cancel();
		this.#all.delete(id);
		this.#outside.records.removeDownload(id);
		this.#changed(id);
	}

	list(): DownloadView[] {
		return [...this.#all.values()].map((download) => viewOf(download, this.#outside.clock.now()));
	}

	get(id: number): DownloadView | undefined {
		const download = this.#all.get(id);
		return download && viewOf(download, this.#outside.clock.now());
	}

	/** With its pieces and its sources. */
	detail(id: number): DownloadDetail | undefined {
		const download = this.#all.get(id);
		return download && detailOf(download, this.#outside.clock.now());
	}

	/** Those that may still be asked. */
	sources(id: number): readonly Source[] {
		return this.#all.get(id)?.sources.usable ?? [];
	}

	/** Sources for content that is perhaps wanted (hits, which say a size); others are ignored. */
	addSources(content: Content, sources: readonly Source[], size?: number): void {
		for (const download of this.#all.values()) {
			const { record } = download;
			if (sameContent(record, content) && !passive(record.state)) download.addSources(sources, size);
		}
	}

	/** What has arrived of this content and is proven; undefined: nothing that could be given to others. */
	partial(content: Content): Partial | undefined {
		for (const { record, body } of this.#all.values()) {
			// The same content may be wanted for two folders, and one of them have it already.
			if (!sameContent(record, content)) continue;
			const partial = partialOf(record, body, this.#outside.incomplete);
			if (partial !== undefined) return partial;
		}
		return undefined;
	}

	/** The same, by the number of the download. */
	partialOf(id: number): Partial | undefined {
		const download = this.#all.get(id);
		return download && partialOf(download.record, download.body, this.#outside.incomplete);
	}

	/** Addresses of this network that gave good bytes of this content (base32), for those who ask us for it. */
	alternates(network: NetworkName, sha1: string): Address[] {
		const good: Address[] = [];
		for (const { record, sources } of this.#all.values()) {
			if (record.sha1 !== sha1) continue;
			for (const { host, port, trust, firewalled, network: spoken } of sources.givers)
				if (trust === 'good' && !firewalled && spoken === network) good.push({ host, port });
		}
		return good.slice(0, mostAlternates);
	}

	/** Somebody says that these have the content: hearsay, worth a question where it is wanted. */
	heard(network: NetworkName, sha1: string, have: readonly Address[]): void {
		const unknown = { network, id: '', index: 0, firewalled: false, agent: '' };
		this.addSources(
			{ sha1 },
			have.slice(0, mostAlternates).map((address) => ({ ...address, ...unknown })),
		);
	}

	/** The events of networks/network.ts. Numbers that are not (or no longer) known are ignored. */
	onFetchHead(fetch: number, link: Link, head: FetchHead): void {
		const download = this.#fetches.get(fetch);
		download?.onHead(fetch, link, head);
		if (this.#limit.stopped) download?.swarm.limit(true);
	}

	/** The bytes are kept until they are written: the network must not change them afterwards. */
	onFetchBody(fetch: number, bytes: Uint8Array): void {
		const download = this.#fetches.get(fetch);
		if (download === undefined) return;
		this.#rate.add(bytes.length, this.#outside.clock.now());
		this.#limit.came(bytes.length);
		download.onBody(fetch, bytes);
	}

	onFetchTree(fetch: number, tree: ClaimedTree): void {
		this.#fetches.get(fetch)?.onTree(fetch, tree);
	}

	/** Hashes of the blocks of a part. False: they lead to another root; it is not asked who still wants them. */
	onRecovered(wish: PartWish, root: Uint8Array, hashes: readonly AichHash[]): boolean {
		const wanting = [...this.#all.values()].filter(({ record }) => record.ed2k === wish.ed2k);
		return !wanting.some(({ recovery }) => recovery.recovered(wish, root, hashes) === false);
	}

	onFetchEnd(fetch: number, why: string): void {
		this.#fetches.get(fetch)?.onEnd(fetch, why);
	}

	/** Called after each change of a download, also after its removal. */
	onChange(call: (id: number) => void): () => void {
		this.#listeners.add(call);
		return () => this.#listeners.delete(call);
	}

	/** Bytes a second, all downloads together. */
	get rate(): number {
		return this.#rate.get(this.#outside.clock.now());
	}

	/** Stops fetching; resolves when what has arrived is written and recorded. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#cancelTimer();
		await Promise.all([...this.#all.values()].map((download) => download.close()));
		await this.#outside.verifier.close();
	}

	#find(content: Content, out: string): Download | undefined {
		return [...this.#all.values()].find(({ record }) => sameContent(record, content) && record.out === out);
	}

	#mustHave(id: number): Download {
		const download = this.#all.get(id);
		if (download !== undefined) return download;
		throw new DownloadRefused('transfer.order.unknown', `There is no download number ${id} in the list.`);
	}

	#changed(id: number): void {
		this.#askTurn();
		for (const call of this.#listeners) call(id);
	}

	#askTurn(): void {
		if (this.#turnAsked || this.#closed) return;
		this.#turnAsked = true;
		queueMicrotask(() => {
			this.#turnAsked = false;
			if (!this.#closed) this.#turn();
		});
	}

	#turn(): void {
		const now = this.#outside.clock.now();
		let free = this.#outside.places ?? 8;
		let next = Number.POSITIVE_INFINITY;
		for (const download of this.#all.values()) {
			if (download.record.state === 'waiting' && download.dueAt <= now) download.due();
			if (download.record.state === 'fetching') download.tick(now);
			if (download.record.state === 'fetching') free--;
		}
		for (const download of this.#inOrder()) {
			if (download.record.state === 'wanted' && free > 0) download.begin(now);
			else if (download.record.state !== 'waiting') continue;
			if (stateOf(download) === 'fetching') free--;
			if (stateOf(download) === 'waiting') next = Math.min(next, download.dueAt - now);
		}
		if (free < (this.#outside.places ?? 8)) next = Math.min(next, 1000);
		this.#cancelTimer();
		if (next < Number.POSITIVE_INFINITY)
			this.#cancelTimer = this.#outside.clock.after(next, () => this.#askTurn());
	}

	/** Higher priority first, then the older. */
	#inOrder(): Iterable<Download> {
		const all = [...this.#all.values()];
		if (all.every(({ record }) => record.priority === 0)) return all;
		return all.sort(
			(one, other) => other.record.priority - one.record.priority || one.record.id - other.record.id,
		);
	}
}

/** Read anew: begin() has changed it. */
function stateOf(download: Download): DownloadState {
	return download.record.state;
}
