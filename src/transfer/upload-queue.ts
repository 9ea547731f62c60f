/**
 * Who gets an upload slot, and in which order.
 *
 * - Slots: so many bodies at once, and so many for one host. Who has a slot and has its body may ask for the next part
 *   of the same file for some seconds: a file is fetched piece by piece, and it would be senseless to queue for each.
 * - Who finds none gets a place, one for a host and file, a few for a host, 1,000 in all. Who finds no place either is
 *   told to come back.
 * - Order: first come, first served among the first wishes of all hosts, then among their second ones, and so on (fair
 *   queueing with one service as the unit: a wish is marked one more than the host's wish before, but not less than one
 *   more than what is served now). So 50 wishes of one host make no other host wait for more than one of them, and every
 *   wish is reached: those that come later are marked higher sooner or later.
 * - A network may give an asker a weight, for what it has given before: its wishes are marked 1/weight more, so its host gets so
 *   many services while another gets one. The weight has a bound, so every wish is still reached.
 * - A place must be asked for again within 45 to 120 seconds: what LimeWire, BearShare and Shareaza say and obey, so that
 *   a place is kept by those who are still there, and a thousand of them cost some 20 small requests a second.
 *   Too late: the place is lost. Too early: the active queueing of 2002 lets the servent close the link, and the place with
 *   it; here the link stays and the place goes to the end.
 * - Who asks may close the link and keep the place: it belongs to the host and the file, and a ticket tells the asker's new
 *   link from any other of that host. A ticket is 16 random bytes and good at that host only, so that what was guessed or
 *   overheard takes nobody's place away. Who comes from a new address begins at the end.
 * - Slots are given only to who asks. A free slot is kept for the first in the queue, but not longer than `keptSeconds`;
 *   then it goes to the first that asks. No slot is kept for a host that does not understand queues: it keeps its turn
 *   if it comes back in time, and hinders nobody.
 */
import { hex } from '../networks/common/hash.ts';
import type { Admission, Asker, RemoteQueue } from '../networks/network.ts';
import type { Address, Link } from '../world/world.ts';

export interface QueueOptions {
	readonly now: () => number;
	/** Uploads at the same time. */
	readonly slots: number;
	/** Of these, for one host. */
	readonly slotsPerHost: number;
	/** For tickets: nobody can guess them. */
	readonly random: (bytes: number) => Uint8Array;
	/** The next number for a row of uploads. */
	readonly number: () => number;
	/** The link is up: no slot is kept for one that is not. */
	readonly alive: (link: Link) => boolean;
}

const mostPlaces = 1000;
const mostPlacesOfHost = 5;
/** Seconds. */
const pollFrom = 45;
const pollTo = 120;
/** Milliseconds that a request may be faster on its way than the one before. */
const jitter = 2000;
/** The middle of pollFrom and pollTo, and a little: most servents have asked by then. */
const keptSeconds = 90;
/** For the next part of the same file. */
const restMilliseconds = 5000;
/** While others wait, a slot is given back after this time, at the end of a part. */
const sessionMilliseconds = 30 * 60_000;
const ticketBytes = 16;
const mostWeight = 10;

interface Slot {
	readonly link: Link;
	readonly host: string;
	readonly file: number;
	/** When this host began with this file. */
	readonly since: number;
	/** `granted`: the body has not begun. `resting`: it is over, and another may follow. */
	state: 'granted' | 'sending' | 'resting';
	/** Of `granted` and `resting`. */
	until: number;
}

interface Place {
	readonly id: number;
	readonly ticket: string;
	readonly file: number;
	readonly since: number;
	address: Address;
	agent: string;
	link: Link;
	queues: boolean;
	polledAt: number;
	/** The order: by mark, then by arrival. Of the mark the share is what this service costs. */
	mark: number;
	share: number;
	/** Since when a free slot is kept for it. */
	keptAt: number | undefined;
}

/** A place as users see it. */
export interface QueuedView {
	readonly id: number;
	readonly address: Address;
	readonly agent: string;
	readonly file: number;
	readonly since: number;
	/** 1 is next. */
	readonly position: number;
}

export class UploadQueue {
	readonly #options: QueueOptions;
	readonly #slots = new Map<Link, Slot>();
	/** In order. */
	readonly #places: Place[] = [];
	/** The last mark that each host was given. */
	readonly #marks = new Map<string, number>();
	/** The highest mark that was served. */
	#served = 0;

	constructor(options: QueueOptions) {
		this.#options = options;
	}

