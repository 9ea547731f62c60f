/** Addresses stand in lines as one decimal number: the four bytes in network order, read as a little-endian integer. */
import { ipv4Number, ipv4Text } from '../../common/address.ts';
import { putLe32 } from '../../common/integers.ts';

/** Not IPv4: 0, an address that nobody dials. */
export function encodeHost(host: string): number {
	const ip = ipv4Number(host);
	if (ip < 0) return 0;
	return ((ip << 24) | ((ip & 0xff00) << 8) | ((ip >>> 8) & 0xff00) | (ip >>> 24)) >>> 0;
}

export function decodeHost(number: number): string {
	const bytes = new Uint8Array(4);
	putLe32(bytes, 0, number);
	return ipv4Text(bytes);
}
