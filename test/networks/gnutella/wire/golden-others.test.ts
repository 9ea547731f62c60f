import { describe, expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import { base32 } from '../../../../src/networks/common/hash.ts';
import { decodeHit } from '../../../../src/networks/gnutella/wire/hit.ts';
import { frameOfDatagram, payloadOf } from '../../../../src/networks/gnutella/wire/message.ts';
import { decodePong } from '../../../../src/networks/gnutella/wire/pong.ts';
import { decodePush } from '../../../../src/networks/gnutella/wire/push.ts';
import { decodeQrp } from '../../../../src/networks/gnutella/wire/qrp.ts';
import { RouteTableReader } from '../../../../src/networks/gnutella/wire/qrp-patch.ts';
import { queryHashes, type RouteTable } from '../../../../src/networks/gnutella/wire/qrp-table.ts';
import { decodeQuery } from '../../../../src/networks/gnutella/wire/query.ts';
import { decodeSupported, decodeVendor } from '../../../../src/networks/gnutella/wire/vendor.ts';
import { oneBitTable, otherFrames } from './golden-other-frames.ts';
import { fromHex } from './pieces.ts';

const payload = (name: keyof typeof otherFrames) =>
	payloadOf(good(frameOfDatagram(fromHex(otherFrames[name]))));

/** The value; a refusal fails the test. */
function good<T>(value: T | Refusal): T {
	if (isRefusal(value)) throw new Error(`${value.refused} ${value.detail ?? ''}`);
	return value;
}

/** The table after these payloads. */
function tableOf(payloads: readonly Uint8Array[]): RouteTable {
	const reader = new RouteTableReader();
	for (const one of payloads) good(reader.take(one));
	return reader.table!;
}

describe('one-bit patches of gtk-gnutella', () => {
	test('flip slots, the highest bit of a byte being the lowest slot', () => {
		const [reset, first, changes] = oneBitTable.map(fromHex);
		expect(decodeQrp(changes)).toMatchObject({ entryBits: 1, compressed: true });
		const before = tableOf([reset, first]);
		const after = tableOf([reset, first, changes]);
		const found = (table: RouteTable) =>
			['november', 'novembe', 'kilo', 'txt', 'yankee', 'yanke', 'yank', 'tango'].filter((word) =>
				table.mayMatch(queryHashes(word)),
			);
		expect(found(before)).toEqual(['november', 'novembe', 'kilo', 'txt']);
		expect(found(after)).toEqual(['november', 'novembe', 'kilo', 'txt', 'yankee', 'yanke', 'yank']);
		expect(after.count()).toBe(before.count() + 3);
	});
});

describe('mldonkey', () => {
	test('sends a table of 1,024 slots in 4-bit entries, with the words of its files', () => {
		expect(decodeQrp(payload('mldonkeyReset'))).toEqual({ kind: 'reset', slots: 1024, infinity: 7 });
		const table = tableOf([payload('mldonkeyReset'), payload('mldonkeyPatch')]);
		expect(table.mayMatch(queryHashes('bravo foxtrot film'))).toBe(true);
		expect(table.mayMatch(queryHashes('whiskey'))).toBe(false);
	});

	test('answers with urn:sha1 and urn:bitprint side by side', () => {
		const hit = good(decodeHit(payload('mldonkeyHit')));
		expect(hit).toMatchObject({ vendor: 'MLDK', address: { host: '89.50.1.1', port: 7401 } });
		expect(hit.records).toHaveLength(3);
		const [film] = hit.records;
		expect(film).toMatchObject({ name: 'bravo foxtrot film.avi', size: 3_000_000 });
		expect(base32(film.sha1!)).toBe('HPOS5VYOJBNKEFK3PTXWJBGKA373YY6U');
		expect(base32(film.tth!)).toBe('4RTNBKCPBJWFNQNIKBJAZDXFFCDDZ2ODPLAU52Y');
	});

	test('asks without flags, and for a hash with a backslash as text', () => {
		expect(decodeQuery(payload('mldonkeyQuery'))).toMatchObject({ flags: 0, text: 'probe kappa', urns: [] });
		const urns = ['urn:sha1:wamgvfngrxq7szdc2d2ouerj7soam2fn'];
		expect(decodeQuery(payload('mldonkeyQueryUrn'))).toMatchObject({ text: '\\', urns });
	});

	test('sends pongs, pushes and vendor messages without extensions', () => {
		const address = { host: '89.50.1.1', port: 7401 };
		expect(decodePong(payload('mldonkeyPong'))).toMatchObject({ address, files: 10, kilobytes: 10 });
		expect(decodePush(payload('mldonkeyPush'))).toMatchObject({ address, index: 7 });
		const { data } = good(decodeVendor(payload('mldonkeySupported')));
		expect(good(decodeSupported(data)).map(({ vendor, selector }) => `${vendor}/${selector}`)).toEqual([
			'BEAR/4',
			'BEAR/7',
			'GTKG/7',
		]);
	});
});

describe('giFT', () => {
	test('sends a table of 8 slots, unpacked and in 8-bit entries, while it shares nothing', () => {
		expect(decodeQrp(payload('giftReset'))).toEqual({ kind: 'reset', slots: 8, infinity: 7 });
		expect(decodeQrp(payload('giftPatch'))).toMatchObject({ compressed: false, entryBits: 8 });
		expect(tableOf([payload('giftReset'), payload('giftPatch')]).count()).toBe(0);
	});

	test('then one of 65,536 slots with the words of its files', () => {
		const table = tableOf([payload('giftLargeReset'), payload('giftLargePatch')]);
		expect(table.slots).toBe(65536);
		expect(table.mayMatch(queryHashes('alpha foxtrot song'))).toBe(true);
		expect(table.mayMatch(queryHashes('whiskey'))).toBe(false);
	});

	test('answers, asks, and says which vendor messages it takes', () => {
		const hit = good(decodeHit(payload('giftHit')));
		expect(hit).toMatchObject({ vendor: 'GIFT', address: { host: '88.40.1.1', port: 7301 } });
		expect(hit.records.map(({ name, size }) => [name, size])).toContainEqual([
			'charlie foxtrot text.txt',
			5000,
		]);
		expect(hit.records.every(({ sha1 }) => sha1?.length === 20)).toBe(true);
		expect(decodeQuery(payload('giftQuery'))).toMatchObject({ text: 'kappa probe', firewalled: true });
		const { data, version } = good(decodeVendor(payload('giftSupported')));
		expect(version).toBe(1);
		expect(decodeSupported(data)).toEqual([
			{ vendor: 'BEAR', selector: 7, version: 1 },
			{ vendor: 'LIME', selector: 21, version: 2 },
		]);
	});
});
