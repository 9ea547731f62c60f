import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendQueue } from '../../../src/networks/gnutella/flow.ts';
import { encodeMessage, MessageType, typeOf } from '../../../src/networks/gnutella/wire/message.ts';

const frame = (type: number, hops = 1, size = 10): Uint8Array =>
	encodeMessage(type, new Uint8Array(16), 3, hops, new Uint8Array(size));
const drain = (queue: SendQueue): number[] => {
	const types: number[] = [];
	for (let one = queue.take(); one !== undefined; one = queue.take()) types.push(typeOf(one));
	return types;
};

describe('a link that is full', () => {
	it('sends control, PUSH and hits before pongs, queries and relayed pings', () => {
		const queue = new SendQueue(100_000);
		const { Ping, Query, Pong, Hit, Push, Qrp } = MessageType;
		for (const type of [Ping, Query, Pong, Hit, Push, Qrp]) queue.put(frame(type));
		expect(drain(queue)).toEqual([Qrp, Push, Hit, Pong, Query, Ping]);
		expect(queue.bytes).toBe(0);
	});

	it('drops what is least missed, oldest first, and never its own control messages', () => {
		const queue = new SendQueue(400);
		for (let i = 0; i < 10; i++) queue.put(frame(MessageType.Query, 1, 20));
		queue.put(frame(MessageType.Hit, 1, 100));
		for (let i = 0; i < 10; i++) queue.put(frame(MessageType.Qrp, 0, 50));
		expect(queue.dropped).toBe(11);
		expect(drain(queue)).toEqual(Array(10).fill(MessageType.Qrp));
	});

	it('puts a frame that was not taken back in front of its class', () => {
		const queue = new SendQueue(1000);
		const [first, second] = [frame(MessageType.Hit, 1, 1), frame(MessageType.Hit, 1, 2)];
		queue.put(first);
		queue.put(second);
		const taken = queue.take()!;
		queue.putBack(taken);
		expect(queue.take()).toBe(first);
		expect(queue.take()).toBe(second);
	});

	it('counts its bytes right whatever comes and goes', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.constantFrom(...Object.values(MessageType)), fc.nat(200), fc.boolean()), {
					maxLength: 60,
				}),
				(steps) => {
					const queue = new SendQueue(2000);
					for (const [type, size, take] of steps) {
						queue.put(frame(type, 1, size));
						if (take) queue.take();
					}
					let bytes = 0;
					const before = queue.bytes;
					for (let one = queue.take(); one !== undefined; one = queue.take()) bytes += one.length;
					expect(bytes).toBe(before);
					expect(queue.bytes).toBe(0);
					expect(queue.empty).toBe(true);
				},
			),
		);
	});
});
