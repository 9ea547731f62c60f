/**
 * Everything that the OpenNap code refuses, with a sentence for a person. A code is never used again after it is
 * retired. Decoders make their refusals with `refusal`, so a code without a row does not compile.
 */
import type { Reason, Refusal } from '../../evidence/refusal.ts';

export const refusals = [
	{
		code: 'opennap.frame.oversized',
		short: 'Message too long',
		sentence:
			'A peer announced a message longer than its kind may be, so the link was closed before reading it.',
		fault: 'peer',
	},
	{
		code: 'opennap.message.malformed',
		short: 'Malformed message',
		sentence: 'A message lacked a field or had one that cannot be, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'opennap.nick.invalid',
		short: 'Impossible nick',
		sentence: 'A nick was empty, too long or had signs that would break the lines of the protocol.',
		fault: 'peer',
	},
	{
		code: 'opennap.search.malformed',
		short: 'Malformed search',
		sentence: 'A search could not be read, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'opennap.login.early',
		short: 'Message before login',
		sentence: 'A client sent something before it had logged in, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'opennap.login.slow',
		short: 'No login',
		sentence: 'A client connected and did not log in within its time, so the link was closed.',
		fault: 'peer',
	},
	{
		code: 'opennap.login.password',
		short: 'Wrong password',
		sentence: 'A client wanted a nick whose password it does not know, so it was turned away.',
		fault: 'peer',
	},
	{
		code: 'opennap.login.often',
		short: 'Too many passwords',
		sentence: 'A host tried many passwords for one nick, so no more of them are compared for some minutes.',
		fault: 'peer',
	},
	{
		code: 'opennap.login.taken',
		short: 'Nick in use',
		sentence: 'A client wanted a nick that somebody is logged in with, so it was turned away.',
		fault: 'peer',
	},
	{
		code: 'opennap.login.port',
		short: 'Port refused',
		sentence: 'A client said that it listens at a port of other services, so nobody is sent there.',
		fault: 'peer',
	},
	{
		code: 'opennap.server.full',
		short: 'Server full',
		sentence: 'A client was turned away because this server has as many sessions as it may have.',
		fault: 'us',
	},
	{
		code: 'opennap.server.crowd',
		short: 'Too many from one place',
		sentence: 'A client was turned away because its host or its network has many sessions here already.',
		fault: 'peer',
	},
	{
		code: 'opennap.server.banned',
		short: 'Host stays out',
		sentence: 'A client was turned away because its host had flooded this server a while ago.',
		fault: 'peer',
	},
	{
		code: 'opennap.server.ban',
		short: 'Host banned',
		sentence: 'A client sent far more than any program does by mistake, so its host stays out for a while.',
		fault: 'peer',
	},
	{
		code: 'opennap.share.often',
		short: 'Too many files told',
		sentence: 'A client told of files faster than it may, so some were not taken.',
		fault: 'peer',
	},
	{
		code: 'opennap.share.quota',
		short: 'Too many files',
		sentence: 'A client shares more files than one user may, so the rest was not taken.',
		fault: 'peer',
	},
	{
		code: 'opennap.search.often',
		short: 'Too many searches',
		sentence: 'A client searched more often than it may, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'opennap.request.often',
		short: 'Too many requests',
		sentence: 'A client asked for files, users or lists more often than it may, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'opennap.join.address',
		short: 'Server refused',
		sentence: 'A server has an address or a port that this node does not dial.',
		fault: 'user',
	},
	{
		code: 'opennap.join.failed',
		short: 'Server lost',
		sentence: 'The link with a server ended or did not come about; the next one is tried.',
		fault: 'network',
	},
	{
		code: 'opennap.join.says',
		short: 'Message of the server',
		sentence: 'The server has said this; it decides nothing here.',
		fault: 'network',
	},
	{
		code: 'opennap.push.refused',
		short: 'Call-back refused',
		sentence:
			'A server told this node to dial an address that it does not dial, or too often, so it did not: it may be a victim.',
		fault: 'peer',
	},
	{
		code: 'opennap.peers.crowd',
		short: 'Too many links',
		sentence: 'A peer was turned away because there are as many links with peers as there may be.',
		fault: 'peer',
	},
	{
		code: 'opennap.peers.greeting',
		short: 'No greeting',
		sentence: 'Somebody connected and did not say in time, or not in words of this network, what he wants.',
		fault: 'peer',
	},
	{
		code: 'opennap.peers.unasked',
		short: 'Unasked transfer',
		sentence: 'A peer wanted a file that was not granted, or sent one that nobody asked for.',
		fault: 'peer',
	},
	{
		code: 'opennap.fetch.size',
		short: 'Another size',
		sentence: 'A source announced another size than the file has, so nothing was taken from it.',
		fault: 'peer',
	},
	{
		code: 'opennap.fetch.short',
		short: 'File cut short',
		sentence: 'A source closed the link before the file was complete, so the rest is asked for again.',
		fault: 'peer',
	},
] as const satisfies readonly Reason[];

type OpenNapCode = (typeof refusals)[number]['code'];

export function refusal(code: OpenNapCode, detail?: string): Refusal {
	return Object.freeze(detail === undefined ? { refused: code } : { refused: code, detail });
}
