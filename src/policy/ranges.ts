/** Ranges of addresses: `10.0.0.0/8`, `192.0.2.7`, `2001:db8::/32`. Names are not looked up. */
import ipaddr from 'ipaddr.js';

export interface Range {
	readonly version: 4 | 6;
	/** In its short form, with `/bits` where it is more than one address: as nftables reads it. */
	readonly text: string;
	readonly bytes: readonly number[];
	readonly bits: number;
}

/** undefined: neither an address nor a range. An IPv4 address within IPv6 (::ffff:1.2.3.4) is IPv4. */
export function rangeOf(text: string): Range | undefined {
	const [host, bits, ...rest] = text.split('/');
	if (rest.length > 0 || host === undefined || !ipaddr.isValid(host)) return undefined;
	if (ipaddr.IPv4.isValid(host) && !ipaddr.IPv4.isValidFourPartDecimal(host)) return undefined;
	if (host.includes('%')) return undefined;
	const address = ipaddr.process(host);
	const bytes = address.toByteArray();
	const most = bytes.length * 8;
	if (bits !== undefined && !/^[0-9]{1,3}$/.test(bits)) return undefined;
	// The bits of a mapped address would count from the wrong end.
	if (bits !== undefined && host.includes(':') && most === 32) return undefined;
	const length = bits === undefined ? most : Number(bits);
	if (length > most) return undefined;
	const first = bytes.map((byte, index) => byte & mask(length, index));
	const short = ipaddr.fromByteArray(first).toString();
	return {
		version: most === 32 ? 4 : 6,
		text: length === most ? short : `${short}/${length}`,
		bytes: first,
		bits: length,
	};
}

/** The address, if it is one and no range. */
export function singleOf(text: string): Range | undefined {
	const range = rangeOf(text);
	return range !== undefined && range.bits === range.bytes.length * 8 ? range : undefined;
}

export function contains(range: Range, address: Range): boolean {
	if (range.version !== address.version || range.bits > address.bits) return false;
	// Asked for each flow and range of a policy: most end at the first byte.
	for (let index = 0; index * 8 < range.bits; index++)
		if ((address.bytes[index]! & mask(range.bits, index)) !== range.bytes[index]) return false;
	return true;
}

/** The mask of one byte under so many bits. */
function mask(bits: number, index: number): number {
	return (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 255;
}
