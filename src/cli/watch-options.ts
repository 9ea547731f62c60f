import type { CommandSpec } from './spec.ts';
import { oneOf, plain, readAddress, readBytes, readSwitch } from './values.ts';

export const watchCommand: CommandSpec = {
	name: 'watch',
	about:
		'recognise peer-to-peer traffic in a capture or on an interface; watch verify FILE checks an evidence file, ' +
		'watch clear takes back what a crash has left',
	arguments: '[files...]',
	options: [
		{
			flags: '--interface <name>',
			about: 'watch this network interface until Ctrl-C (needs CAP_NET_RAW, or tcpdump that has it)',
			read: plain,
		},
		{
			flags: '--log <file>',
			about:
				'append the evidence to this file: flows, alerts, hours; each block is chained to the one before',
			read: plain,
			files: 'file',
		},
		{
			flags: '--all-flows',
			about: 'the evidence file also gets the flows that are not peer-to-peer',
			read: readSwitch,
			default: false,
		},
		{ flags: '--rotate <bytes>', about: 'begin a new evidence file past this size: 100M', read: readBytes },
		{
			flags: '--netflow <host:port>',
			about: 'listen for NetFlow 5, 9 or IPFIX of a router and rank its hosts by behaviour, until Ctrl-C',
			read: readAddress,
		},
		{
			flags: '--zeek <file>',
			about: "write every flow as a line of Zeek's conn.log",
			read: plain,
			files: 'file',
		},
		{
			flags: '--pcap-out <file>',
			about: 'keep the first 16 packets of each recognised flow in this pcapng file',
			read: plain,
			files: 'file',
		},
		{
			flags: '--detail',
			about: 'also write down names of users and files, and queries (personal data: mind your law)',
			read: readSwitch,
			default: false,
		},
		{
			flags: '--hosts',
			about: 'rank hosts by how much they behave like peers, with the parts of each score',
			read: readSwitch,
			default: false,
		},
		{
			flags: '--historical',
			about: "also report access to the address ranges of the talk of 2003, which are anybody's today",
			read: readSwitch,
			default: false,
		},
		{
			flags: '--policy <file>',
			about: 'say what these rules would do about each flow: log, throttle, block, permit-only',
			read: plain,
			files: 'file',
		},
		{
			flags: '--export <format>',
			about: 'print rules for another system instead of flows: nft, iptables, suricata, snort, zeek, ...',
			...oneOf('nft', 'iptables', 'suricata', 'snort', 'zeek', 'dns-sinkhole', 'cisco-acl'),
		},
		{
			flags: '--apply',
			about: 'do what the policy says, with nftables and tc (needs --interface and CAP_NET_ADMIN)',
			read: readSwitch,
			default: false,
		},
		{
			flags: '--open',
			about:
				'show the capture, or the interface, in the console: charts, hosts, flows, and what a policy would do',
			read: readSwitch,
			default: false,
		},
	],
	examples: [
		'sallyport watch office.pcap',
		'sallyport watch office.pcap --open',
		'sallyport watch office.pcap --json | jq -c "select(.p2p)"',
		'tcpdump -i eth0 -s 512 -w - | sallyport watch - --log evidence.json',
		'sallyport watch verify evidence.json',
		'sallyport watch office.pcap --export nft > p2p.nft && nft -c -f p2p.nft',
		'sallyport watch office.pcap --policy policy.yaml',
		'sallyport watch --interface eth0 --policy policy.yaml --apply',
		'sallyport watch clear',
	],
};
