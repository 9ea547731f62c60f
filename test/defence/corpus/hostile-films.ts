/** Films and songs that open addresses, in shape only: nothing behind the addresses exists. */
import { deflateSync } from 'node:zlib';
import { type Add, URL } from './add.ts';
import { be32, box, cat, le16, le32, wide, zeros } from './build.ts';
import { asfFile, asfObject, guid, realMedia, scriptCommands } from './films.ts';
import type { Chance } from './random.ts';
import { track } from './sounds.ts';

export function films(chance: Chance, add: Add): void {
	const address = `${URL}?${chance.int(1e6)}`;
	add('command', 'wmv with url', 'wmv', asfFile(chance, 'video', [scriptCommands([['URL', address]])]));
	add(
		'command',
		'wma with url and exit',
		'wma',
		asfFile(chance, 'audio', [
			scriptCommands([
				['TEXT', 'one'],
				['URLANDEXIT', address],
			]),
		]),
	);
	add(
		'command',
		'wmv with url in extension',
		'wmv',
		asfFile(chance, 'video', [], [scriptCommands([['URL', address]])]),
	);
	add(
		'command',
		'wmv with filename',
		'asf',
		asfFile(chance, 'video', [scriptCommands([['FILENAME', address]])]),
	);
	const commands = asfObject(
		'stream',
		guid('commands'),
		zeros(16),
		zeros(8),
		le32(0),
		le32(0),
		le16(2),
		le32(0),
	);
	add('command', 'wmv with stream of commands', 'wmv', asfFile(chance, 'video', [commands]));
	const broken = asfFile(chance, 'video', [scriptCommands([['URL', address]])]);
	broken.fill(0, 46, 54);
	add('command', 'wmv with broken sizes', 'wmv', broken);
	const lock = asfObject(
		'lock',
		le32(4),
		chance.bytes(4),
		le32(4),
		'DRM\0',
		le32(8),
		'key id\0\0',
		le32(address.length + 1),
		`${address}\0`,
	);
	add('licence', 'wma with licence', 'wma', asfFile(chance, 'audio', [lock]));
	const header = wide(`<WRMHEADER version="2.0.0.0"><DATA><LAINFO>${address}</LAINFO></DATA></WRMHEADER>`);
	add(
		'licence',
		'wmv with licence',
		'wmv',
		asfFile(chance, 'video', [asfObject('wideLock', le32(header.length), header)]),
	);
	const reference = (target: string): Buffer =>
		box(
			'moov',
			box('rmra', box('rmda', box('rdrf', be32(0), 'url ', be32(target.length + 1), `${target}\0`))),
		);
	const head = box('ftyp', 'qt  ', be32(0), 'qt  ');
	add('elsewhere', 'reference movie', 'mov', cat(head, reference(address)));
	add('command', 'reference to script', 'mov', reference(`javascript:void(${chance.int(99)})`));
	add('command', 'reference to share', 'mov', cat(head, reference('\\\\host.example.org\\share\\a.mov')));
	const outside = box('dinf', box('dref', be32(0), be32(1), box('url ', be32(0), `${address}\0`)));
	add(
		'elsewhere',
		'data elsewhere',
		'mp4',
		cat(head, box('moov', box('trak', box('mdia', box('minf', outside))))),
	);
	add(
		'command',
		'track of links',
		'mov',
		cat(head, track('vide', box('udta', box('name', 'HREFTrack'))), box('mdat', `A<${address}>`)),
	);
	add('command', 'wired actions', 'mov', cat(head, track('vide', box('udta', box('wact', zeros(30))))));
	const sprite = box('trak', box('mdia', box('hdlr', zeros(8), 'sprt', zeros(13))));
	add('interactive', 'sprite track', 'mov', cat(head, box('moov', sprite), box('mdat', chance.bytes(200))));
	const packed = reference(`javascript:void(${chance.int(99)})`);
	add(
		'command',
		'packed movie box',
		'mov',
		cat(
			head,
			box('moov', box('cmov', box('dcom', 'zlib'), box('cmvd', be32(packed.length), deflateSync(packed)))),
		),
	);
	add(
		'command',
		'real media with events',
		'rm',
		realMedia(chance, 'video/x-pn-realvideo', 'application/x-pn-realevent'),
	);
	add('command', 'real media with image map', 'rmvb', realMedia(chance, 'application/x-pn-imagemap'));
	add('interactive', 'flash', 'swf', cat('FWS\x05', le32(600), chance.bytes(592)));
	add('interactive', 'packed flash', 'swf', cat('CWS\x08', le32(600), deflateSync(chance.bytes(592))));
}
