/**
 * A node: one home, one world, one network, one library, the transfers, and the API over all of it.
 * It composes and carries events between them; what it decides is only the order of starting and
 * stopping.
 *
 * Start: the home is locked, the store opened, the API answers, then the network begins to listen and
 * to dial. Stop: nobody new is let in, neighbours get a goodbye, bytes that arrived are recorded, and
 * the home is given back last.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Evidence } from '../evidence/evidence.ts';
import { reasonOf } from '../evidence/reasons.ts';
import { Library } from '../library/library.ts';
import { unbase32, unhex } from '../networks/common/hash.ts';
import { type Content, sameContent } from '../transfer/content.ts';
import { Downloads } from '../transfer/downloads.ts';
import { Inspector } from '../transfer/inspection/inspect.ts';
import type { Uploads } from '../transfer/uploads.ts';
import { usableIn } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import { announced } from './announce.ts';
import { type RunningApi, startApi } from './api/server.ts';
import { writeApiKey } from './api-key.ts';
import { backendOf } from './backend.ts';
import { systemClock } from './clock.ts';
import { EvidenceLog } from './evidence-log.ts';
import { Home } from './home.ts';
import type { NodeOptions } from './options.ts';
import { Participants } from './participants.ts';
import { Searches } from './searches.ts';
import { limitNow, uploadsOf } from './serving.ts';
import { Store } from './store.ts';
import { takingPartOf } from './taking-part.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Searches that the transfers start have numbers below zero; those of users are above. */
let lastOwnSearch = 0;

export class Node {
	readonly options: NodeOptions;
	readonly home: Home;
	readonly store: Store;
	readonly library: Library;
	readonly participants: Participants;
	readonly downloads: Downloads;
	readonly inspector: Inspector;
	readonly uploads: Uploads;
	readonly searches: Searches;
	readonly evidence: EvidenceLog;
	readonly guid: Uint8Array;
	readonly startedAt = systemClock.now();
	#api: RunningApi | undefined;
	#flush: NodeJS.Timeout | undefined;
	#daily: NodeJS.Timeout | undefined;
	#stopping: Promise<void> | undefined;

	/** Throws HomeRefused where the home cannot be used; nothing has begun then. */
	constructor(options: NodeOptions) {
		this.options = options;
		this.home = new Home(options.home, this.startedAt);
		this.store = new Store(this.home.storePath);
		const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
		this.guid = this.store.identity.guid(random);
		this.evidence = new EvidenceLog(this.store.evidence, reasonOf);
		const notice = (record: Evidence) => this.evidence.add(record);
		this.participants = new Participants(takingPartOf(this), (search, why) => {
			if (search > 0) this.searches.ended(search, why);
		});
		this.library = new Library(this.store.library, {
			clock: systemClock,
			never: [this.home.path],
			ed2k: this.participants.of('edonkey') !== undefined,
			fthash: this.participants.of('fasttrack') !== undefined,
			notice,
		});
		this.inspector = new Inspector(systemClock, { home: this.home.path });
		this.downloads = new Downloads({
			records: this.store.transfers,
			clock: systemClock,
			incomplete: this.home.incomplete,
			quarantine: this.home.quarantine,
			downloads: this.home.downloads,
			inspect: (path, name, sha1) => this.inspector.inspect(path, name, sha1),
			poisoned: (source, bytes) => this.participants.poisoned(source, bytes),
			speaks: (network) => this.participants.of(network) !== undefined,
			recover: (wish) => this.participants.of('edonkey')?.network.recover?.(wish),
			fetch: (request) => this.participants.fetch(request),
			cancelFetch: (fetch) => this.participants.cancelFetch(fetch),
			pause: (link, paused) => this.participants.pause(link, paused),
			findSources: (content) => this.#findSources(content),
			notice,
			limit: () => limitNow(options.limitDown),
		});
		this.uploads = uploadsOf(this);
		this.searches = this.#makeSearches();
	}

	/** Where the first network listens. */
	get listening(): Address {
		return this.participants.all[0]!.listening;
	}

