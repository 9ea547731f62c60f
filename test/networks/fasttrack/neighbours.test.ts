/** Super-nodes that are linked with each other, and their leaves: an extension of ours. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import {
	contentOf,
	type FileOf,
	type Member,
	type MemberOf,
	makeNet,
	member,
	port,
	requestOf,
} from './net.ts';

const song = { name: 'Amber Willow.mp3', size: 400_000 };
const at = (n: number): string => `198.51.100.${n}`;

/** `named`: the numbers of those whom the operator names. */
function supernode(net: VirtualNet, n: number, named: readonly number[], more: MemberOf = {}): Member {
	const neighbours = named.map((other) => ({ host: at(other), port }));
	return member(net, at(n), { role: 'supernode', neighbours, ...more });
}

function leaf(net: VirtualNet, n: number, of: number, files: readonly FileOf[] = [], more: MemberOf = {}) {
	return member(net, at(n), { seeds: [at(of)], files, ...more });
}

function linked(...all: readonly Member[]): boolean {
	return all.every(({ node }) => node.operator!.figures().neighbours > 0);
}

/** One and two are linked, ten hangs on one, twenty on two and shares. */
function pair(giver: MemberOf = {}) {
	const net = makeNet();
	const one = supernode(net, 1, [2]);
	const two = supernode(net, 2, [1]);
	const asker = leaf(net, 10, 1);
	const sharer = leaf(net, 20, 2, [song], giver);
	net.runUntil(() => linked(one, two) && two.node.operator!.figures().files === 1, 30_000);
	return { net, one, two, asker, sharer };
}

function search(net: VirtualNet, { node, ended, hits }: Member, text: string, urn?: string): string[] {
	const [before, over] = [hits.length, ended.length];
	node.search(before + 1, text, urn);
	net.runUntil(() => ended.length > over, 40_000);
	return hits.slice(before).map(({ name, source }) => `${name} ${source.host}`);
}

describe('two super-nodes that name each other', () => {
	it('are linked once, whoever dials, and stay so', () => {
		const { net, one, two } = pair();
		net.run(net.now + 300_000);
		for (const { node } of [one, two]) {
			expect(node.operator!.figures()).toMatchObject({ neighbours: 1, passedOn: 0 });
			expect(node.peers().filter(({ role }) => role === 'ultrapeer')).toHaveLength(1);
		}
		expect([...one.codes(), ...two.codes()]).toEqual([]);
	});

	it('find for their leaves what the others share, by words and by hash, and it is fetched', () => {
		const { net, one, two, asker, sharer } = pair();
		const found = `${song.name} ${at(20)}`;
		expect(search(net, asker, 'willow amber')).toEqual([found]);
		const fthash = hex(sharer.shares.list[0].fthash!);
		expect(search(net, asker, '', `urn:fthash:${fthash}`)).toEqual([found]);
		expect(search(net, asker, 'nobody has it')).toEqual([]);
		expect(asker.ended).toEqual([
			'no more answers',
			'no more answers',
			'everyone was asked and nobody has it',
		]);
		asker.node.fetch(requestOf(asker.hits[0]));
		net.runUntil(() => asker.fetched.length > 0, 20_000);
		expect(Uint8Array.from(asker.bytes)).toEqual(contentOf(song));
		expect([one, two, asker, sharer].flatMap((each) => each.codes())).toEqual([]);
		expect(one.node.operator!.figures().passedOn).toBe(0);
	});

	it('tell their leaves of each other, so that these have where to go when one fails', () => {
		const { net, one, two } = pair();
		// The list came before the link: those who hang on it since are told.
		const late = leaf(net, 11, 1);
		net.run(net.now + 5000);
		expect(late.node.status()).toMatchObject({ known: 2, ultrapeers: 2 });
		net.kill(one.world.host);
		net.run(net.now + 60_000);
		expect(late.node.status().ultrapeers).toBe(1);
		expect(search(net, late, 'amber')).toHaveLength(1);
		expect(two.node.operator!.figures().neighbours).toBe(0);
	});

	it('need one of them to be up first: the other tries again', () => {
		const net = makeNet();
		const one = supernode(net, 1, [2]);
		net.run(net.now + 15_000);
		const two = supernode(net, 2, [1]);
		net.run(net.now + 1000);
		expect(linked(one, two)).toBe(true);
		two.node.stop();
		net.run(net.now + 1000);
		expect(one.node.operator!.figures().neighbours).toBe(0);
	});

	it('do not name a leaf that cannot be dialled: no call-back goes so far', () => {
		const { net, asker, one, two } = pair({ firewalled: true, announced: 0 });
		expect(search(net, asker, 'amber')).toEqual([]);
		expect(search(net, leaf(net, 21, 2), 'amber')).toHaveLength(1);
		expect([...one.codes(), ...two.codes()]).toEqual([]);
	});
});

