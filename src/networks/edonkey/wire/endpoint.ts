/**
 * Ids and endpoints. An id of four bytes is a HighID, the IPv4 address in network order, or a LowID, a number below
 * 2^24 that the server gave to somebody who cannot be dialled. So no address that ends in .0 can be a HighID.
 */
import type { Address } from '../../../world/world.ts';
import { ipv4Bytes, ipv4Text } from '../../common/address.ts';
import { le32 } from '../../common/integers.ts';
import { protocol } from '../limits.ts';
import type { Cursor, Writer } from './cursor.ts';

export function isLowId(id: number): boolean {
	return id < protocol.lowIds;
}

/** 0 where the host is no IPv4 address. */
export function idOf(host: string): number {
	const bytes = ipv4Bytes(host);
	return bytes === undefined ? 0 : le32(bytes, 0);
}

export function hostOf(id: number): string {
	return `${id & 255}.${(id >>> 8) & 255}.${(id >>> 16) & 255}.${id >>> 24}`;
}

export function readAddress(cursor: Cursor): Address {
	const bytes = cursor.take(4);
	const port = cursor.u16();
	return { host: cursor.short ? '0.0.0.0' : ipv4Text(bytes), port };
}

export function writeAddress(writer: Writer, { host, port }: Address): void {
	writer.u32(idOf(host)).u16(port);
}
