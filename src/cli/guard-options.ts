import type { CommandSpec } from './spec.ts';
import { oneOf, plain, readSeconds, readSwitch } from './values.ts';

export const guardCommand: CommandSpec = {
	name: 'guard',
	about: 'run a program under rules on files, network and execution: guard run --policy FILE -- PROGRAM ARGS',
	arguments: '<run|learn|review|doctor|profiles|import-firejail> [words...]',
	options: [
		{
			flags: '--policy <file>',
			about: 'a policy file, or the name of a profile that comes with Sallyport',
			read: plain,
			files: 'file',
		},
		{
			flags: '--log <file>',
			about: 'append each decision to this file, a JSON object a line; learn writes its record there',
			read: plain,
			files: 'file',
		},
		{
			flags: '--allow-missing <layer>',
			about:
				'start although this wall cannot be had here (may be repeated); "guard doctor" says what that opens',
			...oneOf('view', 'landlock'),
			separator: ',',
		},
		{
			flags: '--yes-to <path>',
			about:
				'review and import: grant this path although it is precious or holds much else (may be repeated)',
			read: plain,
			separator: ':',
			files: 'file',
		},
		{
			flags: '--ask-time <seconds>',
			about: 'how long a question waits for its answer; then it is no',
			read: readSeconds,
			default: 30,
		},
		{
			flags: '--open',
			about: 'shows it in the console, where its questions are answered: it starts when the console is open',
			read: readSwitch,
			default: false,
		},
	],
	examples: [
		'sallyport guard doctor',
		'sallyport guard run --policy web -- curl https://example.org/',
		'sallyport guard run --policy amuled --open -- amuled',
		'sallyport guard learn --log seen.json -- PROGRAM',
		'sallyport guard review seen.json > program.yaml',
		'sallyport guard import-firejail /etc/firejail/amule.profile > amule.yaml',
	],
};
