/**
 * `sallyport watch ... --open`: the console on captures or an interface, without a node, until Ctrl-C. With `--apply`
 * the command goes on to act as it does without it, and the console shows its rules and can give orders.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import type { RunningApi } from '../node/api/server.ts';
import type { Enforcing, Watching } from '../node/api/watching.ts';
import { Analyses } from '../watch/analysis/analyses.ts';
import { interrupted, openConsoleAlone } from './console-alone.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { print, printJson } from './print.ts';
import { sentenceOf } from './watch-refusal.ts';

/** What goes with it is --interface, --policy, and what all commands have. */
const others = [
	...['log', 'allFlows', 'rotate', 'netflow', 'zeek', 'pcapOut', 'detail', 'hosts', 'historical', 'export'],
];

/** Until Ctrl-C. */
export async function showConsole(context: Context, files: readonly string[]): Promise<number> {
	const open = await openConsole(context, files);
	await interrupted(context.interrupted);
	await open.close();
	return 0;
}

export async function openConsole(
	context: Context,
	files: readonly string[],
	enforcing?: Enforcing,
): Promise<{ close(): Promise<void> }> {
	const other = others.find((name) => context.options[name] !== undefined && context.options[name] !== false);
	if (other !== undefined)
		throw new UsageError(
			'--open goes with --interface, --policy and --apply alone: it shows, and writes nothing.',
		);
	const analyses = new Analyses();
	let api: RunningApi | undefined;
	const close = async () => {
		await api?.close();
		await analyses.close();
	};
	try {
		const live = context.options['interface'] as string | undefined;
		const policy = context.options['policy'] as string | undefined;
		await begin(analyses, files, live);
		if (policy !== undefined) await tryPolicy(analyses, policy);
		const opened = await openConsoleAlone('watch', { watching: watchingOf(analyses, enforcing) });
		api = opened.api;
		const console = opened.entrance;
		if (context.json) printJson({ event: 'ready', console, api: api.url });
		else {
			const what =
				enforcing === undefined ? 'no node runs, and nothing leaves this machine' : 'the policy acts';
			print(`${live ?? files.join(', ')}: ${what}. Ctrl-C ends it.`);
			print(`Console: ${console}`);
		}
		return { close };
	} catch (error) {
		await close();
		throw error;
	}
}

function watchingOf(analyses: Analyses, enforcing: Enforcing | undefined): Watching {
	return {
		list: () => analyses.list(),
		receive: (name, chunks) => analyses.receive(name, chunks),
		remove: (id) => analyses.remove(id),
		of: (id) => analyses.of(id),
		enforcing,
	};
}

async function begin(analyses: Analyses, files: readonly string[], live: string | undefined): Promise<void> {
	if (live !== undefined) return settled(await analyses.open(live, { interface: live }));
	for (const file of files) {
		if (file === '-') settled(await analyses.receive('standard input', process.stdin));
		else settled(await analyses.open(basename(file), { file: resolve(file) }, sizeOf(file)));
	}
}

async function tryPolicy(analyses: Analyses, file: string): Promise<void> {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new CommandFailed(`${file} cannot be read: ${(error as Error).message}`, 2);
	}
	for (const { id } of await analyses.list()) {
		const { faults } = await analyses.of(id)!.try(text);
		const told = faults.map(({ line, message }) => `line ${line}: ${message}`).join('; ');
		if (faults.length > 0) throw new CommandFailed(`${file}: ${told}`, 2);
	}
}

/** What cannot be read is said here, and not only on a page that nobody has opened yet. */
function sizeOf(file: string): number {
	try {
		return statSync(file).size;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new CommandFailed(sentenceOf({ refused: 'watch.capture.unreadable', detail: `${file}: ${code}` }));
	}
}

function settled(answer: unknown): void {
	if (isRefusal(answer)) throw new CommandFailed(sentenceOf(answer));
}
