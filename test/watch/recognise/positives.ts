/**
 * Longer than 300 lines: it is one table.
 *
 * A payload for every pattern of every network. Made by hand from what their protocols say; nobody's data.
 */
import { scramble } from '../../../src/networks/winmx/signature.ts';
import type { Said } from '../conversation.ts';
import { bytesOf, type FrameOf } from '../packets.ts';

export function hex(text: string): Uint8Array {
	return Uint8Array.from(text.replace(/ /g, '').match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

export function join(...parts: (Uint8Array | string)[]): Uint8Array {
	return Uint8Array.from(parts.flatMap((part) => [...bytesOf(part)]));
}

function le32(value: number): Uint8Array {
	return Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
}

/** Bytes like encrypted ones. */
function noise(length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, at) => (Math.imul(at + 3, 0x9e3779b1) >>> 21) & 255);
}

export const hash = '00112233445566778899aabbccddeeff';
/** Login: E3, length, 01, hash, id, port, two tags. */
const tags = join(le32(2), hex('02 0100 01 0400'), 'nick', hex('03 0100 11 3c000000'));
const login = join(hex(hash), le32(0), hex('3612'), tags);
export const edonkeyLogin = join(hex('e3'), le32(1 + login.length), hex('01'), login);
export const napster = 'someone secret 6699 "v2.0 BETA 10.3" 3';
const wpn = new Uint8Array(149).fill(7);
wpn.fill(0, 17, 29);
wpn[0] = 0x38;
wpn.set([0x7e, 0xdf], 135);
wpn.set([0xf7, 0x92], 147);
const wpnp = scramble(join(hex('0200'), 'someone secret 6699 "WinMX v2.6" 3'));
function soulseekText(text: string): Uint8Array {
	return join(le32(text.length), text);
}
const soulseek = join(
	le32(1),
	soulseekText('someone'),
	soulseekText('secret'),
	le32(160),
	soulseekText('a'.repeat(32)),
	le32(1),
);

interface Positive {
	readonly network: string;
	readonly name: string;
	readonly said: readonly Said[];
	readonly by?: string;
	readonly label?: string;
	readonly more?: FrameOf & { readonly syn?: boolean };
	/** Its segments are part of the pattern: it is not cut. */
	readonly whole?: true;
}

