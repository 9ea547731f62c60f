/** How the text behind a flag becomes a value. What is wrong with it is the sentence of an Error. */

import { isRefusal } from '../evidence/refusal.ts';
import type { NetworkName } from '../networks/network.ts';
import { parseSchedule, type Schedule } from '../transfer/schedule.ts';

export function plain(text: string): string {
	return text;
}

export function oneOf(...words: readonly string[]): {
	words: readonly string[];
	read: (text: string) => string;
} {
	return {
		words,
		read: (text) => {
			if (!words.includes(text)) throw new Error(`"${text}" is none of ${words.join(', ')}`);
			return text;
		},
	};
}

export function readPort(text: string): number {
	const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
	if (port < 0 || port > 65_535) throw new Error(`"${text}" is not a port (0 to 65535)`);
	return port;
}

/** HOST:PORT, an IPv6 host in brackets. */
export function readAddress(text: string): { host: string; port: number } {
	const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
	if (found === null) throw new Error(`"${text}" is not HOST:PORT`);
	return { host: (found[1] ?? found[2])!, port: readPort(found[3]!) };
}

export const networkNames = [
	'gnutella',
	'edonkey',
	'fasttrack',
	'opennap',
] as const satisfies readonly NetworkName[];

export function readNetwork(text: string): NetworkName {
	const name = networkNames.find((one) => one === text);
	if (name === undefined)
		throw new Error(`"${text}" is not a network of this version; it has ${networkNames.join(', ')}`);
	return name;
}

export function readPeer(text: string): { network: NetworkName; host: string; port: number } {
	const found = /^([a-z]+):(.+)$/.exec(text);
	if (found === null) throw new Error(`"${text}" is not NETWORK:HOST:PORT, such as gnutella:192.0.2.1:6346`);
	return { network: readNetwork(found[1]!), ...readAddress(found[2]!) };
}

/** A file server.met, or the URL of one. */
export function isServerList(text: string): boolean {
	return /\.met$/i.test(text);
}

/** `ed2k://|server|HOST|PORT|/`, also with the bars as browsers write them. */
export function serverOfLink(text: string): { host: string; port: number } | undefined {
	const found = /^ed2k:\/\/\|server\|([^|\s]{1,100})\|(\d{1,5})\|\/?$/i.exec(text.replaceAll(/%7c/gi, '|'));
	return found === null ? undefined : { host: found[1]!, port: readPort(found[2]!) };
}

/** `ed2k://|serverlist|http://.../server.met|/`: the URL of a list. */
function listOfLink(text: string): string | undefined {
	const found = /^ed2k:\/\/\|serverlist\|(http:\/\/[^|\s]{1,200}\.met)\|\/?$/i.exec(
		text.replaceAll(/%7c/gi, '|'),
	);
	return found?.[1];
}

export function readSeed(text: string): string {
	const list = listOfLink(text);
	if (list !== undefined) return readSeed(list);
	if (/^uhc:/.test(text)) readAddress(text.slice(4));
	else if (isServerList(text) || serverOfLink(text) !== undefined) return text;
	else if (!/^http:\/\//.test(text) || !URL.canParse(text)) {
		throw new Error(
			`"${text}" is neither http://HOST:PORT/... (a web cache, or FILE.met), uhc:HOST:PORT (a host cache), FILE.met, ed2k://|server|HOST|PORT|/, nor ed2k://|serverlist|http://.../server.met|/`,
		);
	}
	return text;
}

/** Of eDonkey: a link to one, or a list of them. */
export function readServer(text: string): string {
	const isFile = isServerList(text) && !text.startsWith('http:');
	if (isFile || serverOfLink(text) !== undefined) return text;
	throw new Error(`"${text}" is neither ed2k://|server|HOST|PORT|/ nor FILE.met`);
}

export function readSeconds(text: string): number {
	const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(seconds > 0 && seconds <= 86_400)) throw new Error(`"${text}" is not a number of seconds`);
	return seconds;
}

/** Bytes a second, perhaps by the hour: `500k, 22:00-07:00 unlimited`. */
export function readSchedule(text: string): Schedule {
	const schedule = parseSchedule(text);
	if (isRefusal(schedule)) throw new Error(schedule.detail);
	return schedule;
}

export function readId(text: string): number {
	const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isNaN(id)) throw new Error(`"${text}" is not the number of a transfer`);
	return id;
}

export function readDays(text: string): number {
	const days = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isNaN(days)) throw new Error(`"${text}" is not a number of days`);
	return days;
}

export function readSwitch(text: string): boolean {
	// SALLYPORT_WAIT=30 is meant for search, and is a yes for get.
	if (/^([1-9]\d*|true|yes|on)$/i.test(text)) return true;
	if (/^(0|false|no|off)$/i.test(text)) return false;
	throw new Error(`"${text}" is neither true nor false`);
}

export function readApi(text: string): string {
	const url = /^http:\/\//.test(text) ? text : `http://${text}`;
	if (!URL.canParse(url)) throw new Error(`"${text}" is not the URL of an API`);
	return url;
}

/** `4096`, `500k`, `100M`, `2G`: decimal units, as everywhere here. */
export function readBytes(text: string): number {
	const found = /^([0-9]{1,12})([kMG]?)B?$/.exec(text);
	if (found === null) throw new Error(`"${text}" is no size: write 500k, 100M or 2G`);
	return Number(found[1]) * { '': 1, k: 1e3, M: 1e6, G: 1e9 }[found[2] as '' | 'k' | 'M' | 'G'];
}

/** A share of a whole. */
export function readShare(text: string): number {
	const share = /^(0(\.\d{1,9})?|1(\.0{1,9})?|\.\d{1,9})$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isNaN(share)) throw new Error(`"${text}" is not a share from 0 to 1`);
	return share;
}

export function readNodes(text: string): number {
	return whole(text, 1, 20_000_000, 'number of servents');
}

export function readRandomSeed(text: string): number {
	return whole(text, 0, 2 ** 32 - 1, 'random seed');
}

export function readWorkers(text: string): number {
	return whole(text, 1, 256, 'number of threads');
}

function whole(text: string, least: number, most: number, what: string): number {
	const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
	if (!(number >= least && number <= most))
		throw new Error(`"${text}" is not a ${what} (${least} to ${most})`);
	return number;
}
