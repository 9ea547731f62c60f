/**
 * Connections as a weapon: hosts that open links as fast as they can and say nothing, or greet and leave. A servent
 * has room for some handshakes at a time; honest newcomers need one of them.
 */
import { Attacker } from '../attacker.ts';
import { addressOf } from '../content.ts';
import { neighbourhood, neighbourhoodSettings } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

export const connectionFlood: Scenario = {
	name: 'connection-flood',
	about: 'links opened as fast as possible: which of them get a place, and whether newcomers still get in',
	nodes: 60,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		attackers: { about: 'hosts that open links', preset: 5 },
		perSecond: { about: 'links a second of each', preset: 40 },
		seconds: { about: 'how long', preset: 20 },
		newcomers: { about: 'honest leaves that come meanwhile', preset: 10 },
		how: { about: 'silent, or greeting as a leaf', preset: 'greeting', words: ['silent', 'greeting'] },
	},
	rows: () => attackRows('connection-flood', 'misbehaviour'),
	play,
	measures: (counts) => ({
		linksOpened: counts['opened'],
		placesTaken: counts['places'],
		refused: counts['refused'],
		crowdedOut: counts['crowded'],
		newcomersLinked: share(counts['linked'], counts['newcomers']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order, {
		handshakes: 256,
		handshakeSeconds: 15,
		leaves: 100,
		linksFromHost: 1000,
	});
	const { protocol, ultrapeers } = hood;
	const target = addressOf(ultrapeers[0].node);
	const silent = order.settings['how'] === 'silent';
	const hosts = Array.from(
		{ length: isAttacked(row) ? numberOf(order, 'attackers') : 0 },
		(_, number) => new Attacker(protocol.net, `172.${16 + number}.0.1`, false),
	);
	for (const host of hosts) host.silent = silent;
	const [seconds, newcomers] = [numberOf(order, 'seconds'), numberOf(order, 'newcomers')];
	const first = protocol.servents.length;
	let opened = 0;
	for (let second = 0; second < seconds; second++) {
		for (const host of hosts)
			for (let link = 0; link < numberOf(order, 'perSecond'); link++, opened++) host.dial(target);
		const due = Math.floor(((second + 1) * newcomers) / seconds);
		while (protocol.servents.length - first < due) protocol.add({ leaf: true, peers: [ultrapeers[0].node] });
		protocol.run(1000);
	}
	protocol.run(5000);
	const linked = protocol.servents.slice(first).filter(({ gnutella }) => gnutella.peers().length > 0).length;
	const evil = new Set(hosts.map(({ host }) => host));
	const places = ultrapeers[0].gnutella.peers().filter(({ remote }) => evil.has(remote.host)).length;
	return {
		opened,
		places,
		linked,
		newcomers,
		refused: protocol.noticed('defence.connect.often') + protocol.noticed('defence.banned'),
		crowded: protocol.noticed('gnutella.handshake.crowd'),
	};
}
