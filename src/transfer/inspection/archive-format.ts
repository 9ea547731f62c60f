/** Which archives there are, by their first bytes, and which of them are read here. */
import type { Content } from '../../defence/content.ts';
import { has, latin1 } from '../../defence/formats/bytes.ts';
import { isTar } from './tar.ts';
import { isZip } from './zip.ts';

/** `unknown`: an archive, but none that is read here. */
export type ArchiveFormat = 'zip' | 'tar' | 'gzip' | 'bzip2' | 'xz' | 'zstd' | '7z' | 'rar' | 'unknown';

const MAGIC: readonly (readonly [ArchiveFormat, RegExp])[] = [
	['gzip', /^\x1f\x8b\x08/],
	['bzip2', /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/],
	['xz', /^\xfd7zXZ\0/],
	// One or several frames; a skippable one may come first.
	['zstd', /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/],
	['7z', /^7z\xbc\xaf\x27\x1c/],
	['rar', /^Rar!\x1a\x07[\0\x01]/],
	// Cabinets, ACE, LHA, lzip, LZ4, cpio, ARJ (its header's size is 30 to 46).
	[
		'unknown',
		/^(?:MSCF\0{4}|.{7}\*\*ACE\*\*|..-l[hz][0-9sd]-|LZIP[\0\x01]|\x04\x22\x4d\x18|07070[127]|\x60\xea[\x1e-\xff]\0)/s,
	],
];

/** undefined: no archive. */
export function archiveFormat(content: Content): ArchiveFormat | undefined {
	const head = content.read(0, 512);
	const text = latin1(head, 0, 16);
	for (const [format, magic] of MAGIC) if (magic.test(text)) return format;
	if (isTar(head)) return 'tar';
	return has(head, 'MZ') || has(head, '\x7fELF') || !isZip(content) ? undefined : 'zip';
}
