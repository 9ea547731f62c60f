/**
 * The last steps of a download, one after the other, each from where a kill left it: the hashes of the
 * whole, the quarantine, the inspection, and the way to its place.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { base32, hex, unbase32 } from '../networks/common/hash.ts';
import type { Body } from './body.ts';
import { type Content, isProvable } from './content.ts';
import { ed2kOfFile, kzhashOfFile, quarantine, release, sha1OfFile } from './finishing.ts';
import type { Life } from './life.ts';
import type { DownloadRecord } from './records.ts';
import { sentenceOf } from './refusals.ts';
import { DownloadRefused } from './refused.ts';
import { completeSentence } from './sentences.ts';
import type { DownloadOptions } from './surroundings.ts';
import type { Verifier } from './verifier.ts';

export interface EndingEvents {
	/** Someone else has touched what was fetched: a sentence. */
	lost(why: string): void;
	/** All bytes are there, but this is their hash, as a urn. */
	wrong(urn: string): void;
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
		const found = await (moved ? this.#heldHashes() : this.#hashes());
		if (this.#closed) return;
		if (found === undefined) {
			this.#events.lost('The partial file was changed by someone else. It is fetched again.');
			return;
		}
		const { record } = this.#life;
		const { right, wrong } = compared(found, record);
		if (right && wrong !== undefined) {
			const code = 'transfer.want.contradiction';
			return this.#events.failed(new DownloadRefused(code, sentenceOf(code)));
		}
		if (wrong !== undefined) return this.#events.wrong(wrong);
		// A hash that was not wanted is known now, if another one vouches for the bytes.
		if (record.sha1 === undefined) {
			this.#life.save({ sha1: found.sha1, ...(right ? {} : { verdict: 'unverified' }) });
		}
		if (!isProvable(record)) this.#unverified(record);
		await this.#body.close();
		if (this.#closed) return;
		if (!moved && !(await quarantine(this.#partial, this.#held))) {
			return this.#events.lost('The partial file has vanished. It is fetched again.');
		}
		this.#life.go('sound', 'Looking at what it is.');
		await this.#inspect();
	}

	/** Told once: from now on its hash is known, of whatever it is. */
	#unverified({ name, fthash }: DownloadRecord): void {
		const at = this.#outside.clock.now();
		const detail = fthash === undefined ? 'no hash was known' : `only its FTHash was known: ${fthash}`;
		this.#outside.notice({ at, code: 'transfer.content.unverified', subject: name, detail });
	}

	/** Hashes of the whole; undefined where the file is not what it was. */
	async #hashes(): Promise<Hashes | undefined> {
		const { record } = this.#life;
		const { size, ed2k, fthash, kzhash } = record;
		try {
			this.#body.open();
			if (size !== 0 && !this.#body.whole) return undefined;
			const sha1 = base32(await this.#body.sha1());
			return {
				sha1,
				...(ed2k !== undefined && { ed2k: hex(await this.#body.hashOf('ed2k')) }),
				...(kzhash !== undefined && { kzhash: hex(await this.#body.hashOf('kzhash')) }),
				...(fthash !== undefined &&
					!isProvable(record) && { fthash: hex(await this.#body.hashOf('fthash')) }),
			};
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'SHORT') return undefined;
			throw error;
		}
	}

	async #heldHashes(): Promise<Hashes | undefined> {
		const { size, ed2k, kzhash } = this.#life.record;
		const { verifier } = this.#outside;
		const sha1 = size === null ? undefined : await sha1OfFile(this.#held, size, verifier);
		// Its FTHash was looked at before it was moved here.
		if (sha1 === undefined) return undefined;
		const md4 = ed2k === undefined ? '' : await ed2kOfFile(this.#held, size!, verifier);
		const tree = kzhash === undefined ? '' : await kzhashOfFile(this.#held, size!, verifier);
		if (md4 === undefined || tree === undefined) return undefined;
		return { sha1, ...(md4 !== '' && { ed2k: md4 }), ...(tree !== '' && { kzhash: tree }) };
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

/** Of what has arrived. */
interface Hashes {
	readonly sha1: string;
	readonly ed2k?: string;
	readonly kzhash?: string;
	/** Where nothing better is known. */
	readonly fthash?: string;
}

/** `right`: a hash that was wanted is the same; `wrong`: the urn of one that is not. */
function compared(
	found: Hashes,
	{ sha1, ed2k, fthash, kzhash }: Content,
): { right: boolean; wrong: string | undefined } {
	// Of kzhash the tree vouches for the bytes; the name in front of it must belong to them all the same.
	const tree = kzhash !== undefined && kzhash.slice(40) === found.kzhash?.slice(40);
	const right = sha1 === found.sha1 || (ed2k !== undefined && ed2k === found.ed2k) || tree;
	if (sha1 !== undefined && sha1 !== found.sha1) return { right, wrong: `urn:sha1:${found.sha1}` };
	if (ed2k !== undefined && ed2k !== found.ed2k) return { right, wrong: `urn:ed2k:${found.ed2k}` };
	if (kzhash !== undefined && kzhash !== found.kzhash) return { right, wrong: `urn:kzhash:${found.kzhash}` };
	const other = found.fthash !== undefined && fthash !== found.fthash;
	return { right, wrong: other ? `urn:fthash:${found.fthash}` : undefined };
}
