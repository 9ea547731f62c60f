/** BYE: code 2, little-endian | reason NUL (BYE 0.1). Header lines may follow the reason; they are not read. */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { le16, putLe16 } from '../../common/integers.ts';
import { refusal } from '../refusals.ts';
import { concat, find, isClean, readText, utf8 } from './text.ts';

export interface Bye {
	/** 200 to 299: leaving; 400 to 499: the receiver's fault; 500 to 599: the sender's. */
	readonly code: number;
	/** The first line of the reason, at most 200 letters. */
	readonly reason: string;
}

const short = refusal('gnutella.bye.malformed', 'shorter than 2 bytes');

export function encodeBye(bye: Bye): Uint8Array {
	if (!isClean(bye.reason)) throw new RangeError('control character in a reason');
	const code = new Uint8Array(2);
	putLe16(code, 0, bye.code);
	return concat([code, utf8(bye.reason), Uint8Array.of(0)]);
}

export function decodeBye(payload: Uint8Array): Bye | Refusal {
	if (payload.length < 2) return short;
	const nul = find(payload, 0, 2, payload.length);
	const end = Math.min(find(payload, 0x0d, 2, nul), find(payload, 0x0a, 2, nul));
	const reason = readText(payload, 2, end);
	if (isRefusal(reason)) return reason;
	return { code: le16(payload, 0), reason: reason.slice(0, 200) };
}
