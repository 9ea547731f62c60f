/** The quick reader of `guard run` either says nothing, or what the parser of all commands says. */
import { Command, Option } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardCommand } from '../../src/cli/guard-options.ts';
import { quickWords } from '../../src/cli/quick.ts';
import { globalOptions, takesValue } from '../../src/cli/tree.ts';

function parsed(words: readonly string[]): { flags: object; given: string[] } | undefined {
	let found: { flags: object; given: string[] } | undefined;
	const program = new Command('sallyport').exitOverride().configureOutput({ writeErr: () => undefined });
	const command = program
		.command(`guard ${guardCommand.arguments}`)
		.exitOverride()
		.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
	for (const [on, options] of [
		[program, globalOptions],
		[command, guardCommand.options],
	] as const) {
		for (const one of options) {
			const option = new Option(one.flags);
			if (one.separator !== undefined)
				option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
			else if (takesValue(one)) option.argParser((text: string) => text);
			on.addOption(option);
		}
	}
	command.action(() => {
		found = { flags: command.optsWithGlobals(), given: command.args };
	});
	try {
		program.parse(['guard', ...words], { from: 'user' });
	} catch {
		return undefined;
	}
	return found;
}

describe('the quick reader of guard run', () => {
	it('reads the usual words', () => {
		expect(quickWords(['guard', 'run', '--policy', 'amuled', '--', 'amuled', '--', '-o', '--json'])).toEqual({
			flags: { policy: 'amuled' },
			given: ['run', 'amuled', '--', '-o', '--json'],
		});
		const words = ['guard', '--json', 'learn', '--log', 'f', '--allow-missing', 'view', '--', 'x'];
		expect(quickWords(words)?.flags).toEqual({ json: true, log: 'f', allowMissing: ['view'] });
	});

	it('leaves all else to the parser', () => {
		for (const words of [
			'run --policy p prog',
			'run --policy p --',
			'run --help -- x',
			'run --policy=p -- x',
			'run --policy -- x',
			'run --unknown -- x',
			'run x --policy p -- y',
			'run -h -- x',
			'review -- x',
			'doctor',
			'-- run x',
		])
			expect(quickWords(['guard', ...words.split(' ')])).toBeUndefined();
		expect(quickWords(['node', 'run', '--', 'x'])).toBeUndefined();
	});

	it('means what the parser means', () => {
		const word = fc.constantFrom(
			...['run', 'learn', '--', '--json', '--policy', '--log', '--ask-time', '--allow-missing', '--home'],
			...['--help', '-V', '--no-json', 'view', 'base', './p.yaml', '5', '', '-', '-x', '--policy=x', 'x'],
		);
		let quick = 0;
		fc.assert(
			fc.property(fc.array(word, { maxLength: 9 }), fc.array(word, { maxLength: 3 }), (before, after) => {
				const words = ['run', ...before, '--', ...after];
				const found = quickWords(['guard', ...words]);
				if (found === undefined) return;
				quick++;
				expect(parsed(words)).toEqual({ flags: found.flags, given: found.given });
			}),
			{ numRuns: 5000 },
		);
		expect(quick).toBeGreaterThan(50);
	});
});
