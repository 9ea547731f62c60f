/**
 * Threat: path traversal. `GET /get/1/../../../../etc/passwd`, and the talk's BearShare forms with `%5c..`:
 * a server that makes a path from a request serves the whole disk.
 *
 * Defence: no path is ever made from a request (library/open.ts; networks/gnutella/serve.ts looks files up
 * by number or hash). This file recognises the attempt, in any encoding, so that it is evidence and
 * counts against the host. It decides nothing about what is served.
 */
import { Defence } from './defence.ts';

const MOST_ROUNDS = 4;
/** Slashes and dots in other clothes: full width, division, one-dot leader; and overlong UTF-8 as bytes. */
const SLASHES =
	/[\\\u2215\u2044\u29f8\uff0f\uff3c\u2216\u29f5\u0000]|\u00c0\u00af|\u00c0\u002f|\u00c1\u009c|\u00e0\u0080\u00af/g;
const DOTS = /[\u2024\uff0e\u3002]|\u00c0\u00ae|\u00e0\u0080\u00ae/g;

export class PathTraversal extends Defence {
	/** The request line or target, as it came. A code: it tries to leave the share. */
	suspicious(requested: string): string | undefined {
		if (!this.on) return undefined;
		let text = requested.slice(0, 8192);
		for (let round = 0; round < MOST_ROUNDS; round++) {
			if (climbs(text)) return this.refuse('defence.path.traversal');
			const decoded = decodeOnce(text);
			if (decoded === text) break;
			text = decoded;
		}
		return undefined;
	}
}

function climbs(text: string): boolean {
	const plain = text.replace(SLASHES, '/').replace(DOTS, '.');
	const target = plain.replace(/^(GET|HEAD) /, '').replace(/ HTTP\/1\.[01]$/, '');
	if (/(^|\/)\.{2,}[^/]{0,1}(\/|$|\s|\?)/.test(target)) return true;
	if (/\/\.\.|\.\.\//.test(target)) return true;
	if (/^\/get\/\d+\/(\/|[a-z]:|~)/i.test(target)) return true;
	if (/(^|\/)[a-z]:\//i.test(target)) return true;
	return text.includes('\u0000') || /%00/.test(text);
}

/** Percent escapes (also %uXXXX) become the characters of their bytes; what is broken stays. */
function decodeOnce(text: string): string {
	return text
		.replace(/%u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
		.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
