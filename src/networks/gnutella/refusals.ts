/**
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
		code: 'gnutella.ping.malformed',
		short: 'Malformed ping',
		sentence: 'A ping could not be read, so it was dropped.',
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
] as const satisfies readonly Reason[];

export type GnutellaCode = (typeof refusals)[number]['code'];

export function refusal(code: GnutellaCode, detail?: string): Refusal {
	return Object.freeze(detail === undefined ? { refused: code } : { refused: code, detail });
}
