/**
 * `guard run` and `guard learn` without the parser of all commands, which takes as long as everything else of their
 * start: whoever puts a program behind the guard waits for it each time. Only words that can mean one thing are read
 * here; for all others (help, mistakes, abbreviations) the answer is no, and main.ts reads them.
 */
import { flushCompileCache } from 'node:module';
import { call, kernel } from '../guard/kernel/calls.ts';
import { guardCommand } from './guard-options.ts';
import { contextOf, report, stopListening } from './running.ts';
import type { Flags } from './settle.ts';
import { keyOf } from './settle.ts';
import type { OptionSpec } from './spec.ts';
import { globalOptions, nameOf, takesValue } from './tree.ts';

export interface QuickWords {
	readonly flags: Flags;
	readonly given: readonly string[];
}

/** What else there is to say takes more than a moment anyway. */
const known = ['json', 'home', 'config', 'policy', 'log', 'allow-missing', 'ask-time'];
const options = new Map<string, OptionSpec>(
	[...globalOptions, ...guardCommand.options]
		.filter((option) => known.includes(nameOf(option)))
		.map((option) => [`--${nameOf(option)}`, option]),
);

/** `guard run|learn OPTIONS -- PROGRAM ARGS`, options before or behind the verb. undefined: it is something else. */
export function quickWords(words: readonly string[]): QuickWords | undefined {
	const end = words.indexOf('--');
	if (words[0] !== 'guard' || end < 0 || end === words.length - 1) return undefined;
	const flags: Record<string, string | string[] | boolean> = {};
	let verb: string | undefined;
	for (let index = 1; index < end; index++) {
		const word = words[index]!;
		const option = options.get(word);
		if (option === undefined) {
			if (verb !== undefined || (word !== 'run' && word !== 'learn')) return undefined;
			verb = word;
			continue;
		}
		const key = keyOf(nameOf(option));
		if (!takesValue(option)) {
			if (option.flags.includes('[')) return undefined;
			flags[key] = true;
			continue;
		}
		const value = words[++index]!;
		if (index === end || value === '' || value.startsWith('-')) return undefined;
		if (option.separator !== undefined) flags[key] = [...((flags[key] as string[]) ?? []), value];
		else flags[key] = value;
	}
	return verb === undefined ? undefined : { flags, given: [verb, ...words.slice(end + 1)] };
}

/** False: nothing was done. */
export async function quick(words: readonly string[]): Promise<boolean> {
	const read = quickWords(words);
	if (read === undefined) return false;
	try {
		const context = await contextOf(guardCommand, read.flags, new AbortController());
		const { run } = await import('./guard.ts');
		leave(await run(context, read.given));
	} catch (error) {
		process.exitCode = report(error);
	}
	stopListening();
	return true;
}

/**
 * At once: everything was written, and the program has ended. Node.js would take a fifth of the whole start to take its
 * threads and heaps apart. What it compiled is kept first; the supervisor's thread has done so.
 */
function leave(status: number): void {
	flushCompileCache();
	kernel(call.exit_group, status);
}
