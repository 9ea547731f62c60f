/** Films, valid in structure, with noise for pictures. */
import { be16, be32, box, cat, le16, le32, le64, type Part, riff, wide, zeros } from './build.ts';
import type { Chance } from './random.ts';
import { track } from './sounds.ts';

export function mp4(chance: Chance): Buffer {
	const movie = track('vide');
	const data = box('mdat', chance.bytes(chance.between(300, 2000)));
	const head = box('ftyp', chance.pick(['isom', 'mp42', 'avc1']), be32(512), 'isomiso2avc1mp41');
	return chance.int(2) === 0 ? cat(head, movie, data) : cat(head, box('free'), data, movie);
}

export function mov(chance: Chance): Buffer {
	return cat(
		box('ftyp', 'qt  ', be32(0x20050300), 'qt  '),
		box('wide'),
		box('mdat', chance.bytes(800)),
		track('vide'),
	);
}

export function threeGp(chance: Chance): Buffer {
	return cat(box('ftyp', '3gp4', be32(512), 'isom3gp4'), track('vide'), box('mdat', chance.bytes(800)));
}

function element(id: readonly number[], ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat(id, [0x40 | (bytes.length >> 8), bytes.length & 255], bytes);
}

export function matroska(chance: Chance, type: 'matroska' | 'webm'): Buffer {
	const head = element(
		[0x1a, 0x45, 0xdf, 0xa3],
		element([0x42, 0x86], [1]),
		element([0x42, 0xf7], [1]),
		element([0x42, 0xf2], [4]),
		element([0x42, 0xf3], [8]),
		element([0x42, 0x82], type),
		element([0x42, 0x87], [4]),
		element([0x42, 0x85], [2]),
	);
	const info = element(
		[0x15, 0x49, 0xa9, 0x66],
		element([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]),
		element([0x4d, 0x80], 'corpus'),
	);
	return cat(
		head,
		element([0x18, 0x53, 0x80, 0x67], info, element([0x1f, 0x43, 0xb6, 0x75], chance.bytes(900))),
	);
}

export function avi(chance: Chance): Buffer {
	const main = riff(
		'avih',
		le32(40_000),
		zeros(8),
		le32(16),
		le32(2),
		zeros(4),
		le32(1),
		zeros(4),
		le32(8),
		le32(8),
		zeros(16),
	);
	const stream = riff(
		'LIST',
		'strl',
		riff('strh', 'vids', 'DIB ', zeros(48)),
		riff('strf', le32(40), zeros(36)),
	);
	return riff(
		'RIFF',
		'AVI ',
		riff('LIST', 'hdrl', main, stream),
		riff('LIST', 'movi', riff('00db', chance.bytes(600))),
	);
}

export function flv(chance: Chance): Buffer {
	const tag = chance.bytes(200);
	return cat(
		'FLV\x01\x05',
		be32(9),
		be32(0),
		[9, 0, 0, tag.length, 0, 0, 0, 0, 0, 0, 0],
		tag,
		be32(tag.length + 11),
	);
}

/** MPEG 1: a pack, a system header, and packets of video. */
export function mpeg(chance: Chance): Buffer {
	const pack = cat(be32(0x1ba), [0x21, 0, 1, 0, 1, 0x80, 0x1b, 0x91]);
	const packet = cat(be32(0x1e0), be16(402), [0x0f, 0xff], be32(0x1b3), chance.bytes(396));
	return cat(pack, be32(0x1bb), be16(6), [0x80, 0x1b, 0x91, 0, 0x21, 0xff], packet, packet, be32(0x1b9));
}

