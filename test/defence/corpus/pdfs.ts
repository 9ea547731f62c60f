/** PDF files of several makes: plain, with links and outlines, and with packed objects. */
import { deflateSync } from 'node:zlib';
import { cat, type Part } from './build.ts';
import type { Chance } from './random.ts';

export interface PdfParts {
	/** More keys of the catalogue. */
	readonly catalogue?: string;
	/** More keys of the page. */
	readonly page?: string;
	/** More objects, numbered from 10. */
	readonly objects?: readonly string[];
	/** Objects 10 and on go into a packed object stream. */
	readonly packed?: boolean;
}

export function pdf(chance: Chance, parts: PdfParts = {}): Buffer {
	const text = `BT /F1 12 Tf 72 720 Td (${chance.words(6)} \\(and so on\\)) Tj ET`;
	const content = deflateSync(Buffer.from(text));
	const objects: (readonly [number, Part])[] = [
		[1, `<< /Type /Catalog /Pages 2 0 R ${parts.catalogue ?? ''} >>`],
		[2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
		[
			3,
			`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> ${parts.page ?? ''} >>`,
		],
		[4, stream('/Filter /FlateDecode', content)],
		[5, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'],
		[6, `<< /Title (${chance.words(3)}) /Producer (corpus 1.0, see http://www.example.org/) >>`],
	];
	const more = parts.objects ?? [];
	if (parts.packed) objects.push([7, objectStream(more)]);
	else objects.push(...more.map((body, i) => [10 + i, body] as const));
	return assembled(objects, 10 + more.length);
}

export function stream(keys: string, bytes: Uint8Array): Buffer {
	return cat(`<< ${keys} /Length ${bytes.length} >>\nstream\n`, bytes, '\nendstream');
}

export function objectStream(bodies: readonly string[], filter = '/FlateDecode'): Buffer {
	let at = 0;
	const pairs = bodies.map((body, i) => {
		const pair = `${10 + i} ${at}`;
		at += body.length + 1;
		return pair;
	});
	const head = `${pairs.join(' ')} `;
	const plain = Buffer.from(head + bodies.join('\n'), 'latin1');
	return stream(
		`/Type /ObjStm /N ${bodies.length} /First ${head.length} /Filter ${filter}`,
		deflateSync(plain),
	);
}

function assembled(objects: readonly (readonly [number, Part])[], count: number): Buffer {
	let file = cat('%PDF-1.5\n%\xe2\xe3\xcf\xd3\n');
	const offsets = new Map<number, number>();
	for (const [number, body] of objects) {
		offsets.set(number, file.length);
		file = cat(file, `${number} 0 obj\n`, body, '\nendobj\n');
	}
	const rows = Array.from({ length: count }, (_, i) =>
		offsets.has(i) ? `${String(offsets.get(i)).padStart(10, '0')} 00000 n \n` : '0000000000 65535 f \n',
	);
	return cat(
		file,
		`xref\n0 ${count}\n`,
		...rows,
		`trailer\n<< /Size ${count} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
	);
}

const LINK =
	'<< /Type /Annot /Subtype /Link /Rect [0 0 99 99] /A << /S /URI /URI (http://www.example.org/a\\)b) >> >>';

/** Opens at a page, links to sites and within itself, attaches a table, and talks about scripts. */
export function cleanPdf(chance: Chance): Buffer {
	switch (chance.int(6)) {
		case 0:
			return pdf(chance);
		case 1:
			return pdf(chance, {
				catalogue: '/OpenAction [3 0 R /FitH 700] /PageMode /UseOutlines',
				page: '/Annots [10 0 R]',
				objects: [LINK],
			});
		case 2:
			return pdf(chance, {
				catalogue: '/OpenAction 11 0 R /Outlines 10 0 R',
				objects: [
					'<< /Title (Chapter 1: /OpenAction and /JavaScript \\(why not\\)) /Dest [3 0 R /Fit] >>',
					'<< /S /GoTo /D [3 0 R /Fit] >>',
				],
			});
		case 3:
			return pdf(chance, {
				page: '/Annots [10 0 R]',
				objects: [LINK, '<< /Type /Metadata >>'],
				packed: true,
			});
		case 4:
			return pdf(chance, {
				catalogue: '/Names << /EmbeddedFiles << /Names [(table.csv) 10 0 R] >> >>',
				objects: [
					'<< /Type /Filespec /F (table.csv) /UF (table.csv) /EF << /F 11 0 R >> >>',
					`<< /Type /EmbeddedFile /Length 7 >>\nstream\na;b;c;d\nendstream`,
				],
			});
		default:
			return pdf(chance, {
				catalogue: '/AcroForm << /Fields [10 0 R] >> /Lang (en)',
				page: '/Annots [10 0 R]',
				objects: [
					'<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [0 0 9 9] /DA (/Helv 0 Tf 0 g) >>',
				],
			});
	}
}
