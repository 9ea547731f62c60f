/**
 * One download. Its state changes only through the table of states.ts, and each change is stored before
 * anyone hears of it (life.ts).
 *
 * One source gives at a time, in order (intake.ts); when it ends, fails or falls silent, the next one
 * goes on from the same byte. When all bytes are here their SHA-1 decides (finishing.ts); a wrong one
 * costs the giver its place (sources.ts), and the file is begun again.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import type { FetchHead, Source } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import { diskRefusal, mustHaveRoom } from './disk.ts';
import type { Fetching } from './fetching.ts';
import { finish } from './finishing.ts';
import { Intake } from './intake.ts';
import { Life } from './life.ts';
import type { DownloadRecord } from './records.ts';
import { sentenceOf } from './refusals.ts';
import { DownloadRefused } from './refused.ts';
import { type Candidate, Sources } from './sources.ts';
import { passive } from './states.ts';
import type { DownloadSurroundings } from './surroundings.ts';
import { hopeless, waitingMilliseconds, waitingSentence } from './waiting.ts';

export class Download {
	readonly sources: Sources;
	/** Waiting ends at this time. */
	dueAt = 0;
	readonly #outside: DownloadSurroundings<Download>;
	readonly #life: Life;
	readonly #partial: string;
	readonly #intake: Intake<Download>;
	#finishing: Promise<void> | undefined;
	/** Waits in a row in which nothing came. */
	#rounds = 0;

	constructor(record: DownloadRecord, outside: DownloadSurroundings<Download>) {
		const { records } = outside;
		this.#outside = outside;
		this.#life = new Life(record, (changed) => {
			records.saveDownload(changed);
			outside.changed(this);
		});
		this.sources = new Sources(records.sources(record.id), (source) => records.putSource(record.id, source));
		this.#partial = join(outside.incomplete, `${record.id}.part`);
		this.#intake = new Intake<Download>(this.#partial, this, outside, {
			record: (done) => this.#life.save({ done }),
			failed: (error) => this.#fail(diskRefusal(error, outside.incomplete)),
		});
	}

	get record(): DownloadRecord {
		return this.#life.record;
	}

	/** Bytes a second. */
	rate(now: number): number {
		return this.#life.state === 'fetching' ? this.#intake.rate.get(now) : 0;
	}

	/** After a restart: what was under way is wanted again, what was being verified is verified. */
	takeUp(): void {
		if (this.#life.state === 'fetching') this.#life.go('ended', 'Goes on after the restart.');
		if (this.#life.state === 'waiting') this.#life.go('due', 'Goes on after the restart.');
		if (this.#life.state === 'verifying') this.#finish();
	}

	/** In `wanted`: asks a source, or waits, or finds that there is nothing left to fetch. */
	begin(now: number): void {
		try {
			const source = this.sources.choose(now);
			if (this.#isWhole()) this.#whole();
			else if (typeof source === 'number') this.#wait(source, now);
			else this.#ask(source);
		} catch (error) {
			this.#fail(diskRefusal(error, this.#outside.incomplete));
		}
	}

	/** In `waiting`: the time has come. */
	due(): void {
		this.#life.go('due', 'Waits for a free place.');
	}

	/** In `fetching`, once a second: records progress, and notices silence. */
	tick(now: number): void {
		this.#intake.record();
		if (!this.#intake.isStalled(now)) return;
		const { source, got } = this.#intake.stop()!;
		this.sources.failed(source, now, got > 0);
		this.#leave(source, { refused: 'transfer.source.stalled' });
	}

	addSources(sources: readonly Source[]): void {
		const fresh = sources.filter((source) => this.sources.add(source));
		if (fresh.length === 0) return;
		this.#rounds = 0;
		if (this.#life.state === 'waiting') this.due();
	}

	onHead(link: Link, head: FetchHead): void {
		const source = this.#intake.source!;
		// A size that came with a search result is hearsay until bytes came with it: the hash decides.
		const hearsay = this.record.sha1 !== undefined;
		const size = this.#intake.head(link, head, this.record.size, hearsay);
		if (isRefusal(size)) {
			this.#expel(source, size);
			return;
		}
		if (this.record.sha1 !== undefined) this.sources.addAlternates(head.alternates);
		if (size === undefined) return;
		this.#life.save({ size, why: `Fetching from ${source.host}:${source.port}.` });
		try {
			mustHaveRoom(this.#outside.incomplete, size - this.record.done);
		} catch (error) {
			this.#fail(diskRefusal(error, this.#outside.incomplete));
		}
	}

	onBody(bytes: Uint8Array): void {
		const source = this.#intake.source!;
		const fresh = this.#intake.body(bytes);
		if (isRefusal(fresh)) this.#expel(source, fresh);
		else this.sources.gave(source, fresh);
	}

	onEnd(why: string): void {
		const fetching = this.#intake.ended();
		void this.#ended(fetching, why);
	}

	pause(): void {
		this.#life.order('pause', 'Paused.');
		this.#intake.stop();
		void this.#intake.settled();
	}

	resume(): void {
		this.#life.order('resume', 'Waits for a free place.');
	}

	retry(): void {
		this.#life.order('retry', 'Tries again.', { endedAt: null });
		this.sources.forgive();
		this.#rounds = 0;
	}

	cancel(): void {
		this.#life.order('cancel', 'Cancelled.', { endedAt: this.#outside.clock.now() });
		this.#intake.stop();
		this.#startOver();
	}

	/** Stops; resolves when all that has arrived is written and recorded. */
	async close(): Promise<void> {
		this.#intake.stop();
		await this.#finishing;
		await this.#intake.close();
	}

	#ask(source: Candidate): void {
		if (this.sources.mustNotMix(source)) this.#startOver();
		const { size, done } = this.record;
		if (size !== null) mustHaveRoom(this.#outside.incomplete, size - done);
		this.#intake.open(done);
		this.#life.go('ask', `Asking ${source.host}:${source.port}.`);
		this.#intake.ask(source, this.record);
	}

	async #ended({ source, got, gone, retryAfter }: Fetching, why: string): Promise<void> {
		await this.#intake.settled();
		// In the meantime the user may have paused (and resumed), or the disk failed.
		if (this.#life.state !== 'fetching' || this.#intake.source !== undefined) return;
		if (this.#isWhole()) {
			this.#whole();
			return;
		}
		if (got > 0) this.#rounds = 0;
		const failed = why !== '' || got === 0;
		if (gone) this.sources.drop(source);
		else if (failed) this.sources.failed(source, this.#outside.clock.now(), got > 0, retryAfter);
		const what = gone ? 'does not have it' : failed ? why || 'sent nothing' : 'gave a part of it';
		this.#life.go('ended', `${source.host}:${source.port}: ${what}`);
	}

	/** Nobody can be asked now. */
	#wait(until: number, now: number): void {
		const { sha1 } = this.record;
		const code = hopeless(this.sources, sha1 !== undefined, this.#rounds);
		if (code !== undefined) {
			this.#fail(new DownloadRefused(code, sentenceOf(code)));
			return;
		}
		this.dueAt = Math.min(until, now + waitingMilliseconds(this.#rounds++));
		if (sha1 !== undefined) this.#outside.findSources(sha1);
		this.#life.go('wait', waitingSentence(this.sources.usable.length, sha1 !== undefined));
	}

	#isWhole(): boolean {
		const { size, done } = this.record;
		return size !== null && done >= size;
	}

	#whole(): void {
		this.#intake.open(this.record.done);
		this.#life.go('whole', 'Checking the SHA-1 of the whole file.');
		this.#finish();
	}

	#finish(): void {
		this.#finishing = this.#verify().catch((error: unknown) => {
			this.#fail(diskRefusal(error, this.record.out));
		});
	}

	async #verify(): Promise<void> {
		const hashed = await this.#intake.close();
		const outcome = await finish(this.#life, this.#partial, hashed, this.#outside.hasher);
		if (outcome === 'lost') {
			this.#startOver();
			this.#life.go('unsound', 'The partial file was changed by someone else. It is fetched again.');
		} else if ('wrong' in outcome) {
			this.#wrong(outcome.wrong);
		} else {
			const proven =
				this.record.verdict === 'ok' ? 'The SHA-1 agrees' : 'Nobody had said what its SHA-1 should be';
			this.#life.go('sound', `Complete. ${proven}.`, {
				path: outcome.path,
				endedAt: this.#outside.clock.now(),
			});
		}
	}

	#wrong(sha1: string): void {
		const liars = this.sources.wrong();
		const subject = liars.map(({ host, port }) => `${host}:${port}`).join(' ') || this.record.name;
		this.#notice('transfer.content.wrong', subject, `${this.record.name}: got ${sha1}`);
		this.#startOver();
		this.#life.go('unsound', sentenceOf('transfer.content.wrong'));
	}

	/** The source broke a rule of fetching.ts: it is not asked again. */
	#expel(source: Candidate, refusal: Refusal): void {
		this.#intake.stop();
		this.sources.drop(source);
		this.#leave(source, refusal);
	}

	#leave(source: Candidate, { refused, detail }: Refusal): void {
		const who = `${source.host}:${source.port}`;
		this.#notice(refused, who, detail ?? this.record.name);
		this.#life.go('ended', `${who}: ${sentenceOf(refused)}`);
	}

	#fail(refusal: DownloadRefused): void {
		this.#intake.stop();
		// A disk may fail late, when the user has already given up.
		if (passive(this.#life.state)) return;
		this.#notice(refusal.code, this.record.name, refusal.message);
		this.#life.go('fail', refusal.message, { endedAt: this.#outside.clock.now() });
	}

	/** What was fetched is thrown away. */
	#startOver(): void {
		this.#intake.discard();
		rmSync(this.#partial, { force: true });
		this.sources.startOver();
		this.#life.save({ done: 0 });
	}

	#notice(code: string, subject: string, detail: string): void {
		this.#outside.notice({ at: this.#outside.clock.now(), code, subject, detail });
	}
}
