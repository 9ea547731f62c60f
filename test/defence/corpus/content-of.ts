/** A sample as the product shows it to a defence: its type by the library, from the first 64 KiB. */
import { fileTypeFromBuffer } from 'file-type';
import type { Content, Finding } from '../../../src/defence/content.ts';
import { Disguised } from '../../../src/defence/disguised.ts';
import { Executable } from '../../../src/defence/executable.ts';
import { HostileMedia } from '../../../src/defence/hostile-media.ts';

export interface Sample {
	/** What it is, for the figures: `png`, `pe as mp3`. */
	readonly kind: string;
	readonly name: string;
	readonly bytes: Uint8Array;
}

export async function contentOf(name: string, bytes: Uint8Array): Promise<Content> {
	return withType(name, bytes, await typeOf(bytes));
}

export function withType(name: string, bytes: Uint8Array, type: string | undefined): Content {
	return {
		name,
		size: bytes.length,
		type,
		read: (from, to) => bytes.subarray(Math.max(0, from), Math.max(0, from, to)),
	};
}

/** The library throws at some broken files: then it knows no type. */
export async function typeOf(bytes: Uint8Array): Promise<string | undefined> {
	try {
		return (await fileTypeFromBuffer(bytes.subarray(0, 65_536)))?.mime;
	} catch {
		return undefined;
	}
}

const defences = [new Executable(true), new Disguised(true), new HostileMedia(true)];

/** What the three defences of content say. */
export function inspected(content: Content): Finding[] {
	return defences.flatMap((defence) => defence.inspect(content));
}
