/** "Am I connected, and if not, why": what a leaf and a super-node say of themselves and of their links. */
import { describe, expect, it } from 'vitest';
import { makeNet, member } from './net.ts';

const hub = '198.51.100.1';

describe('a leaf says how it stands', () => {
	it('where it knows nobody, tries somebody, and hangs on one', () => {
		const net = makeNet();
		const lost = member(net, '198.51.100.9');
		expect(lost.node.status()).toMatchObject({
			...{ role: 'leaf', ultrapeers: 0, known: 0, reachable: 'unknown' },
			why: 'Not connected: no super-node is known. Name one with --peer fasttrack:HOST:PORT.',
		});
		const leaf = member(net, '198.51.100.2', { seeds: [hub] });
		expect(leaf.node.status().why).toBe('Not connected yet: trying the known super-node.');
		member(net, hub, { role: 'supernode' });
		net.run(net.now + 25_000);
		expect(leaf.node.status()).toMatchObject({
			...{ role: 'leaf', ultrapeers: 1, leaves: 0, servers: 0, reachable: 'unknown' },
			why: `Connected to the super-node ${hub}:1214.`,
		});
	});

	it('where it hangs on two, and nobody can dial it', () => {
		const net = makeNet();
		member(net, hub, { role: 'supernode' });
		member(net, '198.51.100.4', { role: 'supernode' });
		const leaf = member(net, '198.51.100.2', { seeds: [hub, '198.51.100.4'], announced: 0 });
		net.run(net.now + 5000);
		expect(leaf.node.status()).toMatchObject({ ultrapeers: 2, reachable: 'no' });
		expect(leaf.node.status().why).toBe(
			`Connected to 2 super-nodes (${hub}:1214, 198.51.100.4:1214). ` +
				'Nobody can dial this node: who wants a file asks for a call-back.',
		);
	});

	it('where somebody has dialled it', () => {
		const net = makeNet();
		const supernode = member(net, hub, { role: 'supernode' });
		const leaf = member(net, '198.51.100.2', { seeds: [hub] });
		net.run(net.now + 5000);
		const link = net
			.world('198.51.100.7', (world) => ({
				...{ name: 'fasttrack', received() {}, drained() {}, closed() {}, datagram() {}, tick() {} },
				opened: () => world.hangup(link, 'it was only to see'),
			}))
			.dial({ host: '198.51.100.2', port: 1214 }, 'to see');
		net.run(net.now + 1000);
		expect(leaf.node.status()).toMatchObject({ reachable: 'yes' });
		expect(leaf.node.status().why).toContain('Others have reached this node.');
		expect(supernode.node.status()).toMatchObject({ role: 'ultrapeer', leaves: 1, ultrapeers: 0 });
		expect(supernode.node.status().why).toBe('A super-node. Leaves: 1; files of theirs: 0.');
	});
});

describe('the links of a leaf and of its super-node', () => {
	it('are shown to people from both ends', () => {
		const net = makeNet();
		const supernode = member(net, hub, { role: 'supernode', network: 'fileshare' });
		const leaf = member(net, '198.51.100.2', { seeds: [hub], files: [{ name: 'amber.mp3' }] });
		net.runUntil(() => supernode.node.operator!.figures().files === 1, 10_000);
		const [up] = leaf.node.peers();
		expect(up).toMatchObject({
			...{ remote: { host: hub, port: 1214 }, dialled: true, role: 'ultrapeer', agent: 'fileshare' },
			...{ compressed: false, refused: 0, queued: 0 },
		});
		const [down] = supernode.node.peers();
		expect(down).toMatchObject({ dialled: false, role: 'leaf', agent: 'KaZaA' });
		expect(down!.in.bytes).toBe(up!.out.bytes);
		expect(down!.in.messages).toBe(up!.out.messages);
		leaf.node.disconnect(up!.link);
		net.run(net.now + 1000);
		expect([...leaf.node.peers(), ...supernode.node.peers()]).toEqual([]);
	});
});