export const tcp: readonly Positive[] = [
	{ network: 'gnutella', name: '0.4', said: [['>', 'GNUTELLA CONNECT/0.4\n\n']] },
	{
		network: 'gnutella',
		name: '0.6',
		said: [['>', 'GNUTELLA CONNECT/0.6\r\nUser-Agent: LimeWire/4.12\r\n\r\n']],
		label: 'LimeWire/4.12',
	},
	{
		network: 'gnutella',
		name: 'the answer alone',
		said: [['<', 'GNUTELLA/0.6 200 OK\r\nUser-Agent: x\r\n\r\n']],
	},
	{
		network: 'gnutella2',
		name: 'handshake',
		said: [['>', 'GNUTELLA CONNECT/0.6\r\nAccept: application/x-gnutella2\r\n\r\n']],
	},
	{ network: 'gnutella', name: 'GIV', said: [['<', `GIV 7:${hash}/song.ogg\n\n`]] },
	{
		network: 'gnutella',
		name: 'download by index',
		said: [['>', 'GET /get/7/song.ogg HTTP/1.1\r\nHost: x\r\n\r\n']],
	},
	{
		network: 'gnutella',
		name: 'download by hash',
		said: [['>', 'GET /uri-res/N2R?urn:sha1:PLSTHIPQGSSZTS5FJUPAKUZWUGYQYPFB HTTP/1.1\r\n\r\n']],
	},
	{
		network: 'gnutella',
		name: 'answer with its headers',
		said: [['<', 'HTTP/1.1 200 OK\r\nX-Gnutella-Content-URN: urn:sha1:X\r\n\r\n']],
	},
	{
		network: 'gnutella',
		name: 'web cache',
		said: [['>', 'GET /cache.php?client=LIME&version=4&hostfile=1 HTTP/1.1\r\n\r\n']],
		by: 'seed',
	},
	{
		network: 'gnutella',
		name: 'web cache answer',
		said: [['<', 'HTTP/1.1 200 OK\r\n\r\nH|192.0.2.9:6346|60\r\n']],
		by: 'seed',
	},
	{ network: 'edonkey', name: 'login', said: [['>', edonkeyLogin]] },
	{
		network: 'edonkey',
		name: 'hello of a client',
		said: [['>', join(hex('e3'), le32(8 + login.length), hex('01 10'), login, hex('c0000201 3612'))]],
	},
	{
		network: 'edonkey',
		name: 'answer to a hello',
		said: [['<', join(hex('e3'), le32(7 + login.length), hex('4c'), login, hex('c0000201 3612'))]],
	},
	{
		network: 'edonkey',
		name: 'server message',
		said: [['<', join(hex('e3'), le32(3 + 5), hex('38 0500'), 'hello')]],
	},
	{
		network: 'edonkey',
		name: 'two frames at once',
		said: [
			['<', join(hex('e3'), le32(9), hex('34'), le32(5), le32(6), hex('e3'), le32(5), hex('40'), le32(77))],
		],
	},
	{ network: 'fasttrack', name: 'leaf hello of giFT', said: [['>', hex('fa00b62b facb1238 3209d232')]] },
	{
		network: 'fasttrack',
		name: 'any hello on its port',
		said: [
			['>', hex('010203040506070809101112')],
			['<', hex('1122334455667788 a1a2a3a4a5a6')],
		],
		more: { destinationPort: 1214 },
		whole: true,
	},
	{ network: 'fasttrack', name: 'GIVE', said: [['<', 'GIVE 1\r\n\r\n']] },
	{
		network: 'fasttrack',
		name: 'download by hash',
		said: [
			[
				'>',
				`GET /.hash=${'0123456789abcdef'.repeat(3).slice(0, 40)} HTTP/1.1\r\nX-Kazaa-Network: KaZaA\r\n\r\n`,
			],
		],
	},
	{
		network: 'fasttrack',
		name: 'headers',
		said: [['<', 'HTTP/1.1 206 Partial\r\nX-Kazaa-Network: Grokster\r\n\r\n']],
		label: 'Grokster',
	},
	{
		network: 'opennap',
		name: 'login',
		said: [['>', join(Uint8Array.of(napster.length, 0, 2, 0), napster)]],
		label: 'v2.0 BETA 10.3',
	},
	{
		network: 'opennap',
		name: 'between peers',
		said: [
			['<', '1'],
			['>', 'GET'],
			['>', 'someone "C:\\song.mp3" 0'],
		],
	},
	{
		network: 'bittorrent',
		name: 'handshake',
		said: [
			[
				'>',
				join('\x13BitTorrent protocol', new Uint8Array(8), hex(`${hash}00112233`), '-TR2940-abcdefghijkl'),
			],
		],
		label: 'TR2940',
	},
	{
		network: 'bittorrent',
		name: 'handshake in clear after an encrypted greeting',
		said: [
			['>', noise(198)],
			['<', noise(424)],
			['>', noise(471)],
			['<', noise(240)],
			[
				'<',
				join('\x13BitTorrent protocol', new Uint8Array(8), hex(`${hash}00112233`), '-UW130Q-abcdefghijkl'),
			],
		],
		label: 'UW130Q',
		whole: true,
	},
	{
		network: 'bittorrent',
		name: 'request, joined in the middle',
		more: { syn: false },
		whole: true,
		said: [['>', hex('0000000d 06 00000274 00008000 00004000')]],
	},
	{
		network: 'bittorrent',
		name: 'piece, joined in the middle',
		more: { syn: false },
		whole: true,
		said: [['<', join(hex('00004009 07 00000084 00000000'), noise(900))]],
	},
	{
		network: 'bittorrent',
		name: 'have, joined in the middle',
		more: { syn: false },
		whole: true,
		said: [['<', hex('00000005 04 00000086 00000005 04 000003bc 00000005 04 000002d5')]],
	},
	{
		network: 'bittorrent',
		name: 'tracker',
		said: [
			['>', 'GET /announce?info_hash=%aa&peer_id=-TR2940- HTTP/1.1\r\nUser-Agent: Transmission/2.94\r\n\r\n'],
		],
		label: 'Transmission/2.94',
	},
	{
		network: 'winmx',
		name: 'host cache',
		said: [
			['<', '1'],
			['>', 'CLIE'],
		],
	},
	{
		network: 'winmx',
		name: 'WPNP 2 unscrambled',
		said: [['>', join(Uint8Array.of(wpnp.length, 0), wpnp)]],
		more: { destinationPort: 7730 },
	},
	{ network: 'winmx', name: 'WPN 3', said: [['>', wpn]], whole: true },
	{
		network: 'winmx',
		name: 'keys',
		said: [
			['<', '8'],
			['>', hex(hash)],
		],
		more: { destinationPort: 6699 },
		whole: true,
	},
	{
		network: 'imesh',
		name: 'frame of 64',
		said: [['>', join(hex('40000000 00000000 0000fcff 04800100'), new Uint8Array(48))]],
		whole: true,
	},
	{
		network: 'imesh',
		name: 'login form',
		said: [['>', 'POST /l HTTP/1.0\r\n\r\n<PasswordHash>x</PasswordHash><ClientVer>3']],
		whole: true,
	},
	{ network: 'audiogalaxy', name: 'cookie', said: [['>', hex('455fd0d5 0102')]] },
	{ network: 'openft', name: 'alias', said: [['>', 'GET /x HTTP/1.1\r\nX-OpenftAlias: me\r\n\r\n']] },
	{ network: 'direct-connect', name: 'NMDC', said: [['<', '$Lock EXTENDEDPROTOCOLabc Pk=x|']] },
	{ network: 'direct-connect', name: 'ADC', said: [['>', 'HSUP ADBAS0 ADTIGR\n']] },
	{ network: 'soulseek', name: 'login', said: [['>', join(le32(soulseek.length), soulseek)]] },
	{
		network: 'soulseek',
		name: 'peer',
		said: [['>', join(le32(21), hex('01'), soulseekText('someone'), soulseekText('P'), le32(0))]],
		whole: true,
	},
	{ network: 'applejuice', name: 'greeting', said: [['>', 'ajprot\r\nxyz']] },
	{ network: 'syncthing', name: 'relay', said: [['>', hex('9e79bc40 00000000')]] },
	{
		network: 'boinc',
		name: 'scheduler',
		said: [['>', 'POST /cgi HTTP/1.1\r\nUser-Agent: BOINC client (x)\r\n\r\n']],
	},
	{ network: 'boinc', name: 'control port', said: [['>', '<boinc_gui_rpc_request>\n<get_state/>']] },
	{ network: 'mining', name: 'stratum', said: [['>', '{"id":1,"method":"mining.subscribe","params":[]}\n']] },
];

