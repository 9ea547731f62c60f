import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Admission, Asker } from '../../src/networks/network.ts';
import { UploadQueue } from '../../src/transfer/upload-queue.ts';

const asker = (host: string, file = 1, more: Partial<Asker> = {}): Asker => ({
	address: { host, port: 6346 },
	agent: 'Test/1',
	file,
	queues: true,
	...more,
});

class Door {
	now = 0;
	readonly gone = new Set<number>();
	readonly queue: UploadQueue;
	#links = 0;
	#words = 0;
	#numbers = 0;

	constructor(slots = 2, slotsPerHost = 1) {
		const random = (bytes: number) => new Uint8Array(bytes).fill(++this.#words);
		this.queue = new UploadQueue({
			now: () => this.now,
			slots,
			slotsPerHost,
			random,
			number: () => ++this.#numbers,
			alive: (link) => !this.gone.has(link),
		});
	}

	link(): number {
		return ++this.#links;
	}

	/** Asks on a link of its own; the link where a body has begun. */
	ask(host: string, file = 1, more: Partial<Asker> = {}, link = this.link()): Admission {
		const admission = this.queue.admit(link, asker(host, file, more));
		if (admission === true) this.queue.began(link, host, file);
		return admission;
	}

	/** Takes all slots. */
	fill(): number[] {
		const links = [this.link(), this.link()];
		for (const [at, link] of links.entries()) expect(this.ask(`full${at}`, 9, {}, link)).toBe(true);
		return links;
	}
}

const place = (admission: Admission) => (admission === true ? 0 : admission.queue?.position);

const ticketOf = (admission: Admission) => (admission === true ? '' : admission.queue!.ticket!);

describe('a queue for upload slots', () => {
	test('is empty while there are slots', () => {
		const door = new Door();
		door.fill();
		expect(door.queue.list()).toEqual([]);
	});

	test('gives places in order, and who is first gets the slot that becomes free', () => {
		const door = new Door();
		const [one] = door.fill();
		expect(door.ask('c')).toMatchObject({
			retryAfter: 45,
			queue: { position: 1, length: 1, pollFrom: 45, pollTo: 120 },
		});
		expect(place(door.ask('d'))).toBe(2);
		door.queue.ended(one!, false);
		// A newcomer does not get what the first is waiting for.
		expect(place(door.ask('e'))).toBe(3);
		door.now = 50_000;
		expect(place(door.ask('d'))).toBe(2);
		expect(door.ask('c')).toBe(true);
		expect(door.queue.list()).toMatchObject([
			{ position: 1, address: { host: 'd' }, file: 1 },
			{ position: 2, address: { host: 'e' } },
		]);
	});

	test('is kept by asking in time on any link, and lost by staying away', () => {
		const door = new Door();
		door.fill();
		door.ask('c');
		const link = door.link();
		const ticket = ticketOf(door.ask('d', 1, {}, link));
		door.gone.add(link);
		door.now = 100_000;
		expect(place(door.ask('d', 1, { ticket }))).toBe(2);
		door.now = 125_000;
		door.ask('y');
		// The first has not come back within its time.
		expect(door.queue.list().map(({ address }) => address.host)).toEqual(['d', 'y']);
	});

	test('belongs to the host that was given its ticket, and to no other', () => {
		const door = new Door();
		const [one] = door.fill();
		const ticket = ticketOf(door.ask('c'));
		door.ask('d');
		door.now = 50_000;
		door.queue.ended(one!, false);
		expect(place(door.ask('thief', 1, { ticket }))).toBe(3);
		expect(door.queue.list().map(({ address }) => address.host)).toEqual(['c', 'd', 'thief']);
		expect(door.ask('c', 1, { ticket })).toBe(true);
	});

	test('has a ticket that is 16 random bytes, another for each place', () => {
		const door = new Door();
		door.fill();
		const tickets = ['c', 'd', 'e'].map((host) => ticketOf(door.ask(host)));
		for (const ticket of tickets) expect(ticket).toMatch(/^[0-9a-f]{32}$/);
		expect(new Set(tickets).size).toBe(3);
	});

	test('asked for too early goes to the end where the ticket says who it is, and stays where it does not', () => {
		const door = new Door();
		door.fill();
		const ticket = ticketOf(door.ask('c'));
		door.ask('d');
		door.now = 5000;
		expect(place(door.ask('c', 1, { ticket: 'another' }))).toBe(1);
		expect(place(door.ask('c', 1, { ticket }))).toBe(2);
	});

	test('does not become shorter by asking all the time: the place goes to the end', () => {
		const door = new Door();
		door.fill();
		const link = door.link();
		door.ask('c', 1, {}, link);
		door.ask('d');
		door.ask('e');
		door.now = 5000;
		expect(place(door.ask('c', 1, {}, link))).toBe(3);
	});

	test('lets the next part of the same file follow, though others wait', () => {
		const door = new Door();
		const [one] = door.fill();
		door.ask('c');
		door.queue.ended(one!, true);
		expect(door.ask('full0', 9, {}, one)).toBe(true);
		door.queue.ended(one!, true);
		// Another file is another wish.
		expect(door.ask('full0', 8, {}, one)).not.toBe(true);
	});

	test('keeps no slot for a link that is closed', () => {
		const door = new Door();
		const [one] = door.fill();
		door.queue.ended(one!, true);
		door.gone.add(one!);
		expect(door.ask('c')).toBe(true);
	});

	test('keeps a free slot for who is first, but not for ever', () => {
		const door = new Door();
		const [one, two] = door.fill();
		door.ask('c');
		door.now = 50_000;
		door.ask('d');
		door.queue.ended(one!, false);
		door.queue.ended(two!, false);
		door.now = 100_000;
		expect(door.ask('d')).toBe(true);
		door.now = 200_000;
		expect(door.ask('z')).toBe(true);
	});

	test('lets one host with many wishes make no other wait for more than one of them', () => {
		const door = new Door(1);
		const link = door.link();
		door.ask('first', 1, {}, link);
		for (let file = 1; file <= 50; file++) door.ask('greedy', file);
		door.ask('modest', 1);
		const hosts = door.queue.list().map(({ address }) => address.host);
		expect(hosts.length).toBeLessThanOrEqual(6);
		expect(hosts.indexOf('modest')).toBeLessThanOrEqual(1);
	});

	test('serves who understands no queue when it is their turn', () => {
		const door = new Door();
		const [one] = door.fill();
		const simple = { queues: false };
		expect(door.ask('s', 1, simple)).toEqual({ retryAfter: 45 });
		door.queue.ended(one!, false);
		door.now = 50_000;
		expect(door.ask('s', 1, simple)).toBe(true);
	});

	test('never lets in more than there are slots, and in the end everyone who keeps asking', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 40 }), (slots, hosts) => {
				const door = new Door(slots);
				const running = new Map<number, number>();
				const served = new Set<string>();
				for (; served.size < hosts && door.now < 20_000_000; door.now += 60_000) {
					for (const [link, until] of running) {
						if (until > door.now) continue;
						running.delete(link);
						door.queue.ended(link, false);
					}
					for (let i = 0; i < hosts; i++) {
						const host = `h${(i + door.now / 60_000) % hosts}`;
						if (served.has(host)) continue;
						const link = door.link();
						if (door.ask(host, 1, {}, link) === true) {
							running.set(link, door.now + 90_000);
							served.add(host);
						}
						expect(running.size).toBeLessThanOrEqual(slots);
						const positions = door.queue.list().map(({ position }) => position);
						expect(positions).toEqual(positions.map((_, at) => at + 1));
					}
				}
				expect(served.size).toBe(hosts);
			}),
			{ numRuns: 20 },
		);
	});
});

