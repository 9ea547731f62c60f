/**
 * server.met, the list of servers that programs keep and the web hands out: E0 or 0E | count 4 | for each its address 4, port
 * 2, tags. Of the tags only name and description are read: figures in a file are old, and ports that it adds are hearsay.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { readAddress, writeAddress } from './endpoint.ts';
import { decodeTags, encodeTags, type Tag, TagName, textTag } from './tags.ts';

export interface ListedServer {
	readonly address: Address;
	readonly name?: string;
	readonly description?: string;
}

const malformed = refusal('edonkey.message.malformed', 'server.met');

/** Real lists have up to a few hundred; more are not read. */
const MOST = 2000;

export function encodeServerMet(servers: readonly ListedServer[]): Uint8Array {
	const writer = new Writer(1024).u8(0xe0).u32(servers.length);
	for (const { address, name, description } of servers) {
		writeAddress(writer, address);
		const tags: Tag[] = [];
		if (name !== undefined) tags.push({ name: TagName.Name, value: name });
		if (description !== undefined) tags.push({ name: TagName.Description, value: description });
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
		if (address.port === 0) continue;
		servers.push({
			address,
			...(name !== undefined && { name }),
			...(description !== undefined && { description }),
		});
	}
	return cursor.short ? malformed : servers;
}
