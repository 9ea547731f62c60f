/** Everything that the defences refuse, with a sentence for a person. A code is never used again after it is retired. */
// Longer than 300 lines: it is one table.
import type { Reason } from '../evidence/refusal.ts';

export const refusals = [
	{
		code: 'defence.push.self',
		short: 'Push to ourselves',
		sentence: 'A push asked this node to call itself back, so nobody was dialled.',
		fault: 'peer',
	},
	{
		code: 'defence.push.unreachable',
		short: 'Push to a dead end',
		sentence: 'A push named an address that could not be reached a short while ago, so it is left alone.',
		fault: 'peer',
	},
	{
		code: 'defence.push.requester',
		short: 'Too many pushes from one peer',
		sentence: 'One neighbour sent more pushes than a person could want, so this one was not answered.',
		fault: 'peer',
	},
	{
		code: 'defence.push.target',
		short: 'Too many pushes to one host',
		sentence:
			'Pushes asked this node to call one host again and again. That would be an attack on it, so it was not dialled.',
		fault: 'peer',
	},
	{
		code: 'defence.push.network',
		short: 'Too many pushes to one network',
		sentence:
			'Pushes asked this node to call many hosts of one network. That would be an attack on it, so none was dialled.',
		fault: 'peer',
	},
	{
		code: 'defence.push.total',
		short: 'Too many pushes',
		sentence: 'More pushes came than this node answers in half a minute, so this one was not answered.',
		fault: 'peer',
	},
	{
		code: 'defence.push.diverted',
		short: 'Push aimed at another host',
		sentence:
			'Somebody asked this node, as a push proxy, to have another host called back than its own. That would be an attack on it, so nobody was called.',
		fault: 'peer',
	},
	{
		code: 'defence.push.relayed',
		short: 'Too many pushes through this proxy',
		sentence:
			'One host asked this node, as a push proxy, for more call-backs than a leaf would answer, so this push was not passed on.',
		fault: 'peer',
	},
	{
		code: 'defence.push.leaf',
		short: 'Too many pushes to one leaf',
		sentence:
			'Strangers asked this node, as a push proxy, for more pushes to one leaf than it would answer, so this one was not passed on.',
		fault: 'peer',
	},
	{
		code: 'defence.seed.teller',
		short: 'Teller of too many hosts',
		sentence: 'One host told more addresses than it can know, so the rest was not taken down.',
		fault: 'peer',
	},
	{
		code: 'defence.seed.host',
		short: 'Too many servents at one address',
		sentence:
			'More servents were told to be at one address than is believable, so this one was not taken down.',
		fault: 'peer',
	},
	{
		code: 'defence.seed.network',
		short: 'Too many servents in one network',
		sentence:
			'More servents were told to be in one network than is believable, so this one was not taken down.',
		fault: 'peer',
	},
	{
		code: 'defence.seed.other',
		short: 'Registration of another host',
		sentence: 'A host wanted to register an address that is not its own, so it was not listed.',
		fault: 'peer',
	},
	{
		code: 'defence.seed.often',
		short: 'Registers too often',
		sentence: 'A host registered itself again and again, so this time was ignored.',
		fault: 'peer',
	},
	{
		code: 'defence.query.short',
		short: 'Query too short',
		sentence:
			'A search had fewer than three letters and no hash. It would match everything, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'defence.query.rate',
		short: 'Query flood',
		sentence: 'A peer sent searches faster than allowed, so some of them were dropped.',
		fault: 'peer',
	},
	{
		code: 'defence.query.again',
		short: 'Query repeated',
		sentence: 'A leaf asked the same again too soon, so the repetition was dropped.',
		fault: 'peer',
	},
	{
		code: 'defence.query.twin',
		short: 'Query relayed again and again',
		sentence: 'A peer passed on the same search many times within seconds, so the copies were dropped.',
		fault: 'peer',
	},
	{
		code: 'defence.ttl.high',
		short: 'TTL too high',
		sentence: 'A message was meant to travel further than any may, so it was dropped.',
		fault: 'peer',
	},
	{
		code: 'defence.ttl.repeated',
		short: 'TTL too high, repeatedly',
		sentence: 'A peer kept sending messages that travel too far, so the link was ended.',
		fault: 'peer',
	},
	{
		code: 'defence.malformed.often',
		short: 'Too many senseless messages',
		sentence: 'A peer sent several messages that make no sense, so the link was ended.',
		fault: 'peer',
	},
	{
		code: 'defence.malformed.repeated',
		short: 'Repeats itself',
		sentence: 'A peer sent the same messages again and again, so the link was ended.',
		fault: 'peer',
	},
	{
		code: 'defence.connect.often',
		short: 'Connects too often',
		sentence: 'A host connected more often than a servent needs, so it was turned away for a while.',
		fault: 'peer',
	},
	{
		code: 'defence.http.often',
		short: 'Requests too often',
		sentence: 'A host sent more HTTP requests than a download needs, so it was turned away for a while.',
		fault: 'peer',
	},
	{
		code: 'defence.banned',
		short: 'Banned for a while',
		sentence: 'A host misbehaved before and is turned away until its ban fades.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.echo',
		short: 'Program that echoes the search',
		sentence:
			'The answer is a program whose name is just what was searched for, as worms answer every search.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.program',
		short: 'A program',
		sentence: 'The answer is a program, script or installer. Run it only if you know where it comes from.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.hash',
		short: 'Impossible hash',
		sentence: 'The hash of an answer is not one that a file could have by chance, so it was made up.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.everything',
		short: 'Answers everything',
		sentence: 'The same content was given as the answer to quite different searches, as worms do.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.index',
		short: 'Odd file number',
		sentence: 'The answer has a file number that no servent gives, as made-up answers have.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.alternates',
		short: 'Too many sources named',
		sentence:
			'The answer names more other sources than a servent can know. It may be an advertisement, or aim you at victims.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.source',
		short: 'Unusable source',
		sentence: 'The answer names a source outside the scope of this node, for instance a private address.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.offtopic',
		short: 'None of your words',
		sentence: 'The name of the answer holds none of the words that were searched for.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.guid',
		short: 'Changing identity',
		sentence: 'A neighbour answered under ever new identities, as makers of forged answers do.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.unasked',
		short: 'Answers nobody asked for',
		sentence: 'A peer sent many answers to searches that were never asked, so it was counted against it.',
		fault: 'peer',
	},
	{
		code: 'defence.path.traversal',
		short: 'Path traversal',
		sentence:
			'Somebody asked for a file outside the shared folders, in a form that only an attack has. Nothing was served.',
		fault: 'peer',
	},
	{
		code: 'defence.executable.program',
		short: 'A program',
		sentence: 'The file is a program. Run it only if you know where it comes from.',
		fault: 'peer',
	},
	{
		code: 'defence.executable.script',
		short: 'A script',
		sentence:
			'The file is a script, which a double click may run. Open it only if you know where it comes from.',
		fault: 'peer',
	},
	{
		code: 'defence.executable.shortcut',
		short: 'A shortcut',
		sentence: 'The file is a shortcut: opening it starts a program or a web page that somebody else chose.',
		fault: 'peer',
	},
	{
		code: 'defence.executable.package',
		short: 'An installer',
		sentence: 'The file installs a program. Open it only if you know where it comes from.',
		fault: 'peer',
	},
	{
		code: 'defence.executable.macros',
		short: 'Document with macros',
		sentence: 'The document holds macros, which are programs. Read it without allowing them.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.path',
		short: 'Path in a name',
		sentence:
			'The name of the file holds slashes or control characters. It could deceive you or your programs.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.direction',
		short: 'Name written backwards',
		sentence:
			'The name of the file holds characters that turn the direction of writing, so its end is not what you see.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.lookalike',
		short: 'Look-alike extension',
		sentence: 'The extension of the file is written with letters that only look like those of a usual one.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.double',
		short: 'Two extensions',
		sentence:
			'The name of the file looks like a song or a document, but its last extension is that of a program.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.spaces',
		short: 'Extension behind spaces',
		sentence: 'The name of the file hides its extension behind many spaces.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.trailing',
		short: 'Ends with dots or spaces',
		sentence: 'Windows cuts dots and spaces off the end of this name, and then it is the name of a program.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.stream',
		short: 'Stream behind a colon',
		sentence: 'The name of the file names a hidden stream of another file, as Windows understands colons.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.program',
		short: 'Program in disguise',
		sentence:
			'The content is a program, a script or an installer, and the name says something else. Do not open it.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.page',
		short: 'Web page in disguise',
		sentence:
			'The content is a web page, and the name says something else. Opening it could run its scripts.',
		fault: 'peer',
	},
	{
		code: 'defence.disguised.type',
		short: 'Not what its name says',
		sentence:
			'The content is of another kind than the name says. It may be a mistake, or made to be opened by the wrong program.',
		fault: 'peer',
	},
	{
		code: 'defence.media.page',
		short: 'Web page as a song',
		sentence:
			'The file is a web page under the name of a song, film or picture. Some players would open it as one.',
		fault: 'peer',
	},
	{
		code: 'defence.media.command',
		short: 'Film that opens pages',
		sentence: 'The film or song holds commands that open a web page or start something while it plays.',
		fault: 'peer',
	},
	{
		code: 'defence.media.licence',
		short: 'Asks for a licence',
		sentence:
			'The film or song is locked, and a player would fetch the key from an address that its maker chose.',
		fault: 'peer',
	},
	{
		code: 'defence.media.elsewhere',
		short: 'Content from elsewhere',
		sentence: 'The file makes a player fetch something from another computer, which tells it who you are.',
		fault: 'peer',
	},
	{
		code: 'defence.media.active',
		short: 'Acts when opened',
		sentence: 'The document or picture holds a script or an action that begins by itself when it is opened.',
		fault: 'peer',
	},
	{
		code: 'defence.media.interactive',
		short: 'Can act',
		sentence:
			'The document, picture or film holds scripts, forms or other parts that can act. It may well be meant.',
		fault: 'peer',
	},
	{
		code: 'defence.media.carries',
		short: 'Carries a program',
		sentence: 'The document carries a program as an attachment.',
		fault: 'peer',
	},
	{
		code: 'defence.media.polyglot',
		short: 'Two files in one',
		sentence:
			'The picture, song or film is also something else: an archive, a page or a program hangs on it.',
		fault: 'peer',
	},
	{
		code: 'defence.media.obscured',
		short: 'Hides its structure',
		sentence: 'The document is packed in a way that only serves to hide what it does.',
		fault: 'peer',
	},
	{
		code: 'defence.content.poisoned',
		short: 'Poisoned content',
		sentence:
			'A source gave bytes that the hash tree of the file refutes. They were thrown away, the source is asked for ' +
			'nothing more, and the rest of the file goes on.',
		fault: 'peer',
	},
	{
		code: 'defence.content.tree',
		short: 'False hash tree',
		sentence:
			'A source gave a hash tree that the bytes of several others refute. The tree was dropped, and what was blamed on ' +
			'the others is forgiven.',
		fault: 'peer',
	},
	{
		code: 'defence.known.signature',
		short: 'Known to a scanner',
		sentence:
			'A virus scanner or a rule of yours knows this content as bad. Throw it away unless you know better.',
		fault: 'peer',
	},
	{
		code: 'defence.known.guess',
		short: 'A scanner is wary',
		sentence:
			'The virus scanner has no signature of this content, but finds it odd, or a kind of program that many do not want.',
		fault: 'peer',
	},
	{
		code: 'defence.known.hash',
		short: 'On your list',
		sentence: 'The hash of the file is on your list of content that you never want.',
		fault: 'peer',
	},
	{
		code: 'defence.known.unscanned',
		short: 'Could not be scanned',
		sentence:
			'A scanner that should have looked at the file did not answer as it should, so nobody has. Start it again, then inspect again.',
		fault: 'us',
	},
	{
		code: 'defence.archive.bomb',
		short: 'Archive bomb',
		sentence:
			'The archive is small and becomes huge when it is unpacked, to fill the disk or to wear out scanners.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.overlap',
		short: 'Members share their data',
		sentence:
			'Several members of the archive are the same bytes, as in bombs that unpack to thousands of times their size.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.itself',
		short: 'Archive within itself',
		sentence: 'The archive contains itself, so that whoever unpacks all of it never comes to an end.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.traversal',
		short: 'Archive that writes elsewhere',
		sentence:
			'A member of the archive has a name that leads out of the folder it is unpacked in, to overwrite other files.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.link',
		short: 'Link that leads out',
		sentence: 'The archive holds a link to a place outside of the folder it is unpacked in.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.backslash',
		short: 'Backslashes in names',
		sentence:
			'Names in the archive hold backslashes, which some unpackers take for folders and others do not.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.program',
		short: 'Program in an archive',
		sentence:
			'A program or script lies in the archive. Most archives with programs in such networks were worms.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.disguised',
		short: 'Disguised program in an archive',
		sentence: 'A member of the archive is not what its name says, or has a name made to be misread.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.encrypted',
		short: 'Encrypted archive',
		sentence:
			'Members of the archive are encrypted, so nobody could look at them. Worms do this to pass scanners.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.many',
		short: 'Too many members',
		sentence: 'The archive holds more members than are looked at, so the rest is unknown.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.deep',
		short: 'Archives in archives',
		sentence: 'Archives lie within archives, more layers than are looked into. Bombs are built so.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.large',
		short: 'Too much to look through',
		sentence: 'The archive holds more than is unpacked for a look, so the rest is unknown.',
		fault: 'peer',
	},
	{
		code: 'defence.archive.unread',
		short: 'Archive that cannot be read',
		sentence: 'The archive is broken or of a kind that is not read here, so nobody has seen what is in it.',
		fault: 'peer',
	},
	{
		code: 'defence.size.family',
		short: 'One file under many names',
		sentence:
			'Files of exactly this size came from several hosts under names that have nothing to do with each other, as worms spread.',
		fault: 'peer',
	},
	{
		code: 'defence.answers.random',
		short: 'Answers random words',
		sentence: 'This host answered a search for words that no file has, so whatever it answers is made up.',
		fault: 'peer',
	},
	{
		code: 'defence.answers.echo',
		short: 'Has whatever is asked for',
		sentence:
			'This host has a program or an archive named just like each of several quite different searches, as worms do.',
		fault: 'peer',
	},
	{
		code: 'defence.answers.most',
		short: 'Answers nearly all searches',
		sentence:
			'This host has an answer to nearly every one of many quite different searches. It is a huge library, or it lies.',
		fault: 'peer',
	},
	{
		code: 'defence.oversharing.key',
		short: 'A key or keyring',
		sentence: 'This holds private keys or passwords. It is never shared, whatever the folder.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.wallet',
		short: 'A wallet',
		sentence: 'This is a wallet: who has it has the money. It is never shared.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.mail',
		short: 'Letters',
		sentence: 'This is a mailbox. It is never shared: most of what is in it was written by others.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.browser',
		short: 'A browser profile',
		sentence:
			'This belongs to a browser: passwords, cookies, the pages that were visited. It is never shared.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.lock',
		short: 'A lock file',
		sentence:
			'A program has put this here while a document is open. It tells who works on what, and is never shared.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.system',
		short: 'A file of the system',
		sentence: 'This belongs to the system, or is a picture of its memory. It is never shared.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.account',
		short: 'An account',
		sentence: 'This opens an account, a machine or a network to whoever has it. It is never shared.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.messages',
		short: "A messenger's store",
		sentence: 'These are the messages of a messenger. They are never shared.',
		fault: 'user',
	},
	{
		code: 'defence.oversharing.closed',
		short: 'Closed by its owner',
		sentence: 'Another user has closed this to others. That you can read it does not make it yours to share.',
		fault: 'user',
	},
	{
		code: 'defence.datagram.unproven',
		short: 'Unproven address',
		sentence:
			'A datagram asked for more than an address may get whose owner has not proven that he asks himself. It may be forged, so it was not answered.',
		fault: 'peer',
	},
	{
		code: 'defence.datagram.total',
		short: 'All unproven addresses',
		sentence:
			'Datagrams in the name of unproven addresses asked for more than all of these together may get, so they were not answered.',
		fault: 'network',
	},
	{
		code: 'defence.datagram.often',
		short: 'Too many datagrams',
		sentence:
			'A client asked for more by datagrams than one client needs, so it was not answered for a moment.',
		fault: 'peer',
	},
] as const satisfies readonly Reason[];
