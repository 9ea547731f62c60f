/**
 * server.met, the list of servers that programs keep and the web hands out: E0 or 0E | count 4 | for each its address 4, port
 * 2, tags. Of the tags only name, description and the port of obfuscated links are read: figures in a file are old. The port
 * counts where the flags say that there is one.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { readAddress, writeAddress } from './endpoint.ts';
import { DatagramFlag } from './server-datagrams.ts';
import { decodeTags, encodeTags, numberTag, type Tag, TagName, textTag } from './tags.ts';

export interface ListedServer {
	readonly address: Address;
	readonly name?: string;
	readonly description?: string;
	/** Where it takes obfuscated links. */
	readonly obfuscatedPort?: number;
}

const malformed = refusal('edonkey.message.malformed', 'server.met');

/** Real lists have up to a few hundred; more are not read. */
const MOST = 2000;

export function encodeServerMet(servers: readonly ListedServer[]): Uint8Array {
	const writer = new Writer(1024).u8(0xe0).u32(servers.length);
	for (const { address, name, description, obfuscatedPort } of servers) {
		writeAddress(writer, address);
		const tags: Tag[] = [];
		if (name !== undefined) tags.push({ name: TagName.Name, value: name });
		if (description !== undefined) tags.push({ name: TagName.Description, value: description });
		if (obfuscatedPort !== undefined) {
			tags.push({ name: TagName.UdpFlags, value: DatagramFlag.ObfuscatedTcp });
			tags.push({ name: TagName.ObfuscatedTcp, value: obfuscatedPort });
		}
		encodeTags(writer, tags);
	}
	return writer.done();
}

export function decodeServerMet(bytes: Uint8Array): ListedServer[] | Refusal {
	const cursor = new Cursor(bytes);
	const head = cursor.u8();
	const count = cursor.u32();
	if (cursor.short || (head !== 0xe0 && head !== 0x0e) || count > MOST) return malformed;
	const servers: ListedServer[] = [];
	for (let i = 0; i < count; i++) {
		const address = readAddress(cursor);
		const tags = decodeTags(cursor);
		if (isRefusal(tags)) return tags;
		const name = textTag(tags, TagName.Name);
		const description = textTag(tags, TagName.Description);
		const flags = numberTag(tags, TagName.UdpFlags) ?? 0;
		const port =
			(flags & DatagramFlag.ObfuscatedTcp) === 0 ? 0 : (numberTag(tags, TagName.ObfuscatedTcp) ?? 0);
		const isPort = Number.isInteger(port) && port > 0 && port < 0x10000;
		if (address.port === 0) continue;
		servers.push({
			address,
			...(name !== undefined && { name }),
			...(description !== undefined && { description }),
			...(isPort && { obfuscatedPort: port }),
		});
	}
	return cursor.short ? malformed : servers;
}
