/** What the guard refuses and notices, and why. Gathered by evidence/reasons.ts. */
import type { Reason } from '../evidence/refusal.ts';

export const refusals: readonly Reason[] = [
	{
		code: 'guard.policy.malformed',
		short: 'bad policy',
		sentence: 'The policy cannot be used: its lines that are wrong are named. Nothing was started.',
		fault: 'user',
	},
	{
		code: 'guard.policy.missing',
		short: 'no such policy',
		sentence:
			'There is neither a policy file nor a profile of this name. "sallyport guard profiles" lists those that there are.',
		fault: 'user',
	},
	{
		code: 'guard.layer.missing',
		short: 'layer missing',
		sentence:
			'This kernel or this user cannot have one of the walls that the policy needs, and nothing was started. ' +
			'"sallyport guard doctor" says what is left open without it; --allow-missing LAYER accepts that.',
		fault: 'user',
	},
];
