/**
 * First lines of the handshake (0.4 section 1; 0.6 draft, "handshaking").
 *
 *   0.4:  GNUTELLA CONNECT/0.4 LF LF        GNUTELLA OK LF LF
 *   0.6:  GNUTELLA CONNECT/0.6 + headers    GNUTELLA/0.6 200 OK + headers    GNUTELLA/0.6 200 OK + headers
 *
 * Any 0.x version of at least 0.6 counts as 0.6: that is what its answerer speaks.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { refusal } from '../refusals.ts';
import { encodeHead } from './head.ts';
import { isClean, utf8 } from './text.ts';

export type Greeting =
	| { readonly kind: 'connect'; readonly version: '0.4' | '0.6' }
	/** The 0.4 answer. */
	| { readonly kind: 'ok' }
	/** The 0.6 answer. `code` is 100 to 999. */
	| { readonly kind: 'status'; readonly code: number; readonly text: string };

const connect04: Greeting = Object.freeze({ kind: 'connect', version: '0.4' });
const connect06: Greeting = Object.freeze({ kind: 'connect', version: '0.6' });
const ok: Greeting = Object.freeze({ kind: 'ok' });
const malformed = refusal('gnutella.handshake.malformed', 'first line');

/** `line`: the first line of a HeaderBlock. */
export function parseGreeting(line: string): Greeting | Refusal {
	if (line === 'GNUTELLA OK') return ok;
	const connect = /^GNUTELLA CONNECT\/0\.([0-9])$/.exec(line);
	if (connect) {
		const minor = Number(connect[1]);
		return minor >= 6 ? connect06 : minor === 4 ? connect04 : malformed;
	}
	const status = /^GNUTELLA\/0\.[6-9] ([1-9][0-9]{2})(?: (.*))?$/.exec(line);
	if (!status || !isClean(line)) return malformed;
	return { kind: 'status', code: Number(status[1]), text: (status[2] ?? '').slice(0, 200) };
}

/** Ours: throws where a text or a value holds a control character. */
export function encodeGreeting(
	greeting: Greeting,
	headers: Iterable<readonly [string, string]> = [],
): Uint8Array {
	if (greeting.kind === 'ok') return utf8('GNUTELLA OK\n\n');
	if (greeting.kind === 'status')
		return encodeHead(`GNUTELLA/0.6 ${greeting.code} ${greeting.text}`, headers);
	if (greeting.version === '0.4') return utf8('GNUTELLA CONNECT/0.4\n\n');
	return encodeHead('GNUTELLA CONNECT/0.6', headers);
}
