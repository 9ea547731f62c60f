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
import { compose } from '../guard/policy.ts';
import { startThread } from '../guard/thread.ts';
import { homePath } from '../node/home.ts';
import type { Scope } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import type { Context } from './context.ts';
import { Records, refused } from './guard.ts';
import { guardedVariable } from './guarded.ts';
import { nodePolicy } from './node-policy.ts';

/** Of the installation, what runs; in a clone there is more, which is nobody's business. */
const parts = ['bin', 'src', 'dist', 'package.json', 'package-lock.json', 'npm-shrinkwrap.json'];
/** Options whose paths may be relative: the view has no other working folder. */
const rewritten = ['home', 'share', 'config', 'guarded'];

/** Variables hold keys, too: of those that are not known to be needed, none is passed on. */
const variables =
	/^(PATH|HOME|USER|LANG|LANGUAGE|LC_\w+|TZ|TERM|NO_COLOR|FORCE_COLOR|XDG_(DATA|CONFIG|CACHE)_HOME|SALLYPORT_\w+|NODE_(OPTIONS|ENV|COMPILE_CACHE|DISABLE_COMPILE_CACHE|NO_WARNINGS)|UV_THREADPOOL_SIZE)$/;

/** Answers the exit status of the node. */
export async function runGuarded(context: Context, scope: Scope): Promise<number> {
	const { options } = context;
	const worker = startThread();
	const { Guard } = await import('../guard/run.ts');
	const guard = new Guard(worker);
	const home = homePath(context.home);
	const shares = ((options['share'] as string[] | undefined) ?? []).map((folder) => resolve(folder));
	const config = options['config'] === undefined ? [] : [resolve(options['config'] as string)];
	const launcher = real(process.argv[1]!);
	const root = dirname(dirname(launcher));
	// What was compiled before is read and not written: the next program to read it may be unguarded.
	const cached = [getCompileCacheDir()].filter((path) => path !== undefined);
	const networks = (options['networks'] as string[] | undefined) ?? [];
	const own = nodePolicy({
		scope,
		home,
		shares,
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
	const words = [
		...wordsWithout(process.argv.slice(2), rewritten),
		...['--home', home, ...shares.flatMap((share) => ['--share', share])],
		...config.flatMap((path) => ['--config', path]),
		...['--guarded', 'off'],
	];
	const records = new Records(undefined, context.json);
	const ended = await guard.run({
		policy: { ...policy, files: [...policy.files, ...hidingRules([])] },
		around: {
			home: homedir(),
			program: real(process.execPath),
			called: process.execPath,
			here: process.cwd(),
			arguments: [launcher, ...words],
		},
		environment: { ...passedOn(process.env), [guardedVariable]: '1' },
		learn: false,
		allowMissing: [],
		record: (record) => records.add(record),
		// Nothing of the profile asks.
		ask: async () => ({ yes: false, session: false }),
		stop: context.interrupted,
	});
	records.close();
	if (isRefusal(ended)) throw await refused(ended);
	records.summary(ended);
	return ended.killed ? 3 : ended.status;
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
