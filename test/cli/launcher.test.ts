import { spawn } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanEnv, outcomeOf, removeFolders, root, sallyport, temporaryFolder } from './sallyport.ts';

afterAll(removeFolders);

// The bootstrap is plain JavaScript without types: it runs before anything is installed.
const { isInstalled } = (await import(join(root, 'bin', 'bootstrap.js'))) as {
	isInstalled(folder: string): boolean;
};

function put(path: string, text: string, mode = 0o644): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
	chmodSync(path, mode);
}

/** A clone with our bin/, a main that prints who runs it, and a "pinned Node.js" that is a shell script. */
function clone(pinned?: string): string {
	const folder = temporaryFolder();
	chmodSync(folder, 0o755);
	cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
	put(join(folder, 'package.json'), '{"name":"sallyport","type":"module"}');
	put(join(folder, 'package-lock.json'), '{"packages":{"":{},"node_modules/node":{"version":"99.0.0"}}}');
	put(join(folder, 'src/cli/main.ts'), `console.log('main', process.argv.slice(2).join(' '));`);
	if (pinned !== undefined) install(folder, pinned);
	return folder;
}

function install(folder: string, pinned: string, version = '99.0.0'): void {
	put(join(folder, 'node_modules/node/package.json'), JSON.stringify({ name: 'node', version }));
	put(join(folder, 'node_modules/node/bin/node'), pinned, 0o755);
	put(
		join(folder, 'node_modules/.package-lock.json'),
		'{"packages":{"node_modules/node":{"version":"99.0.0"}}}',
	);
}

/** A folder with an `npm` that notes how it was called and does what the script says. */
function npm(script: string): string {
	const folder = temporaryFolder();
	chmodSync(folder, 0o755);
	put(join(folder, 'npm'), `#!/bin/sh\necho "npm $* in $PWD, PATH $PATH" >&2\n${script}\n`, 0o755);
	return folder;
}