export const asf = {
	header: '3026b2758e66cf11a6d900aa0062ce6c',
	file: 'a1dcab8c47a9cf118ee400c00c205365',
	stream: '9107dcb7b7a9cf118ee600c00c205365',
	audio: '409e69f84d5bcf11a8fd00805f5c442b',
	video: 'c0ef19bc4d5bcf11a8fd00805f5c442b',
	commands: 'c0cfda59e659d011a3ac00a0c90348f6',
	extension: 'b503bf5f2ea9cf118ee300c00c205365',
	content: '3326b2758e66cf11a6d900aa0062ce6c',
	more: '40a4d0d207e3d21197f000a0c95ea850',
	script: '301afb1e620bd011a39b00a0c90348f6',
	scriptReserved: 'e31bca4b0b10d011a39b00a0c90348f6',
	lock: 'fbb3112223bdd211b4b700a0c955fc6e',
	wideLock: '14e68a292226174cb935dae07ee9289c',
	data: '3626b2758e66cf11a6d900aa0062ce6c',
} as const;

export function guid(name: keyof typeof asf): Buffer {
	return Buffer.from(asf[name], 'hex');
}

export function asfObject(name: keyof typeof asf, ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat(guid(name), le64(bytes.length + 24), bytes);
}

/** `extended`: objects in the header extension. */
export function asfFile(
	chance: Chance,
	kind: 'audio' | 'video',
	objects: readonly Buffer[],
	extended: readonly Buffer[] = [],
): Buffer {
	const inner = cat(...extended);
	const title = wide(`${chance.words(2)}\0`);
	const parts = [
		asfObject('file', zeros(16), le64(0), zeros(40), le32(2), le32(3200), le32(3200), le32(64_000)),
		asfObject('stream', guid(kind), zeros(16), le64(0), le32(0), le32(0), le16(1), le32(0)),
		asfObject('content', le16(title.length), zeros(8), title),
		asfObject('extension', zeros(16), le16(6), le32(inner.length), inner),
		...objects,
	];
	const body = cat(...parts);
	const packets = chance.bytes(chance.between(200, 1500));
	return cat(
		guid('header'),
		le64(body.length + 30),
		le32(parts.length),
		[1, 2],
		body,
		asfObject('data', zeros(16), le64(1), le16(0x101), packets),
	);
}

/** Captions, and an address among the tags, as encoders write them: nothing that acts. */
export function cleanAsf(chance: Chance, kind: 'audio' | 'video'): Buffer {
	const name = wide('WM/AuthorURL\0');
	const value = wide('http://www.example.org/\0');
	const more = asfObject('more', le16(1), le16(name.length), name, le16(0), le16(value.length), value);
	const objects = [more];
	if (chance.int(3) === 0)
		objects.push(
			scriptCommands([
				['TEXT', chance.words(3)],
				['CAPTION', chance.words(4)],
			]),
		);
	return asfFile(chance, kind, objects);
}

/** Script Command Object: types, and commands that refer to them. */
export function scriptCommands(commands: readonly (readonly [type: string, text: string])[]): Buffer {
	const types = [...new Set(commands.map(([type]) => type))];
	return asfObject(
		'script',
		guid('scriptReserved'),
		le16(commands.length),
		le16(types.length),
		...types.map((type) => cat(le16(type.length), wide(type))),
		...commands.map(([type, text], i) =>
			cat(le32(i * 1000), le16(types.indexOf(type)), le16(text.length), wide(text)),
		),
	);
}

/** RealMedia with the given types of streams. */
export function realMedia(chance: Chance, ...types: readonly string[]): Buffer {
	const chunk = (name: string, ...body: readonly Part[]): Buffer => {
		const bytes = cat(be16(0), ...body);
		return cat(name, be32(bytes.length + 8), bytes);
	};
	const streams = types.map((type, i) =>
		chunk('MDPR', be16(i), zeros(28), [6], 'stream', [type.length], type, be32(0)),
	);
	return cat(
		chunk('.RMF', be32(0), be32(types.length + 2)),
		chunk('PROP', zeros(40)),
		...streams,
		chunk('CONT', be16(3), 'one', be16(0), be16(0), be16(0)),
		chunk('DATA', be32(1), be32(0), chance.bytes(400)),
	);
}
