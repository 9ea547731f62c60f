/** One good body of each kind, and who reads it: for tests and for the fuzzer. */
import { decodeLogin, encodeLogin } from '../../../../src/networks/opennap/wire/login.ts';
import {
	beginsWithSize,
	decodeGreeting,
	decodeOffset,
	encodeGreeting,
} from '../../../../src/networks/opennap/wire/peer.ts';
import { rawBytes } from '../../../../src/networks/opennap/wire/raw.ts';
import { decodeResult, decodeSearch, lineOfResult } from '../../../../src/networks/opennap/wire/search.ts';
import {
	decodeDirectory,
	decodeShare,
	decodeShareMedia,
	encodeShare,
	malformed,
	Share,
} from '../../../../src/networks/opennap/wire/share.ts';
import {
	decodeContent,
	decodeFileOf,
	decodeMeeting,
	decodeNick,
	decodeNumber,
	encodeFileOf,
	encodeMeeting,
} from '../../../../src/networks/opennap/wire/transfer.ts';

export interface Kind {
	readonly name: string;
	readonly good: Uint8Array;
	decode(bytes: Uint8Array): unknown;
}

export const md5 = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
const hex = Buffer.from(md5).toString('hex');
const path = 'C:\\music\\miles - so what.mp3';
const share = new Share();

export const someResult = {
	...{ path, md5, size: 5_000_000, bitrate: 128, frequency: 44_100, seconds: 545 },
	...{ nick: 'anna', host: '198.51.100.1', speed: 8 },
};

export const someMeeting = { nick: 'anna', host: '198.51.100.1', port: 6699, path, md5, speed: 8 };

export const kinds: readonly Kind[] = [
	{
		name: 'login',
		good: encodeLogin({ nick: 'anna', password: 'secret', port: 6699, agent: 'a program', speed: 8 }),
		decode: decodeLogin,
	},
	{
		name: 'share of music',
		good: encodeShare({ path, md5, size: 5_000_000, kind: 'audio' }),
		decode: (bytes) => (decodeShare(bytes, share) ? share : malformed),
	},
	{
		name: 'share of anything',
		good: encodeShare({ path, md5, size: 5_000_000, kind: 'video' }),
		decode: (bytes) => (decodeShareMedia(bytes, share) ? share : malformed),
	},
	{
		name: 'directory',
		good: Buffer.from(`"C:\\music\\" "one.mp3" ${hex} 10 128 44100 60 "two.mp3" ${hex} 11 128 44100 61`),
		decode: (bytes) => (decodeDirectory(bytes, share, () => true) ? share : malformed),
	},
	{
		name: 'search',
		good: Buffer.from(
			'FILENAME CONTAINS "miles davis" MAX_RESULTS 50 FILENAME EXCLUDES "live" LINESPEED "AT LEAST" 3 ' +
				'BITRATE "EQUAL TO" "128" FREQ "AT BEST" "44100" DURATION "AT LEAST" 10 SIZE "AT BEST" 99 TYPE audio LOCAL_ONLY',
		),
		decode: decodeSearch,
	},
	{ name: 'result', good: rawBytes(lineOfResult(someResult)), decode: decodeResult },
	{ name: 'request', good: encodeFileOf('anna', path, 8), decode: decodeFileOf },
	{ name: 'meeting', good: encodeMeeting(someMeeting), decode: decodeMeeting },
	{ name: 'content', good: Buffer.from(`${hex} 5000000`), decode: decodeContent },
	{ name: 'nick', good: Buffer.from('anna'), decode: decodeNick },
	{ name: 'port', good: Buffer.from('6699'), decode: (bytes) => decodeNumber(bytes, 65_535) },
	{
		name: 'greeting with GET',
		good: encodeGreeting({ word: 'GET', nick: 'anna', path, number: 1000 }),
		decode: decodeGreeting,
	},
	{
		name: 'greeting with SEND',
		good: encodeGreeting({ word: 'SEND', nick: 'anna', path, number: 5_000_000 }),
		decode: decodeGreeting,
	},
	{ name: 'size', good: Buffer.from('5000000ID3'), decode: (bytes) => beginsWithSize(bytes, 5_000_000) },
	{ name: 'offset', good: Buffer.from('1000'), decode: decodeOffset },
];
