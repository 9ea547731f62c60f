/**
 * Longer than 300 lines: one table, a row a reason.
 * Everything that the Gnutella code refuses, with a sentence for a person. A code is never used again
 * after it is retired. Decoders make their refusals with `refusal`, so a code without a row does not compile.
 */
import type { Reason, Refusal } from '../../evidence/refusal.ts';

export const refusals = [
	{
		code: 'gnutella.header.oversized',
		short: 'Oversized message',
		sentence:
			'A peer announced a message longer than its kind may be, so the link was closed before reading it.',
		fault: 'peer',
	},
	{
		code: 'gnutella.header.length',
		short: 'Wrong message length',
		sentence: 'A datagram did not have the length that its header says, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.text.control',
		short: 'Control characters',
		sentence:
			'A name or search text held control characters, which can deceive a screen or a shell, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.text.long',
		short: 'Text too long',
		sentence: 'A name or search text was longer than any real one, so the message was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.pong.malformed',
		short: 'Malformed pong',
		sentence: 'An answer to a ping could not be read, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.bye.malformed',
		short: 'Malformed goodbye',
		sentence: 'A peer said goodbye in a form that could not be read.',
		fault: 'peer',
	},
	{
		code: 'gnutella.query.malformed',
		short: 'Malformed query',
		sentence: 'A search could not be read, so it was neither answered nor passed on.',
		fault: 'peer',
	},
	{
		code: 'gnutella.hit.malformed',
		short: 'Malformed hit',
		sentence: 'An answer to a search could not be read, so its results were dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.push.malformed',
		short: 'Malformed push',
		sentence: 'A request to call back could not be read, so nobody was called.',
		fault: 'peer',
	},
	{
		code: 'gnutella.vendor.malformed',
		short: 'Malformed vendor message',
		sentence: 'A vendor message could not be read, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.ggep.malformed',
		short: 'Malformed extension',
		sentence: 'An extension block contradicted its own lengths, so the message was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.ggep.bomb',
		short: 'Extension too large',
		sentence: 'A compressed extension grew beyond its bound, so the message was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.qrp.malformed',
		short: 'Malformed routing table',
		sentence: 'A message about a query routing table could not be read, so the table was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.qrp.size',
		short: 'Wrong table size',
		sentence:
			'A query routing table had a size that we do not keep, or a patch did not have the size of its table.',
		fault: 'peer',
	},
	{
		code: 'gnutella.qrp.sequence',
		short: 'Patches out of order',
		sentence:
			'A patch of a query routing table came out of order or before its table, so the table was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.deflate.broken',
		short: 'Broken compression',
		sentence: 'Compressed data of a peer was damaged, so it was not read further.',
		fault: 'peer',
	},
	{
		code: 'gnutella.deflate.bomb',
		short: 'Compression bomb',
		sentence:
			'Compressed data of a peer grew out of all proportion, so the link was closed before unpacking it.',
		fault: 'peer',
	},
	{
		code: 'gnutella.handshake.malformed',
		short: 'Malformed handshake',
		sentence: 'A peer did not greet as Gnutella does, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.head.malformed',
		short: 'Malformed headers',
		sentence: 'A head of a handshake or of HTTP broke the rules for header lines, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.head.oversized',
		short: 'Header flood',
		sentence: 'A head of a handshake or of HTTP grew beyond its bound, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.http.malformed',
		short: 'Malformed HTTP',
		sentence: 'A request for a file, or the answer to one, could not be read.',
		fault: 'peer',
	},
	{
		code: 'gnutella.http.range',
		short: 'Impossible range',
		sentence: 'A range of a file was asked for, or sent, that does not exist or cannot be read.',
		fault: 'peer',
	},
	{
		code: 'gnutella.dime.malformed',
		short: 'Malformed DIME',
		sentence: 'The wrapping of a hash tree could not be read, so the tree was not taken.',
		fault: 'peer',
	},
	{
		code: 'gnutella.thex.malformed',
		short: 'Malformed hash tree',
		sentence:
			'A hash tree does not hold what it says, or its levels do not belong together. It was not taken.',
		fault: 'peer',
	},
	{
		code: 'gnutella.giv.malformed',
		short: 'Malformed GIV',
		sentence: 'A peer called back after a push, but its greeting could not be read.',
		fault: 'peer',
	},
	{
		code: 'gnutella.webcache.malformed',
		short: 'Malformed web cache data',
		sentence: 'A request to our web cache, or the answer of another one, could not be read.',
		fault: 'network',
	},
	{
		code: 'gnutella.webcache.oversized',
		short: 'Web cache flood',
		sentence: 'A web cache answered with more than such an answer may hold, so it was not used.',
		fault: 'network',
	},
	{
		code: 'gnutella.header.type',
		short: 'Unknown message type',
		sentence: 'A peer sent a kind of message that no specification names.',
		fault: 'peer',
	},
	{
		code: 'gnutella.ping.flood',
		short: 'Ping flood',
		sentence:
			'A peer asked for hosts more often than a servent needs, so some of its pings were not answered.',
		fault: 'peer',
	},
	{
		code: 'gnutella.pong.unasked',
		short: 'Pong not asked for',
		sentence: 'A datagram answered a question that was never asked, or too late, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'gnutella.link.blocked',
		short: 'Peer does not read',
		sentence: 'A peer did not take what was sent for too long, so the link was ended.',
		fault: 'peer',
	},
	{
		code: 'gnutella.link.silent',
		short: 'Peer is silent',
		sentence: 'A peer did not answer alive pings, so the link was ended.',
		fault: 'peer',
	},
	{
		code: 'gnutella.link.unknown',
		short: 'Unknown greeting',
		sentence: 'Somebody connected and spoke neither Gnutella nor HTTP, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.handshake.slow',
		short: 'Slow handshake',
		sentence: 'Somebody connected and did not finish the handshake in time, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.handshake.crowd',
		short: 'Too many handshakes',
		sentence: 'More handshakes were under way than are allowed at once, so the oldest was ended.',
		fault: 'network',
	},
	{
		code: 'gnutella.connect.failed',
		short: 'Peer not connected',
		sentence: 'A peer that you named could not be linked with. It is tried again by itself.',
		fault: 'network',
	},
	{
		code: 'gnutella.role.changed',
		short: 'Role changed',
		sentence: 'This servent has become a leaf or an ultrapeer, as the network around it needs.',
		fault: 'us',
	},
	{
		code: 'gnutella.http.slow',
		short: 'Slow request',
		sentence: 'Somebody began an HTTP request and did not finish it in time, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.fetch.content',
		short: 'Other content offered',
		sentence: 'A source offered other content than was asked for, so nothing was taken from it.',
		fault: 'peer',
	},
	{
		code: 'gnutella.fetch.length',
		short: 'Body without length',
		sentence: 'A source did not say how long its answer is, so it was not taken.',
		fault: 'peer',
	},
	{
		code: 'gnutella.fetch.range',
		short: 'Other range offered',
		sentence: 'A source offered another part of the file than was asked for, so it was not taken.',
		fault: 'peer',
	},
	{
		code: 'gnutella.fetch.coding',
		short: 'Unknown coding',
		sentence: 'A source sent the file in a coding that was not asked for, so it was not taken.',
		fault: 'peer',
	},
	{
		code: 'gnutella.fetch.unasked',
		short: 'Bytes not asked for',
		sentence: 'A source sent bytes that nobody had asked for, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.push.unknown',
		short: 'Push for unknown file',
		sentence: 'A push asked for a file that is not shared, so nobody was dialled.',
		fault: 'peer',
	},
	{
		code: 'gnutella.push.unusable',
		short: 'Push to unusable address',
		sentence: 'A push named an address that is outside the scope of this node, so nobody was dialled.',
		fault: 'peer',
	},
	{
		code: 'gnutella.proxy.malformed',
		short: 'Malformed proxy request',
		sentence:
			'A request to pass a push on could not be read, or did not say whom to call back, so nobody was called.',
		fault: 'peer',
	},
	{
		code: 'gnutella.proxy.claim',
		short: 'Pushes of another claimed',
		sentence:
			'A leaf asked for the pushes of another leaf, or of a second servent, so it does not get them through this node.',
		fault: 'peer',
	},
	{
		code: 'gnutella.proxy.unasked',
		short: 'Push proxy not asked for',
		sentence: 'A peer promised to pass pushes on though nobody had asked it, so nobody is sent to it.',
		fault: 'peer',
	},
	{
		code: 'gnutella.giv.unasked',
		short: 'Call-back not asked for',
		sentence: 'Somebody called back with a file that this node had not pushed for, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'gnutella.webcache.failed',
		short: 'Web cache failed',
		sentence: 'A web cache could not be asked. It is tried again later.',
		fault: 'network',
	},
	{
		code: 'gnutella.seed.unverified',
		short: 'Registration not verified',
		sentence:
			'A host that wanted to be listed by this seed could not be reached at its address, so it was not listed.',
		fault: 'peer',
	},
] as const satisfies readonly Reason[];

export type GnutellaCode = (typeof refusals)[number]['code'];

export function refusal(code: GnutellaCode, detail?: string): Refusal {
	return Object.freeze(detail === undefined ? { refused: code } : { refused: code, detail });
}