	/** Host.admit of networks/network.ts. */
	admit(link: Link, asker: Asker): Admission {
		const now = this.#options.now();
		this.#expire(now);
		if (this.#continues(link, asker, now)) return true;
		let place = this.#placeOf(asker);
		if (place !== undefined && now - place.polledAt < pollFrom * 1000 - jitter)
			return this.#early(place, link, asker, now);
		place ??= this.#join(link, asker, now);
		if (place === undefined) return { retryAfter: pollTo };
		Object.assign(place, { address: asker.address, agent: asker.agent, link, polledAt: now });
		this.#weigh(place, asker);
		if (!this.#isDue(place, now)) return this.#answer(place);
		this.#leave(place);
		this.#served = Math.max(this.#served, place.mark);
		this.#grant(link, asker, now, now);
		return true;
	}

	/** The body for a link that was admitted begins. */
	began(link: Link, host: string, file: number): void {
		const now = this.#options.now();
		const since = this.#slots.get(link)?.since ?? now;
		this.#slots.set(link, { link, host, file, since, state: 'sending', until: 0 });
	}

	/** `again`: the link is up and may ask for more. */
	ended(link: Link, again: boolean): void {
		const slot = this.#slots.get(link);
		if (slot === undefined) return;
		const now = this.#options.now();
		if (again) Object.assign(slot, { state: 'resting', until: now + restMilliseconds });
		else this.#slots.delete(link);
		this.#keep(now);
	}

	/** In order. */
	list(): QueuedView[] {
		this.#expire(this.#options.now());
		return this.#places.map(({ id, address, agent, file, since }, at) => ({
			...{ id, address, agent, file, since },
			position: at + 1,
		}));
	}

	/** The slot of this link, or one of this host that rests, goes on with the same file. */
	#continues(link: Link, { address: { host }, file }: Asker, now: number): boolean {
		const fits = (slot: Slot): boolean =>
			slot.state !== 'sending' && slot.host === host && slot.file === file;
		const own = this.#slots.get(link);
		const slot =
			own !== undefined && fits(own)
				? own
				: [...this.#slots.values()].find((one) => one.state === 'resting' && fits(one));
		if (own !== undefined && own !== slot) this.#slots.delete(link);
		if (slot === undefined) return false;
		this.#slots.delete(slot.link);
		if (this.#places.length > 0 && now - slot.since >= sessionMilliseconds) return false;
		this.#grant(link, { address: { host }, file }, now, slot.since);
		return true;
	}

	#grant(link: Link, { address: { host }, file }: GrantedTo, now: number, since: number): void {
		this.#slots.set(link, { link, host, file, since, state: 'granted', until: now + restMilliseconds });
	}

	#placeOf({ address: { host }, file }: Asker): Place | undefined {
		return this.#places.find((place) => place.file === file && place.address.host === host);
	}

	#hasRoom(host: string): boolean {
		return this.#places.filter(({ address }) => address.host === host).length < mostPlacesOfHost;
	}

	/** At the end, within what is fair; undefined: there is no place left. */
	#join(link: Link, asker: Asker, now: number): Place | undefined {
		const { address, agent, file, queues } = asker;
		if (this.#places.length >= mostPlaces || !this.#hasRoom(address.host)) return undefined;
		const share = shareOf(asker);
		const mark = Math.max(this.#served, this.#marks.get(address.host) ?? 0) + share;
		this.#marks.set(address.host, mark);
		const ticket = hex(this.#options.random(ticketBytes));
		const place = {
			...{ id: this.#options.number(), ticket, file, address, agent, link, queues, mark, share },
			...{ since: now, polledAt: now, keptAt: undefined },
		};
		this.#insert(place);
		return place;
	}

	#insert(place: Place): void {
		const behind = this.#places.findIndex((one) => one.mark > place.mark);
		this.#places.splice(behind === -1 ? this.#places.length : behind, 0, place);
	}

	/** Its network has come to think otherwise of it since it joined. */
	#weigh(place: Place, asker: Asker): void {
		const share = shareOf(asker);
		if (share === place.share) return;
		this.#leave(place);
		place.mark += share - place.share;
		place.share = share;
		this.#insert(place);
	}

	#leave(place: Place): void {
		this.#places.splice(this.#places.indexOf(place), 1);
	}

	/** Its own link, or its ticket: it goes to the end. Another link of the host is only told where it stands. */
	#early(place: Place, link: Link, { queues, ticket }: Asker, now: number): Admission {
		const same = queues && (link === place.link || ticket === place.ticket);
		if (same) {
			this.#leave(place);
			const last = this.#places.at(-1)?.mark ?? 0;
			Object.assign(place, { mark: Math.max(place.mark, last), polledAt: now, keptAt: undefined });
			this.#insert(place);
		}
		return this.#answer(place);
	}

	#answer(place: Place): Admission {
		if (!place.queues) return { retryAfter: pollFrom };
		const { ticket } = place;
		const position = this.#places.indexOf(place) + 1;
		const queue: RemoteQueue = { position, length: this.#places.length, pollFrom, pollTo, ticket };
		return { retryAfter: pollFrom, queue };
	}

	/** Whether a free slot is there for it: those in front have one kept for them, for a while. */
	#isDue(place: Place, now: number): boolean {
		this.#keep(now);
		let free = this.#free();
		for (const one of this.#candidates()) {
			if (free === 0) return false;
			if (one === place) return true;
			if (one.queues && one.keptAt !== undefined && now - one.keptAt < keptSeconds * 1000) free--;
		}
		return false;
	}

	/** Notes for whom the free slots are kept, and since when. */
	#keep(now: number): void {
		let free = this.#free();
		for (const place of this.#candidates()) {
			place.keptAt = free > 0 ? (place.keptAt ?? now) : undefined;
			if (place.queues && free > 0) free--;
		}
	}

	/** In order, those who may have a slot: their host has not all of its own. */
	#candidates(): Place[] {
		const used = new Map<string, number>();
		for (const { host, state } of this.#slots.values())
			if (state !== 'resting') used.set(host, (used.get(host) ?? 0) + 1);
		return this.#places.filter(({ address: { host } }) => {
			const of = used.get(host) ?? 0;
			used.set(host, of + 1);
			return of < this.#options.slotsPerHost;
		});
	}

	#free(): number {
		return Math.max(0, this.#options.slots - this.#slots.size);
	}

	#expire(now: number): void {
		for (const { link, state, until } of this.#slots.values()) {
			if (state !== 'sending' && (now >= until || !this.#options.alive(link))) this.#slots.delete(link);
		}
		for (const place of [...this.#places]) if (now - place.polledAt > pollTo * 1000) this.#leave(place);
		for (const [host, mark] of this.#marks) if (mark <= this.#served) this.#marks.delete(host);
	}
}

/** How much of a service of others it costs. */
function shareOf({ weight = 1 }: Asker): number {
	return 1 / Math.min(mostWeight, Math.max(1, weight));
}

type GrantedTo = Pick<Asker, 'file'> & { readonly address: { readonly host: string } };
