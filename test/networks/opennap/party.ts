/** Our clients at a server of ours, in a virtual world: everything that the host would hear lies in arrays. */
import type { Admission, FetchHead, FetchRequest, Hit, Host } from '../../../src/networks/network.ts';
import { OpenNap } from '../../../src/networks/opennap/index.ts';
import type { Options } from '../../../src/networks/opennap/servent.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../src/world/virtual-world.ts';
import type { Address } from '../../../src/world/world.ts';
import { type FileOf, FastTrackShares as SomeShares } from '../fasttrack/net.ts';
import { SERVER } from './server/net.ts';

export interface Guest {
	readonly world: VirtualWorld<OpenNap>;
	readonly node: OpenNap;
	readonly shares: SomeShares;
	readonly hits: Hit[];
	readonly ended: string[];
	readonly heads: FetchHead[];
	readonly fetched: string[];
	readonly remembered: Address[];
	admit: Admission;
	/** Bytes of all bodies, in order. */
	bytes(): Uint8Array;
	codes(): string[];
}

export interface GuestOf extends Partial<Omit<Options, 'announce'>> {
	readonly files?: readonly FileOf[];
	readonly firewalled?: boolean;
	readonly port?: number;
	readonly servers?: readonly Address[];
	/** Sends so many bytes of a body and then closes, like giFT's plugin. */
	readonly cutAt?: number;
}

export function guest(net: VirtualNet, ip: string, nick: string, given: GuestOf = {}): Guest {
	const { files = [], firewalled = false, port = 6699, servers = [SERVER], cutAt, ...options } = given;
	const shares = new SomeShares(files);
	const bodies: Uint8Array[] = [];
	const made = {
		...{ shares, hits: [], ended: [], heads: [], fetched: [], remembered: [], admit: true },
		bytes: () => Buffer.concat(bodies),
		codes: () => made.world.notices.map(({ code }) => code),
	} as unknown as { -readonly [K in keyof Guest]: Guest[K] };
	const host: Host = {
		shares,
		hit: (_, hit) => void made.hits.push(hit),
		searchEnded: (_, why) => void made.ended.push(why),
		admit: () => made.admit,
		tree: () => undefined,
		aich: () => undefined,
		alternates: () => [],
		heard: () => {},
		serve: (link, id, from, to) => {
			const { content } = shares.list.find((file) => file.id === id)!;
			net.later(1, () => {
				made.world.send(link, content.slice(from, Math.min(to, cutAt ?? to)));
				made.node.served(link, '');
			});
		},
		fetchHead: (_, _link, head) => void made.heads.push(head),
		fetchBody: (_, bytes) => void bodies.push(bytes.slice()),
		fetchTree: () => {},
		fetchEnd: (_, why) => void made.fetched.push(why),
		remember: (address) => void made.remembered.push(address),
	};
	made.world = net.world(
		ip,
		(world) =>
			new OpenNap(world, host, {
				...{ nick, password: `secret of ${nick}`.replaceAll(' ', '-'), agent: 'Sallyport/test' },
				usable: () => true,
				...options,
				announce: { host: ip, port: firewalled ? 0 : port },
			}),
		{ firewalled, port },
	);
	made.node = made.world.network;
	for (const server of servers) made.node.connect(server);
	made.node.start();
	return made;
}

export function requestOf(hit: Hit, more: Partial<FetchRequest> = {}): FetchRequest {
	return { fetch: 1, source: hit.source, name: hit.name, size: hit.size, from: 0, ...more };
}
