import { describe, expect, it } from 'vitest';
import { Bandwidth } from '../../src/defence/bandwidth.ts';
import type { Clock } from '../../src/library/clock.ts';
import { Throttle } from '../../src/transfer/throttle.ts';

/** Bytes a second that a home line carries upwards: 10 Mbit/s. */
const LINE = 1_250_000;
const PEERS = 50;
/** Bytes that TCP keeps under way to one peer. */
const WINDOW = 64 * 1024;
const STEP = 50;

class StepClock implements Clock {
	time = 1_000_000;
	readonly #timers = new Set<{ at: number; call: () => void }>();
	now(): number {
		return this.time;
	}
	after(milliseconds: number, call: () => void): () => void {
		const timer = { at: this.time + milliseconds, call };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}
	pass(): void {
		this.time += STEP;
		for (const timer of [...this.#timers])
			if (timer.at <= this.time && this.#timers.delete(timer)) timer.call();
	}
}

/** A modem: what is sent waits in one queue, first come, first served. */
class Line {
	readonly #queue: { peer: number; bytes: number }[] = [];
	readonly underWay = new Array<number>(PEERS).fill(0);
	sent = 0;
	waiting = 0;
	send(peer: number, bytes: number): void {
		this.#queue.push({ peer, bytes });
		this.underWay[peer]! += bytes;
		this.waiting += bytes;
	}
	pass(): void {
		for (let room = (LINE * STEP) / 1000; room > 0 && this.#queue.length > 0; ) {
			const first = this.#queue[0]!;
			const bytes = Math.min(room, first.bytes);
			first.bytes -= bytes;
			room -= bytes;
			this.sent += bytes;
			this.waiting -= bytes;
			this.underWay[first.peer]! -= bytes;
			if (first.bytes === 0) this.#queue.shift();
		}
	}
	/** Milliseconds that a packet of somebody else waits behind the uploads. */
	get delay(): number {
		return (this.waiting / LINE) * 1000;
	}
}

/** Fifty strangers fetch for ten seconds. */
async function fetched(on: boolean): Promise<{ delay: number; rate: number }> {
	const bandwidth = new Bandwidth(on);
	const clock = new StepClock();
	const line = new Line();
	const total = () => bandwidth.total('internet', undefined);
	const throttle = new Throttle(clock, { total, perHost: () => undefined });
	const streams = Array.from({ length: PEERS }, (_, peer) => throttle.open(`203.0.113.${peer}`));
	const asking = new Set<number>();
	const ask = async (peer: number): Promise<void> => {
		asking.add(peer);
		line.send(peer, await streams[peer]!.take(WINDOW - line.underWay[peer]!));
		asking.delete(peer);
	};
	let delay = 0;
	for (let step = 0; step < 10_000 / STEP; step++) {
		for (let peer = 0; peer < PEERS; peer++)
			if (!asking.has(peer) && line.underWay[peer]! < WINDOW) void ask(peer);
		await new Promise((resolve) => setImmediate(resolve));
		line.pass();
		clock.pass();
		await new Promise((resolve) => setImmediate(resolve));
		delay = Math.max(delay, line.delay);
	}
	for (const stream of streams) stream.close();
	return { delay, rate: line.sent / 10 };
}

it('fifty uploads fill the line: without the defence a call behind them waits for seconds', async () => {
	const { delay, rate } = await fetched(false);
	expect(delay).toBeGreaterThan(2000);
	expect(rate).toBeGreaterThan(0.99 * LINE);
});

it('with the defence nothing that anybody would notice waits, and the uploads go on', async () => {
	const { delay, rate } = await fetched(true);
	expect(delay).toBeLessThan(250);
	expect(rate).toBeGreaterThan(0.9 * 1024 * 1024);
	expect(rate).toBeLessThan(1.1 * 1024 * 1024);
});

describe('the limit', () => {
	const on = new Bandwidth(true);

	it('is the user’s where he says something for this hour, and else ours', () => {
		expect(on.total('internet', 200_000)).toBe(200_000);
		expect(on.total('internet', 'unlimited')).toBeUndefined();
		expect(on.total('internet', undefined)).toBe(1024 * 1024);
	});

	it('is not needed where the line to the Internet is not used', () => {
		expect([on.total('practice', undefined), on.total('lan', undefined)]).toEqual([undefined, undefined]);
		expect(on.total('lan', 5000)).toBe(5000);
	});

	it('of the user holds also where the defence is off', () => {
		expect(new Bandwidth(false).total('internet', 5000)).toBe(5000);
	});
});
