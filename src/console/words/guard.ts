/** Words of the Guard page. What a policy grants is said by the guard. */
import type { GuardDecision, GuardQuestion } from '../../node/api/guard-schemas.ts';
import { number } from '../format.ts';
import { many } from './plural.ts';

const verbs: Readonly<Record<string, (what: string) => string>> = {
	read: (what) => `read ${what}`,
	write: (what) => `change ${what}`,
	create: (what) => `make ${what}`,
	run: (what) => `start ${what}`,
	socket: (what) => `speak with the program behind ${what}`,
	out: (what) => `reach ${what}`,
	in: (what) => `listen on ${what}`,
	from: (what) => `take a call from ${what}`,
};

/** `out tcp 192.0.2.1:80` in words. */
function wants(act: string): string {
	const [, verb = '', rest = act] = /^(\w+) (.*)$/s.exec(act) ?? [];
	const network = /^(tcp|udp) \[?([^\]]+?)\]?:(\d+)$/.exec(rest);
	const what = network === null ? rest : `${network[2]}, port ${network[3]}, by ${network[1]?.toUpperCase()}`;
	return verbs[verb]?.(what) ?? act;
}

export const guardWords = {
	guard: {
		title: 'Guard',
		text: 'One program, and the rules that stand between it and this machine.',
		notOffered: 'No program is guarded here.',
		command: 'sallyport guard run --policy amuled --open -- amuled',
		asks: (count: number) => many(count, 'question', 'questions'),
		states: { running: 'running', ended: 'ended' },
		facts: {
			program: 'Program',
			policy: 'Policy',
			state: 'State',
			refused: 'Refused',
			questions: 'Questions',
			status: 'Exit status',
		},
		learning: 'Learning: nothing is refused. The program can do all that you can.',
		silent:
			'This policy lets the kernel alone judge files (opens: silent): what the program opens is not told here.',
		questions: 'Questions',
		wantsTo: (act: string) => `wants to ${wants(act)}`,
		asking: (program: string, act: string) => `${program} wants to ${wants(act)}`,
		left: (seconds: number) => `${number(seconds)} s left, then the answer is no, this once`,
		startedBy: (chain: readonly string[]) => `started by ${chain.join(', started by ')}`,
		ruleOf: (rule: string) => `asked by rule ${rule}`,
		deny: 'Deny',
		never: 'Deny for this run',
		once: 'Allow once',
		session: 'Allow for this run',
		always: 'Always allow…',
		means: 'This rule is written, and holds in every later run of this policy:',
		into: (file: string) => `into ${file}`,
		write: 'Write the rule and allow',
		back: 'Not so',
		of: (what: string, act: string) => `${what}: ${wants(act)}`,
		answers: {
			once: 'Allowed, once.',
			session: 'Allowed for this run.',
			always: 'Allowed always; the rule is written.',
			no: 'Denied, once.',
			never: 'Denied for this run.',
			late: 'Nobody answered: denied, once.',
		} satisfies Record<NonNullable<GuardQuestion['answer']>, string>,
		view: 'View',
		views: { decisions: 'Decisions', tree: 'What it did', policy: 'Policy', profiles: 'Profiles' },
		actions: {
			allow: 'allowed',
			log: 'allowed, noted',
			ask: 'asked',
			deny: 'refused',
			kill: 'killed',
		} satisfies Record<GuardDecision['action'], string>,
		filterHint: 'action:deny  -ssh  act:out',
		decided: (subject: string, act: string) => `${subject} wanted to ${wants(act)}`,
		times: (count: number) => `${number(count)} times`,
		none: 'no rule permits it',
		shown: (shown: number, total: number) => `The newest ${number(shown)} of ${number(total)}.`,
		noDecisions: 'Nothing was refused or noted yet.',
		noDecisionsHint: 'What the policy allows is under “What it did”.',
		record: {
			who: 'Who',
			what: 'What',
			rule: 'Rule',
			reason: 'Reason',
			when: 'When',
			code: 'Code',
			record: 'The evidence record',
			copy: 'Copy as JSON',
			grant: 'A line of a policy that would allow it:',
			copyGrant: 'Copy the line',
		},
		tree: {
			title: 'What it did',
			text: 'Each process once, beneath the one that started it. Also what was allowed.',
			empty: 'It has done nothing yet.',
			kinds: {
				run: (count: number) => `started ${many(count, 'program', 'programs')}`,
				out: (count: number) => `reached out to ${many(count, 'place', 'places')}`,
				in: (count: number) => `listened on ${many(count, 'place', 'places')}`,
				create: (count: number) => `made ${many(count, 'file', 'files')}`,
				write: (count: number) => `changed ${many(count, 'file', 'files')}`,
				read: (count: number) => `read ${many(count, 'file', 'files')}`,
				socket: (count: number) => `spoke with ${many(count, 'program', 'programs')}`,
				other: (count: number) => `${many(count, 'other thing', 'other things')}`,
			},
			refused: (count: number) => `${number(count)} refused`,
			before: (programs: readonly string[]) => `before: ${programs.join(', ')}`,
			orphan: 'its parent had ended',
			more: (count: number) => `and ${number(count)} more, which are not kept`,
			pid: (pid: number) => `process ${pid}`,
		},
		policy: {
			title: (name: string) => `What “${name}” grants`,
			files: 'Written in',
			profiles: 'Profiles that come with Sallyport',
			use: (name: string) => `sallyport guard run --policy ${name} --open -- PROGRAM`,
		},
	},
} as const;
