/** Streams of LZMA and LZMA2, as ZIP, 7z and xz hold them. */
import { u32 } from '../../../defence/formats/bytes.ts';
import { Unreadable } from '../entry.ts';
import { Input } from './input.ts';
import { LZMA_STEP, LzmaDecoder } from './lzma.ts';

/** `properties`: five bytes. `size`: bytes that come out; undefined: until its end mark. */
export function* unlzma(input: Input, properties: Uint8Array, size = Infinity): Generator<Uint8Array> {
	if (properties.length < 5) throw new Unreadable('an LZMA stream without properties');
	const decoder = new LzmaDecoder(input, u32(properties, 1));
	decoder.properties(properties[0]!);
	decoder.startRange();
	while (decoder.out < size) {
		const ended = decoder.decode(Math.min(size, decoder.out + LZMA_STEP));
		yield decoder.taken();
		if (ended) return;
	}
}

/** In ZIP, the SDK's version and the length of the properties stand before them (APPNOTE 5.8.8). */
export function* unzipLzma(packed: Iterable<Uint8Array>, size: number): Generator<Uint8Array> {
	const input = new Input(packed);
	const header = input.bytes(4);
	if (header[2] !== 5 || header[3] !== 0) throw new Unreadable('an LZMA stream without properties');
	yield* unlzma(input, input.bytes(5), size);
}

/** Chunks behind a control byte each, until one of zero. `property`: the size of the dictionary, in its code. */
export function* unlzma2(input: Input, property: number): Generator<Uint8Array> {
	if (property > 40) throw new Unreadable('an LZMA2 dictionary of no known size');
	const decoder = new LzmaDecoder(
		input,
		property === 40 ? 0xffffffff : (2 | (property & 1)) * 2 ** (11 + (property >>> 1)),
	);
	for (let known = false; ; ) {
		const control = input.byte();
		if (control === 0) return;
		if (control === 1 || control >= 0xe0) decoder.emptyWindow();
		if (control < 0x80) {
			if (control > 2) throw new Unreadable('an LZMA2 chunk of no known kind');
			decoder.copy(input.byte() * 256 + input.byte() + 1);
			yield decoder.taken();
			continue;
		}
		const size = (control & 0x1f) * 65_536 + input.byte() * 256 + input.byte() + 1;
		input.bytes(2);
		if (control >= 0xc0) {
			decoder.properties(input.byte(), 4);
			known = true;
		} else if (!known) throw new Unreadable('an LZMA2 chunk without properties');
		else if (control >= 0xa0) decoder.forget();
		decoder.startRange();
		const end = decoder.out + size;
		while (decoder.out < end) {
			if (decoder.decode(Math.min(end, decoder.out + LZMA_STEP)))
				throw new Unreadable('LZMA2 with an end mark');
			yield decoder.taken();
		}
	}
}
