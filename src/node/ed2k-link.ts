/**
 * A link of eDonkey to a file, as web pages and other programs give it:
 *
 *   ed2k://|file|NAME|SIZE|HASH|h=AICH|p=PART:PART:...|/|sources,host:port,host:port|/
 *
 * Of what may stand between the hash and the slash the hashes of the parts are used, which must be those of the
 * file, and the root of its AICH tree, by which wrong parts are mended. Links to servers and lists of servers name no file. A link comes from anywhere: nothing of it is
 * believed but its form, and its length and its number of sources are bounded.
 */
import { md4, partSize } from '../library/ed2k-hash.ts';
import { parseAddress } from '../networks/common/address.ts';
import { hex, unbase32, unhex } from '../networks/common/hash.ts';
import type { Address } from '../world/world.ts';

export interface Ed2kLink {
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** Hex, lower case. */
	readonly ed2k: string;
	/** 16 bytes each: they belong to the hash. */
	readonly parts?: Uint8Array;
	/** Hex: root of the AICH tree. */
	readonly aich?: string;
	readonly sources: readonly Address[];
}

/** Of eDonkey: 256 GiB. */
const largest = 2 ** 38;
const mostSources = 50;
const longestName = 1000;
const longestLink = 1 << 20;

/** A sentence where it is not such a link. */
export function readEd2kLink(text: string): Ed2kLink | string {
	if (text.length > longestLink) return 'This link is longer than any link to a file.';
	// Browsers write the bars as %7C.
	const plain = /^ed2k:\/\/%7c/i.test(text) ? text.replaceAll(/%7c/gi, '|') : text;
	const fields = /^ed2k:\/\/\|(.*)$/is.exec(plain)?.[1]?.split('|') ?? [];
	const [kind = '', written = '', digits = '', hash = ''] = fields;
	if (kind === 'server')
		return 'This link names no file but a server: give it to "sallyport node" with --seed, or paste it in the console.';
	if (kind !== 'file') return `This link names no file: "${text.slice(0, 100)}".`;
	const name = decoded(written);
	if (name.trim() === '' || name.length > longestName) return 'The file of this link has no usable name.';
	const size = /^\d{1,12}$/.test(digits) ? Number(digits) : 0;
	if (size < 1 || size > largest) return `"${digits.slice(0, 20)}" is no size of a file in eDonkey.`;
	if (!/^[0-9a-f]{32}$/i.test(hash)) return `"${hash.slice(0, 40)}" is not 32 hexadecimal digits.`;
	const ed2k = hash.toLowerCase();
	const end = fields.indexOf('/', 4);
	const more = fields.slice(4, end < 0 ? undefined : end);
	const parts = partsOf(more, size, ed2k);
	if (parts === null) return 'The hashes of the parts in this link are not those of its file.';
	const sources = end < 0 ? [] : sourcesOf(fields.slice(end + 1));
	const root = unbase32(
		/^h=([a-z2-7]{32})$/i.exec(more.find((one) => /^h=/i.test(one)) ?? '')?.[1]?.toUpperCase() ?? '',
	);
	const aich = root?.length === 20 ? { aich: hex(root) } : {};
	return { name, size, ed2k, ...aich, ...(parts === undefined ? {} : { parts }), sources };
}

/** undefined: the link has none; null: they do not belong to the file. */
function partsOf(fields: readonly string[], size: number, ed2k: string): Uint8Array | undefined | null {
	const field = fields.find((one) => /^p=/i.test(one));
	if (field === undefined || size < partSize) return undefined;
	const hashes = field.slice(2).split(':');
	// Where the size is a multiple of a part, an empty last part is counted.
	if (hashes.length !== Math.floor(size / partSize) + 1) return null;
	const parts = new Uint8Array(hashes.length * 16);
	for (const [at, hash] of hashes.entries()) {
		const bytes = unhex(hash);
		if (bytes?.length !== 16) return null;
		parts.set(bytes, at * 16);
	}
	return hex(md4(parts)) === ed2k ? parts : null;
}

/** What is no address is passed over: the file may be had without it. */
function sourcesOf(fields: readonly string[]): Address[] {
	const field = fields.find((one) => /^sources,/i.test(one)) ?? '';
	const found: Address[] = [];
	for (const text of field.split(',', mostSources + 1).slice(1)) {
		const address = parseAddress(text);
		if (address !== undefined) found.push(address);
	}
	return found;
}

/** Without percent signs; what is not properly encoded stays as it is. */
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
