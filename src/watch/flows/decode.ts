/**
 * From a frame to a packet: link layer, IPv4 or IPv6, TCP, UDP or ICMP. Reads only what was captured.
 *
 * One level of tunnel is looked through: IP in IP (RFC 2003), IPv6 in IPv4 (RFC 4213), GRE (RFC 2784, 2890) and
 * Teredo (RFC 4380). Where the inside is no good packet, the packet stays what it is outside.
 */
import {
	cut,
	ICMP,
	ICMPV6,
	keepOutside,
	malformed,
	notIp,
	type Packet,
	restoreOutside,
	TCP,
	UDP,
} from './packet.ts';

/** LINKTYPE numbers (tcpdump.org/linktypes.html). */
const linkNull = 0;
const linkEthernet = 1;
const linkRaw = 101;
const linkRawOpenBsd = 14;
const linkRawBsd = 12;
const linkLoop = 108;
const linkCooked = 113;
const linkIpv4 = 228;
const linkIpv6 = 229;
const linkCooked2 = 276;

const etherIpv4 = 0x0800;
const etherIpv6 = 0x86dd;

/** Fills the packet from the frame [from, to). */
export function decode(packet: Packet, bytes: Uint8Array, from: number, to: number, link: number): void {
	packet.bytes = bytes;
	packet.version = 0;
	packet.fragment = 0;
	packet.fragmentId = -1;
	packet.tunnelled = false;
	if (link === linkEthernet) {
		if (to - from < 14) return refuse(packet, cut);
		const type = (bytes[from + 12]! << 8) | bytes[from + 13]!;
		if (type === etherIpv4) return readIpv4(packet, from + 14, to);
		return readEther(packet, type, from + 14, to);
	}
	if (
		link === linkRaw ||
		link === linkRawBsd ||
		link === linkRawOpenBsd ||
		link === linkIpv4 ||
		link === linkIpv6
	)
		return readIp(packet, from, to);
	if (link === linkNull || link === linkLoop) {
		// Four bytes of address family, whose numbers differ between systems: the IP version tells.
		return readIp(packet, from + 4, to);
	}
	if (link === linkCooked) {
		if (to - from < 16) return refuse(packet, cut);
		return readEther(packet, (bytes[from + 14]! << 8) | bytes[from + 15]!, from + 16, to);
	}
	if (link === linkCooked2) {
		if (to - from < 20) return refuse(packet, cut);
		return readEther(packet, (bytes[from]! << 8) | bytes[from + 1]!, from + 20, to);
	}
	refuse(packet, notIp);
}

function refuse(packet: Packet, why: number): void {
	packet.version = 0;
	packet.odd = why;
}

/** IP, or up to three VLAN tags (802.1Q, 802.1ad), a PPPoE session or MPLS labels around it. */
function readEther(packet: Packet, etherType: number, from: number, to: number): void {
	const { bytes } = packet;
	let type = etherType;
	let at = from;
	for (let tags = 0; tags < 3 && (type === 0x8100 || type === 0x88a8 || type === 0x9100); tags++) {
		if (to - at < 4) return refuse(packet, cut);
		type = (bytes[at + 2]! << 8) | bytes[at + 3]!;
		at += 4;
	}
	if (type === 0x8864) {
		if (to - at < 8) return refuse(packet, cut);
		const inner = (bytes[at + 6]! << 8) | bytes[at + 7]!;
		type = inner === 0x21 ? etherIpv4 : inner === 0x57 ? etherIpv6 : 0;
		at += 8;
	} else if (type === 0x8847) {
		let bottom = false;
		for (let labels = 0; labels < 4 && !bottom; labels++) {
			if (to - at < 4) return refuse(packet, cut);
			bottom = (bytes[at + 2]! & 1) === 1;
			at += 4;
		}
		return bottom ? readIp(packet, at, to) : refuse(packet, notIp);
	}
	if (type === etherIpv4) return readIpv4(packet, at, to);
	if (type === etherIpv6) return readIpv6(packet, at, to);
	refuse(packet, notIp);
}

