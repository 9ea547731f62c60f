/**
 * One packet, decoded in place: which endpoints, which transport, where the payload is. A single object is
 * filled again and again; every field is a small integer, so that nothing is allocated.
 *
 * Addresses are four 32-bit words (IPv4: the first, the others 0). What is cut, malformed or not IP leaves
 * `version` 0 and a reason in `odd`.
 */
export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** Why a packet is in no flow. */
export const oddities = [
	'',
	'not IP',
	'cut short',
	'malformed',
	'later fragment of an unknown packet',
] as const;
export const notIp = 1;
export const cut = 2;
export const malformed = 3;
export const orphan = 4;

export class Packet {
	bytes: Uint8Array = new Uint8Array(0);
	seconds = 0;
	microseconds = 0;
	/** Of the whole frame. */
	wireLength = 0;
	/** 4 or 6; 0: no packet of a flow. */
	version = 0;
	odd = 0;
	source0 = 0;
	source1 = 0;
	source2 = 0;
	source3 = 0;
	destination0 = 0;
	destination1 = 0;
	destination2 = 0;
	destination3 = 0;
	protocol = 0;
	/** ICMP: type and code. */
	sourcePort = 0;
	destinationPort = 0;
	flags = 0;
	/** 32 bits, signed: compare differences only. */
	sequence = 0;
	/** Where the payload begins in `bytes`, one past what was captured of it, and its length on the wire. */
	payload = 0;
	payloadEnd = 0;
	payloadLength = 0;
	/** Byte offset of a fragment; 0: whole, or the first one. */
	fragment = 0;
	/** More fragments of it follow (or it is a later one): identified by this together with both addresses. */
	fragmentId = -1;
	/** Inside a tunnel. */
	tunnelled = false;
}

const outside = {
	source: [0, 0, 0, 0],
	destination: [0, 0, 0, 0],
	numbers: [0, 0, 0, 0, 0, 0, 0, 0, 0],
};

/** What the packet is outside a tunnel, kept while its inside is tried. */
export function keepOutside(packet: Packet): void {
	const { source, destination, numbers } = outside;
	source[0] = packet.source0;
	source[1] = packet.source1;
	source[2] = packet.source2;
	source[3] = packet.source3;
	destination[0] = packet.destination0;
	destination[1] = packet.destination1;
	destination[2] = packet.destination2;
	destination[3] = packet.destination3;
	numbers[0] = packet.version;
	numbers[1] = packet.protocol;
	numbers[2] = packet.sourcePort;
	numbers[3] = packet.destinationPort;
	numbers[4] = packet.payload;
	numbers[5] = packet.payloadEnd;
	numbers[6] = packet.payloadLength;
}

/** The inside was no good packet. */
export function restoreOutside(packet: Packet): void {
	const { source, destination, numbers } = outside;
	packet.source0 = source[0]!;
	packet.source1 = source[1]!;
	packet.source2 = source[2]!;
	packet.source3 = source[3]!;
	packet.destination0 = destination[0]!;
	packet.destination1 = destination[1]!;
	packet.destination2 = destination[2]!;
	packet.destination3 = destination[3]!;
	packet.version = numbers[0]!;
	packet.protocol = numbers[1]!;
	packet.sourcePort = numbers[2]!;
	packet.destinationPort = numbers[3]!;
	packet.payload = numbers[4]!;
	packet.payloadEnd = numbers[5]!;
	packet.payloadLength = numbers[6]!;
	packet.fragment = 0;
	packet.fragmentId = -1;
	packet.flags = 0;
	packet.tunnelled = false;
}
