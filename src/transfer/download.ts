/**
 * One download. Its state changes only through the table of states.ts, and each change is stored before
 * anyone hears of it (life.ts).
 *
 * Many sources give at the same time (swarm.ts). With a tree each piece is checked as it comes, and a
 * liar is banned while the rest goes on (defence/content-poisoning.ts); without one the hash of the whole
 * decides. Then the file lies in quarantine until its inspection finds nothing (finishing.ts).
 *
 * Longer than 300 lines: here the parts of a download meet, and each has its own file already.
 */
import { rmSync } from 'node:fs';
import type { Refusal } from '../evidence/refusal.ts';
import type { ClaimedTree, FetchHead, PartWish, Source } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import { sourcesOf } from './askable.ts';
import { Body } from './body.ts';
import { Claims } from './claims.ts';
import { isNamed } from './content.ts';
import { diskRefusal, mustHaveRoom } from './disk.ts';
import { Ending } from './ending.ts';
import { Judge } from './judge.ts';
import { Life } from './life.ts';
import { partialPath } from './partial.ts';
import type { DownloadRecord } from './records.ts';
import { Recovery } from './recovery.ts';
import { sentenceOf } from './refusals.ts';
import { DownloadRefused } from './refused.ts';
import { fetchingSentence, nameOf, waitingSentence } from './sentences.ts';
import type { Candidate, Sources } from './sources.ts';
import { passive } from './states.ts';
import type { DownloadSurroundings } from './surroundings.ts';
import { Swarm } from './swarm.ts';
import { Waiting } from './waiting.ts';

export class Download {
	readonly sources: Sources;
	readonly body: Body;
	readonly swarm: Swarm<Download>;
	readonly recovery: Recovery;
	/** Waiting ends at this time. */
	dueAt = 0;
	readonly #outside: DownloadSurroundings<Download>;
	readonly #life: Life;
	readonly #partial: string;
	readonly #ending: Ending;
	readonly #judge: Judge;
	readonly #claims: Claims;
	readonly #waiting = new Waiting();
	#closed = false;

