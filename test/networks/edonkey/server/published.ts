/** An index and publishers for tests. */

import { textOf } from '../../../../src/networks/common/text.ts';
import { FileIndex } from '../../../../src/networks/edonkey/server/file-index.ts';
import { SearchPlan } from '../../../../src/networks/edonkey/server/search.ts';
import type { Publisher } from '../../../../src/networks/edonkey/server/source-lists.ts';
import { Cursor } from '../../../../src/networks/edonkey/wire/cursor.ts';
import {
	COMPLETE_ID,
	encodeOffers,
	type FileRecord,
	Offer,
	PARTIAL_ID,
} from '../../../../src/networks/edonkey/wire/records.ts';
import type { SearchNode } from '../../../../src/networks/edonkey/wire/search-tree.ts';
import { hash } from '../wire/kinds.ts';

export type FileOf = Partial<FileRecord> & { readonly name: string; readonly partial?: boolean };

export class Published {
	readonly index = new FileIndex([1, 2, 3]);
	#publishers = 0;

	publisher(): Publisher {
		return { place: ++this.#publishers, firstSource: 0, files: 0 };
	}

	/** Offers files through their bytes. How many were new to the publisher. */
	offer(publisher: Publisher, ...files: FileOf[]): number {
		const records = files.map((file, i) => ({
			hash: hash(i + 1),
			size: 1000,
			id: file.partial ? PARTIAL_ID : COMPLETE_ID,
			port: 0,
			...file,
		}));
		const body = encodeOffers(records, true);
		const cursor = new Cursor(body, 4);
		const offer = new Offer();
		let taken = 0;
		for (const _ of records) {
			if (!offer.read(cursor)) throw new Error('an offer that cannot be read');
			if (this.index.offer(publisher, body, offer, offer.id !== PARTIAL_ID)) taken++;
		}
		return taken;
	}

	/** Names of all answers, sorted. */
	search(node: SearchNode | string): string[] {
		const tree = typeof node === 'string' ? { kind: 'words' as const, text: node } : node;
		const files = new SearchPlan(this.index, tree).next(1000, 100_000);
		return files.map((file) => textOf(this.index.name(file))).sort();
	}
}
