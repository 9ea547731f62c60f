/**
 * Who owns which link, for all servents of a laboratory together: the links of a virtual net have different numbers. They
 * lie in pages, and a page whose links are all gone is given back.
 */
import type { LinkOwner } from '../networks/gnutella/servent.ts';
import type { Link } from '../world/world.ts';

const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;

interface Page {
	readonly owners: (LinkOwner | undefined)[];
	held: number;
}

export class SharedOwners {
	readonly #pages: (Page | undefined)[] = [];

	get(link: Link): LinkOwner | undefined {
		return this.#pages[link >> PAGE_BITS]?.owners[link & (PAGE - 1)];
	}

	set(link: Link, owner: LinkOwner): void {
		const place = link >> PAGE_BITS;
		while (this.#pages.length <= place) this.#pages.push(undefined);
		const page = (this.#pages[place] ??= { owners: new Array(PAGE).fill(undefined), held: 0 });
		const at = link & (PAGE - 1);
		if (page.owners[at] === undefined) page.held++;
		page.owners[at] = owner;
	}

	delete(link: Link): boolean {
		const page = this.#pages[link >> PAGE_BITS];
		const at = link & (PAGE - 1);
		if (page?.owners[at] === undefined) return false;
		page.owners[at] = undefined;
		if (--page.held === 0) this.#pages[link >> PAGE_BITS] = undefined;
		return true;
	}
}
