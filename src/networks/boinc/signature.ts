/** BOINC (the talk's "processor sharing"): scheduler requests over HTTP, and the control port of the client. */
import {
	type Finding,
	type HttpPattern,
	type Match,
	type Pattern,
	contentRule as rule,
	type Signature,
} from '../signature.ts';

const scheduler: HttpPattern = {
	match(head): Match | undefined {
		const agent = head.header('user-agent') ?? '';
		if (agent.startsWith('BOINC client'))
			return {
				label: agent.slice(0, 60),
				what: 'User-Agent of the BOINC client',
				offset: head.offsetOf('user-agent'),
				length: 12,
			};
		return undefined;
	},
};

const control: Pattern = {
	begins: ['<boinc_gui_rpc_request>'],
	match(): Finding {
		return { what: 'request to the control port', offset: 0, length: 23 };
	},
};

export const signature: Signature = {
	network: 'boinc',
	title: 'BOINC, SETI@home and other processor sharing',
	source: 'its public protocol descriptions',
	seen: 'read',
	tcp: [control],
	http: [scheduler],
	rules: [
		rule(
			1300,
			'tcp',
			'request of the client',
			[{ bytes: 'POST ' }, { bytes: '\r\nUser-Agent: BOINC client', offset: 5, within: 1000, anyCase: true }],
			{ by: 'opener' },
		),
		rule(1301, 'tcp', 'request to the control port', [{ bytes: '<boinc_gui_rpc_request>' }], {
			by: 'opener',
		}),
	],
	tcpPorts: [31416],
	seeds: {
		names: [
			'boinc.berkeley.edu',
			'setiathome.berkeley.edu',
			'setiathome.ssl.berkeley.edu',
			'einsteinathome.org',
			'worldcommunitygrid.org',
		],
	},
};
