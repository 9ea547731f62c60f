/** Words of the Network page. How a node stands, and why, is said by the node. */
import type { Status } from '../../node/api/schemas.ts';
import { bytes, number } from '../format.ts';
import { many } from './plural.ts';

type Reachable = Status['networks'][number]['reachable'];

export const networkWords = {
	network: {
		title: 'Network',
		connected: (role: string, peers: number, servers: number) =>
			servers > 0
				? `Connected to ${many(servers, 'server', 'servers')}.`
				: `Connected as ${role} to ${many(peers, 'ultrapeer', 'ultrapeers')}.`,
		apart: 'Not connected.',
		reach: {
			yes: 'Others can reach you.',
			no: 'Others cannot reach you.',
			unknown: 'Whether others can reach you is not known yet.',
		} satisfies Record<Reachable, string>,
		ids: {
			yes: 'You have a HighID: others can reach you.',
			no: 'You have a LowID: others cannot reach you.',
			unknown: 'Whether others can reach you is not known yet.',
		} satisfies Record<Reachable, string>,
		role: { leaf: 'a leaf', ultrapeer: 'an ultrapeer', client: 'a client of servers' },
		facts: {
			ultrapeers: 'Ultrapeers',
			leaves: 'Leaves',
			known: 'Hosts known',
			serversKnown: 'Servers known',
			listen: 'Listens at',
			up: 'Running for',
		},
		rates: 'Transfer rates',
		messages: 'Messages a second',
		series: { down: 'Down', up: 'Up', in: 'In', out: 'Out', refused: 'Refused' },
		chart: (name: string, minutes: string) => `${name} over the last ${minutes}; the figures stand beneath`,
		gathering: 'The curve grows while the page is open.',
		overlay: 'Neighbourhood',
		picture: 'Picture',
		table: 'Table',
		pictureLabel: (nodes: number, edges: number) =>
			`Picture of ${many(nodes, 'node', 'nodes')} and ${many(edges, 'connection', 'connections')}; the table has the same`,
		noPicture: 'This browser cannot draw it (no WebGL). The table has the same.',
		roles: {
			self: 'you',
			ultrapeer: 'ultrapeer',
			leaf: 'leaf',
			seed: 'seed',
			server: 'server',
			client: 'client of a server',
		},
		overlayColumns: { node: 'Node', role: 'Role', neighbours: 'Connected to' },
		overlayEmpty: 'No neighbour is known yet.',
		peers: 'Peers',
		columns: {
			address: 'Address',
			role: 'Role',
			agent: 'Agent',
			since: 'Since',
			in: 'In',
			out: 'Out',
			refused: 'Refused',
			actions: 'Actions',
		},
		peerRoles: {
			leaf: 'leaf',
			ultrapeer: 'ultrapeer',
			legacy: 'legacy (0.4)',
			server: 'server',
			client: 'client',
		},
		direction: { in: 'dialled us', out: 'dialled by us' },
		connecting: 'connecting',
		compressed: 'The connection is compressed',
		messagesOf: (count: number, size: number) => `${number(count)} · ${bytes(size)}`,
		refusedWhy: (count: number) => `${number(count)}, why?`,
		empty: 'No peer is connected.',
		emptyHint: 'The node dials hosts that it knows. You can also name one.',
		addTitle: 'Connect to a peer',
		address: 'Address and port',
		addressHint: {
			gnutella: '127.0.0.2:6346',
			edonkey: '127.0.0.2:4661',
			fasttrack: '127.0.0.2:1214',
			opennap: '127.0.0.2:8888',
		},
		addTo: 'Network',
		addKind: {
			gnutella: 'a peer of Gnutella',
			edonkey: 'a server of eDonkey',
			fasttrack: 'a super node of FastTrack',
			opennap: 'a server of OpenNap',
		},
	},
} as const;