export function descriptor(type: number, payload: Uint8Array): Uint8Array {
	return join(hex(hash), Uint8Array.of(type, 3, 0), le32(payload.length), payload);
}

const utpSyn = join(hex('4100 0a0a 11223344 00000000 00100000 0001 0000'));
const utpData = join(hex('0100 0a0b 11223344 00000005 00100000 0002 0007'), 'xxxxxxxx');
const utpAnswer = join(hex('2100 0a0a 11223399 00000005 00100000 0007 0002'));

export const udp: readonly Positive[] = [
	{ network: 'gnutella', name: 'ping of 28 bytes', said: [['>', descriptor(0, hex('c38251 4b40'))]] },
	{ network: 'gnutella', name: 'pong', said: [['<', descriptor(1, new Uint8Array(14))]] },
	{
		network: 'gnutella',
		name: 'pong with extensions',
		said: [['<', descriptor(1, join(new Uint8Array(14), hex('c38255 5043')))]],
	},
	{
		network: 'gnutella2',
		name: 'GND',
		said: [['>', join('GND', hex('10 3e8f 01 01 54 0b'), 'QKR', hex('00'))]],
	},
	{ network: 'edonkey', name: 'server status', said: [['>', hex('e396 0102aa55')]] },
	{ network: 'edonkey', name: 'search by keyword', said: [['>', join(hex('e398 01 0600'), 'ubuntu')]] },
	{
		network: 'edonkey',
		name: 'found sources',
		said: [['<', join(hex('e39b'), hex(hash), hex('01'), hex('c0000201 3612'))]],
	},
	{
		network: 'edonkey',
		name: 'asking again and its answer',
		said: [
			['>', join(hex('c590'), hex(hash))],
			['<', hex('c591 0300')],
		],
	},
	{ network: 'edonkey', name: 'Kad request', said: [['>', join(hex('e421 02'), hex(hash), hex(hash))]] },
	{ network: 'edonkey', name: 'Kad, a node', said: [['>', join(hex('e421 0b'), hex(hash), hex(hash))]] },
	{
		network: 'edonkey',
		name: 'Kad packed',
		said: [['<', join(hex('e529 78da'), new Uint8Array(20).fill(9))]],
	},
	{
		network: 'fasttrack',
		name: 'ping',
		said: [['>', join(hex('27 00000029 80'), 'KaZaA', hex('00'))]],
		label: 'Kazaa',
	},
	{
		network: 'bittorrent',
		name: 'DHT query',
		said: [['>', 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe']],
	},
	{
		network: 'bittorrent',
		name: 'DHT answer',
		said: [['<', 'd1:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re']],
	},
	{
		network: 'bittorrent',
		name: 'DHT answer that tells an address',
		said: [['<', 'd2:ip6:abcdef1:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re']],
	},
	{ network: 'bittorrent', name: 'UDP tracker', said: [['>', hex('00000417 27101980 00000000 11223344')]] },
	{
		network: 'bittorrent',
		name: 'local discovery',
		said: [['>', 'BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\n\r\n']],
	},
	{ network: 'bittorrent', name: 'uTP SYN', said: [['>', utpSyn]] },
	{
		network: 'bittorrent',
		name: 'uTP of both sides',
		said: [
			['>', utpData],
			['<', utpAnswer],
		],
	},
	{
		network: 'imesh',
		name: '28 bytes',
		said: [['>', join(hex('02000000'), new Uint8Array(20).fill(5), hex('00000000'))]],
		more: { destinationPort: 1864 },
	},
	{ network: 'direct-connect', name: 'search', said: [['>', '$Search 192.0.2.1:412 F?T?0?1?x|']] },
	{ network: 'syncthing', name: 'discovery', said: [['>', join(hex('2ea7d90b'), new Uint8Array(50))]] },
];
