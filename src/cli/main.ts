/**
 * The command line: reads the words, settles the options, loads the one command that is meant, and
 * turns its outcome into an exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by a rule.
 */
import { Command, CommanderError, Option } from 'commander';
import type { Context } from './context.ts';
import { guardable } from './guardable.ts';
import { contextOf, report, stopListening } from './running.ts';
import type { Flags } from './settle.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { commands, globalOptions, takesValue, variableOf } from './tree.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// `sallyport search ... | head` has seen enough.
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

/** Answers the exit status: 0 done, 1 failed, 3 refused by a rule. Throws UsageError for 2. */
type Run = (context: Context, words: readonly string[]) => Promise<number>;

/** The code of each command, loaded when it runs. */
const load: Readonly<Record<string, () => Promise<{ run: Run }>>> = {
	start: async () => guardable(() => import('./start.ts'), 'where it can be'),
	node: async () => guardable(() => import('./node.ts'), 'where it is told to'),
	status: () => import('./status.ts'),
	peers: () => import('./peers.ts'),
	library: () => import('./library.ts'),
	transfers: () => import('./transfers.ts'),
	search: () => import('./search.ts'),
	get: () => import('./get.ts'),
	seed: () => import('./seed.ts'),
	server: () => import('./server.ts'),
	watch: () => import('./watch.ts'),
	lab: () => import('./lab.ts'),
	guard: () => import('./guard.ts'),
	completion: () => import('./completion.ts'),
};

void main(process.argv.slice(2));

async function main(words: string[]): Promise<void> {
	const interrupt = new AbortController();
	try {
		process.exitCode = await run(words, interrupt);
	} catch (error) {
		process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : report(error);
	}
	stopListening();
}

async function run(words: string[], interrupt: AbortController): Promise<number> {
	if (words[0] === '--version' || words[0] === '-V') {
		const { ownVersion } = await import('./version.ts');
		console.log(ownVersion());
		return 0;
	}
	let status = 0;
	const program: Command = new Command('sallyport')
		.description('Peer-to-peer file sharing through a guarded door.')
		.usage('[options] COMMAND')
		.option('-V, --version', 'print the version')
		.exitOverride()
		.showSuggestionAfterError()
		.configureHelp({
			showGlobalOptions: true,
			visibleGlobalOptions: (command) => (command === program ? [] : [...program.options]),
		});
	for (const option of globalOptions) program.addOption(commanderOption(option));
	for (const spec of commands) {
		addCommand(program, spec, async (flags, given) => {
			// What is wrong with the words is told before any code of the command is loaded.
			const context = await contextOf(spec, flags, interrupt);
			const { run: command } = await load[spec.name]!();
			status = await command(context, given);
		});
	}
	if (words.length === 0) {
		program.outputHelp();
		return 0;
	}
	await program.parseAsync(words, { from: 'user' });
	return status;
}

function addCommand(
	program: Command,
	spec: CommandSpec,
	act: (flags: Flags, given: string[]) => Promise<void>,
): void {
	const command = program
		.command(spec.arguments === undefined ? spec.name : `${spec.name} ${spec.arguments}`)
		.description(spec.about)
		.summary(spec.about.split(/[;:]/, 1)[0]!)
		.addHelpText('after', `\nExamples:\n${spec.examples.map((one) => `  ${one}`).join('\n')}\n`);
	for (const option of spec.options) command.addOption(commanderOption(option));
	command.action(async () => act(command.optsWithGlobals(), command.args));
}

function commanderOption(option: OptionSpec): Option {
	const preset =
		option.default === undefined || option.default === false ? '' : `, default ${option.default}`;
	const made = new Option(option.flags, `${option.about} [${variableOf(option)}${preset}]`);
	if (option.separator !== undefined) {
		made.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
	} else if (takesValue(option)) {
		made.argParser((text: string) => text);
	}
	return made;
}
