/** Syncthing on the wire: discovery in the local network, and the hello before TLS in relays and old versions. */
import { type Finding, type Pattern, contentRule as rule, type Signature } from '../signature.ts';

const discovery: Pattern = {
	begins: ['\x2e\xa7\xd9\x0b'],
	match({ byOpener, wireLength }): Finding {
		return byOpener && wireLength > 36
			? { what: 'local discovery, magic 2EA7D90B', offset: 0, length: 4 }
			: undefined;
	},
};

const relay: Pattern = {
	begins: ['\x9e\x79\xbc\x40'],
	match(): Finding {
		return { what: 'relay message, magic 9E79BC40', offset: 0, length: 4 };
	},
};

export const signature: Signature = {
	network: 'syncthing',
	title: 'Syncthing',
	source: 'its public protocol specifications',
	seen: 'read',
	tcp: [relay],
	udp: [discovery],
	rules: [
		rule(1200, 'tcp', 'relay message', [{ bytes: '\x9e\x79\xbc\x40' }]),
		rule(1201, 'udp', 'local discovery', [{ bytes: '\x2e\xa7\xd9\x0b' }]),
	],
	tcpPorts: [22000],
	udpPorts: [21027, 22000],
	seeds: {
		names: [
			'discovery.syncthing.net',
			'discovery-v4.syncthing.net',
			'discovery-v6.syncthing.net',
			'relays.syncthing.net',
		],
	},
};
