/** How this client stands in its network, in figures and in a sentence: "am I connected, and if not, why". */
import { formatAddress } from '../common/address.ts';
import type { Standing } from '../network.ts';
import type { Connect } from './connect.ts';
import type { Register } from './register.ts';

export function standingOf(connect: Connect, register: Register): Standing {
	const fixed = { role: 'client', ultrapeers: 0, leaves: 0, known: register.size } as const;
	if (connect.server === undefined) {
		const why =
			register.size === 0
				? 'Not connected: no server is known. Name one with --peer opennap:HOST:PORT.'
				: `Not connected yet: trying ${register.size === 1 ? 'the known server' : `${register.size} known servers`}.`;
		return { ...fixed, servers: 0, reachable: 'unknown', why };
	}
	const why =
		connect.port === 0
			? 'and others cannot dial this node: who wants a file is dialled instead. Forward its port.'
			: 'whose users dial this node when they want a file.';
	const reachable = connect.port === 0 ? 'no' : 'unknown';
	return {
		...fixed,
		servers: 1,
		reachable,
		why: `Connected to the server ${formatAddress(connect.server)}, ${why}`,
	};
}
