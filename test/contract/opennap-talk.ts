import { encodeFrame } from '../../src/networks/opennap/wire/frames.ts';
import { Type } from '../../src/networks/opennap/wire/types.ts';

/** Everything that a user may say to an OpenNap server. */
export function talkToOpenNap(): Uint8Array[] {
	const lines: [number, string][] = [
		[Type.Login, 'anna secret 6699 "a program" 8'],
		[Type.Share, `"a song.mp3" ${'ab'.repeat(16)} 1000 128 44100 60`],
		[Type.ShareMedia, `"a film.avi" 1000 ${'ab'.repeat(16)} video`],
		[Type.ShareDirectory, `"dir\\" "one.mp3" ${'ab'.repeat(16)} 1000 128 44100 60`],
		[Type.Unshare, '"a film.avi"'],
		[Type.Search, 'FILENAME CONTAINS "song" MAX_RESULTS 10'],
		[Type.Browse, 'anna'],
		[Type.Download, 'anna "a song.mp3"'],
		[Type.PushRequest, 'bert "a song.mp3"'],
		[Type.UploadAccept, 'bert "a song.mp3"'],
		[Type.UploadFail, 'bert "a song.mp3"'],
		[Type.UploadLimit, 'bert "a song.mp3" 3'],
		[Type.Resume, `${'ab'.repeat(16)} 1000`],
		[Type.HotlistAdd, 'bert'],
		[Type.HotlistRemove, 'bert'],
		[Type.Whois, 'anna'],
		[Type.SpeedQuery, 'bert'],
		[Type.PortError, 'bert'],
		[Type.ChangePort, '7000'],
		[Type.ChangeSpeed, '99'],
		[Type.ChangePassword, 'other'],
		[Type.DownloadBegins, ''],
		[Type.UploadEnds, ''],
		[Type.Ping, 'x'],
		[Type.UnshareAll, ''],
		[400, '#channel'],
		[Type.Search, 'NONSENSE'],
	];
	return lines.map(([type, line]) => encodeFrame(type, Buffer.from(line)));
}
