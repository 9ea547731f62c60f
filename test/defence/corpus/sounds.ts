/** Sounds, valid in structure, with noise for sound. */
import { be16, be32, box, cat, iff, le16, le32, le64, type Part, riff, utf8, zeros } from './build.ts';
import type { Chance } from './random.ts';

/** MPEG 1, layer III, 128 kbit/s, 44.1 kHz: frames of 417 bytes. */
export function mpegFrames(chance: Chance, count = chance.between(3, 8)): Buffer {
	return cat(
		...Array.from({ length: count }, () => cat([0xff, 0xfb, 0x90, 0x44], zeros(32), chance.bytes(381))),
	);
}

function sevenBits(value: number): Buffer {
	return Buffer.from([(value >> 21) & 127, (value >> 14) & 127, (value >> 7) & 127, value & 127]);
}

export function id3(...frames: readonly Buffer[]): Buffer {
	const body = cat(...frames, zeros(64));
	return cat('ID3\x03\0\0', sevenBits(body.length), body);
}

export function id3Frame(name: string, ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat(name, be32(bytes.length), le16(0), bytes);
}

/** Without a tag, with the old one at the end, or with a new one that names addresses, which is ordinary. */
export function mp3(chance: Chance): Buffer {
	const sound = mpegFrames(chance);
	const title = id3Frame('TIT2', '\0', chance.words(3));
	const addresses = cat(
		id3Frame('WOAR', 'http://www.example.org/artist'),
		id3Frame('WXXX', '\0\0http://www.example.org/'),
		id3Frame('COMM', '\0eng\0Visit http://www.example.org <b>now</b>'),
		id3Frame('APIC', '\0image/jpeg\0\x03\0', [0xff, 0xd8, 0xff, 0xe0], chance.bytes(80)),
	);
	switch (chance.int(4)) {
		case 0:
			return sound;
		case 1:
			return cat(sound, 'TAG', chance.words(3).slice(0, 30).padEnd(30, '\0'), zeros(94), [17]);
		case 2:
			return cat(id3(title), sound);
		default:
			return cat(id3(title, addresses), sound);
	}
}

/** An Ogg page with its checksum (RFC 3533, section 6). */
export function oggPage(flags: number, sequence: number, packet: Uint8Array): Buffer {
	const lacing = [...Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
	const page = cat(
		'OggS\0',
		[flags],
		le64(0),
		le32(0x1234),
		le32(sequence),
		le32(0),
		[lacing.length],
		lacing,
		packet,
	);
	let sum = 0;
	for (const byte of page) {
		sum ^= byte << 24;
		for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
	}
	page.writeUInt32LE(sum >>> 0, 22);
	return page;
}

function comments(chance: Chance): Buffer {
	const list = [`TITLE=${chance.words(2)}`, 'CONTACT=http://www.example.org/'].map((one) =>
		cat(le32(one.length), one),
	);
	return cat(le32(6), 'corpus', le32(list.length), ...list);
}

export function ogg(chance: Chance): Buffer {
	const head = cat('\x01vorbis', le32(0), [2], le32(44_100), le32(0), le32(128_000), le32(0), [0xb8, 1]);
	return cat(
		oggPage(2, 0, head),
		oggPage(0, 1, cat('\x03vorbis', comments(chance), [1])),
		oggPage(4, 2, chance.bytes(900)),
	);
}

export function opus(chance: Chance): Buffer {
	const head = cat('OpusHead', [1, 2], le16(312), le32(48_000), le16(0), [0]);
	return cat(
		oggPage(2, 0, head),
		oggPage(0, 1, cat('OpusTags', comments(chance))),
		oggPage(4, 2, chance.bytes(700)),
	);
}

export function flac(chance: Chance): Buffer {
	const info = cat(
		be16(4096),
		be16(4096),
		zeros(6),
		[0x0a, 0xc4, 0x42, 0xf0],
		be32(44_100),
		chance.bytes(16),
	);
	const tags = comments(chance);
	return cat(
		'fLaC',
		[0, 0, 0, info.length],
		info,
		[0x84, 0],
		be16(tags.length),
		tags,
		[0xff, 0xf8, 0xc9, 0x18],
		chance.bytes(800),
	);
}

export function wav(chance: Chance): Buffer {
	const format = riff('fmt ', le16(1), le16(1), le32(8000), le32(8000), le16(1), le16(8));
	return riff(
		'RIFF',
		'WAVE',
		format,
		riff('LIST', 'INFO', riff('INAM', chance.words(2), [0])),
		riff('data', chance.bytes(chance.between(200, 2000))),
	);
}

export function aiff(chance: Chance): Buffer {
	const common = iff('COMM', be16(1), be32(400), be16(8), [0x40, 0x0b, 0xfa, 0, 0, 0, 0, 0, 0, 0]);
	return iff('FORM', 'AIFF', common, iff('SSND', be32(0), be32(0), chance.bytes(400)));
}

export function midi(chance: Chance): Buffer {
	const notes = Array.from({ length: 12 }, () => cat([0, 0x90, chance.between(40, 80), 64, 96, 0x80, 60, 0]));
	const track = cat([0, 0xff, 3, 4], 'tune', ...notes, [0, 0xff, 0x2f, 0]);
	return cat('MThd', be32(6), be16(0), be16(1), be16(96), 'MTrk', be32(track.length), track);
}

export function amr(chance: Chance): Buffer {
	return cat('#!AMR\n', ...Array.from({ length: 20 }, () => cat([0x3c], chance.bytes(31))));
}

export function au(chance: Chance): Buffer {
	return cat('.snd', be32(24), be32(600), be32(1), be32(8000), be32(1), chance.bytes(600));
}

/** ADTS frames of 200 bytes. */
export function aac(chance: Chance): Buffer {
	return cat(
		...Array.from({ length: 6 }, () => cat([0xff, 0xf1, 0x50, 0x80, 0x19, 0x1f, 0xfc], chance.bytes(193))),
	);
}

export function m4a(chance: Chance): Buffer {
	const tag = box('\xa9nam', box('data', be32(1), be32(0), utf8(chance.words(2))));
	const meta = box('meta', be32(0), box('hdlr', zeros(8), 'mdir', 'appl', zeros(9)), box('ilst', tag));
	return cat(
		box('ftyp', 'M4A ', be32(512), 'M4A mp42isom'),
		track('soun', box('udta', meta)),
		box('mdat', chance.bytes(1200)),
	);
}

/** A movie box with one track, whose data are in the file itself. */
export function track(kind: 'soun' | 'vide', ...more: readonly Buffer[]): Buffer {
	const own = box('dinf', box('dref', be32(0), be32(1), box('url ', be32(1))));
	const table = box(
		'stbl',
		box('stsd', be32(0), be32(0)),
		box('stts', be32(0), be32(0)),
		box('stsc', be32(0), be32(0)),
	);
	const media = box(
		'mdia',
		box('mdhd', zeros(24)),
		box('hdlr', zeros(8), kind, zeros(13)),
		box('minf', own, table),
	);
	return box('moov', box('mvhd', zeros(100)), box('trak', box('tkhd', zeros(84)), media), ...more);
}
