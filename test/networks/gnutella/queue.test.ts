/** Places in the queue of a source, over links of a virtual world: PARQ between two of ours, and with others. */
import { describe, expect, it } from 'vitest';
import { base32, hex } from '../../../src/networks/common/hash.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { UploadQueue } from '../../../src/transfer/upload-queue.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { Link } from '../../../src/world/world.ts';
import { attacker } from '../../attacks/attacker.ts';
import { makeNet, PORT, type Servent, servent, sha1Of } from './net.ts';

const SOURCE = '10.1.0.1';

/** One slot, and it is never given back. */
function busySource(net: VirtualNet): { source: Servent; queue: UploadQueue } {
	let count = 0;
	const queue: UploadQueue = new UploadQueue({
		now: () => net.now,
		slots: 1,
		slotsPerHost: 1,
		random: (bytes) => source.world.random(bytes),
		number: () => ++count,
		alive: () => true,
	});
	const source: Servent = servent(net, SOURCE, {
		files: [{ name: 'talk.pdf', size: 1000 }],
		admit: (link, asker) => {
			const admission = queue.admit(link, asker);
			if (admission === true) queue.began(link, asker.address.host, asker.file);
			return admission;
		},
	});
	return { source, queue };
}

let fetches = 0;
function ask(taker: Servent, more: Partial<FetchRequest> = {}): void {
	taker.gnutella.fetch({
		fetch: ++fetches,
		name: 'talk.pdf',
		sha1: base32(sha1Of('talk.pdf')),
		from: 0,
		source: {
			host: SOURCE,
			port: PORT,
			id: hex(new Uint8Array(16)),
			index: 1,
			network: 'gnutella',
			firewalled: false,
			agent: 'test',
		},
		...more,
	});
}

/** Three askers: the first has the slot, the others wait. */
function crowd() {
	const net = makeNet();
	const { source, queue } = busySource(net);
	const [first, second, third] = ['10.2.0.1', '10.2.0.2', '10.2.0.3'].map((ip) => servent(net, ip)) as [
		Servent,
		Servent,
		Servent,
	];
	for (const taker of [first, second, third]) {
		ask(taker);
		net.run(net.now + 2000);
	}
	return { net, source, queue, first, second, third };
}

describe('a place in the queue of one of ours', () => {
	it('is told with a name, and both ends let the link go', () => {
		const { net, source, second, third } = crowd();
		expect(second.heads[0]).toMatchObject({ status: 503, queue: { position: 1, length: 1 } });
		const place = third.heads[0]!.queue!;
		expect(place).toMatchObject({ position: 2, length: 2, pollFrom: 45, pollTo: 120 });
		expect(place.ticket).toMatch(/^[0-9a-f]{32}$/);
		expect(third.heads[0]!.retryAfter).toBe(45);
		expect(third.world.links).toBe(1);
		net.run(net.now + 40_000);
		expect([third.world.links, source.world.links]).toEqual([0, 0]);
	});

	it('is kept by who closes its link and comes back with the ticket, for another range too', () => {
		const { net, source, second, third } = crowd();
		const { ticket } = third.heads[0]!.queue!;
		net.run(net.now + 50_000);
		expect(third.world.links).toBe(0);
		const late = servent(net, '10.2.0.4');
		ask(late);
		ask(second, { ticket: second.heads[0]!.queue!.ticket! });
		net.run(net.now + 2000);
		expect(late.heads[0]!.queue!.position).toBe(3);
		ask(third, { ticket: ticket!, from: 500 });
		net.run(net.now + 2000);
		expect(source.askers.at(-1)).toMatchObject({ address: { host: third.ip }, queues: true, ticket });
		expect(third.heads[1]!.queue).toMatchObject({ position: 2, length: 3, ticket });
	});

	it('is not given to another address that knows the ticket', () => {
		const { net, queue, second, third } = crowd();
		const thief = servent(net, '10.2.0.66');
		ask(thief, { ticket: second.heads[0]!.queue!.ticket! });
		net.run(net.now + 2000);
		expect(thief.heads[0]!.queue!.position).toBe(3);
		expect(thief.heads[0]!.queue!.ticket).not.toBe(second.heads[0]!.queue!.ticket);
		expect(queue.list().map(({ address }) => address.host)).toEqual([second.ip, third.ip, thief.ip]);
	});

	it('is lost by who stays away for longer than its lifetime', () => {
		const { net, third } = crowd();
		const { ticket } = third.heads[0]!.queue!;
		net.run(net.now + 100_000);
		ask(servent(net, '10.2.0.4'));
		net.run(net.now + 30_000);
		ask(third, { ticket: ticket! });
		net.run(net.now + 2000);
		expect(third.heads[1]!.queue!.position).toBe(2);
		expect(third.heads[1]!.queue!.ticket).not.toBe(ticket);
	});
});

