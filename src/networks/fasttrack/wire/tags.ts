/** What is said of a file beside its hash and size: a count, then for each a number, a length, and bytes. */
import { ours } from '../limits.ts';
import { type Body, Fields } from './fields.ts';
import { decodeText } from './text.ts';

/** Those that we read or write. */
export const Tag = {
	/** What a text search is compared with: any of the names below. */
	Any: 0,
	Year: 1,
	Name: 2,
	Hash: 3,
	Title: 4,
	Seconds: 5,
	Artist: 6,
	Album: 8,
	Keywords: 0x0c,
	Resolution: 0x0d,
	Bitrate: 0x15,
	Size: 0x21,
} as const;

/** The bytes of a tag by its number; the first of each counts. */
export type Tags = ReadonlyMap<number, Uint8Array>;

export function readTags(fields: Fields): Tags {
	const tags = new Map<number, Uint8Array>();
	const count = fields.dynamic();
	if (count > ours.tags) fields.failed = true;
	for (let i = 0; i < count && !fields.failed; i++) {
		const tag = fields.dynamic();
		const value = fields.bytes(fields.dynamic());
		if (!fields.failed && !tags.has(tag)) tags.set(tag, value);
	}
	return tags;
}

export function writeTags(body: Body, tags: Tags): void {
	body.dynamic(tags.size);
	for (const [tag, value] of tags) body.dynamic(tag).dynamic(value.length).bytes(value);
}

/** A tag that is a number; undefined: it is not one. */
export function numberOf(value: Uint8Array): number | undefined {
	const fields = new Fields(value);
	const number = fields.dynamic();
	return fields.failed || fields.left > 0 ? undefined : number;
}

/** What a file is called: its name, else its title; empty: neither is said. */
export function nameIn(tags: Tags): string {
	const name = tags.get(Tag.Name) ?? tags.get(Tag.Title);
	return name === undefined || name.length > ours.text ? '' : decodeText(name);
}