	constructor(record: DownloadRecord, outside: DownloadSurroundings<Download>) {
		const { records } = outside;
		this.#outside = outside;
		this.#life = new Life(record, (changed) => {
			records.saveDownload(changed);
			outside.changed(this);
		});
		this.sources = sourcesOf(record.id, outside, () => this.record);
		this.#partial = partialPath(outside.incomplete, record.id);
		this.body = new Body(this.#partial, record.size, records.progress(record.id), outside, {
			record: (progress) => this.#record(progress),
			room: () => this.swarm.room(),
			proven: (givers) => this.#judge.proven(givers),
			broken: (piece, bytes) => this.recovery.broken(piece, bytes),
			wrong: (piece) => this.#judge.wrong(piece),
			righted: (piece, before, after) => this.#judge.righted(piece, before, after),
			failed: (error) => this.#fail(diskRefusal(error, outside.incomplete)),
			settled: () => this.#settled(),
		});
		const ask = (wish: PartWish) => outside.recover?.(wish);
		this.recovery = new Recovery(this.body, () => this.record, ask);
		const tree = records.tree(record.id);
		if (tree !== undefined) this.body.keepTree(tree);
		this.swarm = new Swarm<Download>(this.body, this.sources, outside, {
			download: this,
			sized: (source, size) => this.#claims.size(source, size),
			mixed: () => this.#startOver(true),
			tree: (source, claim) => this.#claims.tree(source, claim),
			expel: (source, refusal) => this.#expelled(source, refusal),
			ended: (source, why) => this.#ended(source, why),
		});
		this.#claims = new Claims(this.#life, this.body, this.sources, outside, {
			blamed: (source) => this.#judge.blamed(source),
			expel: (source, refusal) => this.#leave(source, refusal),
			startOver: (reopen) => this.#startOver(reopen),
			failed: (error) => this.#fail(diskRefusal(error, outside.incomplete)),
		});
		this.#ending = new Ending(this.#life, this.body, this.#partial, outside, {
			lost: (why) => {
				this.#startOver();
				this.#life.go('unsound', why);
			},
			wrong: (urn) => this.#claims.wholeIs(urn),
			failed: (error) => this.#fail(diskRefusal(error, outside.incomplete)),
		});
		this.#judge = new Judge(this.sources, outside.defencesOff ?? [], {
			expel: (source, refusal, bytes) => {
				outside.poisoned(source, bytes);
				this.#leave(source, refusal);
			},
			treeLies: () => this.#claims.dropTree(),
			voucher: () => (this.body.tree?.proven === false ? this.body.tree.source : undefined),
		});
	}

	get record(): DownloadRecord {
		return this.#life.record;
	}

	/** After a restart: what was under way is wanted again, what was being verified is verified. */
	takeUp(): void {
		const { state } = this.#life;
		const event = state === 'fetching' ? 'ended' : 'due';
		if (state === 'fetching' || state === 'waiting') this.#life.go(event, 'Goes on after the restart.');
		if (state === 'verifying') this.#ending.verify();
		if (state === 'inspecting') this.#ending.inspect();
	}

	/** In `wanted`: asks sources, or waits, or finds that there is nothing left to fetch. */
	begin(now: number): void {
		try {
			if (this.record.size === 0 || this.body.whole) return this.#whole();
			this.#prepare();
			this.swarm.fill(this.record, now);
		} catch (error) {
			return this.#fail(diskRefusal(error, this.#outside.incomplete));
		}
		if (this.swarm.active.length > 0) this.#life.go('ask', this.#sentence());
		else if (!this.body.whole && !this.body.busy) this.#wait(now);
	}

	/** In `waiting`: the time has come. */
	due(): void {
		this.#life.go('due', 'Waits for a free place.');
	}

	/** In `fetching`, once a second: records progress, notices silence, asks more. */
	tick(now: number): void {
		this.body.record();
		this.swarm.tick(now);
		this.body.proof.tick(now);
		if (this.#life.state === 'fetching') this.#more(now);
	}

	/** `size`: of the file, as a search result says. */
	addSources(sources: readonly Source[], size?: number): void {
		const fresh = sources.filter((source) => this.sources.add(source));
		if (fresh.length === 0) return;
		if (size !== undefined) for (const one of fresh) this.#claims.sizeOfHit(this.sources.find(one)!, size);
		this.#waiting.over();
		if (this.#life.state === 'waiting') this.due();
		else if (this.#life.state === 'fetching') this.#outside.changed(this);
	}

	onHead(fetch: number, link: Link, head: FetchHead): void {
		const source = this.swarm.active.find(({ number }) => number === fetch)?.source;
		const named = isNamed(this.record) ? source : undefined;
		if (named && this.sources.addAlternates(named.network, head.alternates)) this.#outside.changed(this);
		this.swarm.head(fetch, link, head, this.#outside.clock.now());
		if (this.#life.state !== 'fetching') return;
		const why = this.#sentence();
		if (why !== this.record.why) this.#life.save({ why });
	}

	onBody(fetch: number, bytes: Uint8Array): void {
		this.swarm.bytes(fetch, bytes, this.#outside.clock.now());
	}

	onTree(fetch: number, tree: ClaimedTree): void {
		this.swarm.tree(fetch, tree);
	}

	onEnd(fetch: number, why: string): void {
		this.swarm.end(fetch, why, this.#outside.clock.now());
	}

	pause(): void {
		this.#life.order('pause', 'Paused.');
		this.swarm.stop();
	}

	resume(): void {
		this.#life.order('resume', 'Waits for a free place.');
	}

	retry(): void {
		this.#life.order('retry', 'Tries again.', { endedAt: null });
		this.sources.forgive();
		this.#waiting.over();
	}

	cancel(): void {
		this.#life.order('cancel', 'Cancelled.', { endedAt: this.#outside.clock.now() });
		this.#startOver();
		this.#ending.discard();
	}

	/** The user has seen what was found, and wants the file all the same. */
	release(): void {
		this.#ending.release();
	}

	setPriority(priority: number): void {
		this.#life.save({ priority });
	}

	/** Stops; resolves when all that has arrived is written and recorded. */
	async close(): Promise<void> {
		this.#closed = true;
		this.swarm.stop();
		await this.#ending.close();
		await this.body.close();
	}

	#sentence(): string {
		return fetchingSentence(this.swarm.active, this.body.tree !== undefined) ?? this.record.why;
	}

	#prepare(): void {
		const { size, done } = this.record;
		if (size !== null) mustHaveRoom(this.#outside.incomplete, size - done);
		this.body.open();
	}

	#more(now: number): void {
		if (this.body.whole || this.#closed) return;
		this.swarm.fill(this.record, now);
		if (this.swarm.active.length === 0 && !this.body.busy) this.#life.go('ended', this.record.why);
	}

	#ended(source: Candidate, why: string): void {
		if (this.#life.state !== 'fetching') return;
		if (source.gave > 0) this.#waiting.over();
		if (this.swarm.active.length > 0 || this.body.busy) return this.#more(this.#outside.clock.now());
		if (this.body.whole) return this.#whole();
		this.#life.go('ended', `${nameOf(source)}: ${why || 'gave a part of it'}`);
	}

	/** Everything that came is written, and checked where it can be. */
	#settled(): void {
		if (this.#closed) return;
		const { state } = this.#life;
		if (this.body.whole && (state === 'fetching' || state === 'wanted')) {
			this.swarm.stop();
			this.#whole();
		} else if (state === 'fetching' && this.swarm.active.length === 0) this.#more(this.#outside.clock.now());
		else if (state === 'wanted') this.#outside.changed(this);
	}

	/** Nobody can be asked now. */
	#wait(now: number): void {
		const searchable = isNamed(this.record);
		const until = this.#waiting.until(this.sources, searchable, now);
		if (typeof until === 'string') return this.#fail(new DownloadRefused(until, sentenceOf(until)));
		this.dueAt = until;
		if (searchable) this.#outside.findSources(this.record);
		this.#life.go('wait', waitingSentence(this.sources, searchable, this.record));
	}

	#whole(): void {
		this.#life.go('whole', 'Checking the hash of the whole file.');
		this.#ending.verify();
	}

	#leave(source: Candidate, refusal: Refusal): void {
		this.swarm.leave(source);
		this.#expelled(source, refusal);
	}

	/** The source is not used for now, or for good. */
	#expelled(source: Candidate, { refused, detail }: Refusal): void {
		source.why = sentenceOf(refused);
		this.#notice(refused, nameOf(source), detail ?? this.record.name);
		this.#ended(source, sentenceOf(refused));
	}

	#fail(refusal: DownloadRefused): void {
		this.swarm.stop();
		// A disk may fail late, when the user has already given up.
		if (passive(this.#life.state)) return;
		if (this.record.done === 0) this.body.discard();
		this.#notice(refusal.code, this.record.name, refusal.message);
		this.#life.go('fail', refusal.message, { endedAt: this.#outside.clock.now() });
	}

	/** What was fetched is thrown away; `reopen`: more is about to come. */
	#startOver(reopen = false): void {
		this.swarm.stop();
		this.body.discard();
		rmSync(this.#partial, { force: true });
		this.sources.startOver();
		this.#record({ here: [], verified: [], origins: [] });
		if (reopen) this.body.open();
	}

	#record(progress: Parameters<DownloadSurroundings<Download>['records']['saveProgress']>[1]): void {
		const done = progress.here.reduce((sum, { from, to }) => sum + to - from, 0);
		this.#outside.records.saveProgress(this.record.id, progress, done);
		this.#life.progress(done);
		this.#outside.changed(this);
	}

	#notice(code: string, subject: string, detail: string): void {
		this.#outside.notice({ at: this.#outside.clock.now(), code, subject, detail });
	}
}
