/** PDF files that act when they are opened, in shape only. */
import { type Add, URL } from './add.ts';
import { cat } from './build.ts';
import { objectStream, pdf, stream } from './pdfs.ts';
import type { Chance } from './random.ts';

export function documents(chance: Chance, add: Add): void {
	const script = `app.alert\\(${chance.int(99)}\\)`;
	const on = (catalogue: string, objects: readonly string[] = [], packed = false): Buffer =>
		pdf(chance, { catalogue, objects, packed });
	add('active', 'pdf script on opening', 'pdf', on(`/OpenAction << /S /JavaScript /JS (${script}) >>`));
	add(
		'active',
		'pdf script by reference',
		'pdf',
		on('/OpenAction 10 0 R', [`<< /Type /Action /S /JavaScript /JS (${script}) >>`]),
	);
	add(
		'active',
		'pdf script with escapes',
		'pdf',
		on(`/Open#41ction << /S /J#61vaScr#69pt /JS (${script}) >>`),
	);
	add(
		'active',
		'pdf script in packed object',
		'pdf',
		on('/OpenAction 10 0 R', [`<< /S /JavaScript /JS (${script}) >>`], true),
	);
	add(
		'active',
		'pdf script after another action',
		'pdf',
		on('/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next 10 0 R >>', [`<< /S /JavaScript /JS (${script}) >>`]),
	);
	add(
		'active',
		'pdf named script',
		'pdf',
		on('/Names << /JavaScript 10 0 R >>', [
			'<< /Names [(a) 11 0 R] >>',
			`<< /S /JavaScript /JS (${script}) >>`,
		]),
	);
	add('active', 'pdf starts a program', 'pdf', on('/OpenAction << /S /Launch /F (a.exe) >>'));
	add(
		'active',
		'pdf starts a program by a link',
		'pdf',
		pdf(chance, {
			page: '/Annots [10 0 R]',
			objects: ['<< /Subtype /Link /A << /S /Launch /Win << /F (a.exe) >> >> >>'],
		}),
	);
	add('active', 'pdf opens a page', 'pdf', on(`/OpenAction << /S /URI /URI (${URL}) >>`));
	add(
		'active',
		'pdf sends a form on opening',
		'pdf',
		on(`/OpenAction << /S /SubmitForm /F << /FS /URL /F (${URL}) >> >>`),
	);
	add(
		'active',
		'pdf script of a page',
		'pdf',
		pdf(chance, { page: `/AA << /O << /S /JavaScript /JS (${script}) >> >>` }),
	);
	add(
		'interactive',
		'pdf script of a field',
		'pdf',
		on('', [`<< /FT /Tx /AA << /K << /S /JavaScript /JS (${script}) >> >> >>`]),
	);
	add(
		'interactive',
		'pdf form that sends',
		'pdf',
		on('', [`<< /Subtype /Widget /A << /S /SubmitForm /F (${URL}) >> >>`]),
	);
	add(
		'carries',
		'pdf with program',
		'pdf',
		on('/Names << /EmbeddedFiles 10 0 R >>', [
			'<< /Names [(a) 11 0 R] >>',
			'<< /Type /Filespec /F (invoice.pdf.exe) /EF << /F 12 0 R >> >>',
		]),
	);
	add(
		'elsewhere',
		'pdf that calls a share',
		'pdf',
		on('/OpenAction 10 0 R', ['<< /S /GoToE /F (\\\\\\\\host.example.org\\\\a) /D [0 /Fit] >>']),
	);
	const action = `<< /S /JavaScript /JS (${script}) >>`;
	add(
		'obscured',
		'pdf with odd filters',
		'pdf',
		cat(
			'%PDF-1.5\n1 0 obj\n<< /Type /Catalog /OpenAction 10 0 R >>\nendobj\n7 0 obj\n',
			objectStream([action], '[/ASCIIHexDecode /FlateDecode]'),
			'\nendobj\n',
		),
	);
	add(
		'active',
		'pdf script inside a stream',
		'pdf',
		cat(
			'%PDF-1.4\n4 0 obj\n',
			stream('', Buffer.from(`x\n1 0 obj\n<< /Type /Catalog /OpenAction ${action} >>\nendobj\n`)),
			'\nendobj\n',
		),
	);
	add(
		'active',
		'pdf script inside a comment',
		'pdf',
		`%PDF-1.4\n% 1 0 obj << /Type /Catalog /OpenAction ${action} >> endobj\n`,
	);
	add(
		'active',
		'pdf behind other bytes',
		'pdf',
		cat(
			chance.bytes(700).map((byte) => byte | 0x80),
			on(`/OpenAction ${action}`),
		),
	);
}