function run(file: string, words: string[], path: string, more: object = {}) {
	const env = cleanEnv({ PATH: `${path}:/usr/bin:/bin` });
	return outcomeOf(
		spawn(process.execPath, [file, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'], ...more }),
	);
}

describe('the launcher', () => {
	it.each([['--version'], ['guard', 'run', '--policy', 'base', '--', '/bin/true']])(
		'keeps what was compiled where no other user could have put it: %s',
		async (...words) => {
			const [home, shared] = [temporaryFolder(), temporaryFolder()];
			const env = { HOME: home, TMPDIR: shared, XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '' };
			expect(await sallyport(words, { env })).toMatchObject({ status: 0, stderr: '' });
			const kept = readdirSync(join(home, '.cache/sallyport/guard/compiled'), { recursive: true });
			expect(kept.length).toBeGreaterThan(1);
			expect(readdirSync(shared)).toEqual([]);
		},
	);

	it('hands over to the pinned Node.js, with its words and its exit status', async () => {
		const folder = clone('#!/bin/sh\nshift\necho "pinned $*"\nexit 7\n');
		const outcome = await run(join(folder, 'bin/sallyport.js'), ['search', 'two words'], '');
		expect(outcome).toMatchObject({ status: 7, stdout: 'pinned search two words\n', stderr: '' });
	});

	it('runs in place where this is the pinned Node.js', async () => {
		const folder = clone('');
		install(folder, '#!/bin/sh\nexit 9\n', process.version.slice(1));
		const outcome = await run(join(folder, 'bin/sallyport.js'), ['status'], '');
		expect(outcome).toMatchObject({ status: 0, stdout: 'main status\n' });
	});

	it('runs what was made of the source where that has not changed since, else the source', async () => {
		const folder = clone('');
		install(folder, '#!/bin/sh\nexit 9\n', process.version.slice(1));
		put(join(folder, 'dist/program/main.js'), `console.log('built', process.argv.slice(2).join(' '));`);
		const { mtimeMs } = statSync(join(folder, 'src/cli/main.ts'));
		put(join(folder, 'dist/program/inputs.json'), JSON.stringify([['src/cli/main.ts', mtimeMs]]));
		const said = async () => (await run(join(folder, 'bin/sallyport.js'), ['status'], '')).stdout;
		expect(await said()).toBe('built status\n');
		utimesSync(join(folder, 'src/cli/main.ts'), 1, 1);
		expect(await said()).toBe('main status\n');
		rmSync(join(folder, 'dist/program/inputs.json'));
		expect(await said()).toBe('main status\n');
	});

	it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and waits for the end', async (signal) => {
		const folder = clone(
			`#!/bin/sh\ntrap 'echo got it; exit 5' ${signal.slice(3)}\necho up\nwhile :; do sleep 0.05; done\n`,
		);
		const child = spawn(process.execPath, [join(folder, 'bin/sallyport.js'), 'node'], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child.stdout.once('data', () => child.kill(signal));
		expect(await outcomeOf(child)).toMatchObject({ status: 5, stdout: 'up\ngot it\n' });
	});

	it('dies of the signal that its child died of', async () => {
		const folder = clone('#!/bin/sh\nkill -KILL $$\n');
		expect(await run(join(folder, 'bin/sallyport.js'), [], '')).toMatchObject({
			status: null,
			signal: 'SIGKILL',
		});
	});

	it('installs a fresh clone first, and only says so on stderr', async () => {
		const folder = clone();
		const script = `mkdir -p node_modules/node/bin && printf '{"version":"99.0.0"}' > node_modules/node/package.json
printf '#!/bin/sh\\nshift\\necho pinned "$@"\\n' > node_modules/node/bin/node && chmod +x node_modules/node/bin/node`;
		const outcome = await run(join(folder, 'bin/sallyport.js'), ['status'], npm(script));
		expect(outcome).toMatchObject({ status: 0, stdout: 'pinned status\n' });
		expect(outcome.stderr).toMatch(/^sallyport: installing .* MB.* seconds/);
	});
});

describe('the bootstrap', () => {
	const bootstrap = (folder: string) => join(folder, 'bin/bootstrap.js');

	it('says nothing and does nothing where everything is there', async () => {
		const folder = clone('#!/bin/sh\n');
		expect(await run(bootstrap(folder), [], npm('exit 1'))).toMatchObject({
			status: 0,
			stdout: '',
			stderr: '',
		});
	});

	it('runs npm ci with a Node.js from outside of the clone, and with its development packages', async () => {
		const folder = clone();
		const path = `${join(folder, 'node_modules/.bin')}:${npm('mkdir -p node_modules/node/bin && cp /bin/true node_modules/node/bin/node')}`;
		const { status, stderr } = await run(bootstrap(folder), [], path);
		expect(status).toBe(0);
		expect(stderr).toMatch(/npm ci --include=dev .*--loglevel=error/);
		expect(stderr).not.toMatch(/PATH .*node_modules/);
	});

	it('fails with a sentence where npm fails, is absent, or leaves out the pinned Node.js', async () => {
		expect(await run(bootstrap(clone()), [], npm('exit 3'))).toMatchObject({
			status: 1,
			stderr: expect.stringMatching(/failed with status 3/),
		});
		expect(await run(bootstrap(clone()), [], npm('exit 0'))).toMatchObject({
			status: 1,
			stderr: expect.stringMatching(/install script did not run/),
		});
		const outcome = await outcomeOf(
			spawn(process.execPath, [bootstrap(clone())], {
				env: { PATH: '/nowhere' },
				stdio: ['ignore', 'pipe', 'pipe'],
			}),
		);
		expect(outcome).toMatchObject({ status: 1, stderr: expect.stringMatching(/npm cannot be started/) });
	});

	it('names the missing helpers of the tests, and does not fail for them', async () => {
		const folder = clone('#!/bin/sh\n');
		const bin = temporaryFolder();
		const env = { PATH: bin };
		const root = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
		const outcome = await outcomeOf(
			spawn(process.execPath, [bootstrap(folder), '--test'], {
				env,
				stdio: ['ignore', 'pipe', 'pipe'],
				...root,
			}),
		);
		expect(outcome.status).toBe(0);
		expect(outcome.stderr).toMatch(/chromium-headless-shell is not installed, so /);
		expect(outcome.stderr).toMatch(/tshark is not installed, so /);
	});

	it('makes dist/program and dist/guard where they are missing or not of this source, and can do without', async () => {
		// The "pinned Node.js" that builds: what it makes says that it was made of package.json as it is now.
		const folder = clone();
		const { mtimeMs } = statSync(join(folder, 'package.json'));
		install(
			folder,
			`#!/bin/sh\nshift 5\necho "$1" >> built\nmkdir -p "$3" && echo '[["package.json",${mtimeMs}]]' > "$3/inputs.json"\n`,
		);
		const made = async () => {
			expect(await run(bootstrap(folder), ['--program'], '')).toMatchObject({ status: 0, stderr: '' });
			return readFileSync(join(folder, 'built'), 'utf8').trim().split('\n');
		};
		expect(await made()).toEqual(['program', 'guard']);
		expect(await made()).toEqual(['program', 'guard']);
		utimesSync(join(folder, 'package.json'), 1, 1);
		expect(await made()).toEqual(['program', 'guard', 'program', 'guard']);
		expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['guard', 'program']);

		install(folder, '#!/bin/sh\nexit 1\n');
		const { status, stderr } = await run(bootstrap(folder), ['--program'], '');
		expect(status).toBe(0);
		expect(stderr).toMatch(/dist\/program could not be built, and starts take longer/);
		expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['guard', 'program']);
	});

	it('builds the console where it is missing or older than its source', async () => {
		const folder = clone('#!/bin/sh\nmkdir -p dist/console && echo "$*" >> dist/console/index.html\n');
		put(join(folder, 'src/console/App.tsx'), '');
		const page = join(folder, 'dist/console/index.html');
		const built = () => readFileSync(page, 'utf8').trim().split('\n').length;
		await run(bootstrap(folder), ['--console'], '');
		expect(built()).toBe(1);
		await run(bootstrap(folder), ['--console'], '');
		expect(built()).toBe(1);
		utimesSync(page, 1, 1);
		await run(bootstrap(folder), ['--console'], '');
		expect(built()).toBe(2);
		expect(existsSync(join(folder, 'dist/console'))).toBe(true);
	});
});

