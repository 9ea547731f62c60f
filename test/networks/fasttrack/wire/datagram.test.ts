import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
	decodeDatagram,
	encodeUdpPing,
	encodeUdpPong,
} from '../../../../src/networks/fasttrack/wire/datagram.ts';
import { fromHex } from '../../gnutella/wire/pieces.ts';

it('datagrams are those of other programs, 12 and 17 bytes, and read back', () => {
	expect(encodeUdpPing('KaZaA')).toEqual(fromHex('2700000029804b615a614100'));
	expect(encodeUdpPong('KaZaA', 7, false)).toEqual(fromHex('28000000290000000007014b615a614100'));
	expect(decodeDatagram(encodeUdpPing('KaZaA'))).toEqual({ kind: 'ping', network: 'KaZaA' });
	for (const full of [true, false])
		expect(decodeDatagram(encodeUdpPong('KaZaA', 7, full))).toEqual({
			kind: 'pong',
			full,
			load: 7,
			network: 'KaZaA',
		});
	// As mldonkey sends it.
	expect(decodeDatagram(fromHex('27000000a9804b615a614100'))).toMatchObject({ kind: 'ping' });
});

it('other datagrams are refused, and none throws: fasttrack.datagram.malformed', () => {
	const refused = { refused: 'fasttrack.datagram.malformed' };
	for (const bytes of ['', '27', '2700000029804b615a6141', '2700000029804b615a61410000', '2a00000029804b00'])
		expect(decodeDatagram(fromHex(bytes))).toMatchObject(refused);
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 40 }),
			(bytes) => void expect(() => decodeDatagram(bytes)).not.toThrow(),
		),
	);
});
