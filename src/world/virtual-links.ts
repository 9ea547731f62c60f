/**
 * The ends of all links of a virtual net by their numbers. Numbers are never used twice; they come in pages
 * (virtual-rows.ts), and a page all of whose links are gone is given back, so that a day of coming and going costs no
 * more than an hour.
 */
import { type EndOwner, VirtualEnd } from './virtual-link.ts';
import { PAGE, PAGE_BITS, Page, State } from './virtual-rows.ts';
import type { Address, Link } from './world.ts';

export class VirtualLinks {
	readonly #pages: (Page | undefined)[] = [];
	/** Those that are at work; of all others there is only a row. */
	readonly #ends = new Map<Link, VirtualEnd>();
	/** By the place of a host among the hosts. */
	readonly #ownerOf: (host: number) => EndOwner;
	/** Links count from 1. */
	#next = 1;

	constructor(ownerOf: (host: number) => EndOwner) {
		this.#ownerOf = ownerOf;
	}

	get(link: Link): VirtualEnd | undefined {
		const known = this.#ends.get(link);
		if (known !== undefined) return known;
		const page = this.#pages[link >> PAGE_BITS];
		const remote = page?.remotes[link & (PAGE - 1)];
		if (page === undefined || remote === undefined) return undefined;
		const end = new VirtualEnd(this.#ownerOf(page.host(link)), link, remote, page);
		this.#ends.set(link, end);
		return end;
	}

	page(link: Link): Page | undefined {
		return this.#pages[link >> PAGE_BITS];
	}

	/** Those of one host; all are looked through. */
	of(host: number): Link[] {
		const found: Link[] = [];
		this.#pages.forEach((page, number) => {
			page?.remotes.forEach((remote, at) => {
				const link = (number << PAGE_BITS) | at;
				if (remote !== undefined && page.host(link) === host) found.push(link);
			});
		});
		return found;
	}

	/** A new end; `number`: what the tap of its host calls that host. */
	add(host: number, number: number, remote: Address, latency: number): VirtualEnd {
		const link = this.#next++;
		let page = this.#pages[link >> PAGE_BITS];
		if (page === undefined) {
			page = new Page();
			// Number 0 names no link.
			if (link === 1) page.gone = page.remotes.push(undefined);
			this.#pages[link >> PAGE_BITS] = page;
		}
		page.begin(link, host, number, latency);
		page.remotes.push(remote);
		return this.get(link)!;
	}

	/** The end is not needed as long as frames come and go without further ado. */
	rest(link: Link): void {
		if (this.page(link)?.isPlain(link) === true) this.#ends.delete(link);
	}

	remove(link: Link): void {
		const page = this.#pages[link >> PAGE_BITS];
		const at = link & (PAGE - 1);
		if (page?.remotes[at] === undefined) return;
		page.remotes[at] = undefined;
		this.#ends.delete(link);
		page.setState(link, State.Closed);
		if (++page.gone === PAGE) this.#pages[link >> PAGE_BITS] = undefined;
	}
}
