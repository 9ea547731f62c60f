/** Every pattern of every network: whole, byte by byte, cut anywhere; and what is nearly it but is not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overTcp, overUdp, type Said, Wire } from '../conversation.ts';
import { bytesOf } from '../packets.ts';
import { descriptor, edonkeyLogin, hash, hex, join, napster, tcp, udp } from './positives.ts';

describe('over TCP', () => {
	it.each(tcp)('$network, $name, is recognised', ({ network, said, by = 'payload', label, more }) => {
		const verdict = overTcp(said, more);
		expect(verdict).toMatchObject({ network, by });
		expect(verdict!.evidence).toMatch(/bytes \d+ to \d+ from the (opener|answerer), payload packet \d/);
		if (label !== undefined) expect(verdict!.label).toBe(label);
	});

	const divisible = tcp.filter(({ whole }) => whole !== true);
	it.each(divisible)(
		'$network, $name, is recognised byte by byte',
		({ network, said, by = 'payload', more }) => {
			// Eight payload packets are looked at, so the first bytes come one by one and the rest at once.
			const [[way, text], ...rest] = said as [Said, ...Said[]];
			const bytes = bytesOf(text);
			const pieces: Said[] = [...bytes.subarray(0, 5)].map((byte) => [way, Uint8Array.of(byte)]);
			const cut = bytes.length > 5 ? [...pieces, [way, bytes.subarray(5)] as Said] : pieces;
			expect(overTcp([...cut, ...rest], more)).toMatchObject({ network, by });
		},
	);

	it.each(divisible)(
		'$network, $name, is recognised cut in two anywhere',
		({ network, said, by = 'payload', more }) => {
			const [[way, text], ...rest] = said as [Said, ...Said[]];
			const bytes = bytesOf(text);
			fc.assert(
				fc.property(fc.integer({ min: 1, max: Math.max(1, bytes.length - 1) }), (at) => {
					const verdict = overTcp([[way, bytes.subarray(0, at)], [way, bytes.subarray(at)], ...rest], more);
					return verdict?.network === network && verdict.by === by;
				}),
				{ numRuns: 15 },
			);
		},
	);

	it('takes two payload packets at most, in the median', () => {
		const packets = [...tcp, ...udp].map(({ said, more }, index) => {
			const verdict = index < tcp.length ? overTcp(said, more) : overUdp(said, more);
			return verdict!.packets;
		});
		packets.sort((a, b) => a - b);
		console.info(
			`payload packets to a verdict: median ${packets[packets.length >> 1]}, most ${packets.at(-1)}`,
		);
		expect(packets[packets.length >> 1]).toBeLessThanOrEqual(2);
	});
});

describe('over UDP', () => {
	it.each(udp)('$network, $name, is recognised', ({ network, said, label, more }) => {
		const verdict = overUdp(said, more);
		expect(verdict).toMatchObject({ network, by: 'payload' });
		if (label !== undefined) expect(verdict!.label).toBe(label);
	});
});

describe('what is nearly it', () => {
	it.each([
		[
			'a descriptor whose length is one less',
			descriptor(0, hex('c38251 4b40')).map((byte, at) => (at === 19 ? byte - 1 : byte)),
		],
		['a descriptor of an unknown type', descriptor(0x55, new Uint8Array(5))],
		['a Kad request one byte too long', join(hex('e421 02'), hex(hash), hex(hash), '\x00')],
		['a server status without its mark', hex('e396 01020304')],
		['sources whose count is wrong', join(hex('e39b'), hex(hash), hex('02'), hex('c0000201 3612'))],
		['two bytes of eDonkey', hex('e396')],
		['a datagram that only ends like Kazaa', join('abcdefghij', 'KaZaA', hex('00'))],
	])('%s is not recognised', (_name, payload) => {
		expect(overUdp([['>', payload]])).toBeUndefined();
	});

	it.each([
		['an eDonkey login whose tag count is absurd', edonkeyLogin.map((byte, at) => (at === 29 ? 255 : byte))],
		['a Napster login with a wrong length', join(Uint8Array.of(napster.length + 1, 0, 2, 0), napster, 'x y')],
		[
			'HTTP that only mentions gnutella',
			'GET /gnutella.html HTTP/1.1\r\nHost: x\r\nReferer: http://gnutella.example/\r\n\r\n',
		],
		['JSON of something else', '{"jsonrpc":"2.0","method":"initialize","params":{}}\n'],
	])('%s is not recognised', (_name, payload) => {
		expect(overTcp([['>', payload]])).toBeUndefined();
	});
});

it('a stream that was joined in the middle is known by descriptors that follow one another', () => {
	const wire = new Wire();
	wire.tcp(
		[
			[
				'>',
				join(
					descriptor(0x80, hex('0000 6100')),
					descriptor(0, new Uint8Array(0)),
					descriptor(1, new Uint8Array(14)),
				),
			],
		],
		{ syn: false },
	);
	expect(wire.end()[0]?.verdict).toMatchObject({ network: 'gnutella', by: 'payload' });
});
