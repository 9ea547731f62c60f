import type { CommandSpec } from './spec.ts';
import { plain, readNodes, readRandomSeed, readShare, readWorkers } from './values.ts';

export const labCommand: CommandSpec = {
	name: 'lab',
	about:
		'rehearse the network, its failures and the attacks on it: lab list, lab run SCENARIO, lab sweep SCENARIO',
	arguments: '<action> [scenario]',
	options: [
		{ flags: '--nodes <count>', about: 'how many servents', read: readNodes },
		{
			flags: '--topology <file>',
			about: 'the overlay as an edge list, as SNAP publishes them',
			read: plain,
			files: 'file',
		},
		{
			flags: '--sessions <file>',
			about: 'who comes and goes: lengths of sessions, or times of each servent, a line each',
			read: plain,
			files: 'file',
		},
		{ flags: '--fail <share>', about: 'share of the servents that fails, 0 to 1', read: readShare },
		{
			flags: '--random-seed <number>',
			about: 'where all chance comes from: equal seed, equal result',
			read: readRandomSeed,
			default: 1,
		},
		{
			flags: '--set <key=value>',
			about:
				'a setting of the scenario, or a limit of the Gnutella code (may be repeated); for sweep several: key=a,b,c',
			read: plain,
			separator: ' ',
		},
		{
			flags: '--out <dir>',
			about: 'also write the result there: result.json, result.csv and report.html with plots',
			read: plain,
			files: 'folder',
		},
		{
			flags: '--workers <count>',
			about: 'threads that play (default: run 1, sweep one a core)',
			read: readWorkers,
		},
	],
	examples: [
		'sallyport lab list',
		'sallyport lab run failures --fail 0.7 --topology p2p-Gnutella31.txt',
		'sallyport lab run flood-cost --json',
		'sallyport lab sweep failures --set fail=0.1,0.3,0.5,0.7 --set how=random,targeted --out results',
	],
};
