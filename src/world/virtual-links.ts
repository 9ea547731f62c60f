/**
 * The ends of all links of a virtual net by their numbers. Numbers are never used twice; they come in pages, and a page
 * all of whose links are gone is given back, so that a day of coming and going costs no more than an hour.
 */
import type { VirtualEnd } from './virtual-link.ts';
import type { Link } from './world.ts';

const PAGE_BITS = 9;
const PAGE = 1 << PAGE_BITS;

interface Page {
	readonly ends: (VirtualEnd | undefined)[];
	gone: number;
}

export class VirtualLinks {
	readonly #pages: (Page | undefined)[] = [];
	/** Links count from 1. */
	#next = 1;

	get(link: Link): VirtualEnd | undefined {
		return this.#pages[link >> PAGE_BITS]?.ends[link & (PAGE - 1)];
	}

	/** Those of one host; all are looked through. */
	of(owner: VirtualEnd['owner']): VirtualEnd[] {
		const found: VirtualEnd[] = [];
		for (const page of this.#pages)
			for (const end of page?.ends ?? []) if (end?.owner === owner) found.push(end);
		return found;
	}

	add(make: (link: Link) => VirtualEnd): VirtualEnd {
		const link = this.#next++;
		let page = this.#pages[link >> PAGE_BITS];
		if (page === undefined) {
			page = { ends: [], gone: 0 };
			// Number 0 names no link.
			if (link === 1) page.gone = page.ends.push(undefined);
			this.#pages[link >> PAGE_BITS] = page;
		}
		const end = make(link);
		page.ends.push(end);
		return end;
	}

	remove(link: Link): void {
		const page = this.#pages[link >> PAGE_BITS];
		const at = link & (PAGE - 1);
		if (page?.ends[at] === undefined) return;
		page.ends[at] = undefined;
		if (++page.gone === PAGE) this.#pages[link >> PAGE_BITS] = undefined;
	}
}
