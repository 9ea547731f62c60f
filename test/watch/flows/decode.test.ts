/** From frames to packets: every link layer and tunnel, and nothing read outside the frame. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/watch/flows/decode.ts';
import { Packet } from '../../../src/watch/flows/packet.ts';
import { bytesOf, ethernet, ip } from '../packets.ts';

const inner = ip({ protocol: 'udp', sourcePort: 1234, destinationPort: 53, payload: 'hello' });
const inner6 = ip({
	source: '2001:db8::1',
	destination: '2001:db8::2',
	protocol: 'udp',
	sourcePort: 1234,
	destinationPort: 53,
	payload: 'hello',
});

function read(frame: Uint8Array, link = 1, captured = frame.length): Packet {
	const buffer = new Uint8Array(frame.length + 64).fill(0xaa);
	buffer.set(frame, 32);
	const packet = new Packet();
	decode(packet, buffer, 32, 32 + captured, link);
	return packet;
}

function payloadOf(packet: Packet): string {
	return Buffer.from(packet.bytes.subarray(packet.payload, packet.payloadEnd)).toString('latin1');
}

const vlan = (type: number, packet: Uint8Array) => Uint8Array.from([0, 5, type >> 8, type & 255, ...packet]);
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const ipIn = (protocol: number, payload: Uint8Array) =>
	ip({ source: '198.51.100.1', destination: '198.51.100.2', protocol, payload });
const teredo = (payload: Uint8Array) =>
	ip({ protocol: 'udp', sourcePort: 3544, destinationPort: 40_000, payload });

describe('the same datagram', () => {
	it.each([
		['Ethernet', ethernet(inner), 1],
		['a VLAN', ethernet(vlan(0x0800, inner), 0x8100), 1],
		['QinQ', ethernet(vlan(0x8100, vlan(0x0800, inner)), 0x88a8), 1],
		['PPPoE', ethernet(join([0x11, 0, 0, 1, 0, 9, 0, 0x21], inner), 0x8864), 1],
		['MPLS', ethernet(join([0, 0, 0x10, 9, 0, 0, 0x11, 9], inner), 0x8847), 1],
		['Linux cooked', join(new Array<number>(14).fill(0), [8, 0], inner), 113],
		['Linux cooked 2', join([8, 0], new Array<number>(18).fill(0), inner), 276],
		['raw IP', inner, 101],
		['raw IP of BSD', inner, 12],
		['IPv4 alone', inner, 228],
		['BSD loopback', join([2, 0, 0, 0], inner), 0],
		['OpenBSD loopback', join([0, 0, 0, 2], inner), 108],
		['IPv6', ethernet(inner6), 1],
		['IPv6 alone', inner6, 229],
		['GRE', ethernet(ipIn(47, join([0, 0, 8, 0], inner))), 1],
		[
			'GRE with checksum, key and sequence',
			ethernet(ipIn(47, join([0xb0, 0, 8, 0], new Array<number>(12).fill(1), inner))),
			1,
		],
		['GRE around Ethernet', ethernet(ipIn(47, join([0, 0, 0x65, 0x58], ethernet(inner)))), 1],
		['IP in IP', ethernet(ipIn(4, inner)), 1],
		['IPv6 in IPv4', ethernet(ipIn(41, inner6)), 1],
		['Teredo', ethernet(teredo(inner6)), 1],
		['Teredo with an origin', ethernet(teredo(join([0, 0, 1, 2, 3, 4, 5, 6], inner6))), 1],
	] as const)('is found in %s', (_name, frame, link) => {
		const packet = read(frame, link);
		expect(packet.version).not.toBe(0);
		expect([packet.protocol, packet.sourcePort, packet.destinationPort]).toEqual([17, 1234, 53]);
		expect(payloadOf(packet)).toBe('hello');
		expect(packet.payloadLength).toBe(5);
	});

	it('behind extension headers of IPv6', () => {
		const head = inner6.subarray(0, 40).slice();
		const udp = inner6.subarray(40);
		const options = [
			[60, 0],
			[43, 0],
			[17, 0],
		].flatMap(([next, length]) => [next!, length!, 1, 4, 0, 0, 0, 0]);
		head[6] = 0;
		head[5] = udp.length + options.length;
		expect(payloadOf(read(join(head, options, udp), 229))).toBe('hello');
	});

	it('one level of tunnel deep, and not two', () => {
		const twice = read(ethernet(ipIn(4, ipIn(4, inner))));
		expect(twice.protocol).toBe(4);
		expect(twice.tunnelled).toBe(true);
	});
});

describe('what is no good packet', () => {
	it('inside a tunnel leaves the outside', () => {
		const packet = read(
			ethernet(teredo(bytesOf('not IPv6 at all, but long enough to be looked at as such'))),
		);
		expect([packet.version, packet.protocol, packet.sourcePort, packet.destinationPort]).toEqual([
			4, 17, 3544, 40_000,
		]);
		expect(payloadOf(packet)).toMatch(/^not IPv6/);
	});

	it('is never read beyond what was captured', () => {
		const frames = [
			ethernet(ip({ flags: 'PA', payload: 'GNUTELLA' })),
			ethernet(inner6),
			ethernet(ipIn(47, join([0, 0, 8, 0], inner))),
		];
		for (const frame of frames) {
			for (let captured = 0; captured <= frame.length; captured++) {
				const packet = read(frame, 1, captured);
				if (packet.version === 0) continue;
				expect(packet.payload).toBeLessThanOrEqual(packet.payloadEnd);
				expect(packet.payloadEnd).toBeLessThanOrEqual(32 + captured);
			}
		}
	});

	it('of any bytes never throws, and its payload stays inside', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 200 }),
				fc.constantFrom(0, 1, 12, 14, 101, 108, 113, 228, 229, 276, 9),
				(bytes, link) => {
					const packet = read(bytes, link);
					if (packet.version === 0) return true;
					return (
						packet.payload >= 32 &&
						packet.payload <= packet.payloadEnd &&
						packet.payloadEnd <= 32 + bytes.length
					);
				},
			),
			{ numRuns: 3000 },
		);
	});
});
