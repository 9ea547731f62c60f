/** Names and words as text. Nobody ever said which letters they are in: UTF-8 where it is that, else Latin-1. */
import { text } from '../../common/lines.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeText(bytes: Uint8Array): string {
	try {
		return utf8.decode(bytes);
	} catch {
		return text(bytes, 0, bytes.length);
	}
}

export function encodeText(said: string): Uint8Array {
	return new TextEncoder().encode(said);
}
