/** What two worlds have sent to each other on one link, written as a capture file that other programs read. */
import { SocketWorld } from '../../src/world/sockets.ts';
import type { Address, Link } from '../../src/world/world.ts';

export interface Said {
	readonly by: 'dialler' | 'listener';
	readonly bytes: Uint8Array;
}

/** Takes down, in order, what its world sends on one link. */
export class TappedWorld extends SocketWorld {
	/** Called for everything that is taken by send. */
	sent: (link: Link, bytes: Uint8Array) => void = () => {};

	override send(link: Link, bytes: Uint8Array): boolean {
		const taken = super.send(link, bytes);
		// The network may patch a frame that it has kept for itself: the capture has what was sent.
		if (taken) this.sent(link, bytes.slice());
		return taken;
	}
}

/**
 * A classic pcap file of one TCP connection over Ethernet: its opening, a segment for each thing said, and
 * its end, with the right sequence numbers. Checksums are left 0, which means that nobody has
 * computed them (as in captures of machines whose network card does it).
 */
export function writePcap(dialler: Address, listener: Address, said: readonly Said[]): Buffer {
	const ends = {
		dialler: { address: dialler, next: 1000, mac: 1 },
		listener: { address: listener, next: 5000, mac: 2 },
	};
	const packets: Buffer[] = [];
	const segment = (by: Said['by'], flags: number, bytes: Uint8Array = new Uint8Array(0)): void => {
		const from = ends[by];
		const to = ends[by === 'dialler' ? 'listener' : 'dialler'];
		packets.push(record(packets.length, packet(from, to, flags, bytes)));
		from.next += bytes.length + (flags & (SYN | FIN) ? 1 : 0);
	};
	segment('dialler', SYN);
	segment('listener', SYN | ACK);
	segment('dialler', ACK);
	for (const { by, bytes } of said) segment(by, PSH | ACK, bytes);
	segment('dialler', FIN | ACK);
	segment('listener', FIN | ACK);
	segment('dialler', ACK);
	return Buffer.concat([fileHeader(), ...packets]);
}

const FIN = 1;
const SYN = 2;
const PSH = 8;
const ACK = 16;

interface End {
	readonly address: Address;
	next: number;
	readonly mac: number;
}

function fileHeader(): Buffer {
	const header = Buffer.alloc(24);
	header.writeUInt32LE(0xa1b2c3d4, 0);
	header.writeUInt16LE(2, 4);
	header.writeUInt16LE(4, 6);
	header.writeUInt32LE(65_535, 16);
	// Ethernet.
	header.writeUInt32LE(1, 20);
	return header;
}

/** A millisecond between two packets. */
function record(number: number, bytes: Buffer): Buffer {
	const header = Buffer.alloc(16);
	header.writeUInt32LE(1_000_000_000 + Math.floor(number / 1000), 0);
	header.writeUInt32LE((number % 1000) * 1000, 4);
	header.writeUInt32LE(bytes.length, 8);
	header.writeUInt32LE(bytes.length, 12);
	return Buffer.concat([header, bytes]);
}

function packet(from: End, to: End, flags: number, bytes: Uint8Array): Buffer {
	const head = Buffer.alloc(14 + 20 + 20);
	head[5] = to.mac;
	head[11] = from.mac;
	head.writeUInt16BE(0x0800, 12);
	const ip = head.subarray(14);
	ip[0] = 0x45;
	ip.writeUInt16BE(40 + bytes.length, 2);
	ip[8] = 64;
	ip[9] = 6;
	ip.set(from.address.host.split('.').map(Number), 12);
	ip.set(to.address.host.split('.').map(Number), 16);
	const tcp = head.subarray(34);
	tcp.writeUInt16BE(from.address.port, 0);
	tcp.writeUInt16BE(to.address.port, 2);
	tcp.writeUInt32BE(from.next, 4);
	if (flags & ACK) tcp.writeUInt32BE(to.next, 8);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	tcp.writeUInt16BE(65_535, 14);
	return Buffer.concat([head, bytes]);
}
