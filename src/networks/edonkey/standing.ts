/** How this client stands in its network, in figures and in a sentence: "am I connected, and if not, why". */
import { formatAddress } from '../common/address.ts';
import type { Standing } from '../network.ts';
import type { Connect } from './connect.ts';
import type { Register } from './register.ts';

/** Where others should reach this node. */
export interface Listening {
	readonly port: number;
	readonly datagramsPort: number;
}

/** Why, and what to do. */
function lowId({ port, datagramsPort }: Listening): string {
	return (
		'with a LowID: the server could not dial this node back, so others must ask it for a call-back, and who has a ' +
		`LowID too cannot reach it at all. Let TCP port ${port} (and UDP port ${datagramsPort}) through the firewall, or ` +
		'forward them in the router to this machine, under the same numbers.'
	);
}

/** `banned`: hosts that stay out for now. */
export function standingOf(connect: Connect, register: Register, listening: Listening, banned = 0): Standing {
	const fixed = { role: 'client', ultrapeers: 0, leaves: 0, known: register.size } as const;
	if (connect.server === undefined) {
		const why = register.lacksObfuscation
			? 'Not connected: obfuscation is required, and no known server has said yet that it has it.'
			: register.size === 0
				? 'Not connected: no server is known. Name one with --peer edonkey:HOST:PORT.'
				: `Not connected yet: trying ${register.size === 1 ? 'the known server' : `${register.size} known servers`}.`;
		return { ...fixed, servers: 0, reachable: 'unknown', why };
	}
	const { users, files } = connect.figures;
	const crowd = users > 0 ? ` (${users} users, ${files} files)` : '';
	const id = connect.isHigh ? 'with a HighID: others can reach this node.' : lowId(listening);
	const out =
		banned === 0
			? ''
			: ` ${banned === 1 ? 'One host stays' : `${banned} hosts stay`} out for now (evidence: banned).`;
	const why = `Connected to the server ${formatAddress(connect.server)}${crowd} ${id}${out}`;
	return { ...fixed, servers: 1, reachable: connect.isHigh ? 'yes' : 'no', why };
}
