/** OpenFT, giFT's own network: HTTP between peers with headers of its own; the binary session is not matched. */
import type { HttpPattern, Match, Signature } from '../signature.ts';

const transfer: HttpPattern = {
	match(head): Match | undefined {
		for (const name of ['x-openftalias', 'x-openft-alias'])
			if (head.header(name) !== undefined)
				return { what: 'header "X-OpenftAlias"', offset: head.offsetOf(name), length: name.length };
		return undefined;
	},
};

export const signature: Signature = {
	network: 'openft',
	title: 'OpenFT (giFT)',
	source: 'patterns of older recognisers',
	seen: 'read',
	http: [transfer],
	tcpPorts: [1215, 1216],
};
