/** Fonts, databases, books and the rest. */
import { brotliCompressSync } from 'node:zlib';
import { be16, be32, cat, le16, le32, zeros } from './build.ts';
import type { Chance } from './random.ts';

/** A font with three tables, enough for its directory to be true. */
export function font(chance: Chance, version = '\0\x01\0\0'): Buffer {
	const tables = ['cmap', 'head', 'name'].map((name) => ({ name, bytes: chance.bytes(56) }));
	let at = 12 + 16 * tables.length;
	const directory = tables.map(({ name, bytes }) => {
		const row = cat(name, be32(0), be32(at), be32(bytes.length));
		at += bytes.length;
		return row;
	});
	return cat(
		version,
		be16(tables.length),
		be16(32),
		be16(1),
		be16(16),
		...directory,
		...tables.map(({ bytes }) => bytes),
	);
}

export function woff2(chance: Chance): Buffer {
	const packed = brotliCompressSync(chance.bytes(200));
	return cat(
		'wOF2',
		'\0\x01\0\0',
		be32(48 + packed.length),
		be16(1),
		be16(0),
		be32(200),
		be32(packed.length),
		be16(1),
		be16(0),
		zeros(20),
		packed,
	);
}

/** An empty database of one page. */
export function sqlite(chance: Chance): Buffer {
	const page = Buffer.alloc(4096);
	cat(
		'SQLite format 3\0',
		be16(4096),
		[1, 1, 0, 64, 32, 32],
		be32(chance.int(99)),
		be32(1),
		zeros(12),
		be32(1),
		be32(4),
		zeros(8),
		be32(1),
		zeros(24),
		be32(1),
		be32(3_040_001),
	).copy(page);
	page[100] = 0x0d;
	page.writeUInt16BE(4096, 105);
	return page;
}

export function torrent(chance: Chance): Buffer {
	const name = `${chance.words(2)}.exe.iso`;
	return cat(
		`d8:announce30:http://tracker.example.org/ann13:creation datei1055000000e4:infod6:lengthi16384e4:name${name.length}:${name}12:piece lengthi16384e6:pieces20:`,
		chance.bytes(20),
		'ee',
	);
}

/** A PalmDB of one record that calls itself a book. */
export function mobi(chance: Chance): Buffer {
	const record = cat(be16(1), zeros(14), 'MOBI', be32(232), be32(2), be32(65_001), chance.bytes(220));
	return cat(
		chance.words(2).slice(0, 31).padEnd(32, '\0'),
		zeros(28),
		'BOOKMOBI',
		be32(1),
		be32(0),
		be16(1),
		be32(88),
		be32(0),
		be16(0),
		record,
	);
}

export function pcap(chance: Chance): Buffer {
	const packet = chance.bytes(80);
	return cat(
		le32(0xa1b2c3d4),
		le16(2),
		le16(4),
		zeros(8),
		le32(65_535),
		le32(1),
		le32(1_055_000_000),
		le32(0),
		le32(packet.length),
		le32(packet.length),
		packet,
	);
}

export function stl(chance: Chance): Buffer {
	return cat('made by a corpus'.padEnd(80), le32(4), chance.bytes(200));
}

export function wasm(chance: Chance): Buffer {
	const custom = chance.bytes(20);
	return cat('\0asm', le32(1), [0, custom.length + 2, 1], 'x', custom);
}
