/**
 * What sources say of the file as a whole (its size, its tree), and what becomes of them and of the bytes
 * when it turns out false.
 */
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import type { ClaimedTree } from '../networks/network.ts';
import type { Body } from './body.ts';
import { mustHaveRoom } from './disk.ts';
import type { Life } from './life.ts';
import { sentenceOf } from './refusals.ts';
import { nameOf } from './sentences.ts';
import { SizeVotes } from './size-votes.ts';
import type { Candidate, Sources } from './sources.ts';
import type { DownloadOptions } from './surroundings.ts';
import { isBetter, treeOf } from './tree.ts';

export interface ClaimsEvents {
	/** Pieces of this source were wrong, as far as the tree tells. */
	blamed(source: number): boolean;
	expel(source: Candidate, refusal: Refusal): void;
	/** What came is of no worth; `reopen`: more is about to come. */
	startOver(reopen: boolean): void;
	/** What the disk said. */
	failed(error: unknown): void;
}

export class Claims {
	readonly #life: Life;
	readonly #body: Body;
	readonly #sources: Sources;
	readonly #outside: DownloadOptions;
	readonly #events: ClaimsEvents;
	readonly #sizes = new SizeVotes();
	/** The user has said no size: until bytes come, search results may. */
	readonly #sizeIsOpen: boolean;

	constructor(life: Life, body: Body, sources: Sources, outside: DownloadOptions, events: ClaimsEvents) {
		this.#life = life;
		this.#body = body;
		this.#sources = sources;
		this.#outside = outside;
		this.#events = events;
		this.#sizeIsOpen = life.record.size === null;
	}

	/**
	 * A search result says the size of what this source has: of worth in eDonkey and OpenNap, where nobody can be
	 * asked without it. Elsewhere the source itself says it before the first byte, and results are too cheap to outvote sources.
	 */
	sizeOfHit(source: Candidate, size: number): void {
		const needed = ['edonkey', 'opennap'].includes(source.network) && this.#sizeIsOpen;
		if (needed && this.#body.here.count === 0) this.size(source, size);
	}

	/** A source says the size of the file; the refusal where most others say another. */
	size(source: Candidate, size: number): Refusal | undefined {
		if (this.#sizes.vote(source.number, size, this.#body.size) === 'minority') {
			return { refused: 'transfer.size.other', detail: `${size} instead of ${this.#body.size} bytes` };
		}
		if (size === this.#body.size) return undefined;
		// What came under the other size is of no worth.
		if (this.#body.here.count > 0) this.#events.startOver(true);
		for (const other of this.#sources.all) {
			if (this.#sizes.says(other.number, size)) this.#sources.clear(other);
		}
		this.#body.size = size;
		this.#life.save({ size });
		try {
			mustHaveRoom(this.#outside.incomplete, size);
		} catch (error) {
			this.#events.failed(error);
		}
		return undefined;
	}

	tree(source: Candidate, claim: ClaimedTree): void {
		const { id, name } = this.#life.record;
		const tree = treeOf(claim, this.#body.size ?? 0, source.number, this.#life.record);
		if (isRefusal(tree)) {
			source.hasTree = false;
			return this.#notice(tree.refused, nameOf(source), tree.detail ?? name);
		}
		if (!isBetter(tree, this.#body.tree)) return;
		this.#outside.records.saveTree(id, tree);
		this.#body.setTree(tree);
	}

	/** Not the pieces were wrong. */
	dropTree(): void {
		const source = this.#sources.get(this.#body.tree?.source ?? -1);
		this.#outside.records.saveTree(this.#life.record.id, undefined);
		this.#body.dropTree();
		for (const other of this.#sources.all) {
			if (this.#events.blamed(other.number)) this.#sources.clear(other);
		}
		if (source === undefined) return;
		this.#sources.drop(source);
		this.#events.expel(source, { refused: 'defence.content.tree' });
	}

	/** All bytes are here, and this is their hash, which is not the one that was wanted. */
	wholeIs(urn: string): void {
		const { tree } = this.#body;
		if (tree !== undefined && !this.#body.proven) {
			this.#life.go('unsound', 'The hash of the whole is wrong: looking for the piece.');
			return this.#body.checkAll();
		}
		const liars =
			tree === undefined
				? this.#sources.wrong()
				: this.#sources.all.filter(({ number }) => number === tree.source);
		const { name } = this.#life.record;
		this.#notice('transfer.content.wrong', liars.map(nameOf).join(' ') || name, `${name}: got ${urn}`);
		// The pieces agree with the tree, and the whole with nobody: the tree was the lie.
		if (tree !== undefined) this.dropTree();
		this.#events.startOver(false);
		this.#life.go('unsound', sentenceOf('transfer.content.wrong'));
	}

	#notice(code: string, subject: string, detail: string): void {
		this.#outside.notice({ at: this.#outside.clock.now(), code, subject, detail });
	}
}
