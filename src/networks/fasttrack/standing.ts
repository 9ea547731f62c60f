/** How a leaf stands in its network, in figures and in a sentence: "am I connected, and if not, why". */
import { formatAddress } from '../common/address.ts';
import type { Standing } from '../network.ts';
import type { Connect } from './connect.ts';
import type { Register } from './register.ts';

/** `called`: somebody has dialled us. */
export function standingOf(connect: Connect, register: Register, port: number, called: boolean): Standing {
	const open = connect.open();
	const reachable = called ? 'yes' : port === 0 ? 'no' : 'unknown';
	return {
		...{ role: 'leaf', ultrapeers: open.length, leaves: 0, servers: 0, known: register.size, reachable },
		why: sentence(
			open.map(({ remote }) => formatAddress(remote)),
			register.size,
			reachable,
		),
	};
}

function sentence(open: readonly string[], known: number, reachable: Standing['reachable']): string {
	if (open.length === 0 && known === 0)
		return 'Not connected: no super-node is known. Name one with --peer fasttrack:HOST:PORT.';
	if (open.length === 0)
		return `Not connected yet: trying ${known === 1 ? 'the known super-node' : `${known} known super-nodes`}.`;
	const to =
		open.length === 1 ? `the super-node ${open[0]}` : `${open.length} super-nodes (${open.join(', ')})`;
	if (reachable === 'no')
		return `Connected to ${to}. Nobody can dial this node: who wants a file asks for a call-back.`;
	return `Connected to ${to}.${reachable === 'yes' ? ' Others have reached this node.' : ''}`;
}
