/** The talk's address ranges of 2003: off, unless the operator wants them. */
import { describe, expect, it } from 'vitest';
import { rangesOf, rangeWith } from '../../../src/watch/recognise/historical.ts';
import { signatures } from '../../../src/watch/recognise/signatures.ts';
import { Watch } from '../../../src/watch/watch.ts';
import { Wire } from '../conversation.ts';
import { ethernet, type FrameOf, give, ip } from '../packets.ts';

/** Of AudioGalaxy, in the second half of a /23; of WinMX. */
const [audiogalaxy, winmx] = ['64.245.59.200', '64.49.201.1'];

function verdictOf(of: FrameOf & { syn?: boolean }, said: string, historical: boolean) {
	const wire = new Wire(historical);
	wire.tcp(said === '' ? [] : [['>', said]], of);
	return wire.end()[0]?.verdict;
}

describe('the address ranges of 2003', () => {
	it('say nothing by default', () => {
		expect(verdictOf({ destination: audiogalaxy, destinationPort: 41_000 }, '', false)).toBeUndefined();
		let found = 0;
		const watch = new Watch({ ended: (_flow, _why, verdict) => (found += verdict === undefined ? 0 : 1) });
		give(watch, ethernet(ip({ destination: audiogalaxy, destinationPort: 41_000, flags: 'S' })));
		expect(watch.end({ dropped: 0 }).flows).toBe(1);
		expect(found).toBe(0);
	});

	it('report access in either direction as access to a seed, and say that it is the 2003 pack', () => {
		expect(verdictOf({ destination: audiogalaxy, destinationPort: 41_000 }, '', true)).toEqual({
			network: 'audiogalaxy',
			by: 'seed',
			evidence:
				'one end is in 64.245.58.0/23, a range of the 2003 pack: AudioGalaxy had it then, whoever has it now',
			packets: 0,
		});
		const back = { source: winmx, destination: '10.0.0.1', destinationPort: 41_000 };
		expect(verdictOf(back, '', true)).toMatchObject({ network: 'winmx', by: 'seed' });
	});

	it('report web traffic to them too, which a guard knows as such', () => {
		const request = 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n';
		const to = { destination: winmx, destinationPort: 80 };
		expect(verdictOf(to, request, true)).toMatchObject({ network: 'winmx', by: 'seed' });
		expect(verdictOf(to, request, false)).toBeUndefined();
	});

	it('leave alone what its own payload says, the neighbours of a range, and IPv6', () => {
		const to = { destination: winmx, destinationPort: 41_000 };
		expect(verdictOf(to, 'GNUTELLA CONNECT/0.6\r\n\r\n', true)).toMatchObject({ by: 'payload' });
		for (const destination of ['64.245.57.255', '64.245.60.0', '64.49.202.1'])
			expect(verdictOf({ destination, destinationPort: 41_000 }, '', true)).toBeUndefined();
		const six = { source: 'fd00::1', destination: '40f5:3b01::1', destinationPort: 41_000 };
		expect(verdictOf(six, '', true)).toBeUndefined();
	});

	it('are those of the talk, each with all its addresses', () => {
		const ranges = rangesOf(signatures);
		expect(ranges.map(({ network, text }) => `${network} ${text}`).sort()).toEqual([
			'audiogalaxy 64.245.58.0/23',
			'fasttrack 213.248.112.0/24',
			'imesh 216.35.208.0/24',
			'winmx 209.61.186.0/24',
			'winmx 64.49.201.0/24',
		]);
		expect(rangeWith(ranges, (213 << 24) | (248 << 16) | (112 << 8) | 255)?.network).toBe('fasttrack');
		expect(rangeWith(ranges, (213 << 24) | (248 << 16) | (113 << 8))).toBeUndefined();
	});
});
