import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import { addAlways } from '../guard/additions.ts';
import type { Asked, Reply } from '../guard/asking.ts';
import { real } from '../guard/kernel/paths.ts';
import { additionsPath, hidingRules } from '../guard/own-places.ts';
import { findPolicy, profileNames } from '../guard/policies.ts';
import type { Policy } from '../guard/policy.ts';
import type { GuardRecord } from '../guard/record.ts';
import type { Answer, Ended, Layer } from '../guard/run.ts';
import { besideThread } from '../guard/thread.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import type { TerminalAsker } from './guard-ask.ts';
import type { GuardConsole } from './guard-open.ts';
import { print, printable, printJson } from './print.ts';

interface Options {
	readonly policy?: string;
	readonly log?: string;
	readonly allowMissing?: readonly Layer[];
	readonly askTime: number;
	readonly open: boolean;
}

/** `sallyport guard`: run, learn, review, doctor, profiles, import-firejail. */
export async function run(context: Context, words: readonly string[]): Promise<number> {
	const [what, ...rest] = words;
	switch (what) {
		case 'run':
			return runGuarded(context, rest, false);
		case 'learn':
			return runGuarded(context, rest, true);
		case 'review':
			return (await import('./guard-review.ts')).reviewRecord(context, rest);
		case 'import-firejail':
			return (await import('./guard-import.ts')).importProfile(context, rest);
		case 'profiles':
			return rest[0] === undefined ? showProfiles(context) : readAloud(context, rest[0]);
		case 'doctor':
			return (await import('./guard-doctor.ts')).doctor(context);
		default:
			throw new UsageError(`"${what}" is none of run, learn, review, doctor, profiles, import-firejail.`);
	}
}

async function showProfiles(context: Context): Promise<number> {
	for (const name of profileNames()) {
		const found = await findPolicy(name);
		if (isRefusal(found)) throw new CommandFailed(found.detail ?? found.refused);
		if (context.json) printJson({ name, about: found.policy.about });
		else print(`${name.padEnd(18)}${found.policy.about}`);
	}
	return 0;
}

async function readAloud(context: Context, name: string): Promise<number> {
	const found = await findPolicy(name);
	if (isRefusal(found)) throw await refused(found);
	const { aloud } = await import('../guard/aloud.ts');
	const { policy } = found;
	if (context.json) printJson({ name: policy.name, about: policy.about, aloud: aloud(policy) });
	else for (const line of [`${policy.name}: ${policy.about}`, ...aloud(policy)]) print(line);
	return 0;
}

async function runGuarded(context: Context, words: readonly string[], learn: boolean): Promise<number> {
	const options = context.options as unknown as Options;
	const [named, ...rest] = words;
	if (named === undefined) throw new UsageError('Name the program: guard run --policy FILE -- PROGRAM ARGS.');
	if (options.policy === undefined && !learn)
		throw new UsageError('Name the policy with --policy FILE or --policy PROFILE.');
	const { guard, policy, files, program, records } = await besideThread(async (worker) => {
		const { Guard } = await import('../guard/run.ts');
		const guard = new Guard(worker);
		const found = await findPolicy(options.policy ?? 'base', additionsPath);
		if (isRefusal(found)) throw await refused(found);
		const policy = { ...found.policy, files: [...found.policy.files, ...hidingRules(found.files)] };
		const program = programOf(named);
		if (program === undefined) throw new CommandFailed(`${named} is not there, or cannot be run.`);
		const records = new Records(options.log, context.json);
		return { guard, policy, files: found.files, program, records };
	});
	const console = options.open ? await consoleOn(context, words, policy, files, learn) : undefined;
	mindSignals();
	if (learn) process.stderr.write(warning);
	const ended = await guard.run({
		policy,
		around: {
			home: homedir(),
			program: real(program),
			called: program,
			here: process.cwd(),
			arguments: rest,
		},
		environment: process.env,
		learn,
		allowMissing: options.allowMissing ?? [],
		record: (record) => {
			records.add(record);
			console?.record(record);
		},
		ask: (asked) => answer(asked, options.askTime, policy.name, console),
		...(console && { did: (deed) => console.did(deed) }),
		stop: context.interrupted,
	});
	records.close();
	await console?.ended(isRefusal(ended) ? { note: await sentenceOf(ended) } : { status: ended.status });
	if (isRefusal(ended)) throw await refused(ended);
	if (!learn) records.summary(ended);
	await records.delivered();
	return ended.killed ? 3 : ended.status;
}

