/** Everything that the defences refuse, with a sentence for a person. A code is never used again after it is retired. */
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
		code: 'defence.hit.evilname',
		short: 'Name with a path in it',
		sentence:
			'The name of an answer holds slashes, control or direction-changing characters. It could deceive you or your programs.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.hidden',
		short: 'Hidden extension',
		sentence: 'The name of an answer hides its real extension behind many spaces.',
		fault: 'peer',
	},
	{
		code: 'defence.hit.double',
		short: 'Program in disguise',
		sentence: 'The name of an answer looks like a document or song, but it is a program.',
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
		sentence: 'The answer is a program or script. Run it only if you know where it comes from.',
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
] as const satisfies readonly Reason[];
