/**
 * Everything that the eDonkey code refuses, with a sentence for a person. A code is never used again after it
 * is retired. Decoders make their refusals with `refusal`, so a code without a row does not compile.
 */
import type { Reason, Refusal } from '../../evidence/refusal.ts';

export const refusals = [
	{
		code: 'edonkey.frame.protocol',
		short: 'Not an eDonkey frame',
		sentence: 'A peer sent something that does not begin as an eDonkey message, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'edonkey.frame.oversized',
		short: 'Wrong frame length',
		sentence:
			'A peer announced a message longer or shorter than its kind may be, so the link was closed before reading it.',
		fault: 'peer',
	},
	{
		code: 'edonkey.packed.broken',
		short: 'Broken compression',
		sentence: 'A packed message could not be unpacked, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'edonkey.packed.bomb',
		short: 'Packed message too large',
		sentence: 'A packed message grew beyond its bound while it was unpacked, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'edonkey.tags.malformed',
		short: 'Malformed tags',
		sentence:
			'A list of tags held a type that nobody knows or contradicted its own lengths, so its message was dropped.',
		fault: 'peer',
	},
	{
		code: 'edonkey.message.malformed',
		short: 'Malformed message',
		sentence: 'A message ended before what it announced, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'edonkey.search.malformed',
		short: 'Malformed search',
		sentence: 'A search could not be read, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'edonkey.search.complex',
		short: 'Search too complex',
		sentence:
			'A search had more conditions, or deeper ones, than any person asks for, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'edonkey.datagram.malformed',
		short: 'Malformed datagram',
		sentence: 'A datagram could not be read, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'edonkey.server.full',
		short: 'Server full',
		sentence: 'A client was turned away because this server has as many sessions as it may have.',
		fault: 'us',
	},
	{
		code: 'edonkey.server.crowd',
		short: 'Too many from one place',
		sentence: 'A client was turned away because its host or its network has many sessions here already.',
		fault: 'peer',
	},
	{
		code: 'edonkey.server.banned',
		short: 'Host stays out',
		sentence: 'A client was turned away because its host had flooded this server a while ago.',
		fault: 'peer',
	},
	{
		code: 'edonkey.server.ban',
		short: 'Host banned',
		sentence:
			'A host sent far more than a client does, so its session was closed and it stays out for a while.',
		fault: 'peer',
	},
	{
		code: 'edonkey.login.slow',
		short: 'Slow login',
		sentence: 'Somebody connected to this server and did not log in, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'edonkey.login.twice',
		short: 'Second login',
		sentence: 'A client logged in again on the same link, which means nothing, so it was ignored.',
		fault: 'peer',
	},
	{
		code: 'edonkey.login.early',
		short: 'Talk before login',
		sentence: 'A client sent something before its login was answered, so it was ignored.',
		fault: 'peer',
	},
	{
		code: 'edonkey.login.port',
		short: 'Port of a service',
		sentence:
			'A client named a port below 1024 as its own. Servers of others live there, so it was not tried and the client got a LowID.',
		fault: 'peer',
	},
	{
		code: 'edonkey.check.failed',
		short: 'Not reachable',
		sentence:
			'A client could not be reached at its own address and port, so it got a LowID: others cannot dial it.',
		fault: 'network',
	},
	{
		code: 'edonkey.offers.often',
		short: 'Too many offers',
		sentence: 'A client offered its files far too often, so an offer was ignored.',
		fault: 'peer',
	},
	{
		code: 'edonkey.offers.quota',
		short: 'Too many files',
		sentence: 'A client offered more files than one client may have here, so the others were left out.',
		fault: 'peer',
	},
	{
		code: 'edonkey.offers.file',
		short: 'Impossible file',
		sentence: 'A client offered a file without a usable name or size, so it was left out.',
		fault: 'peer',
	},
	{
		code: 'edonkey.search.often',
		short: 'Too many searches',
		sentence: 'A client searched far too often, so a search was not answered.',
		fault: 'peer',
	},
	{
		code: 'edonkey.sources.often',
		short: 'Too many source requests',
		sentence: 'A client asked for sources far too often, so a request was not answered.',
		fault: 'peer',
	},
	{
		code: 'edonkey.callback.often',
		short: 'Too many callbacks',
		sentence: 'Somebody asked too often that a client calls back, so it was not asked.',
		fault: 'peer',
	},
	{
		code: 'edonkey.join.failed',
		short: 'Server not reached',
		sentence:
			'A server could not be reached, did not log us in, or has ended the session. Another is tried, and this one later.',
		fault: 'network',
	},
	{
		code: 'edonkey.join.says',
		short: 'A server says',
		sentence:
			'A server sent a text for its users. It is shown as it came, without what would deceive a screen.',
		fault: 'network',
	},
	{
		code: 'edonkey.join.address',
		short: 'Impossible server',
		sentence:
			'An address that is outside the scope of this node, or a port below 1024, was named as a server, so it is not asked.',
		fault: 'network',
	},
	{
		code: 'edonkey.status.silent',
		short: 'Silent server',
		sentence:
			'A server has not answered two questions for its status, so searches leave it out until it does.',
		fault: 'network',
	},
	{
		code: 'edonkey.datagram.unasked',
		short: 'Datagram not asked for',
		sentence:
			'A datagram came from a server that was asked nothing, or bore a wrong challenge, so it was dropped: it may be forged.',
		fault: 'peer',
	},
	{
		code: 'edonkey.sources.unasked',
		short: 'Sources not asked for',
		sentence: 'A server named sources of a file that nobody here wants, so they were dropped.',
		fault: 'network',
	},
	{
		code: 'edonkey.callback.unusable',
		short: 'Call-back to unusable address',
		sentence:
			'A server asked us to call back an address outside the scope of this node, or a port below 1024, so nobody was dialled.',
		fault: 'network',
	},
	{
		code: 'edonkey.seal.broken',
		short: 'Broken obfuscation',
		sentence:
			'A link began with an obfuscated greeting that does not fit the key, or asks for what nobody knows, so it was closed.',
		fault: 'peer',
	},
	{
		code: 'edonkey.seal.plain',
		short: 'Plain link',
		sentence: 'Somebody connected without obfuscation, which this node requires, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'edonkey.seal.unknown',
		short: 'No obfuscation possible',
		sentence:
			'A client was not dialled: obfuscation is required here or there, and one of the two is not known to have it.',
		fault: 'network',
	},
	{
		code: 'edonkey.seal.often',
		short: 'Too many key agreements',
		sentence:
			'Somebody wanted an obfuscated session while very many others did, so the link was closed; a plain one is taken.',
		fault: 'peer',
	},
	{
		code: 'edonkey.peers.crowd',
		short: 'Too many links',
		sentence: 'A client was turned away because there are many links with its host, or in all, already.',
		fault: 'peer',
	},
	{
		code: 'edonkey.hello.missing',
		short: 'No hello',
		sentence: 'Somebody connected and did not begin with a hello in time, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'edonkey.part.unasked',
		short: 'Unasked bytes',
		sentence: 'A source sent bytes of a file that it was not asked for, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'edonkey.part.range',
		short: 'Impossible range',
		sentence: 'A client asked for bytes that its file does not have here, so it got none.',
		fault: 'peer',
	},
	{
		code: 'edonkey.hashes.other',
		short: 'Wrong hash set',
		sentence: 'A source gave hashes of parts that cannot be those of the file, so they were dropped.',
		fault: 'peer',
	},
] as const satisfies readonly Reason[];

type EdonkeyCode = (typeof refusals)[number]['code'];

export function refusal(code: EdonkeyCode, detail?: string): Refusal {
	return Object.freeze(detail === undefined ? { refused: code } : { refused: code, detail });
}
