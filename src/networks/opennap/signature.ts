/**
 * Napster and OpenNap on the wire: the login frame (little-endian length and type, then `nick password port
 * "client" speed`), and between peers the listener's single "1" answered by GET or SEND.
 */
import { text } from '../common/lines.ts';
import type { Finding, Pattern, Signature } from '../signature.ts';

const login: Pattern = {
	match({ bytes, from, to, byOpener, fromStart, last }): Finding {
		if (!byOpener || !fromStart) return undefined;
		if (to - from < 4) return last ? undefined : 'more';
		const type = bytes[from + 2]! | (bytes[from + 3]! << 8);
		const length = bytes[from]! | (bytes[from + 1]! << 8);
		if ((type !== 2 && type !== 6) || length < 9 || length > 400) return undefined;
		if (to - from < 4 + length) return last || !isText(bytes, from + 4, to) ? undefined : 'more';
		const body = text(bytes, from + 4, from + 4 + length);
		const form = /^[^ "]{1,64} [^ ]{1,64} [0-9]{1,5} "([^"]{1,60})" [0-9]{1,2}( |$)/.exec(body);
		if (form === null) return undefined;
		// Never the nick, never the password: only the program's name.
		return { label: form[1]!, what: `login frame of type ${type}`, offset: 0, length: 4 };
	},
};

/** The one who was dialled says "1"; the dialler answers with a word, then nick, quoted path and a number. */
const peer: Pattern = {
	begins: ['GET', 'SEND'],
	match({ bytes, from, to, byOpener, other, otherFrom, otherTo }): Finding {
		if (!byOpener || otherTo - otherFrom < 1 || other[otherFrom] !== 0x31) return undefined;
		const said = text(bytes, from, Math.min(to, from + 400));
		if (said === 'GET' || said === 'SEND') return 'more';
		if (!/^(GET|SEND)[^ "\r\n]{1,64} "[^"\r\n]{1,300}" [0-9]{1,10}/.test(said)) return undefined;
		return { what: '"1" answered by GET or SEND with nick, path and number', offset: 0, length: 4 };
	},
};

export const signature: Signature = {
	network: 'opennap',
	title: 'Napster and OpenNap',
	source: 'what opennap 0.36 and giFT-OpenNap were seen to send, described',
	seen: 'read',
	tcp: [login, peer],
	tcpPorts: [6699, 8875],
	seeds: { names: ['napster.com', 'napigator.com'] },
};

function isText(bytes: Uint8Array, from: number, to: number): boolean {
	for (let at = from; at < to; at++) if (bytes[at]! < 32 || bytes[at]! > 126) return false;
	return true;
}