describe('a super-node', () => {
	it('dials no other unless it is told to', () => {
		const net = makeNet();
		const [one, two] = [supernode(net, 1, []), supernode(net, 2, [])];
		net.run(net.now + 60_000);
		expect([one, two].map(({ node }) => node.operator!.figures().neighbours)).toEqual([0, 0]);
		expect([one, two].flatMap(({ node }) => node.peers())).toEqual([]);
	});

	it('is not linked with one that its operator has not named: fasttrack.neighbour.stranger', () => {
		const net = makeNet();
		const [one, two] = [supernode(net, 1, [2]), supernode(net, 2, [3])];
		net.run(net.now + 9000);
		expect([one, two].map(({ node }) => node.operator!.figures().neighbours)).toEqual([0, 0]);
		expect(two.codes()).toEqual(['fasttrack.neighbour.stranger']);
		net.run(net.now + 120_000);
		expect(two.codes().length).toBeLessThan(6);
	});

	it('that is named as its own neighbour finds that out, and lets it be', () => {
		const net = makeNet();
		const one = supernode(net, 1, [1]);
		net.run(net.now + 5000);
		for (let second = 0; second < 120; second++) {
			net.run(net.now + 1000);
			expect(one.node.operator!.figures()).toMatchObject({ neighbours: 0, users: 0 });
			expect(one.node.peers()).toEqual([]);
		}
		expect(one.codes()).toEqual([]);
	});
});

describe('a search over several super-nodes', () => {
	it('goes three links far, and ends soon after', () => {
		const net = makeNet();
		const chain = [1, 2, 3, 4, 5].map((n) =>
			supernode(
				net,
				n,
				[n - 1, n + 1].filter((x) => x > 0 && x < 6),
			),
		);
		const sharers = [1, 2, 3, 4, 5].map((n) => leaf(net, 20 + n, n, [song]));
		const asker = leaf(net, 10, 1);
		net.runUntil(() => chain.every(({ node }) => node.operator!.figures().files === 1), 30_000);
		const began = net.now;
		const found = search(net, asker, 'amber');
		expect(found.map((line) => line.split(' ').at(-1)).sort()).toEqual([21, 22, 23, 24].map(at));
		expect(net.now - began).toBeLessThan(2000);
		expect([...chain, ...sharers].flatMap((each) => each.codes())).toEqual([]);
	});

	it('that goes in circles finds each file once, and nobody is asked twice for it', () => {
		const net = makeNet();
		const all = [1, 2, 3, 4];
		const mesh = all.map((n) =>
			supernode(
				net,
				n,
				all.filter((other) => other !== n),
			),
		);
		const sharers = all.map((n) => leaf(net, 20 + n, n, [song]));
		const asker = leaf(net, 10, 1);
		net.runUntil(() => mesh.every(({ node }) => node.operator!.figures().files === 1), 60_000);
		net.run(net.now + 60_000);
		expect(mesh.map(({ node }) => node.operator!.figures().neighbours)).toEqual([3, 3, 3, 3]);
		const found = search(net, asker, 'amber');
		expect(found.sort()).toEqual([21, 22, 23, 24].map((n) => `${song.name} ${at(n)}`));
		expect(asker.ended).toEqual(['no more answers']);
		expect([...mesh, ...sharers].flatMap((each) => each.codes())).toEqual([]);
	});

	it('ends, where a neighbour on the way is gone or says nothing', () => {
		const { net, two, asker } = pair();
		net.kill(two.world.host);
		const began = net.now;
		expect(search(net, asker, 'amber')).toEqual([]);
		expect(net.now - began).toBeLessThan(10_000);
	});
});
