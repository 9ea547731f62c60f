/**
 * Firewalls and address translators: a servent behind one accepts no links. Whoever wants a file of it asks by PUSH to be
 * called back, on the way that the hit has come; where both are behind one nobody can call. Servents find out themselves
 * whether they can be dialled, and say so in their hits. All of it is the node's own code; what is counted is links that open.
 */
import { MessageType } from '../../networks/gnutella/wire/message.ts';
import { type Neighbourhood, neighbourhood, neighbourhoodSettings, search } from '../neighbourhood.ts';
import type { LabServent } from '../protocol.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { listen } from '../watched.ts';

/** Percent of the leaves. Ultrapeers are those that can be dialled. */
const BEHIND = [0, 25, 50, 75, 100] as const;
/** Milliseconds: a dial that nobody answers, and a PUSH after it. */
const WAIT = 60_000;
const { firewalled: _, ...settings } = neighbourhoodSettings;

export const firewalls: Scenario = {
	name: 'firewalls',
	about: 'hosts that cannot be dialled: which files are fetched directly, which by PUSH, and which by nobody',
	nodes: 150,
	runs: 3,
	settings: {
		...settings,
		searches: { about: 'searches in each play', preset: 60 },
		people: { about: 'how many people search, in turn', preset: 12 },
		tries: { about: 'sources that are tried for each search', preset: 4 },
	},
	rows: () => BEHIND.map((percent) => `${percent} % behind a firewall`),
	play,
	watch: play,
	measures: (counts) => ({
		sourcesTried: counts['tried'],
		fetchedDirectly: share(counts['directly'], counts['tried']),
		fetchedByPush: share(counts['called'], counts['tried']),
		reachedByNobody: share(counts['tried'] - counts['directly'] - counts['called'], counts['tried']),
		bothBehind: share(counts['both'], counts['tried']),
		pushMessages: share(counts['pushes'], counts['tried']),
		searchesServed: share(counts['served'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const firewalled = Number.parseInt(row, 10) / 100;
	const hood = neighbourhood('off', { ...order, settings: { ...order.settings, firewalled } });
	const opened = linksOf(hood);
	hood.protocol.clear();
	const behind = new Set(hood.leaves.filter(({ world }) => world.firewalled).map(({ world }) => world.host));
	let [fetches, tried, directly, called, both, served] = [0, 0, 0, 0, 0, 0];
	const { searches } = search(hood, numberOf(order, 'searches'), 4000, (servent, number) => {
		const sources = new Map(
			servent.hits.filter(({ search: of }) => of === number).map(({ hit }) => [hit.source.host, hit]),
		);
		const chosen = [...sources].slice(0, numberOf(order, 'tries'));
		const way = opened(servent);
		way.clear();
		for (const [, { source, name }] of chosen)
			servent.gnutella.fetch({ fetch: ++fetches, source, name, from: 0 });
		hood.protocol.run(WAIT);
		tried += chosen.length;
		const ways = chosen.map(([host]) => way.get(host));
		directly += ways.filter((how) => how === 'directly').length;
		called += ways.filter((how) => how === 'called').length;
		if (ways.some((how) => how !== undefined)) served++;
		if (behind.has(servent.world.host)) both += chosen.filter(([host]) => behind.has(host)).length;
	});
	const pushes = hood.protocol.tally.ofType(MessageType.Push);
	return { searches, tried, directly, called, both, served, pushes };
}

type Ways = Map<string, 'directly' | 'called'>;

/** Which links of the people open, to whom or from whom. */
function linksOf({ people }: Neighbourhood): (servent: LabServent) => Ways {
	const ways = new Map<LabServent, Ways>();
	for (const servent of people) {
		const way: Ways = new Map();
		ways.set(servent, way);
		listen(servent.world.network, {
			opened: ({ host }, dialled) => way.set(host, dialled ? 'directly' : 'called'),
			received: () => {},
			datagram: () => {},
		});
	}
	return (servent) => ways.get(servent)!;
}
