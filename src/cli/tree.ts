/**
 * The command tree as data: help, parsing, the configuration file and the completions of shells are all
 * made from it. Nothing is imported here that takes time.
 */

import { guardCommand } from './guard-options.ts';
import { labCommand } from './lab-options.ts';
import { nodeCommand } from './node-options.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import {
	networkNames,
	oneOf,
	plain,
	readAddress,
	readApi,
	readId,
	readPeer,
	readPort,
	readSeconds,
	readServer,
	readSwitch,
} from './values.ts';
import { watchCommand } from './watch-options.ts';

export const globalOptions: readonly OptionSpec[] = [
	{
		flags: '--json',
		about: 'print one JSON object a line on stdout; logs go to stderr',
		read: readSwitch,
		default: false,
	},
	{
		flags: '--home <dir>',
		about: 'the directory that holds all state (default: the XDG data directory)',
		read: plain,
		files: 'folder',
	},
	{ flags: '--config <file>', about: 'options from a YAML file', read: plain, files: 'file' },
];

const api: OptionSpec = {
	flags: '--api <url>',
	about: 'the API of the node to ask (default: the node that runs on the home)',
	read: readApi,
};

function client(name: string, about: string): CommandSpec {
	return { name, about, options: [api], examples: [`sallyport ${name}`, `sallyport ${name} --json`] };
}

export const commands: readonly CommandSpec[] = [
	{
		name: 'start',
		about:
			'a node, its console, and a practice neighbourhood on this machine; prints the address of the console',
		options: [
			{ flags: '--port <port>', about: 'port of the console', read: readPort, default: 4680 },
			{
				flags: '--share <dir>',
				about: 'share this folder with the neighbours while it runs (may be repeated)',
				read: plain,
				separator: ':',
				files: 'folder',
			},
			{
				flags: '--guarded [on|off]',
				about:
					'behind the guard: it sees its home and its shares, and dials within its scope (default: where this machine can)',
				read: readSwitch,
			},
		],
		examples: ['sallyport start', 'sallyport start --port 8080'],
	},
	nodeCommand,
	client('status', 'how the node stands: connected or not and why, what it shares, its rates'),
	client('peers', 'the peers of the node'),
	{
		name: 'library',
		about: 'what the node shares, and what it would',
		options: [
			api,
			{
				flags: '--explain <path>',
				about: 'whether this file is shared, and why not',
				read: plain,
				files: 'file',
			},
			{
				flags: '--preview <dir>',
				about: 'what sharing this folder would share; nothing is shared by it',
				read: plain,
				files: 'folder',
			},
		],
		examples: [
			'sallyport library',
			'sallyport library --explain ~/Share/notes.txt',
			'sallyport library --preview ~/Share',
		],
	},
	{
		name: 'transfers',
		about: 'what the node fetches, and what it holds in quarantine',
		options: [
			api,
			{
				flags: '--release <id>',
				about: 'let a file out of quarantine in spite of what its inspection found; this is written down',
				read: readId,
			},
			{ flags: '--delete <id>', about: 'delete a file in quarantine, or give up a transfer', read: readId },
		],
		examples: ['sallyport transfers', 'sallyport transfers --json', 'sallyport transfers --release 3'],
	},
	{
		name: 'search',
		about: 'ask the network; prints a line a hit',
		arguments: '<words...>',
		options: [
			api,
			{ flags: '--network <name>', about: 'only this network', ...oneOf(...networkNames) },
			{
				flags: '--wait <seconds>',
				about: 'listen this long; ends earlier when the search has ended',
				read: readSeconds,
				default: 10,
			},
		],
		examples: ['sallyport search vyncke slides', 'sallyport search debian iso --wait 30 --json'],
	},
	{
		name: 'get',
		about: 'fetch a file by its urn, by a link, or by a hit that search --json printed',
		arguments: '<what>',
		options: [
			api,
			{
				flags: '--out <dir>',
				about: 'where the finished file goes (default: downloads in the home)',
				read: plain,
				files: 'folder',
			},
			{
				flags: '--wait',
				about: 'also wait while nobody who has the file answers',
				read: readSwitch,
				default: false,
			},
		],
		examples: [
			'sallyport get urn:sha1:PLSTHIPQGSSZTS5FJUPAKUZWUGYQYPFB --out .',
			'sallyport search sally port --json | head -1 | xargs -d "\\n" sallyport get',
		],
	},
	{
		name: 'seed',
		about:
			'a server that helps others to find peers: web cache (GWebCache 1 and 2), UDP host cache, and a list of eDonkey servers',
		options: [
			{
				flags: '--listen <host:port>',
				about: 'where it answers (default: port 6346 of this machine, or a free one)',
				read: readAddress,
			},
			{
				flags: '--server <server>',
				about:
					'an eDonkey server to list while it answers: ed2k://|server|HOST|PORT|/, or FILE.met with many (may be repeated)',
				read: readServer,
				separator: ',',
				files: 'file',
			},
		],
		examples: ['sallyport seed --listen 127.0.0.1:6346', 'sallyport seed --server server.met'],
	},
	{
		name: 'server',
		about: 'a server of a network that has servers: who has which file, by TCP and by UDP',
		options: [
			{
				flags: '--network <name>',
				about: 'of which network',
				...oneOf('edonkey', 'opennap', 'fasttrack'),
				default: 'edonkey',
			},
			{
				flags: '--listen <host:port>',
				about:
					'where it answers; of eDonkey datagrams four ports above (default: port 4661, of OpenNap 8888, of FastTrack 1214, of this machine)',
				read: readAddress,
			},
			{ flags: '--announce <host:port>', about: 'the address that it tells to clients', read: readAddress },
			{
				flags: '--peer <network:host:port>',
				about: 'link with this super-node, which must name this one (FastTrack only; may be repeated)',
				read: readPeer,
				separator: ',',
			},
			{
				flags: '--metrics <host:port>',
				about: 'where it gives its figures to Prometheus (default: nowhere)',
				read: readAddress,
			},
			{
				flags: '--open',
				about: "the operator's page in the console: clients, figures, refusals, bans",
				read: readSwitch,
				default: false,
			},
		],
		examples: [
			'sallyport server --network edonkey --listen 127.0.0.1:4661',
			'sallyport server --network edonkey --open',
			'sallyport server --network opennap --listen 127.0.0.1:8888',
			'sallyport server --network fasttrack --listen 127.0.0.1:1214',
			'sallyport server --network fasttrack --listen 127.0.0.2:1214 --peer fasttrack:127.0.0.1:1214',
			'sallyport server --listen 0.0.0.0:4661 --announce 198.51.100.7:4661 --metrics 127.0.0.1:9461',
		],
	},
	watchCommand,
	labCommand,
	guardCommand,
	{
		name: 'completion',
		about: 'completions for a shell, to be sourced by it',
		arguments: '<bash|zsh|fish>',
		options: [],
		examples: [
			'source <(sallyport completion bash)',
			'sallyport completion fish > ~/.config/fish/completions/sallyport.fish',
		],
	},
];

/** `--share <dir>` is `share`; its variable is SALLYPORT_SHARE. */
export function nameOf({ flags }: OptionSpec): string {
	return /^--([a-z-]+)/.exec(flags)![1]!;
}

export function variableOf(option: OptionSpec): string {
	return `SALLYPORT_${nameOf(option).toUpperCase().replaceAll('-', '_')}`;
}

export function takesValue({ flags }: OptionSpec): boolean {
	return flags.includes('<');
}
