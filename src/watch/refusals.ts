/** What the watcher refuses and notices, and why. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'watch.capture.unknown',
		short: 'no capture',
		sentence:
			'This is no packet capture that can be read: it begins neither like a pcap file nor like a pcapng file. ' +
			'Wireshark, tcpdump and dumpcap write both; editcap converts other captures.',
		fault: 'user',
	},
	{
		code: 'watch.capture.compressed',
		short: 'compressed capture',
		sentence:
			'The capture is compressed. Unpack it first (gunzip FILE, or zstd -d FILE), or unpack it into standard ' +
			'input (gunzip -c FILE, or zstd -dc FILE).',
		fault: 'user',
	},
	{
		code: 'watch.capture.unreadable',
		short: 'cannot read',
		sentence: 'The capture cannot be read. Check its name and its permissions.',
		fault: 'user',
	},
	{
		code: 'watch.netflow.malformed',
		short: 'bad NetFlow',
		sentence:
			'A datagram is no NetFlow 5 or 9 and no IPFIX, or ends too early. Check what the router exports, and to which port.',
		fault: 'network',
	},
	{
		code: 'watch.live.interface',
		short: 'no interface',
		sentence:
			'There is no such network interface here, or it is not up. "ip -brief link" lists those that there are; ' +
			'"ip link set NAME up" makes one work.',
		fault: 'user',
	},
	{
		code: 'watch.live.link',
		short: 'unknown link type',
		sentence:
			'The interface carries neither Ethernet nor plain IP. Watch the Ethernet interface beneath it instead.',
		fault: 'user',
	},
	{
		code: 'watch.live.permission',
		short: 'no right to capture',
		sentence:
			'This user may not see the packets of an interface. Run it as root; or give only tcpdump the right: ' +
			'sudo setcap cap_net_raw+ep "$(command -v tcpdump)". A container needs the capability NET_RAW.',
		fault: 'user',
	},
	{
		code: 'watch.policy.malformed',
		short: 'bad policy',
		sentence:
			'The policy cannot be read. Each fault is named with its line; nothing is done until all are mended.',
		fault: 'user',
	},
	{
		code: 'watch.act.nft',
		short: 'no nftables',
		sentence:
			'The program nft is missing, which tells the kernel what to block. Install the package nftables.',
		fault: 'user',
	},
	{
		code: 'watch.act.permission',
		short: 'no right to act',
		sentence:
			'This user may not change the rules of the kernel. Run it as root, or with the capability NET_ADMIN; ' +
			'without --apply it says what it would do.',
		fault: 'user',
	},
	{
		code: 'watch.act.failed',
		short: 'the kernel refused',
		sentence: 'The kernel did not take a change of the rules; those that held before it still hold.',
		fault: 'us',
	},
	{
		code: 'watch.act.lockout',
		short: 'would lock you out',
		sentence:
			'The order would cut off who manages this machine: its own address in a session, the peer of one, or a ' +
			'gateway. Name other hosts, or put a rule with the action log for this one before it.',
		fault: 'user',
	},
	{
		code: 'watch.act.busy',
		short: 'another one acts',
		sentence:
			'Another sallyport watch with the same --home acts already. End it first: it takes its rules along.',
		fault: 'user',
	},
	{
		code: 'watch.act.target',
		short: 'no such target',
		sentence: 'That is no address of a host, and no flow between two of the same version.',
		fault: 'user',
	},
	{
		code: 'watch.act.full',
		short: 'too many orders',
		sentence:
			'As many flows or hosts are blocked and slowed down as there is room for. Those that come now are let ' +
			'pass until others end; block their host instead, or let orders hold for a shorter time.',
		fault: 'network',
	},
	{
		code: 'watch.live.unsupported',
		short: 'no way to capture',
		sentence:
			'Packets cannot be captured on this system: the kernel gives no packet ring, and tcpdump does not run. ' +
			'Install tcpdump, or capture elsewhere and watch the file.',
		fault: 'user',
	},
	{
		code: 'watch.analysis.many',
		short: 'too many analyses',
		sentence: 'Three captures are analysed already. Close one of them first.',
		fault: 'user',
	},
	{
		code: 'watch.analysis.broken',
		short: 'analysis broken off',
		sentence:
			'The analysis has broken off by a mistake of ours. "sallyport watch FILE" may still read the capture.',
		fault: 'us',
	},
	{
		code: 'watch.upload.large',
		short: 'upload too large',
		sentence:
			'The capture is larger than 4 GB. Analyse it on this machine: sallyport watch FILE --open; or cut it with editcap.',
		fault: 'user',
	},
	{
		code: 'watch.upload.broken',
		short: 'upload broken off',
		sentence: 'The capture did not arrive whole, or could not be written into the temporary folder.',
		fault: 'user',
	},
];
