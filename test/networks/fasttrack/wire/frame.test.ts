/** Framing: the permuted headers, the counter, and streams that are cut, spoilt or hostile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { FrameReader, FrameWriter, type Unit } from '../../../../src/networks/fasttrack/wire/frame.ts';
import { cuts, fromHex, join } from '../../gnutella/wire/pieces.ts';

const message = fc.record({
	type: fc.integer({ min: 0, max: 0xffff }),
	body: fc.uint8Array({ maxLength: 300 }),
});
const unit = fc.oneof(message, fc.constant('ping' as const), fc.constant('pong' as const));

function write(units: readonly Unit[]): Uint8Array {
	const writer = new FrameWriter();
	return join(
		units.map((one) =>
			one === 'ping' ? writer.ping() : one === 'pong' ? writer.pong() : writer.message(one.type, one.body),
		),
	);
}

function read(reader: FrameReader, pieces: Iterable<Uint8Array>): { units: Unit[]; refused: boolean } {
	const units: Unit[] = [];
	for (const piece of pieces) {
		reader.push(piece);
		for (let next = reader.next(); next !== undefined; next = reader.next()) {
			if (isRefusal(next)) return { units, refused: true };
			units.push(typeof next === 'object' ? { type: next.type, body: next.body.slice() } : next);
		}
	}
	return { units, refused: false };
}

describe('a stream of units', () => {
	it('has headers whose bytes change places as described', () => {
		const writer = new FrameWriter();
		const body = new Uint8Array(0x0102);
		// 51 is 0 modulo 3: type low, type high, length high, length low.
		expect(writer.message(0x0304, body).subarray(0, 5)).toEqual(fromHex('4b04030102'));
		// 51 xor not(0304 + 0102), 32 bits, is 0 modulo 3 again; with a body of one byte less it is 1.
		expect((0x51 ^ ~0x0406) >>> 0).toBe(0xfffffba8);
		expect(0xfffffba8 % 3).toBe(2);
		// 2: type high, length low, length high, type low.
		expect(writer.message(0x0304, body).subarray(0, 5)).toEqual(fromHex('4b03020104'));
		expect(((0xfffffba8 ^ ~0x0406) >>> 0) % 3).toBe(0);
		writer.message(0x0000, new Uint8Array(0));
		expect(((0x51 ^ ~0) >>> 0) % 3).toBe(0);
		// 1: type high, length high, type low, length low.
		const other = new FrameWriter();
		other.message(0x0000, new Uint8Array(1));
		expect(((0x51 ^ ~1) >>> 0) % 3).toBe(1);
		expect(other.message(0x0304, body).subarray(0, 5)).toEqual(fromHex('4b03010402'));
	});

	it('is read as it was written, however it is cut', () => {
		fc.assert(
			fc.property(fc.array(unit, { maxLength: 20 }), cuts, (units, cut) => {
				expect(read(new FrameReader(), cut(write(units)))).toEqual({ units, refused: false });
			}),
		);
	});

	it('passes over what is too long, and reads all the rest', () => {
		fc.assert(
			fc.property(fc.array(unit, { maxLength: 20 }), cuts, (units, cut) => {
				const short = units.filter((one) => typeof one !== 'object' || one.body.length <= 100);
				expect(read(new FrameReader(100), cut(write(units))).units).toEqual(short);
			}),
		);
	});

	it('takes the longest body byte by byte in time that grows with it', () => {
		const body = Uint8Array.from({ length: 0xffff }, (_, i) => i);
		const stream = write([{ type: 7, body }]);
		const { units } = read(
			new FrameReader(),
			Array.from(stream, (byte) => Uint8Array.of(byte)),
		);
		expect(units).toEqual([{ type: 7, body }]);
	});

	it('is lost for good behind anything that is no unit: fasttrack.stream.lost', () => {
		const reader = new FrameReader();
		const good = write([{ type: 7, body: new Uint8Array(3) }]);
		reader.push(Uint8Array.of(0x50, 0x00));
		expect(reader.next()).toBe('ping');
		expect(reader.next()).toMatchObject({ refused: 'fasttrack.stream.lost' });
		reader.push(good);
		expect(reader.next()).toMatchObject({ refused: 'fasttrack.stream.lost' });
	});

	it('is a value or a refusal whatever comes', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
				for (const one of read(new FrameReader(50), pieces).units)
					if (typeof one === 'object') expect(one.body.length).toBeLessThanOrEqual(50);
			}),
		);
	});

	it('cannot be written with a body that has no length', () => {
		expect(() => new FrameWriter().message(0, new Uint8Array(0x10000))).toThrow(RangeError);
	});
});
