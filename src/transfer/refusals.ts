/** What transfers refuse and notice, and why. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'transfer.content.wrong',
		short: 'wrong content',
		sentence:
			'All bytes arrived, but their SHA-1 is not the one that was asked for: a source sent something else. ' +
			'The bytes were thrown away and the file is fetched again from others.',
		fault: 'peer',
	},
	{
		code: 'transfer.content.nobody',
		short: 'nobody has it',
		sentence:
			'No source that is known gave the right bytes, and no other was found. Search again later, then retry.',
		fault: 'network',
	},
	{
		code: 'transfer.source.none',
		short: 'no source left',
		sentence:
			'No source of this file answers, and without a hash no other source can be searched for. ' +
			'Search for it again.',
		fault: 'network',
	},
	{
		code: 'transfer.source.stalled',
		short: 'source fell silent',
		sentence: 'The source sent nothing for a minute. The next one is asked.',
		fault: 'peer',
	},
	{
		code: 'transfer.range.other',
		short: 'another range',
		sentence:
			'The source answered with a part of the file that was not asked for. It is not used for this file.',
		fault: 'peer',
	},
	{
		code: 'transfer.size.other',
		short: 'another size',
		sentence: 'The source says another size of the file than the one known. It is not used for this file.',
		fault: 'peer',
	},
	{
		code: 'transfer.body.long',
		short: 'too many bytes',
		sentence: 'The source sent more bytes than it had promised. It is not used for this file.',
		fault: 'peer',
	},
	{
		code: 'transfer.disk.full',
		short: 'disk full',
		sentence: 'There is no room for the file. Make room, then retry: what has arrived is kept.',
		fault: 'user',
	},
	{
		code: 'transfer.disk.unwritable',
		short: 'cannot write',
		sentence: 'The folder cannot be written to. Change its permissions or name another one, then retry.',
		fault: 'user',
	},
	{
		code: 'transfer.want.unclear',
		short: 'unclear order',
		sentence: 'A download needs a name, and a SHA-1 of 32 base32 characters or at least one source.',
		fault: 'user',
	},
	{
		code: 'transfer.order.unknown',
		short: 'no such download',
		sentence: 'There is no download of this number in the list.',
		fault: 'user',
	},
	{
		code: 'transfer.order.impossible',
		short: 'not possible now',
		sentence: 'This cannot be done in the present state of the download.',
		fault: 'user',
	},
];

/** The sentence of a code of this table. */
export function sentenceOf(code: string): string {
	return refusals.find((reason) => reason.code === code)?.sentence ?? code;
}
