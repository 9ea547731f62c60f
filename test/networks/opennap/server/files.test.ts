import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../../src/networks/opennap/wire/frames.ts';
import { encodeHost } from '../../../../src/networks/opennap/wire/host.ts';
import { rawBytes } from '../../../../src/networks/opennap/wire/raw.ts';
import { Type } from '../../../../src/networks/opennap/wire/types.ts';
import { codes, loggedIn, makeNet, makeServer, wait } from './net.ts';

const ONE = '198.51.100.1';
const TWO = '198.51.101.2';
const MD5 = 'ab'.repeat(16);

describe('files', () => {
	it('are found by words, in one write, with what was said of them', () => {
		const net = makeNet();
		makeServer(net);
		const anna = loggedIn(net, ONE, 'anna');
		for (let i = 0; i < 40; i++) anna.share(`C:\\music\\Miles Davis - take ${i}.mp3`, 1000 + i, MD5);
		anna.say(Type.ShareMedia, `"C:\\films\\miles.avi" 77 ${MD5} video`);
		const bert = loggedIn(net, TWO, 'bert');
		const before = bert.chunks;
		bert.say(Type.Search, 'FILENAME CONTAINS "davis miles" MAX_RESULTS 50');
		wait(net);
		expect(bert.lines(Type.Result)).toHaveLength(40);
		expect(bert.chunks - before).toBe(1);
		expect(bert.lines(Type.Result)[0]).toMatch(
			new RegExp(
				`^"C:.music.Miles Davis - take \\d+.mp3" ${MD5} 10\\d\\d 128 44100 60 anna ${encodeHost(ONE)} 8$`,
			),
		);
		bert.say(Type.Search, 'FILENAME CONTAINS "miles" TYPE video');
		bert.say(Type.Search, 'FILENAME CONTAINS "miles" FILENAME EXCLUDES "davis"');
		bert.say(Type.Search, 'FILENAME CONTAINS "miles" SIZE "AT LEAST" 1039 BITRATE "EQUAL TO" "128"');
		bert.say(Type.Search, 'FILENAME CONTAINS "miles" DURATION "AT BEST" 59 TYPE audio');
		wait(net);
		expect(bert.lines(Type.Result).slice(40)).toEqual([
			expect.stringContaining('miles.avi'),
			expect.stringContaining('miles.avi'),
			expect.stringContaining('take 39'),
		]);
		expect(bert.lines(Type.SearchEnd)).toHaveLength(5);
	});

	it('go when they are taken back, and when their user leaves', () => {
		const net = makeNet();
		const server = makeServer(net);
		const anna = loggedIn(net, ONE, 'anna');
		for (const name of ['one song.mp3', 'two song.mp3', 'three song.mp3']) anna.share(name);
		anna.say(Type.Unshare, '"two song.mp3"');
		const bert = loggedIn(net, TWO, 'bert');
		bert.share('four song.mp3');
		const found = (): string[] => {
			bert.frames.length = 0;
			bert.say(Type.Search, 'FILENAME CONTAINS "song"');
			wait(net);
			return bert.lines(Type.Result).map((line) => line.split('"')[1]!);
		};
		expect(found().sort()).toEqual(['one song.mp3', 'three song.mp3']);
		anna.world.hangup(anna.link, 'bye');
		wait(net);
		expect(found()).toEqual([]);
		expect(server.network.figures()).toMatchObject({ users: 1, files: 1 });
	});

	it('of a directory are told in one message', () => {
		const net = makeNet();
		makeServer(net);
		const anna = loggedIn(net, ONE, 'anna');
		const of = (name: string) => `"${name}" ${MD5} 10 128 44100 60`;
		anna.say(Type.ShareDirectory, `"C:\\music\\" ${of('one.mp3')} ${of('two.mp3')}`);
		const bert = loggedIn(net, TWO, 'bert');
		bert.say(Type.Browse, 'anna');
		wait(net);
		expect(bert.lines(Type.BrowseFile).sort()).toEqual([
			`anna "C:\\music\\one.mp3" ${MD5} 10 128 44100 60`,
			`anna "C:\\music\\two.mp3" ${MD5} 10 128 44100 60`,
		]);
		expect(bert.lines(Type.BrowseEnd)).toEqual([`anna ${encodeHost(ONE)}`]);
	});

	it('in bytes that are no UTF-8 are asked for by the same bytes', () => {
		const net = makeNet();
		makeServer(net);
		const anna = loggedIn(net, ONE, 'anna');
		anna.world.send(
			anna.link,
			encodeFrame(Type.Share, rawBytes(`"caf\u00e9 song.mp3" ${MD5} 10 128 44100 60`)),
		);
		const bert = loggedIn(net, TWO, 'bert');
		bert.say(Type.Search, 'FILENAME CONTAINS "café"');
		wait(net);
		const path = bert.lines(Type.Result)[0]!.split('"')[1]!;
		expect(path).toBe('caf\u00e9 song.mp3');
		bert.world.send(bert.link, encodeFrame(Type.Download, rawBytes(`anna "${path}"`)));
		wait(net);
		expect(anna.lines(Type.UploadRequest)).toEqual([`bert "${path}" 8`]);
	});

	it('beyond the quota of a user are not taken', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { filesOfUser: 3, shares: 6 } });
		const anna = loggedIn(net, ONE, 'anna');
		for (let i = 0; i < 10; i++) anna.share(`song ${i}.mp3`);
		wait(net);
		expect(server.network.figures().files).toBe(3);
		expect(codes(server)).toContain('opennap.share.quota');
		expect(codes(server)).toContain('opennap.share.often');
	});

	it('with the same content are other sources of it', () => {
		const net = makeNet();
		makeServer(net);
		const anna = loggedIn(net, ONE, 'anna');
		anna.share('one name.mp3', 1000, MD5);
		anna.share('other size.mp3', 1001, MD5);
		const bert = loggedIn(net, TWO, 'bert');
		bert.say(Type.Resume, `${MD5} 1000`);
		wait(net);
		expect(bert.lines(Type.ResumeSource)).toEqual([
			`anna ${encodeHost(ONE)} 6699 "one name.mp3" ${MD5} 1000 8`,
		]);
		expect(bert.lines(Type.ResumeEnd)).toHaveLength(1);
	});
});

