/**
 * The command line: reads the words, settles the options, loads the one command that is meant, and
 * turns its outcome into an exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by a rule.
 */
import { Command, CommanderError, Option } from 'commander';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { guardable } from './guardable.ts';
import { type Flags, settle } from './settle.ts';
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
	start: async () => guardable(() => import('./start.ts')),
	node: async () => guardable(() => import('./node.ts')),
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

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Terminals and npm send the same signal twice; a second one after this many milliseconds is meant. */
const secondSignal = 1000;

await main(process.argv.slice(2));

async function main(words: string[]): Promise<void> {
	const interrupt = new AbortController();
	try {
		process.exitCode = await run(words, interrupt);
	} catch (error) {
		process.exitCode = report(error);
	}
	for (const signal of signals) process.removeAllListeners(signal);
}

function listenToSignals(interrupt: AbortController): void {
	let first = 0;
	for (const signal of signals) {
		process.on(signal, () => {
			if (first === 0) first = performance.now();
			else if (performance.now() - first > secondSignal) process.exit(130);
			interrupt.abort();
		});
	}
	if (process.channel) {
		// Our launcher (bin/sallyport.js) is gone, perhaps by kill -9.
		process.once('disconnect', () => interrupt.abort());
		process.channel.unref();
	}
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

async function contextOf(spec: CommandSpec, flags: Flags, interrupt: AbortController): Promise<Context> {
	const global = settle(globalOptions, flags, process.env, {});
	const file = global['config'] as string | undefined;
	const config = file === undefined ? {} : (await import('./config.ts')).readConfig(file);
	const options = settle([...globalOptions, ...spec.options], flags, process.env, config);
	listenToSignals(interrupt);
	return {
		json: options['json'] as boolean,
		home: options['home'] as string | undefined,
		options,
		password: process.env['SALLYPORT_PASSWORD'] || (config['password'] as string | undefined),
		interrupted: interrupt.signal,
	};
}

function report(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
	if (error instanceof UsageError) {
		console.error(`sallyport: ${error.message}\nTry: sallyport --help`);
		return 2;
	}
	if (error instanceof CommandFailed) {
		console.error(`sallyport: ${error.message}`);
		return error.status;
	}
	console.error('sallyport: this is a mistake of ours.', error);
	return 1;
}
