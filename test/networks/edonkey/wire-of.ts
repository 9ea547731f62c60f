/** What goes over the links of a virtual network, as a listener has it. */
import { expect } from 'vitest';
import { maySealed } from '../../../src/networks/edonkey/wire/sealing.ts';
import type { Network } from '../../../src/networks/network.ts';
import type { Link } from '../../../src/world/world.ts';

/** What comes to a network over each link, as it is on the wire. */
export function wireOf(network: Network): Map<Link, Buffer> {
	const heard = new Map<Link, Buffer>();
	const received = network.received.bind(network);
	network.received = (link, bytes) => {
		heard.set(link, Buffer.concat([heard.get(link) ?? Buffer.alloc(0), bytes]));
		received(link, bytes);
	};
	return heard;
}

/** Whether each link began as an obfuscated one, and says nothing in clear. */
export function isHidden(heard: Map<Link, Buffer>): boolean {
	expect(heard.size).toBeGreaterThan(0);
	return [...heard.values()].every((bytes) => maySealed(bytes[0]!) && !bytes.includes('test'));
}
