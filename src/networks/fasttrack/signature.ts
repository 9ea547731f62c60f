/**
 * FastTrack (Kazaa, Grokster, early Morpheus and iMesh) on the wire: UDP ping and pong in clear, the leaf's hello
 * of 12 bytes with the super-node's answer of 8, HTTP with its own headers, and the call-back GIVE.
 *
 * The session itself is obfuscated. A hello is shape alone unless it is the constant one of giFT, mldonkey and our
 * own leaf; announcements.ts opens what follows where its type is 01, 08 or 09.
 */
import { firstLine, text } from '../common/lines.ts';
import {
	type Finding,
	type HttpPattern,
	type Match,
	type Pattern,
	contentRule as rule,
	type Signature,
} from '../signature.ts';
import { SessionAnnouncements, TransferAnnouncements } from './announcements.ts';

const networkNames = ['KaZaA', 'fileshare', 'Grokster', 'MusicCity'];

const ping: Pattern = {
	begins: ['\x27', '\x28', '\x29'],
	match({ bytes, from, to, wireLength }): Finding {
		if (to - from < wireLength || wireLength < 11 || wireLength > 32 || bytes[to - 1] !== 0) return undefined;
		for (const name of networkNames) {
			const start = to - 1 - name.length;
			const header = start - from;
			if (
				(header === 6 || header === 11) &&
				text(bytes, start, to - 1).toLowerCase() === name.toLowerCase()
			) {
				const kind = bytes[from] === 0x27 ? 'ping' : 'pong';
				return {
					...brand(name),
					what: `${kind} that ends in the network name "${name}"`,
					offset: header,
					length: name.length + 1,
				};
			}
		}
		return undefined;
	},
};

/** Random part and seed that giFT and mldonkey always send, then any masked type. */
const knownHello: Pattern = {
	begins: ['\xfa\x00\xb6\x2b\xfa\xcb\x12\x38'],
	match({ byOpener }): Finding {
		return byOpener ? { what: 'leaf hello of giFT or mldonkey', offset: 0, length: 8 } : undefined;
	},
};

/** Seen from the answer: 8 bytes and an encrypted network name, after exactly 12 bytes of the opener. */
const anyHello: Pattern = {
	weak: true,
	match({
		fromStart,
		byOpener,
		packets,
		wireLength,
		otherFrom,
		otherTo,
		destinationPort,
		sourcePort,
	}): Finding {
		if (!fromStart || packets !== 2) return undefined;
		const near = sourcePort === 1214 || destinationPort === 1214;
		if (byOpener || !near || otherTo - otherFrom !== 12) return undefined;
		const name = wireLength - 9;
		if (name !== -1 && !networkNames.some(({ length }) => length === name)) return undefined;
		return {
			what: 'a hello of 12 bytes answered by 8 and a network name, on port 1214',
			offset: 0,
			length: 8,
		};
	},
};

const give: Pattern = {
	begins: ['GIVE '],
	match({ bytes, from, to, last }): Finding {
		const line = firstLine(bytes, from, to);
		if (line === 'GIVE ' && to - from === 5) return last ? undefined : 'more';
		if (/^GIVE [0-9]{1,10}$/.test(line))
			return { what: 'call-back "GIVE number"', offset: 0, length: line.length };
		return undefined;
	},
};

const transfer: HttpPattern = {
	match(head): Match | undefined {
		if (/^\/\.hash=[0-9A-Fa-f]{40}/.test(head.target))
			return { what: 'download by hash "/.hash="', offset: head.method.length + 1, length: 47 };
		if (/^\/\.(supernode|status|network)\b/.test(head.target))
			return { what: `request "${head.target.slice(0, 20)}"`, offset: head.method.length + 1, length: 8 };
		for (const name of head.extensions) {
			if (!name.startsWith('x-kazaa')) continue;
			const network = head.header('x-kazaa-network') ?? '';
			return {
				...brand(network),
				what: `header "${name}"`,
				offset: head.offsetOf(name),
				length: name.length,
			};
		}
		const agent = head.header('user-agent') ?? head.header('useragent') ?? head.header('server') ?? '';
		if (/^(KazaaClient|PeerEnabler)/.test(agent))
			return {
				label: agent.slice(0, 60),
				what: 'agent of a FastTrack program',
				offset: head.offsetOf('user-agent'),
				length: 11,
			};
		return undefined;
	},
};

export const signature: Signature = {
	network: 'fasttrack',
	title: 'FastTrack: Kazaa, Grokster, early Morpheus and iMesh',
	source:
		'what giFT and mldonkey were seen to send, described; live sessions of mldonkey; the original Kazaa only read about',
	seen: 'live',
	tcp: [knownHello, give, anyHello],
	udp: [ping],
	http: [transfer],
	rules: [
		rule(200, 'tcp', 'leaf hello of giFT or mldonkey', [{ bytes: '\xfa\x00\xb6\x2b\xfa\xcb\x12\x38' }], {
			by: 'opener',
		}),
		rule(201, 'tcp', 'download by hash', [{ bytes: 'GET /.hash=' }], { by: 'opener' }),
		rule(
			202,
			'tcp',
			'answer with headers of Kazaa',
			[{ bytes: 'HTTP/1.' }, { bytes: '\r\nX-Kazaa-', offset: 8, within: 1000, anyCase: true }],
			{ by: 'answerer' },
		),
		rule(203, 'udp', 'ping of KaZaA', [{ bytes: '\x27' }, { bytes: '\x80KaZaA\x00', offset: 5 }], {
			size: 12,
		}),
	],
	tcpPorts: [1214],
	udpPorts: [1214],
	// The range is the talk's, of 2003.
	seeds: { historicalRanges: ['213.248.112.0/24'] },
	follow(transport, match, sink) {
		if (transport === 'udp') return undefined;
		return match.what.includes('hello') ? new SessionAnnouncements(sink) : new TransferAnnouncements(sink);
	},
};

const brands = new Map([
	['kazaa', 'Kazaa'],
	['grokster', 'Grokster'],
	['musiccity', 'Morpheus'],
	['fileshare', 'iMesh'],
]);

function brand(network: string): { label?: string } {
	const label = brands.get(network.toLowerCase());
	return label === undefined ? {} : { label };
}