describe('an asker that is not one of ours', () => {
	function told(headers: string): string {
		const { net } = crowd();
		const asker = attacker(net, '10.3.0.1');
		asker.greeting = (link) => asker.world.send(link, utf8(`GET /get/1/talk.pdf HTTP/1.1\r\n${headers}\r\n`));
		asker.dial(SOURCE);
		net.run(net.now + 2000);
		return asker.texts.join('');
	}

	it('and says 1.0 is told as PARQ has it', () => {
		const text = told('X-Queue: 1.0\r\n');
		expect(text).toMatch(/^HTTP\/1\.1 503 Queued\r\n/);
		expect(text).toMatch(
			/\r\nX-Queued: position=3; length=3; lifetime=120; retry-after=45; ID=[0-9a-f]{32}\r\n/,
		);
		expect(text).toContain('\r\nRetry-After: 45\r\n');
		expect(text).not.toContain('X-Queue:');
	});

	it('and says 1.0 has a place though it closes the link at once', () => {
		expect(told('X-Queue: 1.0\r\nConnection: close\r\n')).toContain('X-Queued: position=3;');
	});

	it('and says 0.1 is told as before, and has a place only while the link stays', () => {
		const text = told('X-Queue: 0.1\r\n');
		expect(text).toContain('\r\nX-Queue: position=3,length=3,pollMin=45,pollMax=120\r\n');
		expect(text).not.toContain('X-Queued');
		expect(told('X-Queue: 0.1\r\nConnection: close\r\n')).not.toContain('position');
	});

	it('and says nothing of queues is told when to come back', () => {
		const text = told('');
		expect(text).toMatch(/^HTTP\/1\.1 503 Busy\r\n/);
		expect(text).toContain('\r\nRetry-After: 45\r\n');
		expect(text).not.toContain('position');
	});
});

describe('a source that is not one of ours', () => {
	/** What it is asked, and what we make of its 503. */
	function asked(headers: string, more: Partial<FetchRequest> = {}) {
		const net = makeNet();
		const source = attacker(net, SOURCE);
		const answer = `HTTP/1.1 503 Queued\r\n${headers}Content-Length: 0\r\n\r\n`;
		source.answering = (link: Link) => void net.later(1, () => source.world.send(link, utf8(answer)));
		const taker = servent(net, '10.2.0.1');
		ask(taker, more);
		net.run(net.now + 2000);
		return { net, taker, text: source.texts.join('') };
	}

	it('gives a place by PARQ, and the link may go', () => {
		const { net, taker, text } = asked(
			'X-Queued: position=3; length=7; lifetime=300; retry-after=60; ID=abcdef0123\r\nRetry-After: 60\r\n',
		);
		expect(text).toContain('\r\nX-Queue: 1.0\r\n');
		expect(text).not.toContain('X-Queued');
		const queue = { position: 3, length: 7, pollFrom: 60, pollTo: 300, ticket: 'abcdef0123' };
		expect(taker.heads[0]).toMatchObject({ status: 503, retryAfter: 60, queue });
		expect(taker.fetched.map(({ why }) => why)).toEqual(['queued at place 3']);
		net.run(net.now + 40_000);
		expect(taker.world.links).toBe(0);
	});

	it('is told of the place that it gave', () => {
		expect(asked('', { ticket: 'abcdef0123' }).text).toContain('\r\nX-Queued: ID=abcdef0123\r\n');
	});

	it('may close the link with the place it gives', () => {
		const { taker } = asked('Connection: close\r\nX-Queued: position=1; ID=AB\r\nRetry-After: 70\r\n');
		expect(taker.heads[0]!.queue).toEqual({ position: 1, pollFrom: 70, pollTo: 120, ticket: 'AB' });
		expect(taker.world.links).toBe(0);
		expect(taker.fetched).toHaveLength(1);
	});

	it('gives a place without a name, and the link is kept for it', () => {
		const { net, taker } = asked('X-Queue: position=2,length=5,limit=4,pollMin=45,pollMax=120\r\n');
		expect(taker.heads[0]!.queue).toEqual({ position: 2, length: 5, pollFrom: 45, pollTo: 120 });
		net.run(net.now + 100_000);
		expect(taker.world.links).toBe(1);
	});

	it('with an ID that is none is heard without it', () => {
		const { taker } = asked('X-Queued: position=1; ID=../../x\r\n');
		expect(taker.heads[0]!.queue).toEqual({ position: 1, pollFrom: 45, pollTo: 120 });
	});
});
