/** The address that goes out in pongs, hits and handshakes. */
import { networkInterfaces } from 'node:os';
import type { Address } from '../world/world.ts';

/**
 * What the user says; else where we listen; and where that is "everywhere", the first address of this
 * machine in the scope. Behind a router it may be none that others can use: peers tell us (Remote-IP).
 */
export function announced(
	said: Address | undefined,
	listening: Address,
	usable: (host: string) => boolean,
): Address {
	if (said !== undefined) return { host: said.host, port: said.port === 0 ? listening.port : said.port };
	if (listening.host !== '0.0.0.0' && listening.host !== '::') return listening;
	const own = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
	const host = own.find(({ family, address }) => family === 'IPv4' && usable(address))?.address;
	return { host: host ?? listening.host, port: listening.port };
}
