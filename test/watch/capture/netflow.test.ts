/** NetFlow 5, 9 and IPFIX: what routers say of flows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetflowDecoder, type OneWay } from '../../../src/watch/capture/netflow.ts';
import { addressText } from '../../../src/watch/flows/address-text.ts';
import { JoinedFlows } from '../../../src/watch/flows/joined.ts';

function hex(text: string): Uint8Array {
	return Uint8Array.from(text.replace(/ /g, '').match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

const exporter = '192.0.2.1:4000';

function read(...datagrams: Uint8Array[]): {
	records: OneWay[];
	decoder: NetflowDecoder;
	refused: (string | undefined)[];
} {
	const decoder = new NetflowDecoder();
	const records: OneWay[] = [];
	const refused = datagrams.map(
		(bytes) => decoder.datagram(exporter, bytes, (one) => records.push(one))?.refused,
	);
	return { records, decoder, refused };
}

/** Uptime 10 s, time 1,000 s: the router began at 990 s. */
const version5 = hex(
	'0005 0001 00002710 000003e8 00000000 00000001 00 00 0000' +
		'0a000001 c0000201 00000000 0001 0002 00000007 00000300 00001388 00001770 9c40 18ca 00 1b 06 00 0000 0000 18 18 0000',
);
/** Template 256: both addresses, both ports, protocol, packets, bytes, first, last; one record. */
const template = hex(
	'0100 0009 0008 0004 000c 0004 0007 0002 000b 0002 0004 0001 0002 0004 0001 0004 0016 0004 0015 0004',
);
const record = hex('0a000001 c0000201 9c40 18ca 11 00000007 00000300 00001388 00001770');
const set = (id: string, body: Uint8Array) => Uint8Array.from([...hex(id), 0, 4 + body.length, ...body]);
const header9 = hex('0009 0002 00002710 000003e8 00000001 00000005');
const version9 = Uint8Array.from([...header9, ...set('0000', template), ...set('0100', record)]);

describe('a NetFlow datagram', () => {
	it('of version 5 is a list of one-way records', () => {
		const { records } = read(version5);
		expect(records).toHaveLength(1);
		expect(addressText(records[0]!.source, 4)).toBe('10.0.0.1');
		expect(records[0]).toMatchObject({
			sourcePort: 40_000,
			destinationPort: 6346,
			protocol: 6,
			packets: 7,
			bytes: 768,
			start: 995,
			end: 996,
		});
	});

	it('of version 9 is read by its template, also one that came before', () => {
		const alone = Uint8Array.from([...header9, ...set('0100', record)]);
		const { records, decoder } = read(alone, version9, alone);
		expect(decoder.early).toBe(1);
		expect(records).toHaveLength(2);
		expect(records[1]).toMatchObject({ destinationPort: 6346, protocol: 17, start: 995, end: 996 });
	});

	it('may say things about its exporter, which are no flows and not early', () => {
		// Options template 300: a scope of 4 bytes, an option of 4; its data; a flow behind them.
		const options = hex('012c 0004 0004 0001 0004 0022 0004 0000');
		const told = set('012c', hex('00000001 00000064'));
		const rest = [...set('0000', template), ...set('0100', record)];
		const nine = Uint8Array.from([...header9, ...set('0001', options), ...told, ...rest]);
		const { records, decoder } = read(nine);
		expect([records.length, decoder.early]).toEqual([1, 0]);
		const sets = [...set('0003', hex('012c 0002 0001 0095 0004 8001 0004 00003039')), ...told];
		const ten = Uint8Array.from([
			...hex('000a'),
			0,
			16 + sets.length,
			...hex('000003e8 00000001 00000007'),
			...sets,
		]);
		expect([read(ten).records.length, read(ten).decoder.early]).toEqual([0, 0]);
	});

	it('of IPFIX may have fields of variable length and of others’ making', () => {
		const fields = hex('0100 0004 001b 0010 001c 0010 8001 ffff 00003039 0099 0008');
		const body = hex(
			'20010db8000000000000000000000001 20010db8000000000000000000000002 03 616263 0000018bcfe56800',
		);
		const sets = [...set('0002', fields), ...set('0100', body)];
		const message = Uint8Array.from([
			...hex('000a'),
			0,
			16 + sets.length,
			...hex('000003e8 00000001 00000007'),
			...sets,
		]);
		const { records } = read(message);
		expect(addressText(records[0]!.destination, 16)).toBe('2001:db8::2');
		expect(records[0]!.end).toBe(1_700_000_000);
	});

	it('that is none, or ends too early, is refused', () => {
		expect(read(hex('0007'.repeat(10))).refused).toEqual(['watch.netflow.malformed']);
		expect(read(version5.subarray(0, 60)).refused).toEqual(['watch.netflow.malformed']);
		expect(read(version9.subarray(0, 30)).refused).toEqual(['watch.netflow.malformed']);
	});

	it('of any bytes never throws', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(5, 9, 10), (bytes, version) => {
				if (bytes.length > 2) bytes.set([0, version]);
				read(version9, bytes);
			}),
		);
	});
});

describe('one-way records', () => {
	it('of both directions are one flow of whoever began', () => {
		const [one] = read(version5).records as [OneWay];
		const back = {
			...one,
			source: one.destination,
			destination: one.source,
			sourcePort: 6346,
			destinationPort: 40_000,
			start: one.start + 1,
			bytes: 99,
		};
		const flows: string[] = [];
		const joined = new JoinedFlows((flow) =>
			flows.push(`${flow.sourcePort}>${flow.destinationPort} ${flow.bytesToServer}/${flow.bytesToClient}`),
		);
		joined.add(back);
		joined.add(one);
		joined.add({ ...one, sourcePort: 1 });
		joined.end();
		expect(flows).toEqual(['40000>6346 768/99', '1>6346 768/0']);
	});

	it('are joined also where an exporter held them back for long, and are not kept for ever', () => {
		const [one] = read(version5).records as [OneWay];
		const back = {
			...one,
			source: one.destination,
			destination: one.source,
			sourcePort: 6346,
			destinationPort: 40_000,
		};
		const flows: string[] = [];
		const joined = new JoinedFlows((flow) => flows.push(`${flow.bytesToServer}/${flow.bytesToClient}`));
		joined.add({ ...one, sourcePort: 1, end: one.end + 500 });
		joined.add(one);
		joined.add({ ...back, bytes: 99 });
		expect(flows).toEqual(['768/99']);
		joined.add({ ...one, sourcePort: 2, end: one.end + 560 });
		expect(flows).toEqual(['768/99', '768/0']);
	});
});
