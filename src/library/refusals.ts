/** What the library does not share or serve, and why. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'library.root.missing',
		short: 'no such folder',
		sentence: 'This is not a folder that Sallyport can read. Check its name and its permissions.',
		fault: 'user',
	},
	{
		code: 'library.root.system',
		short: 'system folder',
		sentence:
			'This folder belongs to the system, or holds much more than you can want to share. ' +
			'Put what you share into a folder of its own and name that one.',
		fault: 'user',
	},
	{
		code: 'library.root.home',
		short: 'whole home folder',
		sentence:
			'This is your home folder, a folder above it, or one of its hidden folders: letters, keys and passwords ' +
			'would go out with it. Put what you share into a folder of its own and name that one.',
		fault: 'user',
	},
	{
		code: 'library.root.private',
		short: "Sallyport's own folder",
		sentence:
			'Sallyport keeps its keys, its list of transfers and unfinished files here. Only its downloads can be shared.',
		fault: 'user',
	},
	{
		code: 'library.root.nested',
		short: 'already shared',
		sentence:
			'This folder lies inside a shared one, or around it. Each file is shared once: remove the other folder first.',
		fault: 'user',
	},
	{
		code: 'library.entry.link',
		short: 'symbolic link',
		sentence:
			'A symbolic link is not followed: it may lead out of the shared folder. ' +
			'What it points to is shared under its own name if it lies inside.',
		fault: 'user',
	},
	{
		code: 'library.entry.hidden',
		short: 'hidden',
		sentence: 'Names that begin with a dot are settings and secrets more often than things to share.',
		fault: 'user',
	},
	{
		code: 'library.entry.special',
		short: 'not a plain file',
		sentence: 'This is a device, a socket or a pipe. Only plain files are shared.',
		fault: 'user',
	},
	{
		code: 'library.entry.foreign',
		short: "another user's file",
		sentence:
			'This file belongs to another user and has a second name elsewhere (a hard link): ' +
			'someone may have put it here to have it handed out.',
		fault: 'user',
	},
	{
		code: 'library.entry.name',
		short: 'unusable name',
		sentence:
			'The name holds control characters or is not valid UTF-8, so that others could not ask for it. Rename the file.',
		fault: 'user',
	},
	{
		code: 'library.entry.empty',
		short: 'empty file',
		sentence: 'The file has no content.',
		fault: 'user',
	},
	{
		code: 'library.entry.private',
		short: "Sallyport's own files",
		sentence: 'This folder holds the state of Sallyport itself.',
		fault: 'user',
	},
	{
		code: 'library.entry.unreadable',
		short: 'not readable',
		sentence: 'Sallyport may not read this. Change its permissions if it is to be shared.',
		fault: 'user',
	},
	{
		code: 'library.entry.mount',
		short: 'another disk',
		sentence:
			"Another disk or another machine is mounted here, perhaps with other people's files. " +
			'Share it as a folder of its own if that is what you want.',
		fault: 'user',
	},
	{
		code: 'library.entry.deep',
		short: 'too deep',
		sentence: 'This folder lies more than 32 levels below the shared one. Share it as a folder of its own.',
		fault: 'user',
	},
	{
		code: 'library.entry.many',
		short: 'too many files',
		sentence: 'A shared folder is read up to 250,000 entries. Share parts of it instead.',
		fault: 'user',
	},
	{
		code: 'library.file.unknown',
		short: 'not shared',
		sentence: 'There is no shared file of this number, or it has not been hashed yet.',
		fault: 'peer',
	},
	{
		code: 'library.file.changed',
		short: 'changed since hashed',
		sentence:
			'The file changed after it was hashed. It is not served until it has been hashed again; this happens by itself.',
		fault: 'user',
	},
	{
		code: 'library.file.gone',
		short: 'file is gone',
		sentence: 'The file was removed or renamed after the last scan. The folder is scanned again by itself.',
		fault: 'user',
	},
];

/** The sentence of a code of this table. */
export function sentenceOf(code: string): string {
	return refusals.find((reason) => reason.code === code)?.sentence ?? code;
}
