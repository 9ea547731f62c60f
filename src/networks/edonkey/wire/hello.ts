/**
 * HELLO (E3 01) and its answer (E3 4C), the first words between clients, and a server's when it tries whether a
 * client can be dialled. HELLO alone begins with the length of the hash, 16.
 *
 * What the client can stands in two numbers (tags FA and FE), a few bits a feature.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { readAddress, writeAddress } from './endpoint.ts';
import { decodeTags, encodeTags, numberTag, type Tag, TagName, textTag } from './tags.ts';

/** Versions of features; 0: not there. */
export interface Features {
	readonly aich: number;
	readonly unicode: boolean;
	readonly udp: number;
	readonly compression: number;
	readonly secureIdentity: number;
	readonly sourceExchange: number;
	readonly extendedRequests: number;
	readonly comments: number;
	readonly noViewShared: boolean;
	readonly multiPacket: boolean;
	readonly kad: number;
	readonly largeFiles: boolean;
	readonly extendedMultiPacket: boolean;
	readonly cryptSupported: boolean;
	readonly cryptRequested: boolean;
	readonly cryptRequired: boolean;
	readonly sourceExchange2: boolean;
}

export interface Hello {
	readonly hash: Uint8Array;
	readonly id: number;
	readonly port: number;
	readonly name: string;
	readonly version: number;
	/** UDP port of the client, and of Kad above it. */
	readonly udpPorts: number;
	readonly muleVersion: number;
	readonly features: Features;
	/** The server that the client is connected to; host 0.0.0.0: none. */
	readonly server: Address;
}

const malformed = refusal('edonkey.message.malformed', 'hello');

export function misc1Of(one: Features): number {
	const low =
		(one.comments << 4) |
		(one.extendedRequests << 8) |
		(one.sourceExchange << 12) |
		(one.secureIdentity << 16) |
		(one.compression << 20) |
		(one.udp << 24) |
		(one.noViewShared ? 4 : 0) |
		(one.multiPacket ? 2 : 0);
	return (low | (one.unicode ? 1 << 28 : 0) | (one.aich << 29)) >>> 0;
}

export function misc2Of(one: Features): number {
	const flags: readonly [boolean, number][] = [
		[one.largeFiles, 0x10],
		[one.extendedMultiPacket, 0x20],
		[one.cryptSupported, 0x80],
		[one.cryptRequested, 0x100],
		[one.cryptRequired, 0x200],
		[one.sourceExchange2, 0x400],
	];
	return flags.reduce((bits, [has, bit]) => bits | (has ? bit : 0), one.kad & 15);
}

export function featuresOf(misc1: number, misc2: number): Features {
	return {
		aich: misc1 >>> 29,
		unicode: (misc1 & (1 << 28)) !== 0,
		udp: (misc1 >>> 24) & 15,
		compression: (misc1 >>> 20) & 15,
		secureIdentity: (misc1 >>> 16) & 15,
		sourceExchange: (misc1 >>> 12) & 15,
		extendedRequests: (misc1 >>> 8) & 15,
		comments: (misc1 >>> 4) & 15,
		noViewShared: (misc1 & 4) !== 0,
		multiPacket: (misc1 & 2) !== 0,
		kad: misc2 & 15,
		largeFiles: (misc2 & 0x10) !== 0,
		extendedMultiPacket: (misc2 & 0x20) !== 0,
		cryptSupported: (misc2 & 0x80) !== 0,
		cryptRequested: (misc2 & 0x100) !== 0,
		cryptRequired: (misc2 & 0x200) !== 0,
		sourceExchange2: (misc2 & 0x400) !== 0,
	};
}

/** `answer`: the form without the length of the hash. */
export function encodeHello(hello: Hello, answer: boolean): Uint8Array {
	const writer = new Writer();
	if (!answer) writer.u8(16);
	writer.put(hello.hash).u32(hello.id).u16(hello.port);
	const tags: Tag[] = [
		{ name: TagName.Name, value: hello.name },
		{ name: TagName.Version, value: hello.version },
		{ name: TagName.UdpPorts, value: hello.udpPorts },
		{ name: TagName.MuleVersion, value: hello.muleVersion },
		{ name: TagName.Misc1, value: misc1Of(hello.features) },
		{ name: TagName.Misc2, value: misc2Of(hello.features) },
	];
	encodeTags(writer, tags);
	writeAddress(writer, hello.server);
	return writer.done();
}

export function decodeHello(body: Uint8Array, answer: boolean): Hello | Refusal {
	const cursor = new Cursor(body);
	if (!answer && cursor.u8() !== 16) return malformed;
	const hash = cursor.hash();
	const id = cursor.u32();
	const port = cursor.u16();
	if (cursor.short) return malformed;
	const tags = decodeTags(cursor);
	if (isRefusal(tags)) return tags;
	// mldonkey and old programs end here or later: the server is not needed.
	const server = cursor.left >= 6 ? readAddress(cursor) : { host: '0.0.0.0', port: 0 };
	const number = (name: number): number => numberTag(tags, name) ?? 0;
	return {
		hash,
		id,
		port,
		name: textTag(tags, TagName.Name) ?? '',
		version: number(TagName.Version),
		udpPorts: number(TagName.UdpPorts),
		muleVersion: number(TagName.MuleVersion),
		features: featuresOf(number(TagName.Misc1), number(TagName.Misc2)),
		server,
	};
}
