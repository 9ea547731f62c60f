/**
 * A node behind the guard: this process stays outside, starts the same command once more behind the walls, and answers
 * for it. What the walls are made of comes from options and the installed program, never from what the node keeps: a
 * node that was taken over writes its home, and must not write what it will see next time.
 */
import { existsSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import { real } from '../guard/kernel/paths.ts';
import { hidingRules } from '../guard/own-places.ts';
import { findPolicy } from '../guard/policies.ts';
import { compose, type Policy } from '../guard/policy.ts';
import { besideThread } from '../guard/thread.ts';
import { homePath } from '../node/home.ts';
import type { Scope } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import type { Context } from './context.ts';
import { Records, refused } from './guard.ts';
import { Door } from './guard-door.ts';
import { type BehindGuard, guardedVariable } from './guarded.ts';
import { GuardedFolders } from './guarded-folders.ts';
import { nodePolicy } from './node-policy.ts';

/** Of the installation, what runs; in a clone there is more, which is nobody's business. */
const parts = ['bin', 'src', 'dist', 'package.json', 'package-lock.json', 'npm-shrinkwrap.json'];
/** Options whose paths may be relative: the view has no other working folder. */
const rewritten = ['home', 'share', 'config', 'guarded'];

/** Milliseconds between a yes and the end of the node that asked. */
const answerPatience = 300;

/** Variables hold keys, too: of those that are not known to be needed, none is passed on. */
const variables =
	/^(PATH|HOME|USER|LANG|LANGUAGE|LC_\w+|TZ|TERM|NO_COLOR|FORCE_COLOR|XDG_(DATA|CONFIG|CACHE)_HOME|SALLYPORT_\w+|NODE_(OPTIONS|ENV|COMPILE_CACHE|DISABLE_COMPILE_CACHE|NO_WARNINGS)|UV_THREADPOOL_SIZE)$/;

/** Answers the exit status of the node. Starts it again when it is to see more. */
export async function runGuarded(context: Context, scope: Scope): Promise<number> {
	const home = homePath(context.home);
	let again: { readonly stop: AbortController; port: number | undefined };
	const folders = new GuardedFolders(home, (port) => {
		again.port = port;
		// The answer is on its way to the node, and the node's to the console.
		setTimeout(() => again.stop.abort(), answerPatience).unref();
	});
	const door = await Door.open((wish) => folders.decide(wish));
	try {
		for (let port: number | undefined; ; port = again.port) {
			again = { stop: new AbortController(), port: undefined };
			const stop = AbortSignal.any([context.interrupted, again.stop.signal]);
			const behind: BehindGuard = { door: door.path, sees: folders.list() };
			const status = await runOnce(context, { scope, home, behind, port, stop });
			if (!again.stop.signal.aborted || context.interrupted.aborted || status !== 0) return status;
		}
	} finally {
		door.close();
	}
}

interface Run {
	readonly scope: Scope;
	readonly home: string;
	readonly behind: BehindGuard;
	/** Where its console answered before. */
	readonly port: number | undefined;
	readonly stop: AbortSignal;
}

async function runOnce(context: Context, { scope, home, behind, port, stop }: Run): Promise<number> {
	const { options } = context;
	const shares = ((options['share'] as string[] | undefined) ?? []).map((folder) => resolve(folder));
	const config = options['config'] === undefined ? [] : [resolve(options['config'] as string)];
	const launcher = real(process.argv[1]!);
	const { guard, policy } = await besideThread(async (worker) => {
		const { Guard } = await import('../guard/run.ts');
		const guard = new Guard(worker);
		return { guard, policy: await policyOf(options, { scope, home, behind, shares, config, launcher }) };
	});
	const words = [
		...wordsWithout(process.argv.slice(2), rewritten),
		...['--home', home, ...shares.flatMap((share) => ['--share', share])],
		...config.flatMap((path) => ['--config', path]),
		...['--guarded', 'off', ...portWords(options, port)],
	];
	const records = new Records(undefined, context.json);
	const ended = await guard.run({
		policy,
		around: {
			home: homedir(),
			program: real(process.execPath),
			called: process.execPath,
			here: process.cwd(),
			arguments: [launcher, ...words],
		},
		environment: { ...passedOn(process.env), [guardedVariable]: JSON.stringify(behind) },
		learn: false,
		allowMissing: [],
		record: (record) => records.add(record),
		// Nothing of the profile asks.
		ask: async () => ({ yes: false, session: false }),
		stop,
	});
	records.close();
	if (isRefusal(ended)) throw await refused(ended);
	records.summary(ended);
	return ended.killed ? 3 : ended.status;
}

async function policyOf(
	options: Context['options'],
	places: Pick<Run, 'scope' | 'home' | 'behind'> & {
		readonly shares: readonly string[];
		readonly config: readonly string[];
		readonly launcher: string;
	},
): Promise<Policy> {
	const { scope, home, behind, shares, config, launcher } = places;
	const root = dirname(dirname(launcher));
	// What was compiled before is read and not written: the next program to read it may be unguarded.
	const cached = [getCompileCacheDir()].filter((path) => path !== undefined);
	const networks = (options['networks'] as string[] | undefined) ?? [];
	const own = nodePolicy({
		...{ scope, home, door: behind.door },
		shares: [...shares, ...behind.sees],
		listen: options['listen'] as Address | undefined,
		edonkey: networks.includes('edonkey')
			? { listen: options['edonkeyListen'] as Address | undefined }
			: undefined,
		others: ['fasttrack', 'opennap']
			.filter((name) => networks.includes(name))
			.map((name) => ({ name, listen: options[`${name}Listen`] as Address | undefined })),
		api: (options['api'] as Address | undefined) ?? apiOf(options['port'] as number | undefined),
		reads: [
			...[...parts.map((name) => join(root, name)), ...cached].filter((path) => existsSync(path)),
			...config,
		],
		loads: [modulesOf(root)],
	});
	const profile = await findPolicy('sallyport-node');
	if (isRefusal(profile)) throw await refused(profile);
	const policy = compose([own, { ...profile.policy, uses: [] }]);
	return { ...policy, files: [...policy.files, ...hidingRules([])] };
}

/** So that its console is found again. `start` has --port, `node` has --api; the last of two counts. */
function portWords(options: Context['options'], port: number | undefined): string[] {
	if (port === undefined) return [];
	if (options['port'] !== undefined) return ['--port', String(port)];
	const { host = '127.0.0.1' } = (options['api'] as Address | undefined) ?? {};
	return ['--api', `${host.includes(':') ? `[${host}]` : host}:${port}`];
}

function passedOn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(environment).filter(([name]) => variables.test(name)));
}

function apiOf(port: number | undefined): Address | undefined {
	return port === undefined ? undefined : { host: '127.0.0.1', port };
}

/** Packages lie beside the program, or with it in the folder of somebody else's packages. */
function modulesOf(root: string): string {
	const at = root.indexOf('/node_modules/');
	return at < 0 ? join(root, 'node_modules') : root.slice(0, at + '/node_modules'.length);
}

/** Words of the command line without these options and their values. */
export function wordsWithout(words: readonly string[], names: readonly string[]): string[] {
	const kept: string[] = [];
	for (let index = 0; index < words.length; index++) {
		const word = words[index]!;
		const name = names.find((one) => word === `--${one}` || word.startsWith(`--${one}=`));
		if (name === undefined) kept.push(word);
		// The value is the next word; of --guarded only where it is none of the next option.
		else if (word === `--${name}` && !words[index + 1]?.startsWith('--')) index++;
	}
	return kept;
}
