/** How this client stands in its network, in figures and in a sentence: "am I connected, and if not, why". */
import { formatAddress } from '../common/address.ts';
import type { Standing } from '../network.ts';
import type { Connect } from './connect.ts';
import type { Register } from './register.ts';

export function standingOf(connect: Connect, register: Register): Standing {
	const fixed = { role: 'client', ultrapeers: 0, leaves: 0, known: register.size } as const;
	if (connect.server === undefined) {
		const why = register.lacksObfuscation
			? 'Not connected: obfuscation is required, and no known server has said yet that it has it.'
			: register.size === 0
				? 'Not connected: no server is known. Name one with --peer edonkey:HOST:PORT.'
				: `Not connected yet: trying ${register.size === 1 ? 'the known server' : `${register.size} known servers`}.`;
		return { ...fixed, servers: 0, reachable: 'unknown', why };
	}
	const id = connect.isHigh
		? 'with a HighID: others can reach this node.'
		: 'with a LowID: others cannot dial this node and ask its server for a call-back. Forward its port.';
	const why = `Connected to the server ${formatAddress(connect.server)} ${id}`;
	return { ...fixed, servers: 1, reachable: connect.isHigh ? 'yes' : 'no', why };
}