/** The version field tells which. */
function readIp(packet: Packet, from: number, to: number): void {
	if (from >= to) return refuse(packet, cut);
	const version = packet.bytes[from]! >> 4;
	if (version === 4) return readIpv4(packet, from, to);
	if (version === 6) return readIpv6(packet, from, to);
	refuse(packet, notIp);
}

/** RFC 791. */
function readIpv4(packet: Packet, from: number, to: number): void {
	const { bytes } = packet;
	if (to - from < 20) return refuse(packet, cut);
	const header = (bytes[from]! & 15) << 2;
	if (bytes[from]! >> 4 !== 4 || header < 20) return refuse(packet, malformed);
	if (to - from < header) return refuse(packet, cut);
	// 0 is what a network card that cuts segments itself writes: then the frame tells.
	const total = (bytes[from + 2]! << 8) | bytes[from + 3]! || to - from;
	if (total < header) return refuse(packet, malformed);
	const end = from + total < to ? from + total : to;
	packet.source0 = word(bytes, from + 12);
	packet.source1 = packet.source2 = packet.source3 = 0;
	packet.destination0 = word(bytes, from + 16);
	packet.destination1 = packet.destination2 = packet.destination3 = 0;
	const fragment = (bytes[from + 6]! << 8) | bytes[from + 7]!;
	packet.version = 4;
	if ((fragment & 0x3fff) !== 0) {
		packet.fragment = (fragment & 0x1fff) << 3;
		packet.fragmentId = (bytes[from + 4]! << 8) | bytes[from + 5]!;
	}
	readTransport(packet, bytes[from + 9]!, from + header, end, total - header);
}

/** RFC 8200, with at most eight extension headers. */
function readIpv6(packet: Packet, from: number, to: number): void {
	const { bytes } = packet;
	if (to - from < 40) return refuse(packet, cut);
	if (bytes[from]! >> 4 !== 6) return refuse(packet, malformed);
	const length = (bytes[from + 4]! << 8) | bytes[from + 5]! || to - from - 40;
	const end = from + 40 + length < to ? from + 40 + length : to;
	packet.source0 = word(bytes, from + 8);
	packet.source1 = word(bytes, from + 12);
	packet.source2 = word(bytes, from + 16);
	packet.source3 = word(bytes, from + 20);
	packet.destination0 = word(bytes, from + 24);
	packet.destination1 = word(bytes, from + 28);
	packet.destination2 = word(bytes, from + 32);
	packet.destination3 = word(bytes, from + 36);
	packet.version = 6;
	let next = bytes[from + 6]!;
	let at = from + 40;
	for (let headers = 0; headers < 8; headers++) {
		const isFragment = next === 44;
		if (!isFragment && next !== 0 && next !== 43 && next !== 60 && next !== 51 && next !== 135) break;
		if (end - at < 8) return refuse(packet, cut);
		if (isFragment) {
			packet.fragment = ((bytes[at + 2]! << 8) | bytes[at + 3]!) & 0xfff8;
			if (packet.fragment !== 0 || (bytes[at + 3]! & 1) === 1)
				packet.fragmentId = word(bytes, at + 4) & 0x7fffffff;
		}
		const size = isFragment ? 8 : next === 51 ? (bytes[at + 1]! + 2) << 2 : (bytes[at + 1]! + 1) << 3;
		next = bytes[at]!;
		at += size;
		if (packet.fragment !== 0) break;
	}
	if (at > end) return refuse(packet, cut);
	readTransport(packet, next, at, end, from + 40 + length - at);
}

