/**
 * Harmless files of many kinds, each with the structure that its kind has, so that whatever looks into
 * them finds what their names say. Equal names give equal bytes: a fetch that was broken off goes on
 * after a restart of the neighbourhood.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** Bytes that look like compressed data, always the same for the same name. */
function noise(name: string, bytes: number): Buffer {
	const key = createHash('sha256').update(name).digest();
	return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

function u32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value >>> 0);
	return bytes;
}

export function text(name: string, bytes: number): Buffer {
	const line = `${name}. A practice file of Sallyport: made on this machine, harmless, and free to copy.\n`;
	return Buffer.alloc(bytes, line);
}

/** A picture of a gate: a gradient with a dark arch, so that a viewer shows something. */
export function png(name: string, bytes: number): Buffer {
	const side = Math.max(16, Math.round(Math.sqrt(bytes / 2)));
	const grain = noise(name, side * side);
	const pixels = Buffer.alloc(side * (side * 3 + 1));
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			const arch =
				Math.hypot((x - side / 2) / side, y > side / 2 ? 0 : (y - side / 2) / side) < 0.2 && y > side / 4;
			const at = y * (side * 3 + 1) + 1 + x * 3;
			const grey = grain[y * side + x]! & 31;
			pixels[at] = arch ? 30 : 150 + grey;
			pixels[at + 1] = arch ? 25 : 120 + ((80 * y) / side + grey);
			pixels[at + 2] = arch ? 20 : 90 + grey;
		}
	}
	const chunk = (type: string, data: Buffer) => {
		const body = Buffer.concat([Buffer.from(type), data]);
		return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
	};
	const head = Buffer.concat([u32(side), u32(side), Buffer.from([8, 2, 0, 0, 0])]);
	const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	return Buffer.concat([
		start,
		chunk('IHDR', head),
		chunk('IDAT', deflateSync(pixels, { level: 1 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/** The smallest grey picture, with comments up to the wanted size. */
export function jpeg(name: string, bytes: number): Buffer {
	const picture = Buffer.from(
		'/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
		'base64',
	);
	const comments: Buffer[] = [];
	const rest = noise(name, Math.max(0, bytes - picture.length));
	for (let from = 0; from < rest.length; from += 60_000) {
		const part = rest.subarray(from, from + 60_000);
		const head = Buffer.from([0xff, 0xfe, 0, 0]);
		head.writeUInt16BE(part.length + 2, 2);
		comments.push(head, part);
	}
	return Buffer.concat([picture.subarray(0, 20), ...comments, picture.subarray(20)]);
}

export function pdf(name: string, bytes: number): Buffer {
	const page = `BT /F1 24 Tf 72 720 Td (${name.replace(/[()\\]/g, '')}) Tj ET`;
	const filler = noise(name, bytes).toString('hex').slice(0, bytes);
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
		`<< /Length ${filler.length} >>\nstream\n${filler}\nendstream`,
	];
	let file = '%PDF-1.4\n';
	const places = objects.map((object, index) => {
		const at = file.length;
		file += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return `${String(at).padStart(10, '0')} 00000 n \n`;
	});
	const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
	return Buffer.from(
		`${file}${table}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
		'latin1',
	);
}

/** One stored text file. */
export function zip(name: string, bytes: number): Buffer {
	const inside = Buffer.from(`${name}.txt`);
	const data = text(name, bytes);
	const fields = Buffer.alloc(26);
	fields.writeUInt16LE(20, 0);
	fields.writeUInt32LE(0x00210000, 6); // 1980-01-01: no date that changes
	fields.writeUInt32LE(crc32(data), 10);
	fields.writeUInt32LE(data.length, 14);
	fields.writeUInt32LE(data.length, 18);
	fields.writeUInt16LE(inside.length, 22);
	const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, inside, data]);
	const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, Buffer.alloc(14), inside]);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06');
	end.writeUInt16LE(1, 8);
	end.writeUInt16LE(1, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(local.length, 16);
	return Buffer.concat([local, central, end]);
}

/** Boxes of MP4: type, an empty one, and data that is no real film. */
export function mp4(name: string, bytes: number): Buffer {
	const box = (type: string, data: Buffer) => Buffer.concat([u32(data.length + 8), Buffer.from(type), data]);
	return Buffer.concat([
		box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41')),
		box('free', Buffer.alloc(0)),
		box('mdat', noise(name, bytes)),
	]);
}

/** Pages of Ogg with the head of Vorbis in the first; no player makes music of it. */
export function ogg(name: string, bytes: number): Buffer {
	const pages: Buffer[] = [];
	const head = Buffer.concat([
		Buffer.from('\x01vorbis\0\0\0\0\x02', 'latin1'),
		Buffer.from('44ac0000', 'hex'),
		Buffer.alloc(14),
	]);
	const data = noise(name, bytes);
	for (let from = -1, page = 0; from < data.length; page++) {
		const body = from < 0 ? head : data.subarray(from, from + 255 * 200);
		from = from < 0 ? 0 : from + 255 * 200;
		const segments = Math.floor(body.length / 255) + 1;
		const start = Buffer.alloc(27 + segments, 255);
		start.fill(0, 0, 27);
		start.write('OggS');
		start[5] = page === 0 ? 2 : from >= data.length ? 4 : 0;
		start.writeUInt32LE(page, 18);
		start[26] = segments;
		start[26 + segments] = body.length % 255;
		pages.push(start, body);
	}
	return Buffer.concat(pages);
}

/** An empty system area, the descriptors of ISO 9660, and data. */
export function iso(name: string, bytes: number): Buffer {
	const sector = 2048;
	const start = Buffer.alloc(18 * sector);
	start.write('\x01CD001\x01', 16 * sector, 'latin1');
	start.write('SALLYPORT PRACTICE', 16 * sector + 40);
	start.write('\xffCD001\x01', 17 * sector, 'latin1');
	const rest = noise(name, Math.max(sector, bytes - start.length));
	return Buffer.concat([start, rest]);
}
