/**
 * Victims registered as peers: attackers tell their neighbours, in pongs, of hosts that are no servents, and these
 * dial them and tell others. The answers to it are those of Sun, Torres and Rao (2009): pull instead of push,
 * several independent sources, few references to one address.
 */
import { newGuid } from '../../networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../../networks/gnutella/wire/message.ts';
import { encodePong } from '../../networks/gnutella/wire/pong.ts';
import { attackers, neighbourhood, neighbourhoodSettings, search } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

const VICTIM = '192.168.7.7';

export const hostCaches: Scenario = {
	name: 'host-caches',
	about: 'pongs that name a victim on many ports: how often servents that look for peers dial it',
	nodes: 120,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		attackers: { about: 'hosts that send such pongs, each to four ultrapeers', preset: 5 },
		ports: { about: 'ports of the victim that each names', preset: 100 },
		minutes: { about: 'how long', preset: 5 },
	},
	rows: () => attackRows('seed-poisoning', 'connection-flood', 'misbehaviour'),
	play,
	watch: play,
	measures: (counts) => ({
		pongsSent: counts['sent'],
		victimConnects: counts['connects'],
		connectsPerMinute: share(counts['connects'], counts['minutes']),
		callers: counts['callers'],
		refused: counts['refused'],
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	// Everybody looks for more links than the picture has.
	const hood = neighbourhood(row, order, { ultrapeerLinksWanted: 24, leafUltrapeers: 6 });
	const { protocol, chance } = hood;
	const liars = attackers(hood, isAttacked(row) ? numberOf(order, 'attackers') : 0, true, 4);
	protocol.clear();
	const ports = numberOf(order, 'ports');
	const minutes = numberOf(order, 'minutes');
	let sent = 0;
	for (let minute = 0; minute < minutes; minute++) {
		for (const [at, liar] of liars.entries())
			for (let port = 0; port < ports; port++) {
				const address = { host: VICTIM, port: 1024 + ((at * ports + port) % 60_000) };
				const payload = encodePong({ address, files: 100, kilobytes: 65_536 });
				liar.say(encodeMessage(MessageType.Pong, newGuid(chance.bytes(16)), 3, 1, payload));
				sent += liar.links.size;
			}
		protocol.run(60_000);
	}
	const { dials, callers } = protocol.tally.dialsOf(VICTIM);
	const honest = search(hood, numberOf(order, 'searches'), 1000);
	return {
		sent,
		minutes,
		connects: dials,
		callers,
		refused:
			protocol.noticed('defence.seed.teller') +
			protocol.noticed('defence.seed.host') +
			protocol.noticed('defence.seed.network'),
		searches: honest.searches,
		found: honest.found,
	};
}
