import { describe, expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import { base32, hex } from '../../../../src/networks/common/hash.ts';
import { decodeBye, encodeBye } from '../../../../src/networks/gnutella/wire/bye.ts';
import { readAddresses } from '../../../../src/networks/gnutella/wire/endpoint.ts';
import { decodeHit } from '../../../../src/networks/gnutella/wire/hit.ts';
import {
	encodeMessage,
	guidOf,
	hopsOf,
	maximumPayload,
	payloadLength,
	payloadOf,
	ttlOf,
	typeOf,
} from '../../../../src/networks/gnutella/wire/message.ts';
import { decodePing, encodePing } from '../../../../src/networks/gnutella/wire/ping.ts';
import { decodePong, encodePong } from '../../../../src/networks/gnutella/wire/pong.ts';
import { decodePush, encodePush } from '../../../../src/networks/gnutella/wire/push.ts';
import { decodeQrp } from '../../../../src/networks/gnutella/wire/qrp.ts';
import { RouteTableReader } from '../../../../src/networks/gnutella/wire/qrp-patch.ts';
import { queryHashes } from '../../../../src/networks/gnutella/wire/qrp-table.ts';
import { decodeQuery, encodeQuery } from '../../../../src/networks/gnutella/wire/query.ts';
import {
	decodeFeatures,
	decodeSupported,
	decodeVendor,
	encodeFeatures,
	encodeSupported,
	encodeVendor,
} from '../../../../src/networks/gnutella/wire/vendor.ts';
import { golden } from './golden-frames.ts';
import { bytesOf, fromHex } from './pieces.ts';

const frame = (name: keyof typeof golden) => fromHex(golden[name]);
const payload = (name: keyof typeof golden) => payloadOf(frame(name));
const sent = { host: '85.10.1.1', port: 7001 };
const nothing = new Uint8Array(0);

/** The value; a refusal fails the test. */
function good<T>(value: T | Refusal): T {
	if (isRefusal(value)) throw new Error(`${value.refused} ${value.detail ?? ''}`);
	return value;
}

test.each(Object.keys(golden) as (keyof typeof golden)[])(
	'%s has the length that it says and comes back as it was',
	(name) => {
		const bytes = frame(name);
		expect(payloadLength(bytes)).toBe(bytes.length - 23);
		expect(payloadLength(bytes)).toBeLessThanOrEqual(maximumPayload(typeOf(bytes)));
		expect(
			encodeMessage(typeOf(bytes), guidOf(bytes), ttlOf(bytes), hopsOf(bytes), payloadOf(bytes)),
		).toEqual(bytes);
	},
);

describe('ping and pong of gtk-gnutella', () => {
	test('pings ask for hosts: 03 from an ultrapeer, 02 from a leaf', () => {
		expect(decodePing(payload('pingUltrapeer'))).toEqual({ ggep: new Map([['SCP', Uint8Array.of(3)]]) });
		expect(decodePing(payload('pingLeaf'))).toEqual({ ggep: new Map([['SCP', Uint8Array.of(2)]]) });
		expect(encodePing(good(decodePing(payload('pingLeaf'))))).toEqual(payload('pingLeaf'));
	});

	test('pongs carry the address, what is shared, and extensions', () => {
		const pong = good(decodePong(payload('pongUltrapeer')));
		expect(pong).toMatchObject({ address: sent, files: 4, kilobytes: 4096 });
		expect([...pong.ggep.keys()]).toEqual(['VC', 'GUE', 'UP', 'DU', 'TLS']);
		expect(encodePong(pong)).toEqual(payload('pongUltrapeer'));
		expect(good(decodePong(payload('pongLeaf')))).toMatchObject({
			address: { host: '86.20.1.1', port: 7002 },
			files: 0,
			kilobytes: 0,
		});
	});

	test('a host cache answers with hosts', () => {
		const { ggep } = good(decodePong(payload('pongHostCache')));
		expect(readAddresses(ggep.get('IPP'), 10)).toEqual([{ host: '89.50.1.1', port: 7109 }]);
	});
});

describe('queries of gtk-gnutella', () => {
	test('words', () => {
		const query = good(decodeQuery(payload('query')));
		expect(query).toMatchObject({
			flags: 0xb900,
			text: 'sierra tango whiskey',
			xml: true,
			leafGuided: true,
			ggepH: true,
			firewalled: false,
			maxHits: 0,
			urns: [],
		});
		expect([...query.ggep.keys()]).toEqual(['PR']);
		const again = encodeQuery({ ...query, fwTransfer: false });
		// 0100 is semi-reliable UDP, which we do not say.
		expect(again.subarray(2)).toEqual(payload('query').subarray(2));
	});

	test('a hash', () => {
		const urn = 'urn:sha1:vpkq56ne4xticlni4knmwczvxyt3yaoh';
		expect(good(decodeQuery(payload('queryUrn')))).toMatchObject({ text: '\\', urns: [urn] });
		const { text, ggep } = good(decodeQuery(payload('queryUrn')));
		expect(encodeQuery({ text, ggep, urns: [urn] }).subarray(2)).toEqual(payload('queryUrn').subarray(2));
	});

	test('out of band', () => {
		const query = good(decodeQuery(payload('queryOutOfBand')));
		expect(query).toMatchObject({ text: 'foxtrot text', outOfBand: true, ggep: new Map([['SO', nothing]]) });
	});
});

describe('hits of gtk-gnutella', () => {
	test('three records with a hash as text and a tree root in GGEP', () => {
		const hit = good(decodeHit(payload('hitThree')));
		expect(hit).toMatchObject({ address: sent, speed: 16, vendor: 'GTKG', browsable: true });
		expect(hit.flags.push).toBe(false);
		expect(hit.records.map(({ index, size, name }) => ({ index, size, name }))).toEqual([
			{ index: 4, size: 300_000, name: 'alpha foxtrot song.mp3' },
			{ index: 3, size: 5000, name: 'charlie foxtrot text.txt' },
			{ index: 1, size: 3_000_000, name: 'bravo foxtrot film.avi' },
		]);
		expect(hit.records.map((record) => base32(record.sha1!))).toEqual([
			'WAMGVFNGRXQ7SZDC2D2OUERJ7SOAM2FN',
			'S5KQ766O5BFH3GX5SZDQETQ6APTOF5QF',
			'HPOS5VYOJBNKEFK3PTXWJBGKA373YY6U',
		]);
		expect(base32(hit.records[2].tth!)).toBe('4RTNBKCPBJWFNQNIKBJAZDXFFCDDZ2ODPLAU52Y');
		expect(hex(hit.guid)).toBe('18e43102e4ee74bd1b321bb726de45e6');
	});

	test('both hashes in GGEP H', () => {
		const [record] = good(decodeHit(payload('hitGgepH'))).records;
		expect(base32(record.sha1!)).toBe('HPOS5VYOJBNKEFK3PTXWJBGKA373YY6U');
		expect(base32(record.tth!)).toBe('4RTNBKCPBJWFNQNIKBJAZDXFFCDDZ2ODPLAU52Y');
		expect(record.created).toBe(1_795_213_047);
	});

	test('another source of the file', () => {
		const [record] = good(decodeHit(payload('hitAlternate'))).records;
		expect(record.alternates).toEqual([{ host: '88.40.1.1', port: 7105 }]);
	});
});

describe('tables of gtk-gnutella', () => {
	test('patches hold the words of its files', () => {
		expect(decodeQrp(payload('qrpReset'))).toEqual({ kind: 'reset', slots: 16384, infinity: 2 });
		expect(decodeQrp(payload('qrpPatch'))).toMatchObject({
			sequence: 1,
			count: 1,
			compressed: true,
			entryBits: 4,
		});
		const reader = new RouteTableReader();
		reader.take(payload('qrpReset'));
		const table = good(reader.take(payload('qrpPatch')))!;
		for (const text of ['foxtrot', 'alpha foxtrot song mp3', 'foxt', 'delta unrelated bin', 'urn']) {
			expect(table.mayMatch(queryHashes(text)), text).toBe(text !== 'urn');
		}
		// All 27 slots are words and their prefixes of at least four letters: this table came before the hashes.
		expect(table.mayMatch(queryHashes('tango'))).toBe(false);
		expect(table.count()).toBe(27);
	});

	test('a leaf without files sends an empty one', () => {
		const reader = new RouteTableReader();
		reader.take(payload('qrpReset'));
		expect(good(reader.take(payload('qrpEmptyPatch')))?.count()).toBe(0);
	});
});

describe('the rest', () => {
	test('vendor messages', () => {
		const supported = good(decodeVendor(payload('messagesSupported')));
		expect(supported).toMatchObject({ vendor: '\0\0\0\0', selector: 0, version: 0 });
		const kinds = good(decodeSupported(supported.data));
		expect(kinds).toHaveLength(27);
		expect(kinds[0]).toEqual({ vendor: 'BEAR', selector: 4, version: 1 });
		expect(encodeSupported(kinds)).toEqual(supported.data);
		const features = good(decodeVendor(payload('featuresSupported')));
		expect(good(decodeFeatures(features.data))).toContainEqual({ name: 'QRP1', version: 1 });
		expect(encodeFeatures(good(decodeFeatures(features.data)))).toEqual(features.data.subarray(0, 38));
		expect(decodeVendor(payload('udpConnectBack'))).toMatchObject({
			vendor: 'GTKG',
			selector: 7,
			version: 1,
		});
		expect(decodeVendor(payload('pushProxyAck'))).toMatchObject({ vendor: 'LIME', selector: 22, version: 2 });
		const status = good(decodeVendor(payload('queryStatus')));
		expect(status).toEqual({ vendor: 'BEAR', selector: 12, version: 1, data: Uint8Array.of(1, 0) });
		expect(encodeVendor(status)).toEqual(payload('queryStatus'));
	});

	test('push', () => {
		const push = good(decodePush(payload('push')));
		expect(push).toMatchObject({
			index: 0,
			address: { host: '86.20.1.1', port: 7002 },
			ggep: new Map([['TLS', nothing]]),
		});
		expect(hex(push.guid)).toBe('ef01d554429703a8ff782da148a66800');
		expect(encodePush(push)).toEqual(payload('push'));
	});

	test('bye', () => {
		expect(decodeBye(payload('bye'))).toEqual({ code: 200, reason: 'Servent shutdown' });
		expect(encodeBye({ code: 200, reason: 'Servent shutdown' })).toEqual(payload('bye'));
		expect(typeOf(frame('bye'))).toBe(2);
		expect(bytesOf('')).toEqual(nothing);
	});
});
