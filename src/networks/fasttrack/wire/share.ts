/**
 * 22, share a file, and 05, take it back: hash 20, id, size, tags; a share says before it 00, the kind of medium,
 * 00 00. The hash covers a few percent of a big file: it names the file, it proves nothing.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { specification } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';
import { readTags, type Tags, writeTags } from './tags.ts';

/** Kinds of medium. */
export const Medium = { Audio: 1, Video: 2, Image: 3, Document: 4, Software: 5 } as const;

export interface FileRecord {
	/** 20 bytes. */
	readonly hash: Uint8Array;
	/** 14 bits of a checksum of the hash: nobody needs it. */
	readonly id: number;
	/** Bytes. */
	readonly size: number;
	readonly tags: Tags;
}

export interface Share extends FileRecord {
	readonly medium: number;
}

const broken = refusal('fasttrack.message.malformed', 'share');

export function readFile(fields: Fields): FileRecord {
	const hash = fields.bytes(specification.hash);
	return { hash, id: fields.dynamic(), size: fields.dynamic(), tags: readTags(fields) };
}

export function writeFile(body: Body, file: FileRecord): void {
	if (file.hash.length !== specification.hash) throw new RangeError('a hash has 20 bytes');
	body.bytes(file.hash).dynamic(file.id).dynamic(file.size);
	writeTags(body, file.tags);
}

export function encodeShare(share: Share): Uint8Array {
	const body = new Body().byte(0).byte(share.medium).two(0);
	writeFile(body, share);
	return body.done();
}

export function decodeShare(body: Uint8Array): Share | Refusal {
	const fields = new Fields(body, 1);
	const medium = fields.byte();
	fields.two();
	const file = readFile(fields);
	return fields.failed ? broken : { ...file, medium };
}

export function encodeUnshare(file: FileRecord): Uint8Array {
	const body = new Body();
	writeFile(body, file);
	return body.done();
}

export function decodeUnshare(body: Uint8Array): FileRecord | Refusal {
	const fields = new Fields(body);
	const file = readFile(fields);
	return fields.failed ? broken : file;
}
