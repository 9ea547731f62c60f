/**
 * Which addresses a node deals with, by scope. The rule is asked before each dial, for each accepted link
 * and for each datagram in both directions, and by the networks before they pass an address on.
 *
 *   practice   loopback only: 127.0.0.0/8, ::1
 *   lan        private (RFC 1918), unique local (fc00::/7) and link-local (169.254.0.0/16, fe80::/10)
 *   internet   globally reachable unicast only (RFC 6890 and the registries that it began)
 *
 * The scopes do not overlap, on purpose. Addresses come from strangers: a forged pong or X-Try header
 * must not make an internet node knock at the doors of its own network, nor a lan node at the services of
 * its own machine. So lan does not include loopback (whoever runs several nodes on one machine uses
 * practice), and internet includes neither. The shared space of carriers (100.64.0.0/10, RFC 6598) belongs
 * to no scope, nor do ranges that embed an IPv4 address (6to4, Teredo, NAT64): they would be a way
 * around the rule. Only IPv4-mapped addresses (::ffff:0:0/96) are judged, as the IPv4 address they are.
 *
 * The metadata address of clouds (169.254.169.254) is link-local, is never a servent, and answers whoever
 * asks with secrets: it belongs to no scope.
 *
 * Only addresses are judged, in the one usual way of writing them; a name, 0x7f.1 or 127.1 is not one.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Scope = 'practice' | 'lan' | 'internet';

export const SCOPES: readonly Scope[] = ['practice', 'lan', 'internet'];

/** Deprecated by RFC 4291, section 2.5.5.1. */
const IPV4_COMPATIBLE = /^::\d+\./;

const CLOUD_METADATA = '169.254.169.254';

/** The scope that an address belongs to; undefined: none, it is never dealt with. */
export function scopeOf(host: string): Scope | undefined {
	// The library takes ::8.8.8.8 for a mapped address; the kernel does not.
	if (isIP(host) === 0 || IPV4_COMPATIBLE.test(host)) return undefined;
	const address = ipaddr.process(host);
	switch (address.range()) {
		case 'loopback':
			return 'practice';
		case 'private':
		case 'uniqueLocal':
			return 'lan';
		case 'linkLocal':
			return address.toString() === CLOUD_METADATA ? undefined : 'lan';
		case 'unicast':
			return address.kind() === 'ipv4' || isAllocated(address.toByteArray()) ? 'internet' : undefined;
		default:
			return undefined;
	}
}

export function usableIn(scope: Scope): (host: string) => boolean {
	return (host) => scopeOf(host) === scope;
}

/** For a service that listens here: the scope that it lives in; listening everywhere, all but this machine. */
export function usableBeside(host: string): (host: string) => boolean {
	const scope = scopeOf(host);
	if (scope !== undefined) return usableIn(scope);
	return (other) => scopeOf(other) === 'lan' || scopeOf(other) === 'internet';
}

/** Global unicast is given out from 2000::/3 only (IANA); the rest of IPv6 is reserved. */
function isAllocated(bytes: number[]): boolean {
	return bytes[0] >> 5 === 1;
}
