/**
 * Everything that the FastTrack code refuses, with a sentence for a person. A code is never used again after it
 * is retired. Decoders make their refusals with `refusal`, so a code without a row does not compile.
 */
import type { Reason, Refusal } from '../../evidence/refusal.ts';

export const refusals = [
	{
		code: 'fasttrack.stream.lost',
		short: 'Session out of step',
		sentence:
			'A session held something that is no message: a byte was lost, or it was never FastTrack. Nothing behind it can be read.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.message.malformed',
		short: 'Malformed message',
		sentence: 'A message contradicted its own lengths or held numbers that cannot be, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.handshake.closed',
		short: 'Session does not open',
		sentence:
			'A super-node answered with an encryption type that this program does not know, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.handshake.foreign',
		short: 'Not a FastTrack leaf',
		sentence:
			'Somebody connected whose first bytes do not open as a greeting of FastTrack, so the link was closed without a word.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.link.blocked',
		short: 'Peer does not read',
		sentence: 'A peer did not take what was sent to it, so the link was ended.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.leaf.unusable',
		short: 'Leaf not taken',
		sentence:
			'A leaf was not taken: this super-node has as many as it may, or the leaf comes from an address that the protocol cannot name.',
		fault: 'network',
	},
	{
		code: 'fasttrack.share.full',
		short: 'Too many shares',
		sentence:
			'A leaf shared more files, or longer descriptions of them, than one may, so the rest is not found.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.query.flood',
		short: 'Query flood',
		sentence: 'A leaf searched more often than a person does, so some of its searches were not answered.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.push.unusable',
		short: 'Call-back not passed on',
		sentence:
			'A call-back named nobody who is here, or an address that nobody could be called at, so nobody was asked to call.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.reply.unasked',
		short: 'Results not asked for',
		sentence: 'A super-node sent results for a search that nobody here has made, so they were dropped.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.neighbour.stranger',
		short: 'Super-node not named',
		sentence:
			'A super-node wanted a link that the operator of this one has not named, or there are as many as there may be, so the link was closed.',
		fault: 'network',
	},
	{
		code: 'fasttrack.neighbour.flood',
		short: 'Neighbour asks too much',
		sentence: 'A neighbouring super-node passed on more searches than it may, so some were not answered.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.neighbour.hops',
		short: 'Search from too far',
		sentence:
			'A neighbouring super-node passed on a search that had come or was to go too far, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.neighbour.unasked',
		short: 'Results not asked for',
		sentence:
			'A neighbouring super-node sent results that it was not asked for, or more than one search gets, so they were dropped.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.neighbour.forged',
		short: 'Results that answer nothing',
		sentence:
			'A neighbouring super-node sent results that are no answer to what was asked, or that name somebody who cannot be dialled, so they were dropped.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.supernode.ban',
		short: 'Host banned',
		sentence:
			'A leaf or a neighbour sent far more than any program does by mistake, so its link was ended, and its host stays out for a while.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.supernode.banned',
		short: 'Host stays out',
		sentence:
			'Somebody was turned away because the host has flooded this super-node, or because the operator says so.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.http.malformed',
		short: 'Malformed HTTP',
		sentence: 'A request for a file, or the answer to one, could not be read, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.http.slow',
		short: 'Slow request',
		sentence: 'Somebody connected and did not say in time what is wanted, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.fetch.range',
		short: 'Other range offered',
		sentence:
			'A source offered other bytes than were asked for, or did not say how many, so nothing was taken.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.fetch.content',
		short: 'Other content offered',
		sentence: 'A source offered other content than was asked for, so nothing was taken from it.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.fetch.tree',
		short: 'Other tree offered',
		sentence:
			'A source answered with a hash tree that is longer or shorter than that of the file, so nothing was taken.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.give.unasked',
		short: 'Call-back not asked for',
		sentence: 'Somebody called back though this node had asked nobody to, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'fasttrack.datagram.malformed',
		short: 'Malformed datagram',
		sentence: 'A datagram was neither a ping nor a pong, so it was dropped.',
		fault: 'peer',
	},
] as const satisfies readonly Reason[];

type FasttrackCode = (typeof refusals)[number]['code'];

export function refusal(code: FasttrackCode, detail?: string): Refusal {
	return Object.freeze(detail === undefined ? { refused: code } : { refused: code, detail });
}
