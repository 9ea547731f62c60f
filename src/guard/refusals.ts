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
	{
		code: 'guard.launch.failed',
		short: 'not started',
		sentence: 'The program could not be started within its walls; the step that failed is named.',
		fault: 'user',
	},
	{
		code: 'guard.file',
		short: 'file',
		sentence:
			'A guarded program wanted a file that its policy does not grant, or that a rule has noted. It did not get it, ' +
			'unless the action says so. Grant the file in the policy if the program needs it.',
		fault: 'peer',
	},
	{
		code: 'guard.network',
		short: 'network',
		sentence:
			'A guarded program wanted to reach, or to listen on, an address that its policy does not grant, or that a rule ' +
			'has noted. No packet was sent, unless the action says so.',
		fault: 'peer',
	},
	{
		code: 'guard.caller',
		short: 'caller',
		sentence:
			'Somebody connected to a guarded program who may not, by its policy. The connection was reset before the program heard of it.',
		fault: 'peer',
	},
	{
		code: 'guard.socket',
		short: 'local socket',
		sentence:
			'A guarded program wanted to talk to another program of this machine through a socket that its policy does not name.',
		fault: 'peer',
	},
	{
		code: 'guard.program',
		short: 'program',
		sentence:
			'A guarded program wanted to start another one that its policy does not name. It was not started.',
		fault: 'peer',
	},
	{
		code: 'guard.overflow',
		short: 'foreign code',
		sentence:
			'A system call came from memory in which no code of the program is: the stack, the heap, a file that was dropped. ' +
			'That is how an overflow that was used looks. The call had no effect.',
		fault: 'peer',
	},
	{
		code: 'guard.dropper',
		short: 'dropper',
		sentence:
			'A guarded program wanted to run a file that it, or something that it had started, has written itself. That is ' +
			'how a worm spreads. It was not run.',
		fault: 'peer',
	},
	{
		code: 'guard.leak',
		short: 'leak',
		sentence:
			'A guarded program read what must not leave the machine, and wanted to reach the network; or the other way round. The second ' +
			'of the two did not happen.',
		fault: 'peer',
	},
	{
		code: 'guard.learned',
		short: 'learned',
		sentence: 'What a program did while the guard only watched it: nothing was refused.',
		fault: 'us',
	},
];
