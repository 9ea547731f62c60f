/** Addresses of sockets as the kernel has them (struct sockaddr of ip(7), ipv6(7), unix(7), netlink(7)). */
import { ipv4Text, ipv6Text } from '../networks/common/address.ts';

export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;

export type SocketAddress =
	| { readonly family: 'inet'; readonly host: string; readonly port: number }
	| { readonly family: 'unix'; readonly path: string }
	| { readonly family: 'netlink'; readonly kernel: boolean }
	| { readonly family: 'abstract' | 'unnamed' | 'none' };

/** More is no address of any family. */
export const longestAddress = 128;

/** undefined: too short, or of a family that nobody judges. An IPv4 address within IPv6 is that of IPv4. */
export function readAddress(bytes: Uint8Array): SocketAddress | undefined {
	if (bytes.length < 2) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	switch (view.getUint16(0, true)) {
		case AF_UNSPEC:
			return { family: 'none' };
		case AF_INET:
			if (bytes.length < 16) return undefined;
			return { family: 'inet', host: ipv4Text(bytes, 4), port: view.getUint16(2) };
		case AF_INET6:
			if (bytes.length < 24) return undefined;
			return { family: 'inet', host: hostOf(bytes.subarray(8, 24)), port: view.getUint16(2) };
		case AF_UNIX:
			return unixAddress(bytes.subarray(2));
		case AF_NETLINK:
			if (bytes.length < 12) return undefined;
			return { family: 'netlink', kernel: view.getUint32(4, true) === 0 && view.getUint32(8, true) === 0 };
		default:
			return undefined;
	}
}

function hostOf(bytes: Uint8Array): string {
	const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
	return mapped ? ipv4Text(bytes, 12) : ipv6Text(bytes);
}

function unixAddress(path: Uint8Array): SocketAddress {
	if (path.length === 0) return { family: 'unnamed' };
	if (path[0] === 0) return { family: 'abstract' };
	const end = path.indexOf(0);
	return { family: 'unix', path: Buffer.from(end < 0 ? path : path.subarray(0, end)).toString() };
}

/** For UDP, an address without a family is one of IPv4: udp_sendmsg takes it so. */
export function withFamily(bytes: Uint8Array): Uint8Array {
	if (bytes.length < 16 || bytes[0] !== 0 || bytes[1] !== 0) return bytes;
	const copy = Uint8Array.from(bytes);
	copy[0] = AF_INET;
	return copy;
}
