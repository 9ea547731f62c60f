/** What to do about a path that is not shared, if it is to be. The reasons themselves stand in the tables of refusals. */

export const advice = {
	outside: 'Put it into a shared folder, if others are to have it.',
	missing: 'Check the path: it is one of the computer that runs the node.',
	wait: 'Wait a little. A rescan looks at once.',
	/** What is private by its nature: no setting shares it. */
	never: 'Nothing needs to be done. Such things are better kept outside of a shared folder.',
} as const;

const byCode: Readonly<Record<string, string>> = {
	'library.entry.link': 'Put the file itself in the place of the link.',
	'library.entry.hidden': 'Take the dot from the beginning of the name.',
	'library.entry.special': 'Copy what it gives into a plain file.',
	'library.entry.foreign': 'Put a copy of your own in its place.',
	'library.entry.name': 'Give it a name of ordinary characters.',
	'library.entry.empty': 'Write something into it.',
	'library.entry.unreadable': 'Let the user that runs Sallyport read it.',
	'library.entry.mount': 'Share it as a folder of its own.',
	'library.entry.deep': 'Share it as a folder of its own, or move it further up.',
	'library.entry.many': 'Share parts of the folder instead of the whole.',
	'library.file.changed': advice.wait,
	'defence.oversharing.lock': 'Close the document: the lock file then goes by itself.',
	'defence.oversharing.closed': 'Ask its owner.',
};

/** For the code of a rule that leaves a path out. */
export function adviceOn(code: string): string {
	return byCode[code] ?? advice.never;
}
