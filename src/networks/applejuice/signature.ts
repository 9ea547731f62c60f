/** appleJuice on the wire: every connection begins with its name. */
import { type Finding, type Pattern, contentRule as rule, type Signature } from '../signature.ts';

const hello: Pattern = {
	begins: ['ajprot\r\n'],
	match(): Finding {
		return { what: 'greeting "ajprot"', offset: 0, length: 8 };
	},
};

export const signature: Signature = {
	network: 'applejuice',
	title: 'appleJuice',
	source: 'patterns of older recognisers',
	seen: 'read',
	tcp: [hello],
	rules: [rule(1100, 'tcp', 'greeting', [{ bytes: 'ajprot\r\n' }])],
	tcpPorts: [9850, 9851],
};
