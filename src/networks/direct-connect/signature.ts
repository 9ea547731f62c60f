/** Direct Connect on the wire: NMDC's commands between $ and |, ADC's words. */
import { text } from '../common/lines.ts';
import { type Finding, type Pattern, contentRule as rule, type Signature } from '../signature.ts';

const nmdc: Pattern = {
	begins: ['$'],
	match({ bytes, from, to, last }): Finding {
		const said = text(bytes, from, Math.min(to, from + 200));
		const known =
			/^\$(Lock [^|]{4,}|MyNick [^|]+|Key [^|]+|MyINFO \$ALL [^|]+|ValidateNick [^|]+|Hello [^|]+|HubName [^|]+|Supports [^|]+|Direction (Upload|Download) [0-9]+)\|/.exec(
				said,
			);
		if (known !== null)
			return { what: `command "${/^\$[A-Za-z]+/.exec(said)![0]}"`, offset: 0, length: known[0].length };
		const open =
			/^\$(Lock|MyNick|Key|MyINFO|ValidateNick|Supports) [^|]*$/.test(said) ||
			/^\$[A-Za-z]{0,12}$/.test(said);
		return open && said.length < 200 && !last ? 'more' : undefined;
	},
};

const adc: Pattern = {
	begins: ['HSUP ', 'CSUP ', 'ISUP '],
	match({ bytes, from, to, last }): Finding {
		const line = text(bytes, from, Math.min(to, from + 200));
		if (!line.includes('\n') && line.length < 200 && !last) return 'more';
		return /^[HCI]SUP (AD[A-Z0-9]{4} ?)+/.test(line)
			? { what: 'ADC support list', offset: 0, length: 9 }
			: undefined;
	},
};

const datagrams: Pattern = {
	begins: ['$SR ', '$Search '],
	match({ bytes, to }): Finding {
		return bytes[to - 1] === 0x7c ? { what: 'NMDC search or result', offset: 0, length: 4 } : undefined;
	},
};

export const signature: Signature = {
	network: 'direct-connect',
	title: 'Direct Connect (NMDC and ADC)',
	source: 'public specifications of NMDC and ADC; mldonkey',
	seen: 'read',
	tcp: [nmdc, adc],
	udp: [datagrams],
	rules: [
		rule(900, 'tcp', 'NMDC lock', [{ bytes: '$Lock ' }, { bytes: ' Pk=', offset: 7, within: 160 }]),
		rule(901, 'tcp', 'ADC hello', [{ bytes: 'HSUP AD' }], { by: 'opener' }),
		rule(902, 'udp', 'NMDC search', [{ bytes: '$Search ' }]),
	],
	tcpPorts: [411, 412, 1412],
};
