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
