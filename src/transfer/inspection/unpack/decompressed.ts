/** Formats that compress one stream of bytes, and what comes out of them. */
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Chunks } from '../entry.ts';
import { bunzip2 } from './bzip2.ts';
import { through } from './through.ts';
import { unxz } from './xz.ts';

export type Compressed = 'gzip' | 'bzip2' | 'xz' | 'zstd';

const CHUNK = 65_536;

export function isCompressed(format: string): format is Compressed {
	return format === 'gzip' || format === 'bzip2' || format === 'xz' || format === 'zstd';
}

export function decompressed(format: Compressed, packed: Iterable<Uint8Array>): Chunks {
	switch (format) {
		case 'gzip':
			return through(packed, createGunzip({ chunkSize: CHUNK }));
		case 'bzip2':
			return bunzip2(packed);
		case 'xz':
			return unxz(packed);
		case 'zstd':
			return through(packed, createZstdDecompress({ chunkSize: CHUNK }));
	}
}
