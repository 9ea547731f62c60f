/** What `sallyport node` takes. */
import type { CommandSpec } from './spec.ts';
import {
	networkNames,
	oneOf,
	plain,
	readAddress,
	readDays,
	readNetwork,
	readPeer,
	readSchedule,
	readSeed,
	readSwitch,
} from './values.ts';

export const nodeCommand: CommandSpec = {
	name: 'node',
	about: 'a node in the scope that you choose',
	options: [
		{
			flags: '--scope <scope>',
			about: 'which addresses it deals with',
			...oneOf('practice', 'lan', 'internet'),
			default: 'practice',
		},
		{
			flags: '--share <dir>',
			about: 'share this folder while it runs (may be repeated)',
			read: plain,
			separator: ':',
			files: 'folder',
		},
		{
			flags: '--networks <names>',
			about: 'networks to join',
			read: readNetwork,
			separator: ',',
			words: networkNames,
		},
		{
			flags: '--role <role>',
			about: 'its role in the network',
			...oneOf('auto', 'leaf', 'ultrapeer'),
			default: 'auto',
		},
		{
			flags: '--listen <host:port>',
			about: 'where peers reach it (default: port 6346, or a free one)',
			read: readAddress,
		},
		{
			flags: '--edonkey-listen <host:port>',
			about: 'where clients of eDonkey reach it (default: port 4662, or a free one)',
			read: readAddress,
		},
		{
			flags: '--edonkey-obfuscation <which>',
			about: 'whether links of eDonkey are obfuscated: where both can, always, or never',
			...oneOf('supported', 'required', 'off'),
			default: 'supported',
		},
		{
			flags: '--opennap-listen <host:port>',
			about: 'where users of OpenNap fetch files (default: port 6699, or a free one)',
			read: readAddress,
		},
		{
			flags: '--fasttrack-listen <host:port>',
			about: 'where users of FastTrack reach it (default: port 1214, or a free one)',
			read: readAddress,
		},
		{ flags: '--announce <host:port>', about: 'the address that it tells to others', read: readAddress },
		{
			flags: '--api <host:port>',
			about: 'where the API and the console answer (default: port 4680, or a free one)',
			read: readAddress,
		},
		{
			flags: '--peer <network:host:port>',
			about: 'connect to this peer (may be repeated)',
			read: readPeer,
			separator: ',',
		},
		{
			flags: '--seed <url>',
			about:
				'ask this seed for peers: http://..., uhc:HOST:PORT; of eDonkey FILE.met, http://.../server.met, ed2k://|server|... (may be repeated)',
			read: readSeed,
			separator: ',',
		},
		{
			flags: '--limit-up <limit>',
			about:
				'bytes a second of all uploads: 500k, or by the hour: "500k, 22:00-07:00 unlimited" (default: 1M towards the Internet, else unlimited)',
			read: readSchedule,
		},
		{
			flags: '--limit-peer <limit>',
			about: 'bytes a second of all uploads to one host',
			read: readSchedule,
		},
		{
			flags: '--limit-down <limit>',
			about: 'bytes a second of all downloads',
			read: readSchedule,
		},
		{
			flags: '--browse',
			about: 'others may list everything that is shared',
			read: readSwitch,
			default: false,
		},
		{
			flags: '--share-partial',
			about: 'what is proven of a download is given to others who ask for that content',
			read: readSwitch,
			default: false,
		},
		{
			flags: '--audit-days <days>',
			about: 'how long it is remembered, on this machine only, what was served to whom',
			read: readDays,
			default: 90,
		},
		{
			flags: '--guarded [on|off]',
			about:
				'behind the guard: it sees its home and its shares, and dials within its scope, whatever happens to it',
			read: readSwitch,
			default: false,
		},
	],
	examples: [
		'sallyport node --share ~/Share',
		'sallyport node --scope internet --share ~/Share --limit-up "200k, 22:00-07:00 unlimited"',
		'sallyport node --scope lan --share ~/Share --peer gnutella:192.168.1.20:6346',
		'sallyport node --networks gnutella,fasttrack --share ~/Share --peer fasttrack:127.0.0.1:1214',
		'sallyport node --networks gnutella,edonkey --share ~/Share --peer edonkey:127.0.0.1:4661',
	],
};