describe('a download', () => {
	function pair(annasPort: number, bertsPort: number) {
		const net = makeNet();
		const server = makeServer(net);
		const anna = loggedIn(net, ONE, 'anna', annasPort);
		anna.share('a song.mp3', 1000, MD5);
		const bert = loggedIn(net, TWO, 'bert', bertsPort);
		return { net, server, anna, bert };
	}

	it('from who can be dialled: asked, accepted, address told', () => {
		const { net, anna, bert } = pair(6699, 0);
		bert.say(Type.Download, 'anna "a song.mp3"');
		wait(net);
		expect(anna.lines(Type.UploadRequest)).toEqual(['bert "a song.mp3" 8']);
		anna.say(Type.UploadAccept, 'bert "a song.mp3"');
		wait(net);
		expect(bert.lines(Type.DownloadAck)).toEqual([`anna ${encodeHost(ONE)} 6699 "a song.mp3" ${MD5} 8`]);
	});

	it('from who cannot: told at once, then the uploader is told to dial', () => {
		const { net, anna, bert } = pair(0, 6700);
		bert.say(Type.Download, 'anna "a song.mp3"');
		wait(net);
		expect(bert.lines(Type.DownloadAck)).toEqual([`anna ${encodeHost(ONE)} 0 "a song.mp3" ${MD5} 8`]);
		expect(anna.lines(Type.UploadRequest)).toEqual([]);
		bert.say(Type.PushRequest, 'anna "a song.mp3"');
		wait(net);
		anna.say(Type.UploadAccept, 'bert "a song.mp3"');
		wait(net);
		expect(anna.lines(Type.PushOrder)).toEqual([`bert ${encodeHost(TWO)} 6700 "a song.mp3" ${MD5} 8`]);
	});

	it('between two who cannot be dialled is neither found nor tried', () => {
		const { net, bert } = pair(0, 0);
		bert.say(Type.Search, 'FILENAME CONTAINS "song"');
		bert.say(Type.Download, 'anna "a song.mp3"');
		bert.say(Type.PushRequest, 'anna "a song.mp3"');
		wait(net);
		expect(bert.lines(Type.Result)).toEqual([]);
		expect(bert.lines(Type.GetError)).toEqual(['anna "a song.mp3"', 'anna "a song.mp3"']);
	});

	it('of what is not there, or declined, or put off is answered so', () => {
		const { net, anna, bert } = pair(6699, 6699);
		bert.say(Type.Download, 'anna "another.mp3"');
		bert.say(Type.Download, 'nobody "a song.mp3"');
		bert.say(Type.Download, 'anna "a song.mp3"');
		wait(net);
		anna.say(Type.UploadLimit, 'bert "a song.mp3" 3');
		wait(net);
		bert.say(Type.Download, 'anna "a song.mp3"');
		wait(net);
		anna.say(Type.UploadFail, 'bert "a song.mp3"');
		wait(net);
		expect(bert.lines(Type.GetError)).toEqual([
			'anna "another.mp3"',
			'nobody "a song.mp3"',
			'anna "a song.mp3"',
		]);
		expect(bert.lines(Type.QueueLimit)).toEqual(['anna "a song.mp3" 1000 3']);
	});

	it('makes nobody dial whom the other end does not speak for: addresses in messages are not read', () => {
		const { net, anna, bert } = pair(0, 6700);
		// The attacker asks in the form of the server's own order, with a victim in it.
		bert.say(Type.PushRequest, `anna "a song.mp3" ${encodeHost('192.0.2.9')} 80`);
		wait(net);
		anna.say(Type.UploadAccept, 'bert "a song.mp3"');
		wait(net);
		expect(anna.lines(Type.PushOrder)).toEqual([`bert ${encodeHost(TWO)} 6700 "a song.mp3" ${MD5} 8`]);
	});

	it('that nobody asked for cannot be accepted: no user can make another dial him', () => {
		const { net, anna, bert } = pair(6699, 6699);
		anna.say(Type.UploadAccept, 'bert "a song.mp3"');
		wait(net);
		expect(bert.lines(Type.DownloadAck)).toEqual([]);
	});
});
