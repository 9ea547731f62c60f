/**
 * Addresses inside messages: 4 bytes of IPv4 in network order and a little-endian port, in the order
 * that the message has. IPv6 lives in GGEP "6", and the old field then says 127.0.0.0 (IPv6-Ready).
 */
import type { Address } from '../../../world/world.ts';
import { ipv4Bytes, ipv4Text, ipv6Bytes, ipv6Text } from '../../common/address.ts';
import { le16, putLe16 } from '../../common/integers.ts';
import type { Ggep } from './ggep.ts';

const IPV6_MARK = '127.0.0.0';

export function putIpv4(bytes: Uint8Array, at: number, address: Address): void {
	bytes.set(ipv4Bytes(address.host) ?? [127, 0, 0, 0], at);
}

/** The extensions with "6" added where the host is IPv6. A host that is neither is our fault. */
export function withIpv6(ggep: Ggep, address: Address): Ggep {
	if (ipv4Bytes(address.host)) return ggep;
	const bytes = ipv6Bytes(address.host);
	if (!bytes) throw new RangeError(`not an address: ${address.host}`);
	return new Map(ggep).set('6', bytes);
}

export function readAddress(bytes: Uint8Array, hostAt: number, portAt: number, ggep: Ggep): Address {
	const host = ipv4Text(bytes, hostAt);
	const port = le16(bytes, portAt);
	const six = host === IPV6_MARK ? ggep.get('6') : undefined;
	return { host: six?.length === 16 ? ipv6Text(six) : host, port };
}

/** Items of 6 bytes (IPv4, port), as in GGEP IPP, ALT and PUSH. Port 0 is left out; at most `limit`. */
export function readAddresses(bytes: Uint8Array | undefined, limit: number): Address[] {
	const found: Address[] = [];
	if (!bytes) return found;
	for (let at = 0; at + 6 <= bytes.length && found.length < limit; at += 6) {
		const port = le16(bytes, at + 4);
		if (port !== 0) found.push({ host: ipv4Text(bytes, at), port });
	}
	return found;
}

/** The same items; IPv6 hosts are left out. */
export function writeAddresses(addresses: readonly Address[]): Uint8Array {
	const items = addresses.filter((address) => ipv4Bytes(address.host));
	const bytes = new Uint8Array(items.length * 6);
	items.forEach((address, i) => {
		putIpv4(bytes, i * 6, address);
		putLe16(bytes, i * 6 + 4, address.port);
	});
	return bytes;
}
