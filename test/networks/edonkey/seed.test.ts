/** A seed that lists servers: who gets into its list, and who leaves it. */
import { describe, expect, it } from 'vitest';
import { ServerSeed } from '../../../src/networks/edonkey/seed.ts';
import { ServerDatagram } from '../../../src/networks/edonkey/wire/messages.ts';
import { encodeDatagram, encodeStatus } from '../../../src/networks/edonkey/wire/server-datagrams.ts';
import { decodeServerMet, type ListedServer } from '../../../src/networks/edonkey/wire/server-met.ts';
import type { Network } from '../../../src/networks/network.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../src/world/virtual-world.ts';
import type { Address, World } from '../../../src/world/world.ts';
import { makeNet, makeServer, SERVER } from './server/net.ts';

const MINUTE = 60_000;
const usable = (host: string) => !host.startsWith('10.');

class Seeding implements Network {
	readonly name = 'edonkey';
	readonly seed: ServerSeed;
	readonly #world: World;

	constructor(world: World, servers: readonly ListedServer[]) {
		this.#world = world;
		const refuse = (code: string, subject: string) => world.notice({ at: world.now(), code, subject });
		this.seed = new ServerSeed({ world, options: { usable, obfuscation: 'supported' }, refuse }, servers);
		this.tick();
	}

	opened(): void {}
	received(): void {}
	drained(): void {}
	closed(): void {}
	datagram(from: Address, bytes: Uint8Array): void {
		this.seed.datagram(from, bytes);
	}
	tick(): void {
		this.seed.tick(this.#world.now());
		this.#world.wake(this.#world.now() + 1000);
	}
}

function seeding(net: VirtualNet, ...servers: ListedServer[]): VirtualWorld<Seeding> {
	return net.world('198.51.100.9', (world) => new Seeding(world, servers), { port: 6346 });
}

const listed = ({ network }: VirtualWorld<Seeding>) => decodeServerMet(network.seed.list());
const codes = ({ notices }: VirtualWorld<Seeding>) => notices.map(({ code }) => code);
const forged = (challenge: number) =>
	encodeDatagram(
		ServerDatagram.Status,
		encodeStatus({
			...{ challenge, users: 1, files: 1, mostUsers: 1, softFiles: 1, hardFiles: 1, flags: 0, lowIds: 0 },
			...{ obfuscatedUdp: 0, obfuscatedTcp: 0, key: 0 },
		}),
	);

describe('a server that the operator names', () => {
	it('is listed, under his name for it, once it has answered the challenge, and not before', () => {
		const net = makeNet();
		makeServer(net);
		const on = seeding(
			net,
			{ address: SERVER, name: 'ours' },
			{ address: { host: '203.0.113.9', port: 4661 } },
		);
		expect(listed(on)).toEqual([]);
		net.run(net.now + 100);
		// Where it takes obfuscated links, it has said itself.
		expect(listed(on)).toEqual([{ address: SERVER, name: 'ours', obfuscatedPort: SERVER.port }]);
		net.run(net.now + 5 * MINUTE);
		expect(listed(on)).toHaveLength(1);
		expect(on.network.seed.counts).toEqual({ known: 2, listed: 1 });
		expect(codes(on)).toContain('edonkey.status.silent');
	});

	it('is not listed by an answer that somebody else makes up', () => {
		const net = makeNet();
		// Nobody answers there; the attacker knows where the seed asks, and not what.
		const address = { host: '203.0.113.7', port: 4661 };
		const on = seeding(net, { address });
		net.run(net.now + 100);
		for (let guess = 0; guess < 1000; guess++)
			on.network.datagram(
				{ host: address.host, port: address.port + 4 },
				forged((0x55aa0000 | (guess * 64)) + 65536),
			);
		on.network.datagram({ host: address.host, port: address.port + 4 }, forged(0));
		on.network.datagram({ host: '203.0.113.8', port: 4665 }, forged(0x55aa0000));
		expect(listed(on)).toEqual([]);
		expect(codes(on)).toContain('edonkey.datagram.unasked');
	});

	it('leaves the list after two questions in vain, and comes back when it answers again', () => {
		const net = makeNet();
		makeServer(net);
		const on = seeding(net, { address: SERVER });
		net.run(net.now + 100);
		net.kill(SERVER.host, 'silent');
		net.run(net.now + 10 * MINUTE + 15_000);
		expect(listed(on)).toHaveLength(1);
		net.run(net.now + MINUTE);
		expect(listed(on)).toEqual([]);
		makeServer(net);
		net.run(net.now + 11 * MINUTE);
		expect(listed(on)).toHaveLength(1);
	});

	it('at a port of services, outside the scope or with an address that the list cannot hold is never asked', () => {
		const net = makeNet();
		const on = seeding(
			net,
			{ address: { host: '203.0.113.1', port: 80 } },
			{ address: { host: '10.0.0.1', port: 4661 } },
			{ address: { host: '2001:db8::1', port: 4661 } },
		);
		expect(on.network.seed.counts).toEqual({ known: 0, listed: 0 });
		expect(codes(on)).toEqual(Array.from({ length: 3 }, () => 'edonkey.join.address'));
	});

	it('is one of a hundred at most', () => {
		const net = makeNet();
		const many = Array.from({ length: 150 }, (_, i) => ({
			address: { host: `203.0.113.${i + 1}`, port: 4661 },
		}));
		expect(seeding(net, ...many).network.seed.counts.known).toBe(100);
	});
});
