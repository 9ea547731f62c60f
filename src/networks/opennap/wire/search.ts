/**
 * Searches (type 200): conditions in any order, `FILENAME CONTAINS "words" MAX_RESULTS 100 BITRATE "AT LEAST" "128"`.
 * Answers (type 201): `"path" md5 size bitrate frequency seconds nick address speed`.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { bytesOf } from '../../common/text.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Fields } from './fields.ts';
import { decodeHost, encodeHost } from './host.ts';
import { takeNick } from './nick.ts';
import { hexOf, type Kind, kindOf, kinds, readMd5 } from './share.ts';

export type Measure = 'bitrate' | 'frequency' | 'seconds' | 'size' | 'speed';

export interface Condition {
	readonly measure: Measure;
	readonly comparison: 'at least' | 'at best' | 'equal to';
	readonly value: number;
}

export interface Search {
	/** All of these words, none of those. */
	readonly contains: string;
	readonly excludes: readonly string[];
	readonly most: number;
	readonly conditions: readonly Condition[];
	/** undefined: any. */
	readonly kind?: Kind;
}

const measures: Readonly<Record<string, Measure>> = {
	BITRATE: 'bitrate',
	FREQ: 'frequency',
	DURATION: 'seconds',
	SIZE: 'size',
	LINESPEED: 'speed',
};

const comparisons: Readonly<Record<string, Condition['comparison']>> = {
	'AT LEAST': 'at least',
	'AT BEST': 'at best',
	'EQUAL TO': 'equal to',
};

const malformed = refusal('opennap.search.malformed');

export function encodeSearch({
	contains,
	most,
	kind,
}: Pick<Search, 'contains' | 'most' | 'kind'>): Uint8Array {
	const text = contains.replaceAll('"', ' ').slice(0, ours.searchText);
	const type = kind === undefined ? '' : ` TYPE ${kind}`;
	return bytesOf(`FILENAME CONTAINS "${text}" MAX_RESULTS ${most}${type}`);
}

export function decodeSearch(body: Uint8Array): Search | Refusal {
	const fields = new Fields(body);
	const contains: string[] = [];
	const excludes: string[] = [];
	const conditions: Condition[] = [];
	let most = 0;
	let kind: Kind | undefined;
	for (let count = 0; !fields.isEnd; count++) {
		if (count === ours.conditions) return malformed;
		const word = fields.text(ours.kind).toUpperCase();
		const measure = measures[word];
		if (word === 'FILENAME') {
			const how = fields.text(ours.kind).toUpperCase();
			const text = fields.text(ours.searchText);
			if (how === 'CONTAINS') contains.push(text);
			else if (how === 'EXCLUDES') excludes.push(text);
			else return malformed;
		} else if (word === 'MAX_RESULTS') most = fields.number(ours.number);
		else if (word === 'TYPE') {
			const said = fields.text(ours.kind).toLowerCase();
			kind = said === 'any' ? undefined : kinds[kindOf(said)];
		} else if (measure !== undefined) {
			const comparison = comparisons[fields.text(ours.kind).toUpperCase()];
			if (comparison === undefined) return malformed;
			conditions.push({ measure, comparison, value: fields.number(protocol.fileSize) });
		} else if (word !== 'LOCAL_ONLY' && word !== 'WMA-FILE') return malformed;
		if (fields.short) return malformed;
	}
	return { contains: contains.join(' '), excludes, most, conditions, ...(kind && { kind }) };
}

export interface Result {
	/** Raw. */
	readonly path: string;
	/** 16 bytes; all zero: nothing was said. */
	readonly md5: Uint8Array;
	readonly size: number;
	readonly bitrate: number;
	readonly frequency: number;
	readonly seconds: number;
	readonly nick: string;
	/** Of the user, as his server sees it. */
	readonly host: string;
	readonly speed: number;
}

/** Raw. */
export function lineOfResult(result: Result): string {
	const { path, md5, size, bitrate, frequency, seconds, nick, host, speed } = result;
	const details = `${size} ${bitrate} ${frequency} ${seconds}`;
	return `"${path}" ${hexOf(md5)} ${details} ${nick} ${encodeHost(host)} ${speed}`;
}

export function decodeResult(body: Uint8Array): Result | Refusal {
	const fields = new Fields(body);
	if (!fields.isQuoted) return malformed;
	const path = fields.raw(ours.path);
	const md5 = readMd5(fields.text(ours.checksum)) ?? new Uint8Array(16);
	const size = fields.number(protocol.fileSize);
	const bitrate = fields.number(ours.number);
	const frequency = fields.number(ours.number);
	const seconds = fields.number(ours.number);
	const nick = takeNick(fields);
	if (isRefusal(nick)) return nick;
	const host = decodeHost(fields.number(ours.number));
	const speed = fields.isEnd ? 0 : fields.number(ours.number);
	if (fields.short || path === '') return malformed;
	return { path, md5, size, bitrate, frequency, seconds, nick, host, speed };
}
