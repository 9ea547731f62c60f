/** What a world refuses or notices on its own. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'world.event.threw',
		short: 'our own fault',
		sentence:
			'Our own code failed while it handled an event. The link concerned was closed, everything else goes on. ' +
			'Please report it together with the detail.',
		fault: 'us',
	},
	{
		code: 'world.dial.unusable',
		short: 'address out of scope',
		sentence:
			'An address was not dialled because the scope of this node does not allow it. ' +
			'Peers may pass on such addresses to make a node attack others or its own network.',
		fault: 'peer',
	},
	{
		code: 'world.dial.toomany',
		short: 'too many links',
		sentence: 'A link was not opened because this node already has as many links as it may have.',
		fault: 'us',
	},
	{
		code: 'world.accept.unusable',
		short: 'caller out of scope',
		sentence: 'A link was refused because its sender lies outside the scope of this node.',
		fault: 'peer',
	},
	{
		code: 'world.accept.toomany',
		short: 'too many links',
		sentence: 'A link was refused because this node already has as many links as it may have.',
		fault: 'network',
	},
	{
		code: 'world.accept.halfopen',
		short: 'too many half-open links',
		sentence:
			'A link was refused or closed because too many links were waiting for their first message. ' +
			'Someone may be opening links only to use them up.',
		fault: 'peer',
	},
	{
		code: 'world.datagram.unusable',
		short: 'datagram out of scope',
		sentence: 'A datagram was dropped because its sender or receiver lies outside the scope of this node.',
		fault: 'peer',
	},
	{
		code: 'world.listen.failed',
		short: 'cannot accept links',
		sentence:
			'The operating system could not accept a link or a datagram, often because too many files are open.',
		fault: 'us',
	},
];
