/** A ring on the loopback interface, with datagrams of our own; other traffic there is told apart by its text. */
import { createSocket, type Socket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketSink } from '../../../src/watch/capture/packet-sink.ts';
import { NoCapture } from '../../../src/watch/capture/packet-socket.ts';
import { Ring } from '../../../src/watch/capture/ring.ts';
import { patience } from '../../patience.ts';
import { Kept } from './bytes.ts';
import { udpText, whyNotLive } from './live-network.ts';

/** Collects the texts of datagrams that begin with a mark. */
class Texts implements PacketSink {
	readonly texts: string[] = [];
	readonly #mark: string;

	constructor(mark: string) {
		this.#mark = mark;
	}

	packet(bytes: Uint8Array, from: number, to: number): void {
		const text = udpText(bytes.subarray(from, to));
		if (text?.startsWith(this.#mark)) this.texts.push(text);
	}
}

const memoryMaps = (): number =>
	readFileSync('/proc/self/maps', 'utf8')
		.split('\n')
		.filter((line) => line.includes('socket:[')).length;

const openFiles = (): number => readdirSync('/proc/self/fd').length;

const refusalOf = (make: () => unknown): string => {
	try {
		make();
	} catch (error) {
		if (error instanceof NoCapture) return error.refusal.refused;
		throw error;
	}
	return 'none';
};

const whyNot = whyNotLive();

describe.skipIf(whyNot !== undefined)('a ring on loopback', () => {
	let receiver: Socket;
	let sender: Socket;

	beforeAll(async () => {
		receiver = createSocket('udp4');
		sender = createSocket('udp4');
		for (const socket of [receiver, sender])
			await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
	});

	afterAll(() => {
		receiver?.close();
		sender?.close();
	});

	const send = (text: string | Uint8Array): Promise<void> =>
		new Promise((resolve, reject) =>
			sender.send(text, receiver.address().port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
		);

	const sendAll = async (texts: readonly string[]): Promise<void> => {
		for (const text of texts) await send(text);
	};

	const numbered = (mark: string, count: number): string[] =>
		Array.from({ length: count }, (_, index) => `${mark} ${index}`);

	/** Polls until the sink has so many texts; the test's time limit ends it otherwise. */
	const until = (ring: Ring, sink: Texts, count: number): void => {
		const deadline = Date.now() + patience;
		ring.run(sink, () => sink.texts.length >= count || Date.now() > deadline);
	};

	it('sees each datagram once, in order, and drops none', async () => {
		const mark = `once-${process.pid}`;
		const ring = new Ring({ interface: 'lo' });
		try {
			const texts = numbered(mark, 2000);
			await sendAll(texts);
			const sink = new Texts(mark);
			until(ring, sink, texts.length);
			expect(sink.texts).toEqual(texts);
			expect(ring.drops().dropped).toBe(0);
			expect(ring.drops().packets).toBeGreaterThanOrEqual(texts.length);
			expect(ring.gone).toBe(false);
		} finally {
			ring.close();
		}
	});

	it('goes round: more than its memory, read meanwhile', async () => {
		const mark = `round-${process.pid}`;
		const ring = new Ring({ interface: 'lo' });
		try {
			const sink = new Texts(mark);
			const long = 'x'.repeat(60_000);
			// 900 datagrams of 60 kB, each twice on loopback, are 108 MB; the ring has 32.
			// A few at a time: what others send on loopback meanwhile must fit beside them.
			for (let turn = 0; turn < 45; turn++) {
				await sendAll(numbered(mark, 20).map((text) => `${text} ${long}`));
				until(ring, sink, 20 * (turn + 1));
			}
			const numbers = sink.texts.map((text) => Number(text.split(' ')[1]));
			expect(numbers).toEqual(Array.from({ length: 900 }, (_, index) => index % 20));
			expect(new Set(sink.texts.map((text) => text.length)).size).toBeLessThanOrEqual(2);
			expect(ring.drops().dropped).toBe(0);
		} finally {
			ring.close();
		}
	});

	it('counts what it had no room for, and goes on afterwards', async () => {
		const mark = `full-${process.pid}`;
		const ring = new Ring({ interface: 'lo' });
		try {
			const long = new Uint8Array(60_000).fill(46);
			for (let count = 0; count < 600; count++) await send(long);
			const sink = new Texts(mark);
			// Once around: everything that is there.
			ring.poll(sink, 200);
			const { dropped } = ring.drops();
			expect(dropped).toBeGreaterThan(0);
			await sendAll(numbered(mark, 10));
			until(ring, sink, 10);
			expect(sink.texts).toEqual(numbered(mark, 10));
			expect(ring.drops().dropped).toBe(dropped);
		} finally {
			ring.close();
		}
	});

	it('gives Ethernet frames with length on the wire and time, and keeps only so many bytes', async () => {
		const mark = `snap-${process.pid}`;
		const ring = new Ring({ interface: 'lo', snap: 96 });
		try {
			const before = Math.floor(Date.now() / 1000);
			await send(mark.padEnd(1000, '.'));
			const kept = new Kept();
			const found = () => kept.packets.filter(({ data }) => data.includes(Buffer.from(mark).toString('hex')));
			const deadline = Date.now() + patience;
			ring.run(kept, () => found().length > 0 || Date.now() > deadline);
			const [packet] = found();
			expect(found()).toHaveLength(1);
			expect(packet).toMatchObject({ wire: 1042, link: 1 });
			expect(packet!.data).toHaveLength(2 * 96);
			expect(packet!.data.slice(24, 28)).toBe('0800');
			expect(packet!.seconds).toBeGreaterThanOrEqual(before);
			expect(packet!.seconds).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
			expect(packet!.microseconds).toBeGreaterThanOrEqual(0);
			expect(packet!.microseconds).toBeLessThan(1_000_000);
			expect(Math.max(...kept.packets.map(({ data }) => data.length / 2))).toBeLessThanOrEqual(96);
		} finally {
			ring.close();
		}
	});

	it('gives its memory and its socket back, and bytes that were kept are empty', async () => {
		const maps = memoryMaps();
		const files = openFiles();
		let kept: Uint8Array | undefined;
		for (let turn = 0; turn < 8; turn++) {
			const ring = new Ring({ interface: 'lo', promiscuous: true });
			expect(memoryMaps()).toBe(maps + 1);
			expect(openFiles()).toBe(files + 1);
			await send(`back-${process.pid}`);
			const deadline = Date.now() + patience;
			ring.run({ packet: (bytes) => (kept = bytes) }, () => ring.packets > 0 || Date.now() > deadline);
			ring.close();
			ring.close();
			expect(() => ring.poll(new Kept(), 0)).toThrow('closed ring');
		}
		expect(kept?.length).toBe(0);
		expect(memoryMaps()).toBe(maps);
		expect(openFiles()).toBe(files);
	});

	it('leaves nothing behind where there is no such interface', () => {
		const maps = memoryMaps();
		const files = openFiles();
		const name = `none${process.pid}`;
		for (let turn = 0; turn < 8; turn++)
			expect(refusalOf(() => new Ring({ interface: name }))).toBe('watch.live.interface');
		expect(memoryMaps()).toBe(maps);
		expect(openFiles()).toBe(files);
	});
});
