/** What conversations announce, however the bytes are cut. */
import { describe, expect, it } from 'vitest';
import { TrackerAnnouncements } from '../../../src/networks/bittorrent/announcements.ts';
import { StatusAnnouncements } from '../../../src/networks/edonkey/announcements.ts';
import { HttpAnnouncements } from '../../../src/networks/gnutella/announcements.ts';
import type { Follower, FollowSink } from '../../../src/networks/signature.ts';
import { bytesOf } from '../packets.ts';

/** Feeds the answerer's bytes in pieces until the follower has enough; what was announced, and how many pieces it took. */
function announced(make: (sink: FollowSink) => Follower, said: string, piece: number): [string[], number] {
	const found: string[] = [];
	const follower = make({
		announced: (bytes, at, port) => found.push(`${[...bytes.subarray(at, at + 4)].join('.')}:${port}`),
		announcedText: (host, port) => found.push(`${host}:${port}`),
		announcedBeside: (portOf, where) => found.push(`${where}:${portOf(4665)}`),
		wantsDetail: false,
		mayWork: () => true,
		detail: () => undefined,
	});
	const bytes = bytesOf(said);
	let pieces = 0;
	for (let at = 0; at < bytes.length; at += piece) {
		pieces++;
		if (!follower.bytes(false, bytes, at, Math.min(bytes.length, at + piece))) break;
	}
	return [found, pieces];
}

it('a server’s status names its ports, as many as it has', () => {
	const status = (length: number) =>
		`\xe3\x97\x01\x02\xaa\x55${'\x00'.repeat(28)}\x49\x12\x37\x12\x01\x02\x03\x04`.slice(0, length);
	const of = (said: string) => announced((sink) => new StatusAnnouncements(sink), said, 100)[0];
	expect(of(status(42))).toEqual(['server status:4661', 'server status:4681', 'server status:4663']);
	expect(of(status(34))).toEqual(['server status:4661']);
	expect(of('\xe3\x99 an answer of another kind')).toEqual([]);
});

describe.each([1, 2, 7, 100_000])('in pieces of %i bytes', (piece) => {
	const tracker = (said: string) => announced((sink) => new TrackerAnnouncements(sink), said, piece);

	it('a tracker’s answer names its peers, wherever its list begins', () => {
		const peers = '\xc0\x00\x02\x07\x1a\xe1\xc0\x00\x02\x08\x1a\xe2';
		for (const filling of [0, 10, 2040, 2047, 2048, 9000]) {
			const head = `HTTP/1.0 200 OK\r\n\r\nd8:interval${'0'.repeat(filling)}e`;
			const [found] = tracker(`${head}5:peers12:${peers}e`);
			expect(found, `${filling}`).toEqual(['192.0.2.7:6881', '192.0.2.8:6882']);
		}
	});

	it('a tracker’s answer without a list, or with one that never ends, is given up', () => {
		expect(tracker('x'.repeat(40_000))[1]).toBeLessThanOrEqual(Math.ceil(16_384 / piece));
		const [found, pieces] = tracker(`5:peers99999:${'\x01'.repeat(40_000)}`);
		expect(found).toHaveLength(200);
		expect(pieces).toBeLessThanOrEqual(Math.ceil(16_384 / piece));
	});

	it('a head names its alternates, with any line ends', () => {
		const head = (said: string) => announced((sink) => new HttpAnnouncements(sink), said, piece)[0];
		for (const end of ['\r\n', '\n'])
			expect(head(`HTTP/1.1 200 OK${end}X-Alt: 192.0.2.9:6346${end}${end}X-Alt: 192.0.2.10:1`)).toEqual([
				'192.0.2.9:6346',
			]);
	});
});
