/** What transfers refuse and notice, and why. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'transfer.content.wrong',
		short: 'wrong content',
		sentence:
			'All bytes arrived, but their hash is not the one that was asked for: a source sent something else. ' +
			'The bytes were thrown away and the file is fetched again from others.',
		fault: 'peer',
	},
	{
		code: 'transfer.want.contradiction',
		short: 'hashes of two files',
		sentence:
			'All bytes arrived, and one of the hashes that were asked for is theirs, but the other is not: the link ' +
			'names two files as one. Ask for the one that you want.',
		fault: 'user',
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
		code: 'transfer.tree.other',
		short: 'no tree of this file',
		sentence:
			'The hash tree that a source gave does not fit the file: it has another size, or another root than was asked for. ' +
			'Another source is asked for it.',
		fault: 'peer',
	},
	{
		code: 'transfer.quarantine.held',
		short: 'held in quarantine',
		sentence:
			'The file is what was asked for, but its inspection found something. It stays in quarantine until you ' +
			'release or delete it.',
		fault: 'network',
	},
	{
		code: 'transfer.quarantine.released',
		short: 'released by you',
		sentence: 'You released this file in spite of what its inspection had found.',
		fault: 'user',
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
		code: 'transfer.content.unverified',
		short: 'unverified',
		sentence:
			'The file is complete, and nobody had named a hash that covers all of it: nobody can tell whether it is what ' +
			'was wanted.',
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
		sentence:
			'A download needs a name, and a hash (SHA-1 in 32 base32 characters, ed2k in 32 hexadecimal digits, FTHash ' +
			'in 40, kzhash in 72) or at least one source.',
		fault: 'user',
	},
	{
		code: 'transfer.schedule.malformed',
		short: 'limit not understood',
		sentence:
			'A limit is bytes a second (500k, 2M) or unlimited, and may be bound to hours and days: ' +
			'"500k, 22:00-07:00 unlimited, sat-sun 2M".',
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
	{
		code: 'transfer.inspection.late',
		short: 'inspection took too long',
		sentence:
			'The inspection of the file was not done in time and was ended. Some files are made so that looking ' +
			'at them takes forever, so it stays in quarantine.',
		fault: 'peer',
	},
	{
		code: 'transfer.inspection.failed',
		short: 'inspection failed',
		sentence:
			'The inspection of the file broke off, so nobody knows what is in it, and it stays in quarantine. ' +
			'Inspect it again, or throw it away.',
		fault: 'us',
	},
];

/** The sentence of a code of this table. */
export function sentenceOf(code: string): string {
	return refusals.find((reason) => reason.code === code)?.sentence ?? code;
}
