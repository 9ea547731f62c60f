/** Frames for the tests of watch: Ethernet, IPv4 or IPv6, TCP, UDP or ICMP, from a description. */
import type { PacketSink } from '../../src/watch/capture/packet-sink.ts';

export interface FrameOf {
	readonly source?: string;
	readonly destination?: string;
	readonly sourcePort?: number;
	readonly destinationPort?: number;
	/** `tcp` unless said otherwise. */
	readonly protocol?: 'tcp' | 'udp' | number;
	/** TCP: letters of SFRPA. */
	readonly flags?: string;
	readonly sequence?: number;
	readonly payload?: Uint8Array | string;
	/** Of IPv4: identification, offset in bytes, more to come. */
	readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
}

const bits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

export function bytesOf(payload: Uint8Array | string): Uint8Array {
	return typeof payload === 'string' ? Uint8Array.from(Buffer.from(payload, 'latin1')) : payload;
}

function be16(value: number): number[] {
	return [(value >> 8) & 255, value & 255];
}

function be32(value: number): number[] {
	return [...be16(value >>> 16), ...be16(value & 0xffff)];
}

/** Transport header and payload. */
export function segment(of: FrameOf): Uint8Array {
	const { protocol = 'tcp', flags = 'A', sequence = 1, sourcePort = 40_000, destinationPort = 6346 } = of;
	const payload = bytesOf(of.payload ?? '');
	if (typeof protocol === 'number') return payload;
	const ports = [...be16(sourcePort), ...be16(destinationPort)];
	if (protocol === 'udp') return Uint8Array.from([...ports, ...be16(8 + payload.length), 0, 0, ...payload]);
	const set = [...flags].reduce((sum, letter) => sum | bits[letter]!, 0);
	return Uint8Array.from([
		...ports,
		...be32(sequence),
		0,
		0,
		0,
		0,
		0x50,
		set,
		255,
		255,
		0,
		0,
		0,
		0,
		...payload,
	]);
}

/** An IP packet, its version by the form of its addresses. */
export function ip(of: FrameOf): Uint8Array {
	const { source = '10.0.0.1', destination = '192.0.2.1', protocol = 'tcp', fragment } = of;
	const number = typeof protocol === 'number' ? protocol : protocol === 'tcp' ? 6 : 17;
	const inside = fragment !== undefined && fragment.offset > 0 ? bytesOf(of.payload ?? '') : segment(of);
	if (source.includes(':'))
		return Uint8Array.from([
			0x60,
			0,
			0,
			0,
			...be16(inside.length),
			number,
			64,
			...six(source),
			...six(destination),
			...inside,
		]);
	const piece = fragment === undefined ? 0 : (fragment.offset >> 3) | (fragment.more ? 0x2000 : 0);
	const head = [
		0x45,
		0,
		...be16(20 + inside.length),
		...be16(fragment?.id ?? 0),
		...be16(piece),
		64,
		number,
		0,
		0,
	];
	return Uint8Array.from([...head, ...four(source), ...four(destination), ...inside]);
}

export function ethernet(packet: Uint8Array, type?: number): Uint8Array {
	const kind = type ?? (packet[0]! >> 4 === 6 ? 0x86dd : 0x0800);
	return Uint8Array.from([...new Array<number>(12).fill(2), ...be16(kind), ...packet]);
}

function four(address: string): number[] {
	return address.split('.').map(Number);
}

/** Only `::` in one place, and hexadecimal groups. */
function six(address: string): number[] {
	const [head = '', tail = ''] = address.split('::') as [string, string?];
	const groups = (text: string) =>
		text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
	const [front, back] = [groups(head), groups(tail)];
	const zeros = new Array<number>(8 - front.length - back.length).fill(0);
	return [...front, ...zeros, ...back].flatMap(be16);
}

/** Hands a frame over from the middle of a buffer, as captures do. */
export function give(
	sink: PacketSink,
	frame: Uint8Array,
	seconds = 1000,
	link = 1,
	captured = frame.length,
): void {
	const buffer = new Uint8Array(frame.length + 32).fill(0xaa);
	buffer.set(frame, 16);
	sink.packet(buffer, 16, 16 + captured, frame.length, link, seconds, 0);
}
