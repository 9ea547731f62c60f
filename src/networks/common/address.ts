/**
 * Addresses as text and as bytes. Only literal addresses are read here: a name from a peer would make
 * us ask a name server on its behalf.
 */
import type { Address } from '../../world/world.ts';

/** `host:port`, with brackets around IPv6. */
export function formatAddress(address: Address): string {
	return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Reads `1.2.3.4:port` or `[v6]:port`; undefined for anything else and for port 0. */
export function parseAddress(text: string): Address | undefined {
	if (text.length > 54) return undefined;
	const colon = text.lastIndexOf(':');
	const port = colon < 0 ? undefined : parsePort(text.slice(colon + 1));
	return port === undefined ? undefined : withHost(text.slice(0, colon), port);
}

/**
 * A list as headers carry it: `1.2.3.4:5, 6.7.8.9, ...`. Items without a port get the default one;
 * items that are not addresses are left out; what follows the address after a space is ignored.
 */
export function parseAddresses(text: string, limit: number, defaultPort?: number): Address[] {
	const found: Address[] = [];
	for (let at = 0; at < text.length && found.length < limit; ) {
		const comma = text.indexOf(',', at);
		const end = comma < 0 ? text.length : comma;
		if (end - at <= 128) {
			const item = text.slice(at, end).trim().split(' ', 1)[0];
			const address = parseAddress(item) ?? (defaultPort ? withHost(item, defaultPort) : undefined);
			if (address) found.push(address);
		}
		at = end + 1;
	}
	return found;
}

/** An address as one value, to be kept by the thousand and compared: a number if its host is IPv4, otherwise its text. */
export type PackedAddress = number | string;

export function packAddress(address: Address): PackedAddress {
	const host = ipv4Number(address.host);
	return host < 0 ? formatAddress(address) : host * 0x1_0000 + address.port;
}

export function unpackAddress(packed: PackedAddress): Address {
	if (typeof packed === 'number') {
		const ip = (packed / 0x1_0000) >>> 0;
		const host = `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
		return { host, port: (packed % 0x1_0000) | 0 };
	}
	const colon = packed.lastIndexOf(':');
	return { host: packed.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(packed.slice(colon + 1)) };
}

/** The 4 bytes in network order, or undefined if the host is not dotted IPv4. */
export function ipv4Bytes(host: string): Uint8Array | undefined {
	const ip = ipv4Number(host);
	return ip < 0 ? undefined : Uint8Array.of(ip >>> 24, ip >>> 16, ip >>> 8, ip);
}

/** As a whole number from 0 to 2^32 - 1, or -1 if the host is not dotted IPv4. */
export function ipv4Number(host: string): number {
	if (host.length < 7 || host.length > 15) return -1;
	let number = 0;
	let part = 0;
	let digits = 0;
	let value = 0;
	for (let i = 0; i <= host.length; i++) {
		const code = i < host.length ? host.charCodeAt(i) : 0x2e;
		if (code === 0x2e) {
			if (digits === 0 || ++part > 4) return -1;
			number = number * 256 + value;
			digits = 0;
			value = 0;
			continue;
		}
		// Leading zeros are refused: some readers take them for octal.
		if (code < 0x30 || code > 0x39 || (digits > 0 && value === 0)) return -1;
		value = value * 10 + code - 0x30;
		digits++;
		if (value > 255) return -1;
	}
	return part === 4 ? number : -1;
}

export function ipv4Text(bytes: Uint8Array, at = 0): string {
	return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** The 16 bytes in network order, or undefined if the host is not IPv6 (no zone, no embedded IPv4). */
export function ipv6Bytes(host: string): Uint8Array | undefined {
	if (host.length < 2 || host.length > 39) return undefined;
	const halves = host.split('::');
	if (halves.length > 2) return undefined;
	const head = groups(halves[0]);
	const tail = halves.length === 2 ? groups(halves[1]) : [];
	if (!head || !tail) return undefined;
	const missing = 8 - head.length - tail.length;
	if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
	const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
	return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 255]));
}

/** In the short form of RFC 5952: lower case, the longest run of zero groups as `::`. */
export function ipv6Text(bytes: Uint8Array, at = 0): string {
	const all: number[] = [];
	for (let i = 0; i < 8; i++) all.push((bytes[at + 2 * i] << 8) | bytes[at + 2 * i + 1]);
	let start = -1;
	let longest = 1;
	for (let i = 0; i < 8; i++) {
		let run = 0;
		while (i + run < 8 && all[i + run] === 0) run++;
		if (run > longest) {
			longest = run;
			start = i;
		}
	}
	const text = (some: number[]) => some.map((group) => group.toString(16)).join(':');
	if (start < 0) return text(all);
	return `${text(all.slice(0, start))}::${text(all.slice(start + longest))}`;
}

function groups(text: string): number[] | undefined {
	if (text === '') return [];
	const parts = text.split(':');
	if (parts.length > 8 || !parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
	return parts.map((part) => Number.parseInt(part, 16));
}

function parsePort(text: string): number | undefined {
	if (!/^[0-9]{1,5}$/.test(text)) return undefined;
	const port = Number(text);
	return port >= 1 && port <= 65535 ? port : undefined;
}

function withHost(host: string, port: number): Address | undefined {
	if (ipv4Bytes(host)) return { host, port };
	if (!host.startsWith('[') || !host.endsWith(']')) return undefined;
	const bytes = ipv6Bytes(host.slice(1, -1));
	return bytes ? { host: ipv6Text(bytes), port } : undefined;
}
