/** What the laboratory does not take. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'lab.topology.line',
		short: 'no edge list',
		sentence:
			'A line of the topology is neither a comment nor two numbers. The laboratory reads edge lists as SNAP publishes them.',
		fault: 'user',
	},
	{
		code: 'lab.topology.empty',
		short: 'no links in the topology',
		sentence: 'The topology has no link in it, so there is no network to rehearse on.',
		fault: 'user',
	},
	{
		code: 'lab.topology.large',
		short: 'topology too large',
		sentence: 'The topology has more nodes than the laboratory holds in memory.',
		fault: 'user',
	},
	{
		code: 'lab.sessions.line',
		short: 'no list of sessions',
		sentence:
			'A line of the sessions is neither a comment, nor a length, nor a servent with the times at which it came and went.',
		fault: 'user',
	},
	{
		code: 'lab.sessions.empty',
		short: 'no sessions',
		sentence: 'The file has no session in it, so there is nothing to play.',
		fault: 'user',
	},
	{
		code: 'lab.sessions.large',
		short: 'too many sessions',
		sentence: 'The file has more sessions than the laboratory holds in memory.',
		fault: 'user',
	},
	{
		code: 'lab.order.setting',
		short: 'cannot be rehearsed so',
		sentence: 'The laboratory cannot rehearse this as it was ordered.',
		fault: 'user',
	},
	{
		code: 'lab.order.large',
		short: 'too large for a browser',
		sentence:
			'This is more than the laboratory takes from a browser. The command line takes more: sallyport lab run.',
		fault: 'user',
	},
	{
		code: 'lab.run.many',
		short: 'too many runs',
		sentence: 'Two runs are under way already. Wait for one to end, or stop one.',
		fault: 'user',
	},
];
