/**
 * Soulseek on the wire: little-endian length, code and strings. Its numbers are small and common, so a message
 * must parse to its last byte.
 */
import type { Finding, Match, Pattern, Signature } from '../signature.ts';

/** Code 1: name, password, version, hash of both in hex, minor version. */
const login: Pattern = {
	match({ bytes, from, to, byOpener, fromStart, last }): Finding {
		if (!byOpener || !fromStart) return undefined;
		if (to - from < 8) return last ? undefined : 'more';
		const length = littleEndian(bytes, from);
		if (littleEndian(bytes, from + 4) !== 1 || length < 30 || length > 1024) return undefined;
		if (to - from < 4 + length) return last ? undefined : 'more';
		const end = from + 4 + length;
		const password = skipText(bytes, from + 8, end);
		const version = skipText(bytes, password, end);
		if (version < 0 || version + 8 > end || littleEndian(bytes, version) > 1000) return undefined;
		const hash = littleEndian(bytes, version + 4);
		return hash === 32 && skipText(bytes, version + 4, end) > 0 ? match('login', 8) : undefined;
	},
};

/** Between peers: 1, name, type P, F or D, token. */
const peer: Pattern = {
	match({ bytes, from, to, byOpener, fromStart, last }): Finding {
		if (!byOpener || !fromStart) return undefined;
		if (to - from < 5) return last ? undefined : 'more';
		const length = littleEndian(bytes, from);
		if (bytes[from + 4] !== 1 || length < 11 || length > 128) return undefined;
		if (to - from < 4 + length) return last ? undefined : 'more';
		const end = from + 4 + length;
		const type = skipText(bytes, from + 5, end);
		if (type < 0 || littleEndian(bytes, type) !== 1 || type + 9 !== end) return undefined;
		return bytes[type + 4] === 0x50 || bytes[type + 4] === 0x46 || bytes[type + 4] === 0x44
			? match('peer init', 5)
			: undefined;
	},
};

export const signature: Signature = {
	network: 'soulseek',
	title: 'Soulseek',
	source: 'public descriptions of the protocol',
	seen: 'read',
	tcp: [login, peer],
	tcpPorts: [2234, 2240, 2242],
	seeds: { names: ['slsknet.org'] },
};

function match(what: string, length: number): Match {
	return { what: `${what} that parses to its last byte`, offset: 0, length };
}

/** Behind a string of printable bytes; -1: there is none. */
function skipText(bytes: Uint8Array, at: number, end: number): number {
	if (at < 0 || at + 4 > end) return -1;
	const length = littleEndian(bytes, at);
	if (length === 0 || length > 256 || at + 4 + length > end) return -1;
	for (let index = at + 4; index < at + 4 + length; index++) if (bytes[index]! < 32) return -1;
	return at + 4 + length;
}

function littleEndian(bytes: Uint8Array, at: number): number {
	return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
