/** `guard import-firejail FILE`: a policy on standard output, and beside it what became of each line. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Fate, type Imported, importFirejail, type Line } from '../guard/firejail.ts';
import { importedText } from '../guard/policy-text.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { printable, printJson } from './print.ts';

const words: Readonly<Record<Fate, string>> = {
	maps: 'maps    ',
	already: 'already ',
	not: 'NOT     ',
	withheld: 'WITHHELD',
};

export function importProfile(context: Context, [file]: readonly string[]): number {
	if (file === undefined) throw new UsageError('Name the profile: guard import-firejail FILE.');
	const text = textOf(file);
	if (text === undefined) throw new CommandFailed(`${file} cannot be read.`);
	const home = homedir();
	const given = (context.options['yesTo'] ?? []) as readonly string[];
	const imported = importFirejail(text, basename(file), {
		home,
		yesTo: given.map((path) => resolve(path.replace(/^~(?=\/|$)/, home))),
		exists: existsSync,
		// Beside the profile, as firejail has them; a path of its own is not followed.
		include: (name) => (/^[\w.+-]+$/.test(name) ? textOf(join(dirname(file), name)) : undefined),
		names,
	});
	if (context.json) printJson(imported);
	else process.stdout.write(importedText(nameOf(file), imported, home));
	tell(imported);
	return 0;
}

function textOf(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
}

function names(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function nameOf(file: string): string {
	const name = basename(file, '.profile')
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-');
	return name.replace(/^-+/, '').slice(0, 60) || 'imported';
}

function tell({ lines, network }: Imported): void {
	const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
	for (const { file, line, text, fate, means } of lines)
		say(`${words[fate]} ${file}:${line} ${text}: ${means}`);
	const count = (fate: Fate): number => lines.filter((one: Line) => one.fate === fate).length;
	say(
		`${lines.length} lines: ${count('maps')} map, ${count('already')} are so already, ${count('not')} do not map, ${count('withheld')} are withheld (--yes-to PATH grants).`,
	);
	if (network) say('firejail leaves the network open. Here it is closed: add what the program needs.');
}
