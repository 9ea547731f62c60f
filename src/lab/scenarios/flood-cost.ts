/**
 * What a flood reaches and costs: the table of Jordan Ritter, "Why Gnutella can't scale. No, really" (2001), by
 * sending the frames. Every servent has n links and there are no circles, so a TTL of t reaches the sum of
 * n (n - 1)^(i - 1) servents. He counts 83 bytes for a query of "grateful dead live": 40 of TCP/IP, 23 of header,
 * 1 of minimum speed, 18 of text and 1 of NUL. The minimum speed has two bytes, so the frame is 84.
 */
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario } from '../scenario.ts';
import { reachable, regularTree } from '../topologies.ts';

const WORDS = 'grateful dead live';
/** IP and TCP headers, as Ritter counts them. */
const TCP_IP = 40;
const LINKS = [2, 3, 4, 5, 6, 7, 8];
const TTLS = [1, 2, 3, 4, 5, 6, 7, 8];

export const floodCost: Scenario = {
	name: 'flood-cost',
	about: "Ritter's table: what a query reaches and costs by links and TTL, and why his 83 bytes are 84",
	nodes: 1_200_000,
	runs: 1,
	settings: {
		links: { about: 'only this number of links (2 to 8); 0: all', preset: 0 },
		ttl: { about: 'only this TTL (1 to 8); 0: all', preset: 0 },
	},
	/** Trees that have more servents than `nodes` are left out. */
	rows: (order) =>
		LINKS.filter((links) => numberOf(order, 'links') === 0 || numberOf(order, 'links') === links).flatMap(
			(links) =>
				TTLS.filter((ttl) => numberOf(order, 'ttl') === 0 || numberOf(order, 'ttl') === ttl)
					.filter((ttl) => 1 + reachable(links, ttl) <= order.nodes)
					.map((ttl) => `links ${links} TTL ${ttl}`),
		),
	play,
	measures: ({ reached, messages, duplicates, bytes, frameBytes }) => ({
		reached,
		messages,
		duplicates,
		frameBytes,
		bytesOneWay: bytes,
		bytesBothWays: bytes * 2,
	}),
};

function play(row: string, order: Order): Counts {
	const [links, ttl] = row.match(/\d+/g)!.map(Number);
	// One ring beyond the TTL, where there is room, shows that the flood stops by itself.
	const depth = 1 + reachable(links, ttl + 1) <= order.nodes ? ttl + 1 : ttl;
	const overlay = new Overlay({ graph: regularTree(links, depth) }, { seed: order.seed, maxTtl: 255 });
	const query = overlay.ask(0, WORDS, ttl);
	overlay.run();
	const { reached, messages, duplicates, bytes } = overlay.counts(query);
	const frameBytes = TCP_IP + bytes / messages;
	return { reached, messages, duplicates, bytes: bytes + TCP_IP * messages, frameBytes };
}