describe('who has given before', () => {
	/** Hosts join in this order; who is served, in order, while each comes back for more. */
	function served(weights: Readonly<Record<string, number>>, services: number): string[] {
		const door = new Door(1, 1);
		const slot = door.link();
		door.ask('full', 9, {}, slot);
		const ask = (host: string) => door.ask(host, 1, { weight: weights[host]! });
		for (const host of Object.keys(weights)) ask(host);
		const order: string[] = [];
		let last = slot;
		for (let i = 0; i < services; i++) {
			door.gone.add(last);
			door.queue.ended(last, false);
			door.now += 50_000;
			for (const host of Object.keys(weights)) {
				const link = door.link();
				if (door.ask(host, 1, { weight: weights[host]! }, link) !== true) continue;
				order.push(host);
				last = link;
				ask(host);
			}
		}
		return order;
	}

	test('is served so much more often as his weight says, and nobody is left out', () => {
		const order = served({ a: 1, b: 1, rich: 4 }, 60);
		const of = (host: string) => order.filter((one) => one === host).length;
		expect(of('rich') / of('a')).toBeGreaterThan(3);
		expect(of('rich') / of('a')).toBeLessThan(5);
		expect(Math.abs(of('a') - of('b'))).toBeLessThanOrEqual(1);
	});

	test('has no more than ten times the share of others, whatever his network says', () => {
		const order = served({ poor: 0, rich: 1e9 }, 66);
		const poor = order.filter((one) => one === 'poor').length;
		expect(poor).toBeGreaterThanOrEqual(5);
	});

	test('moves up as soon as his network knows him', () => {
		const door = new Door();
		door.fill();
		for (const host of ['c', 'd']) door.ask(host);
		expect(place(door.ask('e'))).toBe(3);
		door.now += 50_000;
		expect(place(door.ask('e', 1, { weight: 5 }))).toBe(1);
		// Too early: even he goes to the end.
		const link = door.link();
		door.now += 50_000;
		expect(place(door.ask('e', 1, { weight: 5 }, link))).toBe(1);
		expect(place(door.ask('e', 1, { weight: 5 }, link))).toBe(3);
	});
});