	/** Of the API. */
	get port(): number {
		return Number(new URL(this.#api!.url).port);
	}

	/** For the audit: a folder was shared, or no longer. */
	audited(what: 'shared' | 'unshared', name: string): void {
		this.store.audit.add({ at: systemClock.now(), what, name });
	}

	/** Answers when the API and the network listen; the scan of the shares goes on behind it. */
	async start(): Promise<{ api: RunningApi; listening: Address }> {
		const { options } = this;
		const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
		try {
			for (const part of this.participants.all) {
				part.listening = await part.world.listen();
				Object.assign(part.announce, announced(part.announced, part.listening, usableIn(options.scope)));
			}
			this.#api = await startApi(backendOf(this), {
				...options.api,
				key: this.store.identity.apiKey(random),
				password: options.password,
				version: options.version,
				log: options.log,
				now: () => systemClock.now(),
				watching: options.watching,
				rehearsing: options.rehearsing,
			});
		} catch (error) {
			await this.stop();
			throw error;
		}
		this.home.tell({ api: this.#api.url });
		writeApiKey(this.home.path, { url: this.#api.url, token: this.#api.bearer });
		this.#flush = setInterval(() => this.evidence.flush(), 1000);
		const prune = () => this.store.audit.prune(systemClock.now() - (options.auditDays ?? 90) * DAY);
		prune();
		this.#daily = setInterval(prune, DAY);
		this.downloads.start();
		for (const { network } of this.participants.all) {
			network.remembered(this.store.hosts.best(network.name, 50));
			network.start();
		}
		for (const { network, ...peer } of options.peers) this.participants.of(network)?.network.connect(peer);
		void this.#startLibrary().catch((error: unknown) => options.log.error(error));
		return { api: this.#api, listening: this.listening };
	}

	/** Stops in order; a second call waits for the first. */
	stop(): Promise<void> {
		this.#stopping ??= this.#stop();
		return this.#stopping;
	}

	async #stop(): Promise<void> {
		clearInterval(this.#flush);
		clearInterval(this.#daily);
		rmSync(`${this.home.path}/api.json`, { force: true });
		await this.#api?.close();
		for (const { network } of this.participants.all) network.stop();
		// What has arrived is recorded before the links go: a close by us is no failure of a source.
		const downloads = this.downloads.close();
		// An inspection that is broken off is made again after the start.
		await this.inspector.close();
		await downloads;
		await Promise.all([...this.participants.all.map(({ world }) => world.close()), this.library.close()]);
		this.store.close();
		this.home.close();
	}

	/** Folders of --share are shared for one run; those that the user added stay until removed. */
	async #startLibrary(): Promise<void> {
		const { identity } = this.store;
		const before: unknown = JSON.parse(
			Buffer.from(identity.get('shared-by-flag') ?? Buffer.from('[]')).toString(),
		);
		const now: string[] = [];
		for (const { id, path } of this.store.library.folders()) {
			if (Array.isArray(before) && before.includes(path)) {
				if (this.options.share.includes(path)) now.push(path);
				else this.store.library.removeFolder(id);
			}
		}
		await this.library.start();
		for (const path of this.options.share) {
			if (this.library.folders().some((folder) => folder.path === path)) continue;
			try {
				const folder = await this.library.addFolder(path);
				this.audited('shared', folder.path);
				now.push(folder.path);
			} catch (error) {
				this.options.log.error(`--share ${path}: ${(error as Error).message}`);
			}
		}
		identity.put('shared-by-flag', Buffer.from(JSON.stringify(now)));
	}

	#makeSearches(): Searches {
		const asking = {
			ask: (...wanted: Parameters<Participants['search']>) => this.participants.search(...wanted),
			stop: (id: number) => this.participants.stopSearch(id),
			stands: (id: number) => this.participants.searchStands(id),
		};
		const searches = new Searches(this.store.searches, asking, systemClock.now, (content) =>
			this.#has(content),
		);
		this.library.onChange(() => searches.markHave());
		this.downloads.onChange((id) => {
			if (this.downloads.get(id)?.state === 'complete') searches.markHave();
		});
		return searches;
	}

	#findSources({ sha1, ed2k, fthash }: Content): void {
		if (sha1 !== undefined) this.participants.search(--lastOwnSearch, '', `urn:sha1:${sha1}`);
		if (ed2k !== undefined) this.participants.search(--lastOwnSearch, '', `urn:ed2k:${ed2k}`);
		if (fthash !== undefined) this.participants.search(--lastOwnSearch, '', `urn:fthash:${fthash}`);
	}

	#has({ sha1, ed2k }: Content): boolean {
		const { shares } = this.library;
		const [digest, md4] = [sha1 && unbase32(sha1), ed2k && unhex(ed2k)];
		if (digest && shares.bySha1(digest) !== undefined) return true;
		if (md4 && shares.byEd2k(md4) !== undefined) return true;
		return this.downloads.list().some((one) => one.state === 'complete' && sameContent(one, { sha1, ed2k }));
	}
}
