/**
 * What brings two peers together. Most are `nick "path"`: who is asked or who asks, and the file as its owner named it.
 * The answers that let one dial the other are `nick address port "path" md5 speed` (types 204 and 501).
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { hex } from '../../common/hash.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Fields } from './fields.ts';
import { decodeHost, encodeHost } from './host.ts';
import { takeNick } from './nick.ts';
import { rawBytes } from './raw.ts';
import { readMd5 } from './share.ts';

export interface FileOf {
	readonly nick: string;
	/** Raw. */
	readonly path: string;
	/** What stood behind: a limit, a speed. */
	readonly number: number;
}

const malformed = refusal('opennap.message.malformed', 'request');

export function encodeFileOf(nick: string, path: string, number?: number): Uint8Array {
	return rawBytes(`${nick} "${path}"${number === undefined ? '' : ` ${number}`}`);
}

export function decodeFileOf(body: Uint8Array): FileOf | Refusal {
	const fields = new Fields(body);
	const nick = takeNick(fields);
	if (isRefusal(nick)) return nick;
	if (!fields.isQuoted) return malformed;
	const path = fields.raw(ours.path);
	const number = fields.isEnd ? 0 : fields.number(ours.number);
	return fields.short || path === '' ? malformed : { nick, path, number };
}

/** Where to dial, or where somebody will be dialled: types 204 and 501. */
export interface Meeting {
	readonly nick: string;
	readonly host: string;
	/** 0: he cannot be dialled. */
	readonly port: number;
	/** Raw. */
	readonly path: string;
	/** 16 bytes. */
	readonly md5: Uint8Array;
	readonly speed: number;
}

export function encodeMeeting({ nick, host, port, path, md5, speed }: Meeting): Uint8Array {
	return rawBytes(`${nick} ${encodeHost(host)} ${port} "${path}" ${hex(md5)} ${speed}`);
}

export function decodeMeeting(body: Uint8Array): Meeting | Refusal {
	const fields = new Fields(body);
	const nick = takeNick(fields);
	if (isRefusal(nick)) return nick;
	const host = decodeHost(fields.number(ours.number));
	const port = fields.number(65_535);
	if (!fields.isQuoted) return malformed;
	const path = fields.raw(ours.path);
	if (fields.short || path === '') return malformed;
	// What follows is missing with some servers.
	const md5 = (fields.isEnd ? undefined : readMd5(fields.text(ours.checksum))) ?? new Uint8Array(16);
	const speed = fields.isEnd ? 0 : fields.number(ours.number);
	return { nick, host, port, path, md5, speed: fields.short ? 0 : speed };
}

export interface Content {
	/** 16 bytes. */
	readonly md5: Uint8Array;
	readonly size: number;
}

/** Type 215: who has this content? */
export function decodeContent(body: Uint8Array): Content | Refusal {
	const fields = new Fields(body);
	const md5 = readMd5(fields.text(ours.checksum));
	const size = fields.number(protocol.fileSize);
	return fields.short || md5 === undefined ? malformed : { md5, size };
}

/** A line that is one nick. */
export function decodeNick(body: Uint8Array): string | Refusal {
	return takeNick(new Fields(body));
}

/** Port, speed: a line that is one number. */
export function decodeNumber(body: Uint8Array, most: number): number | Refusal {
	const fields = new Fields(body);
	const value = fields.number(most);
	return fields.short ? malformed : value;
}
