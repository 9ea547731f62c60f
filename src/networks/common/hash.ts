/** Hashes and identifiers as text: base32 (RFC 4648, no padding) and hex. Reading takes both letter cases. */

/** No hash or identifier of any network is longer than this many characters. */
const LONGEST = 128;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HEX = '0123456789abcdef';

const base32Value = new Int8Array(128).fill(-1);
for (let i = 0; i < 32; i++) {
	base32Value[BASE32.charCodeAt(i)] = i;
	base32Value[BASE32.toLowerCase().charCodeAt(i)] = i;
}

/** Upper case: the usual spelling in urn:sha1. */
export function base32(bytes: Uint8Array): string {
	let text = '';
	let held = 0;
	let bits = 0;
	for (let i = 0; i < bytes.length; i++) {
		held = ((held << 8) | bytes[i]) & 0xfff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += BASE32[(held >>> bits) & 31];
		}
	}
	if (bits > 0) text += BASE32[(held << (5 - bits)) & 31];
	return text;
}

/** Undefined: too long, a foreign letter, a length that no bytes have, or stray bits at the end. */
export function unbase32(text: string): Uint8Array | undefined {
	const whole = Math.floor((text.length * 5) / 8);
	const stray = text.length * 5 - whole * 8;
	if (text.length > LONGEST || stray >= 5) return undefined;
	const bytes = new Uint8Array(whole);
	let held = 0;
	let bits = 0;
	let at = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		const value = code < 128 ? base32Value[code] : -1;
		if (value < 0) return undefined;
		held = ((held << 5) | value) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[at++] = held >>> bits;
		}
	}
	return (held & ((1 << stray) - 1)) === 0 ? bytes : undefined;
}

/** Lower case. */
export function hex(bytes: Uint8Array): string {
	let text = '';
	for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i] >>> 4] + HEX[bytes[i] & 15];
	return text;
}

/** Undefined: too long, an odd number of digits, or something that is no digit. */
export function unhex(text: string): Uint8Array | undefined {
	if (text.length > LONGEST || text.length % 2 !== 0) return undefined;
	const bytes = new Uint8Array(text.length / 2);
	for (let i = 0; i < bytes.length; i++) {
		const high = digit(text.charCodeAt(2 * i));
		const low = digit(text.charCodeAt(2 * i + 1));
		if (high < 0 || low < 0) return undefined;
		bytes[i] = (high << 4) | low;
	}
	return bytes;
}

function digit(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	const lower = code | 0x20;
	return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
