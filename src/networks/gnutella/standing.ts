/** How this servent stands in its network, in figures and in a sentence: "am I connected, and if not, why". */
import type { Standing } from '../network.ts';
import type { Parts } from './parts.ts';
import type { Servent } from './servent.ts';

export function standing(servent: Servent, parts: Parts): Standing {
	const ultrapeers = parts.peers.ultrapeers.length;
	const leaves = parts.peers.leaves.length;
	const reachable = parts.connect.reachable ? 'yes' : 'unknown';
	const links = `${count(ultrapeers, 'ultrapeer')}, ${count(leaves, 'leaf', 'leaves')}`;
	const reach = parts.connect.reachable
		? 'Others can reach this servent.'
		: 'Nobody has dialled this servent yet; files of it are fetched by PUSH.';
	const alone =
		parts.known === 0
			? 'Not connected: no host is known. Name a peer or a seed.'
			: `Not connected yet: trying ${count(parts.known, 'known host')}.`;
	const why =
		ultrapeers + leaves + parts.peers.legacies.length === 0 ? alone : `Connected: ${links}. ${reach}`;
	return { role: servent.role, ultrapeers, leaves, servers: 0, known: parts.known, reachable, why };
}

function count(number: number, one: string, many = `${one}s`): string {
	return `${number} ${number === 1 ? one : many}`;
}
