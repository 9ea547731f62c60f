import { ipv4Text, ipv6Text } from '../../networks/common/address.ts';

/** The first 4 or all 16 bytes as text. */
export function addressText(address: Uint8Array, length: number): string {
	return length === 4 ? ipv4Text(address) : ipv6Text(address);
}
