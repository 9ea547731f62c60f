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
];
