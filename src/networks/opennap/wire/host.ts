/** Addresses stand in lines as one decimal number: the four bytes in network order, read as a little-endian integer. */
import { ipv4Bytes, ipv4Text } from '../../common/address.ts';
import { le32, putLe32 } from '../../common/integers.ts';

/** Not IPv4: 0, an address that nobody dials. */
export function encodeHost(host: string): number {
	const bytes = ipv4Bytes(host);
	return bytes === undefined ? 0 : le32(bytes, 0);
}

export function decodeHost(number: number): string {
	const bytes = new Uint8Array(4);
	putLe32(bytes, 0, number);
	return ipv4Text(bytes);
}
