/** Archives written by hand: ZIP, tar, gzip, xz, 7z, RAR, ISO 9660, CAB. Stored where storing is a method. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { be16, be32, cat, crc32, le16, le32, le64, type Part, padded, zeros } from './build.ts';

export interface Member {
	readonly name: string;
	readonly bytes: Part;
	readonly stored?: boolean;
}

export function zip(members: readonly Member[], comment = ''): Buffer {
	const local: Buffer[] = [];
	const central: Buffer[] = [];
	let at = 0;
	for (const member of members) {
		const plain = cat(member.bytes);
		const packed = member.stored ? plain : deflateRawSync(plain);
		const name = Buffer.from(member.name, 'utf8');
		const common = cat(
			le16(20),
			le16(0x800),
			le16(member.stored ? 0 : 8),
			le16(0),
			le16(0x2e21),
			le32(crc32(plain)),
			le32(packed.length),
			le32(plain.length),
			le16(name.length),
			le16(0),
		);
		local.push(cat('PK\x03\x04', common, name, packed));
		central.push(cat('PK\x01\x02', le16(20), common, le16(0), le16(0), le16(0), le32(0), le32(at), name));
		at += local.at(-1)!.length;
	}
	const directory = cat(...central);
	const end = cat(
		'PK\x05\x06',
		zeros(4),
		le16(members.length),
		le16(members.length),
		le32(directory.length),
		le32(at),
		le16(comment.length),
		comment,
	);
	return cat(...local, directory, end);
}

export function tar(members: readonly Member[]): Buffer {
	const blocks = members.map((member) => {
		const bytes = cat(member.bytes);
		const header = Buffer.alloc(512);
		header.write(member.name.slice(0, 99), 0, 'utf8');
		header.write('0000644\0', 100);
		header.write('0001750\0', 108);
		header.write('0001750\0', 116);
		header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
		header.write('14371573000\0', 136);
		header.write('        0', 148);
		header.write('ustar\x0000', 257);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
		return cat(header, padded(bytes, 512));
	});
	return cat(...blocks, zeros(1024));
}

export function gzip(bytes: Uint8Array): Buffer {
	return gzipSync(bytes);
}

/** Of `bytes` below 64 KiB: one uncompressed LZMA2 chunk, checked by CRC-32 (xz file format 1.1.0). */
export function xz(bytes: Uint8Array): Buffer {
	const flags = Buffer.from([0, 1]);
	const header = cat('\xfd7zXZ\0', flags, le32(crc32(flags)));
	const block = cat([2, 0, 0x21, 1, 0x16, 0, 0, 0]);
	const packed = cat([1], be16(bytes.length - 1), bytes, [0]);
	const unpadded = block.length + 4 + packed.length + 4;
	const index = padded(cat([0, 1], vary(unpadded), vary(bytes.length)), 4);
	const back = cat(le32((index.length + 4) / 4 - 1), flags);
	return cat(
		header,
		block,
		le32(crc32(block)),
		padded(packed, 4),
		le32(crc32(bytes)),
		index,
		le32(crc32(index)),
		le32(crc32(back)),
		back,
		'YZ',
	);
}

function vary(value: number): Buffer {
	const bytes: number[] = [];
	let rest = value;
	for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128);
	return Buffer.from([...bytes, rest]);
}

/** One member by the Copy method (7zFormat.txt). Sizes below 128 need one byte; larger ones take two. */
export function sevenZip(name: string, bytes: Uint8Array): Buffer {
	const size = sevenNumber(bytes.length);
	const utf16 = cat(Buffer.from(`${name}\0`, 'utf16le'));
	const header = cat(
		[1, 4], // Header, MainStreamsInfo
		[6, 0, 1, 9],
		size,
		[0], // PackInfo: at 0, one stream, its size
		[7, 0x0b, 1, 0, 1, 1, 0, 0x0c],
		size,
		[0], // UnpackInfo: one folder, one coder, Copy
		[8, 0x0a, 1],
		le32(crc32(bytes)),
		[0, 0], // SubStreamsInfo: digest
		[5, 1, 0x11],
		sevenNumber(utf16.length + 1),
		[0],
		utf16,
		[0, 0], // FilesInfo: one name
	);
	const start = cat(le64(bytes.length), le64(header.length), le32(crc32(header)));
	return cat('7z\xbc\xaf\x27\x1c\0\x04', le32(crc32(start)), start, bytes, header);
}

function sevenNumber(value: number): Buffer {
	if (value < 0x80) return Buffer.from([value]);
	return Buffer.from([0x80 | (value >> 8), value & 255]);
}

/** RAR 4: marker, archive header, one stored member, end. */
export function rar(name: string, bytes: Uint8Array): Buffer {
	const block = (type: number, flags: number, rest: Buffer): Buffer => {
		const body = cat([type], le16(flags), le16(7 + rest.length), rest);
		return cat(le16(crc32(body) & 0xffff), body);
	};
	const file = cat(
		le32(bytes.length),
		le32(bytes.length),
		[3],
		le32(crc32(bytes)),
		le32(0x2e210000),
		[20, 0x30],
		le16(name.length),
		le32(0o100644),
		name,
	);
	return cat(
		'Rar!\x1a\x07\0',
		block(0x73, 0, zeros(6)),
		block(0x74, 0x8000, file),
		bytes,
		block(0x7b, 0x4000, zeros(0)),
	);
}

/** ISO 9660: a volume descriptor, a terminator and an empty root. */
export function iso(label: string, content: Uint8Array): Buffer {
	const both16 = (value: number): Buffer => cat(le16(value), be16(value));
	const both32 = (value: number): Buffer => cat(le32(value), be32(value));
	const blocks = 20 + Math.ceil(content.length / 2048);
	const root = cat([34, 0], both32(18), both32(2048), [103, 1, 1, 0, 0, 0, 0, 2, 0, 0], both16(1), [1, 0]);
	const primary = Buffer.alloc(2048);
	cat(
		[1],
		'CD001',
		[1, 0],
		' '.repeat(32),
		label.slice(0, 32).padEnd(32),
		zeros(8),
		both32(blocks),
		zeros(32),
		both16(1),
		both16(1),
		both16(2048),
		both32(10),
		le32(19),
		le32(0),
		be32(19),
		be32(0),
		root,
	).copy(primary);
	primary[881] = 1;
	const end = Buffer.alloc(2048);
	cat([255], 'CD001', [1]).copy(end);
	return cat(
		zeros(32_768),
		primary,
		end,
		padded(cat(root, root), 2048),
		padded(cat([1, 0], le32(18), [1, 0, 0, 0]), 2048),
		padded(content, 2048),
	);
}