function readTransport(packet: Packet, protocol: number, from: number, to: number, length: number): void {
	const { bytes } = packet;
	packet.protocol = protocol;
	packet.flags = 0;
	packet.sourcePort = 0;
	packet.destinationPort = 0;
	packet.payload = from;
	packet.payloadEnd = to;
	packet.payloadLength = length;
	// A later fragment has no header: flows.ts finds the ports of the first one.
	if (packet.fragment !== 0) return;
	if (protocol === TCP) {
		if (to - from < 20) return refuse(packet, cut);
		const header = (bytes[from + 12]! >> 4) << 2;
		if (header < 20 || header > length) return refuse(packet, malformed);
		packet.sourcePort = (bytes[from]! << 8) | bytes[from + 1]!;
		packet.destinationPort = (bytes[from + 2]! << 8) | bytes[from + 3]!;
		packet.sequence = word(bytes, from + 4);
		packet.flags = bytes[from + 13]!;
		packet.payload = from + header < to ? from + header : to;
		packet.payloadLength = length - header;
		return;
	}
	if (protocol === UDP) {
		if (to - from < 8) return refuse(packet, cut);
		packet.sourcePort = (bytes[from]! << 8) | bytes[from + 1]!;
		packet.destinationPort = (bytes[from + 2]! << 8) | bytes[from + 3]!;
		packet.payload = from + 8;
		const said = ((bytes[from + 4]! << 8) | bytes[from + 5]!) - 8;
		packet.payloadLength = length - 8;
		if (said >= 0 && said < packet.payloadLength) {
			packet.payloadLength = said;
			if (packet.payload + said < packet.payloadEnd) packet.payloadEnd = packet.payload + said;
		}
		if (packet.sourcePort === 3544 || packet.destinationPort === 3544) readTunnel(packet, protocol);
		return;
	}
	if (protocol === ICMP || protocol === ICMPV6) {
		if (to - from < 4) return refuse(packet, cut);
		packet.sourcePort = bytes[from]!;
		packet.destinationPort = bytes[from + 1]!;
		return;
	}
	if (protocol === 4 || protocol === 41 || protocol === 47) readTunnel(packet, protocol);
}

/** Network byte order, signed: always a small integer. */
function word(bytes: Uint8Array, at: number): number {
	return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** The packet is decoded as far as its transport, which carries a packet of its own. */
function readTunnel(packet: Packet, protocol: number): void {
	if (packet.tunnelled || packet.fragmentId !== -1) return;
	keepOutside(packet);
	packet.tunnelled = true;
	if (protocol === 47) readGre(packet);
	else if (protocol === UDP) readTeredo(packet);
	else readIp(packet, packet.payload, packet.payloadEnd);
	if (packet.version === 0) restoreOutside(packet);
}

function readGre(packet: Packet): void {
	const { bytes, payload, payloadEnd } = packet;
	packet.version = 0;
	if (payloadEnd - payload < 4) return;
	const flags = bytes[payload]!;
	// Version 1 (PPTP) carries PPP; routing (0x40) is obsolete.
	if ((bytes[payload + 1]! & 7) !== 0 || (flags & 0x40) !== 0) return;
	const type = (bytes[payload + 2]! << 8) | bytes[payload + 3]!;
	const header = 4 + (flags & 0x80 ? 4 : 0) + (flags & 0x20 ? 4 : 0) + (flags & 0x10 ? 4 : 0);
	if (payloadEnd - payload < header) return;
	if (type === etherIpv4 || type === etherIpv6) return readIp(packet, payload + header, payloadEnd);
	// Ethernet inside (transparent bridging): past the two addresses of the frame.
	if (type === 0x6558 && payloadEnd - payload >= header + 14) {
		const at = payload + header + 12;
		readEther(packet, (bytes[at]! << 8) | bytes[at + 1]!, at + 2, payloadEnd);
	}
}

function readTeredo(packet: Packet): void {
	const { bytes, payloadEnd } = packet;
	let at = packet.payload;
	packet.version = 0;
	// Authentication indication (00 01) with its two lengths, then origin indication (00 00).
	if (payloadEnd - at >= 13 && bytes[at] === 0 && bytes[at + 1] === 1)
		at += 13 + bytes[at + 2]! + bytes[at + 3]!;
	if (payloadEnd - at >= 8 && bytes[at] === 0 && bytes[at + 1] === 0) at += 8;
	if (payloadEnd - at < 40 || bytes[at]! >> 4 !== 6) return;
	if (((bytes[at + 4]! << 8) | bytes[at + 5]!) !== payloadEnd - at - 40) return;
	readIp(packet, at, payloadEnd);
}
