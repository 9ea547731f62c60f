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
] as const satisfies readonly Reason[];

type EdonkeyCode = (typeof refusals)[number]['code'];

export function refusal(code: EdonkeyCode, detail?: string): Refusal {
	return Object.freeze(detail === undefined ? { refused: code } : { refused: code, detail });
}
