/** Text as old programs send it: UTF-8 where it is valid, else Windows code page 1252. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const western = new TextDecoder('windows-1252');
const encoder = new TextEncoder();

/** Any bytes are some text. */
export function textOf(bytes: Uint8Array): string {
	try {
		return strict.decode(bytes);
	} catch {
		return western.decode(bytes);
	}
}

/** In UTF-8. */
export function bytesOf(text: string): Uint8Array {
	return encoder.encode(text);
}
