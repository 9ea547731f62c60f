/**
 * A path is the name that its owner gave, in whatever encoding, and is asked for by the very same bytes. So it is kept as
 * a raw string: one character for each byte. Only what people see is decoded.
 */
import { text } from '../../common/lines.ts';
import { bytesOf, textOf } from '../../common/text.ts';

/** A raw string of bytes. */
export function raw(bytes: Uint8Array, from = 0, to = bytes.length): string {
	return text(bytes, from, to);
}

/** The bytes of a raw string. */
export function rawBytes(line: string): Uint8Array {
	return Buffer.from(line, 'latin1');
}

/** As UTF-8, raw. */
export function rawOf(said: string): string {
	return raw(bytesOf(said));
}

/** For people. */
export function readable(line: string): string {
	return textOf(rawBytes(line));
}
