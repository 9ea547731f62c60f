/**
 * Oversharing: people who share a folder share what lies in it. Each share of the play is an ordinary folder with
 * a few private things; who has searched for their names (and people do) finds them. The defence decides over each
 * entry by its name and rights, the node's own code.
 */
import { Oversharing } from '../../defence/oversharing.ts';
import { Chance } from '../chance.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';

/** What lies about in home folders: name, and whether only its owner may read it. */
const PRIVATE: readonly (readonly [string, boolean])[] = [
	['id_rsa', true],
	['wallet.dat', true],
	['outlook.pst', false],
	['cookies.sqlite', true],
	['logins.json', true],
	['keys.kdbx', false],
	['company.ovpn', false],
	['msgstore.db.crypt12', false],
	['~$salaries.docx', false],
	['tax return 2002.pdf', false],
	['passwords.txt', false],
	['letter to the bank.doc', false],
];
const ORDINARY = [
	'holiday song.mp3',
	'concert.avi',
	'lecture notes.pdf',
	'photo.jpg',
	'readme.txt',
	'game setup.exe',
];

export const oversharing: Scenario = {
	name: 'oversharing',
	about:
		'private files in shared folders: how many of them the network can fetch, and what is left out by mistake',
	nodes: 1000,
	runs: 3,
	settings: {
		careless: { about: 'share of the people who share a whole home folder', preset: 0.3 },
		files: { about: 'ordinary files in each share', preset: 50 },
		searchers: { about: 'people who search for each private name', preset: 10 },
	},
	rows: () => attackRows('oversharing'),
	play,
	measures: (counts) => ({
		privateFiles: counts['privateFiles'],
		privateShared: share(counts['shared'], counts['privateFiles']),
		peopleExposed: share(counts['exposed'], counts['nodes']),
		fetched: counts['fetched'],
		ordinaryLeftOut: share(counts['leftOut'], counts['ordinary']),
	}),
};

function play(row: string, order: Order): Counts {
	const off: readonly string[] = defencesOff(row);
	const defence = new Oversharing(!off.includes('oversharing'));
	const chance = new Chance(order.seed, 'oversharing');
	let [privateFiles, shared, exposed, ordinary, leftOut] = [0, 0, 0, 0, 0];
	for (let node = 0; node < order.nodes; node++) {
		let open = 0;
		if (chance.happens(numberOf(order, 'careless'))) {
			for (const [name, closed] of PRIVATE) {
				if (!chance.happens(0.4)) continue;
				privateFiles++;
				const facts = {
					name,
					path: `home/${name}`,
					kind: 'file',
					mode: closed ? 0o600 : 0o644,
					ours: true,
				} as const;
				if (defence.entry(facts) === undefined) open++;
			}
		}
		for (let file = 0; file < numberOf(order, 'files'); file++) {
			const name = ORDINARY[chance.below(ORDINARY.length)];
			ordinary++;
			if (defence.entry({ name, path: name, kind: 'file', mode: 0o644, ours: true }) !== undefined) leftOut++;
		}
		shared += open;
		exposed += open > 0 ? 1 : 0;
	}
	// Whoever searches for such a name fetches what there is.
	const fetched = isAttacked(row) ? shared * numberOf(order, 'searchers') : 0;
	return { nodes: order.nodes, privateFiles, shared, exposed, ordinary, leftOut, fetched };
}
