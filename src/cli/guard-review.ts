import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import { Judge } from '../guard/judge.ts';
import { findPolicy } from '../guard/policies.ts';
import { policyText } from '../guard/policy-text.ts';
import { type Reviewed, review } from '../guard/review.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { printable, printJson } from './print.ts';

/** `guard review RECORD`: a policy on standard output, and beside it what it grants against what was seen. */
export async function reviewRecord(context: Context, words: readonly string[]): Promise<number> {
	const [file, name = 'learned'] = words;
	if (file === undefined) throw new UsageError('Name the record that "guard learn --log FILE" wrote.');
	const base = await findPolicy('base');
	if (isRefusal(base)) throw new CommandFailed(base.detail ?? base.refused);
	const home = homedir();
	// No program of its own: only what the base profile grants.
	const around = { home, program: '/dev/null', called: '/dev/null', here: process.cwd(), arguments: [] };
	const given = (context.options['yesTo'] ?? []) as readonly string[];
	const yesTo = given.map((path) => resolve(path.replace(/^~(?=\/|$)/, home)));
	const reviewed = review(actsOf(file), {
		home,
		base: new Judge(base.policy, around, []),
		yesTo,
		exists: existsSync,
	});
	if (context.json) printJson(reviewed);
	else process.stdout.write(policyText(name, `what was seen in ${file}`, reviewed, home));
	tell(reviewed);
	return 0;
}

function actsOf(file: string): string[] {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new CommandFailed(`${file} cannot be read: ${(error as Error).message}`);
	}
	return text.split('\n').flatMap((line, index) => {
		if (line === '') return [];
		try {
			const record = JSON.parse(line) as { act?: unknown };
			if (typeof record.act === 'string') return [record.act];
		} catch {
			// Told below.
		}
		throw new CommandFailed(`${file}: line ${index + 1} is no record of the guard.`);
	});
}

function tell({ files, network, programs, withheld }: Reviewed): void {
	const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
	const seen = files.reduce((sum, one) => sum + one.seen, 0);
	say(
		`${files.length} file rules from ${seen} paths, ${network.length} network rules, ${programs.length} programs.`,
	);
	for (const { verb, path, why } of withheld)
		say(`withheld: ${verb} ${path}: ${why}. To grant it: --yes-to ${path}`);
}