const warning = `guard: LEARNING. Nothing is refused: the program can do all that you can. Only run what you trust.
`;

async function consoleOn(
	context: Context,
	words: readonly string[],
	policy: Policy,
	files: readonly string[],
	learn: boolean,
): Promise<GuardConsole> {
	const { openGuardConsole } = await import('./guard-open.ts');
	return openGuardConsole(context, { words, program: words[0]!, policy, files, learn });
}

async function answer(
	asked: Asked,
	seconds: number,
	policy: string,
	console: GuardConsole | undefined,
): Promise<Answer> {
	const reply = await (console?.ask(asked, seconds) ?? askTerminal(asked, seconds));
	if (reply === 'always') addAlways(additionsPath(policy), policy, asked.act);
	return { yes: reply !== 'no' && reply !== 'never', session: reply !== 'once' && reply !== 'no' };
}

let asker: TerminalAsker | undefined;

async function askTerminal(asked: Asked, seconds: number): Promise<Reply> {
	if (asker === undefined) {
		const { TerminalAsker } = await import('./guard-ask.ts');
		asker = new TerminalAsker(seconds);
	}
	return asker.ask(asked);
}

/** As a shell finds it. */
function programOf(named: string): string | undefined {
	if (named.includes('/')) return existsSync(named) ? resolve(named) : undefined;
	const folders = (process.env['PATH'] ?? '').split(delimiter);
	return folders
		.map((folder) => join(folder, named))
		.find((path) => path.startsWith('/') && existsSync(path));
}

/** Ctrl-C reaches the program by itself, and is its own business. */
function mindSignals(): void {
	process.removeAllListeners('SIGINT');
	process.on('SIGINT', () => undefined);
}

/** Usage for a bad policy, failure for the machine's lacks. */
export async function refused(refusal: Refusal): Promise<Error> {
	return new CommandFailed(await sentenceOf(refusal), refusal.refused.startsWith('guard.policy.') ? 2 : 1);
}

async function sentenceOf(refusal: Refusal): Promise<string> {
	const { reasonOf } = await import('../evidence/reasons.ts');
	const sentence = reasonOf(refusal.refused)?.sentence ?? refusal.refused;
	return refusal.detail === undefined ? sentence : `${sentence} (${refusal.detail})`;
}

/** Standard output is the program's: what is decided goes to standard error, and into the file. */
export class Records {
	readonly #file: number | undefined;
	readonly #json: boolean;

	constructor(file: string | undefined, json: boolean) {
		this.#json = json;
		// Whoever opens a pipe first makes it one that does not wait, also for the program, whose it is too: that is put
		// right when the program is launched, so it is opened before.
		void process.stderr;
		try {
			if (file !== undefined) this.#file = openSync(file, 'a', 0o600);
		} catch (error) {
			throw new CommandFailed(`${file} cannot be written: ${(error as Error).message}`);
		}
	}

	add(record: GuardRecord): void {
		const line = JSON.stringify(record);
		if (this.#file !== undefined) writeSync(this.#file, `${line}\n`);
		if (this.#json) this.#say(line);
		else if (record.action !== 'allow') this.#say(printable(sentence(record)));
	}

	/** After the decisions: for programs that read them. */
	summary({ heard, status, killed }: Ended): void {
		if (this.#json) this.#say(JSON.stringify({ summary: { heard, status, killed } }));
	}

	#say(line: string): void {
		process.stderr.write(`${line}\n`);
	}

	close(): void {
		if (this.#file !== undefined) closeSync(this.#file);
	}

	/** Whoever reads standard error may be slower than we: what was written there has left us. */
	async delivered(): Promise<void> {
		if (process.stderr.writableLength > 0)
			await new Promise<void>((done) => process.stderr.write('', () => done()));
	}
}

const done = {
	allow: 'may',
	log: 'may, and it is noted',
	ask: 'may',
	deny: 'refused',
	kill: 'killed',
} as const;

function sentence({ action, subject, act, rule, because, count = 1 }: GuardRecord): string {
	const why = because === undefined ? '' : `: ${because}`;
	const times = count > 1 ? ` (${count} more times)` : '';
	return `guard: ${done[action]}: ${subject} ${act} [${rule}${why}]${times}`;
}
