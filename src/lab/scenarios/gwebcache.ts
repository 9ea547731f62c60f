/**
 * A web cache as the only seed, with twenty hosts in an answer (the talk: "20 hosts per hour"). Newcomers know
 * nothing but its address. Then attackers register victims at it: the cache lists only who asks for itself and
 * answers a dial; with the defence off it believes what it is told.
 */
import { Seed } from '../../networks/gnutella/seed.ts';
import { Attacker } from '../attacker.ts';
import { Chance } from '../chance.ts';
import { addressOf } from '../content.ts';
import { ProtocolNet } from '../protocol.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';
import { TappedWorld } from '../tap.ts';

const SEED = '192.168.1.1';
/** Ultrapeers that know each other from the start. */
const FOUNDERS = 3;
const VICTIM = '192.168.7.7';

export const gwebcache: Scenario = {
	name: 'gwebcache',
	about:
		'a web cache that gives twenty hosts as the only seed: who gets in, how fast, and victims registered at it',
	nodes: 100,
	runs: 3,
	settings: {
		hosts: { about: 'hosts in an answer of the cache', preset: 20 },
		minutes: { about: 'time in which the newcomers arrive, one after the other', preset: 30 },
		ultrapeers: { about: 'share of the servents that are ultrapeers', preset: 0.2 },
		attackers: { about: 'hosts that register the victim', preset: 10 },
	},
	rows: () => attackRows('seed-poisoning', 'connection-flood'),
	play,
	measures: (counts) => ({
		linked: share(counts['linked'], counts['nodes']),
		meanLinks: share(counts['links'] * 2, counts['nodes']),
		largestComponent: share(counts['giant'], counts['nodes']),
		hostsListed: counts['listed'],
		cacheRequests: counts['requests'],
		victimDialsBySeed: counts['seedDials'],
		victimDialsByServents: counts['dials'],
		refused: counts['refused'],
	}),
};

function play(row: string, order: Order): Counts {
	const off = defencesOff(row);
	const chance = new Chance(order.seed, 'gwebcache');
	const protocol = new ProtocolNet({
		seed: order.seed,
		latency: 60,
		limits: { tableSlots: 1024, tableSlotsUltrapeer: 1024, ...order.limits },
		defencesOff: off,
	});
	let refused = 0;
	const seedWorld = protocol.net.world(SEED, (raw) => {
		const world = new TappedWorld(raw, SEED, protocol.tally, ({ code }) => {
			if (code.startsWith('defence.')) refused++;
		});
		const limits = { seedHosts: numberOf(order, 'hosts') };
		return new Seed(world, {
			agent: 'Sallyport/lab',
			announce: { host: SEED, port: 6346 },
			usable: () => true,
			urls: [],
			limits,
			defencesOff: off,
		});
	});
	seedWorld.network.tick();
	const liars = Array.from(
		{ length: isAttacked(row) ? numberOf(order, 'attackers') : 0 },
		(_, number) => new Attacker(protocol.net, `172.${16 + number}.1.1`, false),
	);
	const milliseconds = Math.floor((numberOf(order, 'minutes') * 60_000) / order.nodes);
	const every = Math.max(1, Math.round(1 / numberOf(order, 'ultrapeers')));
	for (let node = 0; node < order.nodes; node++) {
		// A cache lists only who can be dialled, and that is known only of who was: somebody has to begin by hand.
		const peers = node < FOUNDERS ? [0, 1, 2].slice(0, node) : [];
		protocol.add({ leaf: node >= FOUNDERS && node % every !== 0, seeds: [`http://${SEED}:6346/`], peers });
		for (const liar of liars) register(liar, 1024 + chance.below(60_000));
		protocol.run(milliseconds);
	}
	protocol.run(120_000);
	const { hosts, requests } = seedWorld.network.status();
	const { dials, callers } = protocol.tally.dialsOf(VICTIM);
	const linked = protocol.servents.filter(({ gnutella }) => gnutella.peers().length > 0).length;
	const seedDials = protocol.tally.dialsBy(SEED, VICTIM);
	return {
		nodes: order.nodes,
		linked,
		links: Math.round(protocol.links),
		giant: largest(protocol),
		listed: hosts,
		requests,
		dials: dials - seedDials,
		callers,
		seedDials,
		refused,
	};
}

/** GWebCache 1: an update of somebody else. */
function register(liar: Attacker, port: number): void {
	liar.ask(
		SEED,
		6346,
		`GET /?client=TEST&version=1&net=gnutella&ip=${VICTIM}:${port}&update=1 HTTP/1.0\r\n\r\n`,
	);
}

/** Servents in the largest part that is linked. */
function largest(protocol: ProtocolNet): number {
	const nodeOf = new Map(protocol.servents.map(({ node }) => [addressOf(node), node]));
	const links = protocol.servents.map(({ gnutella }) =>
		gnutella.peers().map(({ remote }) => nodeOf.get(remote.host) ?? -1),
	);
	const seen = new Set<number>();
	let most = 0;
	for (const { node } of protocol.servents) {
		if (seen.has(node)) continue;
		const part = [node];
		seen.add(node);
		for (let at = 0; at < part.length; at++)
			for (const next of links[part[at]])
				if (next >= 0 && !seen.has(next)) {
					seen.add(next);
					part.push(next);
				}
		most = Math.max(most, part.length);
	}
	return most;
}
