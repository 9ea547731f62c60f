/** A sink that remembers what it was told, and conversations fed to a follower in pieces. */
import { SessionAnnouncements } from '../../../src/networks/fasttrack/announcements.ts';
import type { Follower, FollowSink } from '../../../src/networks/signature.ts';
import type { Said } from '../../watch/conversation.ts';
import { bytesOf } from '../gnutella/wire/pieces.ts';

export class Heard implements FollowSink {
	readonly endpoints: string[] = [];
	readonly details: string[] = [];
	readonly wantsDetail: boolean;
	/** Costly steps that it still allows. */
	work = 2;

	constructor(wantsDetail: boolean) {
		this.wantsDetail = wantsDetail;
	}

	announced(): void {
		throw new Error('nothing here announces bytes');
	}

	announcedText(host: string, port: number, where: string): void {
		this.endpoints.push(`${host}:${port} ${where}`);
	}

	announcedBeside(): void {}

	mayWork(): boolean {
		return --this.work >= 0;
	}

	detail(what: string, value: string): void {
		this.details.push(`${what} ${value}`);
	}
}

/** Feeds pieces of at most `cut` bytes. Returns whether there was more to learn at the end. */
export function feed(follower: Follower, said: readonly Said[], cut = 1400): boolean {
	let going = true;
	for (const [way, text] of said) {
		const bytes = bytesOfSaid(text);
		for (let at = 0; at < bytes.length && going; at += cut) {
			// Around them are bytes that are none of its business.
			const padded = new Uint8Array(bytes.length + 10).fill(0xaa);
			padded.set(bytes, 5);
			const end = Math.min(bytes.length, at + cut);
			going = follower.bytes(way === '>', padded, 5 + at, 5 + end);
		}
	}
	return going;
}

export function bytesOfSaid(text: Uint8Array | string): Uint8Array {
	return typeof text === 'string' ? bytesOf(text) : text;
}

export function heard(said: readonly Said[], wantsDetail = true, cut = 1400): Heard & { going: boolean } {
	const sink = new Heard(wantsDetail);
	const going = feed(new SessionAnnouncements(sink), said, cut);
	return Object.assign(sink, { going });
}
