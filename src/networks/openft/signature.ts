/** OpenFT, giFT's own network: HTTP between peers with headers of its own; the binary session is not matched. */
import { type HttpPattern, type Match, contentRule as rule, type Signature } from '../signature.ts';

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
	rules: [
		rule(
			800,
			'tcp',
			'request with an alias',
			[{ bytes: 'GET /' }, { bytes: '\r\nX-OpenftAlias:', offset: 5, within: 1000, anyCase: true }],
			{ by: 'opener' },
		),
	],
	tcpPorts: [1215, 1216],
};