describe('an installation', () => {
	const lock = (packages: object) => JSON.stringify({ packages: { '': {}, ...packages } });
	const check = (wanted: object, installed: object, newer = true) => {
		const folder = temporaryFolder();
		put(join(folder, 'package-lock.json'), lock(wanted));
		put(join(folder, 'node_modules/.package-lock.json'), lock(installed));
		const at = Date.now() / 1000;
		utimesSync(join(folder, 'package-lock.json'), at, newer ? at + 10 : at - 10);
		return isInstalled(folder);
	};
	const one = { 'node_modules/a': { version: '1.0.0' } };

	it('is what the lock file asks for, whatever a checkout did to the times', () => {
		expect(check(one, one)).toBe(true);
		expect(check({ ...one, 'node_modules/b': { version: '1.0.0', optional: true } }, one)).toBe(true);
	});

	it('is not, where a package is missing, too many, or of another version', () => {
		expect(check({ ...one, 'node_modules/b': { version: '1.0.0' } }, one)).toBe(false);
		expect(check(one, { ...one, 'node_modules/b': { version: '1.0.0' } })).toBe(false);
		expect(check({ 'node_modules/a': { version: '1.0.1' } }, one)).toBe(false);
	});

	it('is not looked into while it is newer than the lock file', () => {
		expect(check({ 'node_modules/a': { version: '1.0.1' } }, one, false)).toBe(true);
	});

	it('is not there at all', () => {
		expect(isInstalled(temporaryFolder())).toBe(false);
	});
});
