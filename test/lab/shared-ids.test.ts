import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Attacker } from '../../src/lab/attacker.ts';
import { Chance } from '../../src/lab/chance.ts';
import { addressOf } from '../../src/lab/content.ts';
import { asDrawn, ProtocolNet } from '../../src/lab/protocol.ts';
import { SharedIds } from '../../src/lab/shared-ids.ts';
import { generate } from '../../src/lab/topologies.ts';
import { GuidTable, newGuid } from '../../src/networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';

const idOf = (number: number): Uint8Array => newGuid(new Uint8Array(16).fill(number, 0, 3));

describe('message ids that are kept for all servents together', () => {
	it('are remembered and forgotten as each servent with a table of its own would', () => {
		const step = fc.record({
			servent: fc.constantFrom(0, 1, 511, 512, 5000),
			id: fc.nat(40),
			link: fc.option(fc.nat(1000), { nil: undefined }),
		});
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 300 }), (capacity, steps) => {
				const shared = new SharedIds();
				const alone = new Map(
					[0, 1, 511, 512, 5000].map((servent) => [servent, new GuidTable(capacity, idOf(9))]),
				);
				const shares = new Map([...alone.keys()].map((servent) => [servent, shared.of(servent, capacity)]));
				for (const { servent, id, link } of steps) {
					const bytes = idOf(id);
					if (link !== undefined) for (const table of [alone, shares]) table.get(servent)!.set(bytes, link);
					for (const other of alone.keys())
						expect(shares.get(other)!.get(bytes)).toBe(alone.get(other)!.get(bytes));
				}
			}),
		);
	});
});

/** What every servent has counted on its links, after some floods. */
function counted(withShortcut: boolean) {
	const { graph } = generate('random', 60, 5);
	const net = new ProtocolNet({ seed: 5, latency: 20, jitter: 180, limits: { ...asDrawn, maxTtl: 15 } });
	let taken = 0;
	const takes = net.takes.bind(net);
	net.takes = (...given) => {
		const took = takes(...given);
		if (took) taken++;
		return took;
	};
	if (!withShortcut) net.net.shortcut = undefined;
	net.addGraph(graph);
	expect(net.link(graph.links)).toBe(true);
	const asker = new Attacker(net.net, '172.16.0.1');
	asker.dial(addressOf(0));
	net.run(2000);
	const chance = new Chance(5, 'floods');
	for (let query = 0; query < 10; query++) {
		const payload = encodeQuery({ text: `words ${query}` });
		const frame = encodeMessage(MessageType.Query, newGuid(chance.bytes(16)), 10, 0, payload);
		asker.say(frame);
		// The same link says it again.
		if (query % 3 === 0) asker.say(frame);
		net.run(70);
	}
	net.run(40_000);
	const { sighted, duplicates, hops } = net.tally;
	const links = net.servents.map(({ gnutella }) => gnutella.peers());
	return {
		taken,
		standing: { sighted, duplicates, hops, links, now: net.net.now, steps: net.net.timeline.steps },
	};
}

describe('the shortcut of repetitions', () => {
	it('leaves every servent, link and count as the long way does', () => {
		const [long, short] = [counted(false), counted(true)];
		expect(long.taken).toBe(0);
		expect(short.taken).toBeGreaterThan(1000);
		expect(short.standing).toEqual(long.standing);
	});
});
