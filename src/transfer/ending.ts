/**
 * The last steps of a download, one after the other, each from where a kill left it: the SHA-1 of the
 * whole, the quarantine, the inspection, and the way to its place.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { base32, unbase32 } from '../networks/common/hash.ts';
import type { Body } from './body.ts';
import { quarantine, release, sha1OfFile } from './finishing.ts';
import type { Life } from './life.ts';
import { completeSentence } from './sentences.ts';
import type { DownloadOptions } from './surroundings.ts';
import type { Verifier } from './verifier.ts';

export interface EndingEvents {
	/** Someone else has touched what was fetched: a sentence. */
	lost(why: string): void;
	/** All bytes are there, but this is their SHA-1. */
	wrong(sha1: string): void;
	/** What the disk said. */
	failed(error: unknown): void;
}

export class Ending {
	readonly #life: Life;
	readonly #body: Body;
	readonly #partial: string;
	/** The file in quarantine: a number for a name, no extension, nobody may write to it or start it. */
	readonly #held: string;
	readonly #outside: DownloadOptions & { readonly verifier: Verifier };
	readonly #events: EndingEvents;
	#running: Promise<void> | undefined;
	#closed = false;

	constructor(
		life: Life,
		body: Body,
		partial: string,
		outside: DownloadOptions & { readonly verifier: Verifier },
		events: EndingEvents,
	) {
		this.#life = life;
		this.#body = body;
		this.#partial = partial;
		this.#held = join(outside.quarantine, String(life.record.id));
		this.#outside = outside;
		this.#events = events;
	}

	/** In `verifying`. */
	verify(): void {
		this.#run(() => this.#verify());
	}

	/** In `inspecting`. */
	inspect(): void {
		this.#run(() => this.#inspect());
	}

	/** In `quarantined`: the user has seen what was found, and wants the file all the same. */
	release(): void {
		const at = this.#outside.clock.now();
		this.#life.order('release', 'Released by you.', { releasedAt: at, endedAt: null });
		const { name: subject, findings } = this.#life.record;
		const detail = findings.map(({ code }) => code).join(' ');
		this.#outside.notice({ at, code: 'transfer.quarantine.released', subject, detail });
		this.inspect();
	}

	/** What lies in quarantine is not wanted. */
	discard(): void {
		rmSync(this.#held, { force: true });
	}

	/** Resolves when no step is under way. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#running;
	}

	#run(step: () => Promise<void>): void {
		const before = this.#running;
		this.#running = (async () => {
			await before;
			await step();
		})().catch((error: unknown) => {
			if (!this.#closed) this.#events.failed(error);
		});
	}

	async #verify(): Promise<void> {
		// It may lie in quarantine already: the process was killed then, or the last step has failed.
		const moved = !existsSync(this.#partial) && existsSync(this.#held);
		const sha1 = moved ? await this.#heldSha1() : await this.#hash();
		if (this.#closed) return;
		if (sha1 === undefined) {
			this.#events.lost('The partial file was changed by someone else. It is fetched again.');
			return;
		}
		const wanted = this.#life.record.sha1;
		if (wanted === undefined) this.#life.save({ sha1, verdict: 'suspicious' });
		else if (wanted !== sha1) return this.#events.wrong(sha1);
		await this.#body.close();
		if (this.#closed) return;
		if (!moved && !(await quarantine(this.#partial, this.#held))) {
			return this.#events.lost('The partial file has vanished. It is fetched again.');
		}
		this.#life.go('sound', 'Looking at what it is.');
		await this.#inspect();
	}

	/** SHA-1 of the whole; undefined where the file is not what it was. */
	async #hash(): Promise<string | undefined> {
		try {
			this.#body.open();
			if (this.#life.record.size !== 0 && !this.#body.whole) return undefined;
			return base32(await this.#body.sha1());
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'SHORT') return undefined;
			throw error;
		}
	}

	async #heldSha1(): Promise<string | undefined> {
		const { size } = this.#life.record;
		return size === null ? undefined : sha1OfFile(this.#held, size, this.#outside.verifier);
	}

	async #inspect(): Promise<void> {
		const { name, sha1, releasedAt } = this.#life.record;
		if (releasedAt === null) {
			const known = sha1 === undefined ? undefined : unbase32(sha1);
			const inspection = this.#outside.inspect(this.#held, name, known);
			const { verdict, findings, scanners, why } = await inspection;
			if (this.#closed) return;
			const before = this.#life.record.verdict;
			this.#life.save({ verdict: verdict === 'ok' ? before : verdict, findings, scanners });
			if (verdict !== 'ok') {
				const at = this.#outside.clock.now();
				const detail = findings.map(({ code }) => code).join(' ');
				this.#outside.notice({ at, code: 'transfer.quarantine.held', subject: name, detail });
				return this.#life.go('dirty', `In quarantine: ${why}`, { endedAt: at });
			}
		}
		const path = await release(this.#life, this.#held, this.#outside.verifier);
		if (path === undefined) {
			this.#events.lost('The file has vanished from the quarantine. It is fetched again.');
			return;
		}
		const why = completeSentence(this.#life.record, this.#body.tree !== undefined);
		this.#life.go('clean', why, { path, endedAt: this.#outside.clock.now() });
	}
}
