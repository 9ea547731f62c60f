/** A leaf that may choose among super-nodes asks by datagram who is there, before it dials. */
import { describe, expect, it } from 'vitest';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { decodeDatagram, encodeUdpPong } from '../../../src/networks/fasttrack/wire/datagram.ts';
import { makeNet, member } from './net.ts';
import { Scene } from './scripted.ts';

const at = (n: number) => ({ host: `198.51.100.${n}`, port: 1214 });

/** It knows so many super-nodes, numbered from 1. */
function leaf(count: number): Scene {
	const on = new Scene({ role: 'leaf', seeds: Array.from({ length: count }, (_, n) => at(n + 1)) });
	on.world.flush();
	return on;
}

function seconds(on: Scene, count: number): void {
	for (let i = 0; i < count; i++) on.world.advance(on.world.time + 1000);
}

function pong(on: Scene, n: number, full = false, port = 1214): void {
	on.world.land({ ...at(n), port }, encodeUdpPong('KaZaA', 10, full));
	on.world.flush();
}

const dialled = (on: Scene): string[] => on.world.dials.map(({ to }) => to.host);

describe('a leaf', () => {
	it('with no choice dials at once', () => {
		const on = leaf(ours.supernodes);
		expect(dialled(on)).toHaveLength(ours.supernodes);
		expect(on.world.datagrams).toEqual([]);
	});

	it('with a choice pings a few a second, and dials those that answer, as many as it needs', () => {
		const on = leaf(20);
		expect(dialled(on)).toEqual([]);
		expect(on.world.datagrams.map(({ to }) => to)).toEqual([1, 2, 3].map(at));
		expect(decodeDatagram(on.world.datagrams[0].bytes)).toEqual({ kind: 'ping', network: 'KaZaA' });
		seconds(on, 1);
		expect(on.world.datagrams).toHaveLength(2 * ours.pingsPerSecond);
		pong(on, 5);
		expect(dialled(on)).toEqual([at(5).host]);
		for (const n of [5, 2, 3, 1]) pong(on, n);
		expect(dialled(on)).toEqual([5, 2].map((n) => at(n).host));
		seconds(on, 10);
		expect(on.world.datagrams).toHaveLength(2 * ours.pingsPerSecond);
		expect(on.codes()).toEqual([]);
	});

	it('does not believe who was not asked, nor dial who is full, nor ask it again in the round', () => {
		const on = leaf(3);
		pong(on, 9);
		pong(on, 1, false, 1215);
		for (const n of [1, 2, 3]) pong(on, n, true);
		seconds(on, ours.pongSeconds - 1);
		expect(dialled(on)).toEqual([]);
		expect(on.world.datagrams).toHaveLength(3);
	});

	it('dials as before where nobody answers: many let no datagrams through', () => {
		const on = leaf(20);
		seconds(on, ours.pongSeconds);
		expect(dialled(on)).toEqual([1, 2].map((n) => at(n).host));
		expect(on.world.datagrams.length).toBeLessThanOrEqual(ours.pongSeconds * ours.pingsPerSecond);
	});

	it('that was stopped dials nobody, whatever answers', () => {
		const on = leaf(5);
		on.node.stop();
		pong(on, 1);
		expect(dialled(on)).toEqual([]);
	});
});

it('of eight super-nodes of which two are there, a leaf finds these without dialling the others', () => {
	const net = makeNet();
	const seeds = Array.from({ length: 8 }, (_, n) => at(n + 1).host);
	for (const n of [4, 7]) member(net, at(n).host, { role: 'supernode' });
	const one = member(net, '198.51.100.50', { seeds });
	net.run(net.now + 4000);
	expect(
		one.node
			.peers()
			.map(({ remote }) => remote.host)
			.sort(),
	).toEqual([4, 7].map((n) => at(n).host));
});
