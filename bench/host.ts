/** A bare servent in a process of its own: Gnutella on sockets, without the node around it. Prints its port. */
import { parseArgs } from 'node:util';
import { PostingIndex } from '../src/library/posting-index.ts';
import { Gnutella } from '../src/networks/gnutella/index.ts';
import { newGuid } from '../src/networks/gnutella/wire/guid.ts';
import { SocketWorld } from '../src/world/sockets.ts';

const { values } = parseArgs({
	options: { host: { type: 'string', default: '127.0.0.1' }, deflate: { type: 'boolean', default: false } },
});
const shares = new PostingIndex();
const world = new SocketWorld({
	listen: { host: values.host, port: 0 },
	usable: () => true,
	notice: (record) => {
		if (record.code.startsWith('defence')) console.error(record.code, record.count ?? 1);
	},
	limits: { halfOpenPerAddress: 4096, halfOpen: 8192 },
});
const announce = { host: values.host, port: 0 };
const gnutella = new Gnutella(
	world,
	{
		shares,
		hit: () => {},
		searchEnded: () => {},
		admit: () => true,
		tree: () => undefined,
		aich: () => undefined,
		alternates: () => [],
		heard: () => {},
		fetchTree: () => {},

		serve: () => {},
		fetchHead: () => {},
		fetchBody: () => {},
		fetchEnd: () => {},
		remember: () => {},
	},
	{
		role: 'ultrapeer',
		guid: newGuid(world.random(16)),
		announce,
		agent: 'Sallyport/bench',
		usable: () => true,
		seeds: [],
		hostCaches: [],
		deflate: values.deflate,
		limits: { leaves: 2000, handshakes: 4096 },
	},
);
world.attach(gnutella);
const listening = await world.listen();
announce.port = listening.port;
gnutella.start();
console.log(listening.port);
process.on('message', (ask) => {
	if (ask !== 'memory') return;
	globalThis.gc?.();
	globalThis.gc?.();
	const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
	const compressed = gnutella.peers().filter((peer) => peer.compressed).length;
	process.send?.({ rss, live: heapUsed + arrayBuffers, leaves: gnutella.status().leaves, compressed });
});
// The bench has ended, or was killed.
process.on('disconnect', () => process.exit());
