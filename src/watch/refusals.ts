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
];
