/** A servent on real sockets of loopback, for tests: the same Gnutella as in the virtual world of net.ts. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Gnutella } from '../../../src/networks/gnutella/index.ts';
import type { Options } from '../../../src/networks/gnutella/servent.ts';
import { newGuid } from '../../../src/networks/gnutella/wire/guid.ts';
import type { Hit, Host } from '../../../src/networks/network.ts';
import { usableIn } from '../../../src/world/scope.ts';
import { SocketWorld, type SocketWorldOptions } from '../../../src/world/sockets.ts';
import type { Address } from '../../../src/world/world.ts';
import { byteAt, FakeShares, type FileOf } from './net.ts';

export interface LiveServent {
	readonly world: SocketWorld;
	readonly gnutella: Gnutella;
	readonly guid: Uint8Array;
	readonly hits: { search: number; hit: Hit }[];
	/** Why each fetch has ended, by its number; empty: it is complete. */
	readonly fetched: Map<number, string>;
	/** Bytes fetched in all. */
	bytes: number;
	readonly notices: Evidence[];
	/** Codes of the evidence so far. */
	codes(): string[];
	listen(): Promise<Address>;
	stop(): Promise<void>;
}

export interface LiveOf extends Partial<Omit<Options, 'guid' | 'announce'>> {
	/** A loopback address of its own: to listen at and to dial from. */
	readonly ip: string;
	readonly files?: readonly FileOf[];
	/** Another world than the usual one: a test that listens in. */
	readonly makeWorld?: (options: SocketWorldOptions) => SocketWorld;
}

export function liveServent(given: LiveOf): LiveServent {
	const { ip, files = [], makeWorld, ...options } = given;
	const notices: Evidence[] = [];
	const announce = { host: ip, port: 0 };
	const usable = usableIn('practice');
	const worldOptions = {
		listen: { host: ip, port: 0 },
		localAddress: ip,
		usable,
		notice: (record: Evidence) => void notices.push(record),
	};
	const world = makeWorld?.(worldOptions) ?? new SocketWorld(worldOptions);
	const made: Omit<LiveServent, 'gnutella'> & { gnutella?: Gnutella } = {
		world,
		guid: newGuid(new Uint8Array(randomBytes(16))),
		hits: [],
		fetched: new Map(),
		bytes: 0,
		notices,
		codes: () => notices.map(({ code }) => code),
		listen: async () => {
			announce.port = (await world.listen()).port;
			made.gnutella!.start();
			return { ...announce };
		},
		stop: async () => {
			made.gnutella!.stop();
			await world.close();
		},
	};
	const host: Host = {
		shares: new FakeShares(files),
		hit: (search, hit) => void made.hits.push({ search, hit }),
		searchEnded: () => {},
		admit: () => true,
		tree: () => undefined,
		aich: () => undefined,
		alternates: () => [],
		heard: () => {},
		fetchTree: () => {},

		serve: (link, _file, from, to) => {
			let at = from;
			const read = async (buffer: Uint8Array): Promise<number> => {
				const length = Math.min(buffer.length, to - at);
				for (let i = 0; i < length; i++) buffer[i] = byteAt(at + i);
				at += length;
				return length;
			};
			world.pump(link, read, to - from, (why) => made.gnutella!.served(link, why));
		},
		fetchHead: () => {},
		fetchBody: (_fetch, bytes) => void (made.bytes += bytes.length),
		fetchEnd: (fetch, why) => void made.fetched.set(fetch, why),
		remember: () => {},
	};
	made.gnutella = new Gnutella(world, host, {
		role: 'auto',
		agent: 'Sallyport/test',
		usable,
		seeds: [],
		hostCaches: [],
		deflate: true,
		...options,
		guid: made.guid,
		announce,
	});
	world.attach(made.gnutella);
	return made as LiveServent;
}
