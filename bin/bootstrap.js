/**
 * Makes a clone ready to run: `npm start`, `npm test` and the launcher call it first. It runs on Node 18
 * and newer, needs no package, and says nothing when there is nothing to do.
 *
 *   node bin/bootstrap.js              packages, with the pinned Node.js
 *   node bin/bootstrap.js --test       also what the tests use of Debian
 *   node bin/bootstrap.js --console    also dist/console, where it is missing or older than its source
 *   node bin/bootstrap.js --program    also dist/program and dist/guard: starts take half as long, a guard's a third
 *
 * Three traps shape it. npm puts node_modules/.bin first in PATH, so `node` may be the very program that
 * `npm ci` is about to delete: npm is run by a Node from outside. npm's own copy of the lock file lists
 * only what was installed here, and a checkout makes any file "newer": both files are compared by
 * meaning. And where install scripts are denied, `npm ci` succeeds without the pinned Node, so the
 * binary is looked for afterwards.
 */
import { spawnSync } from 'node:child_process';
import {
	accessSync,
	constants,
	existsSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { argv, env, exit, getuid, platform } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const windows = platform === 'win32';

/** The pinned Node.js of this clone, whether or not it is there. */
export const pinnedNode = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

/** Programs that some tests talk to, their packages in Debian, and what is skipped without them. */
const helpers = [
	{ program: 'chromium', package: 'chromium', without: 'no browser runs behind the guard' },
	{
		program: 'chromium-headless-shell',
		package: 'chromium-headless-shell',
		without: 'the console is not tested in a browser',
	},
	{
		program: 'tshark',
		package: 'tshark',
		without: 'no independent reader checks a capture of our conversation',
	},
	{ program: 'rhash', package: 'rhash', without: 'no other program checks our hash trees' },
	{ program: 'amuled', package: 'amule-daemon', without: 'no real eDonkey client talks to our server' },
	{ program: 'amulecmd', package: 'amule-utils', without: 'no real eDonkey client talks to our server' },
	{ program: 'clamd', package: 'clamav-daemon', without: 'no real scanner looks at fetched files' },
	{ program: 'nft', package: 'nftables', without: 'no rules for nftables are loaded' },
	{ program: 'iptables-restore', package: 'iptables', without: 'no rules for iptables are loaded' },
	{ program: 'unbound-checkconf', package: 'unbound', without: 'unbound reads no sinkhole of ours' },
	{ program: 'dnsmasq', package: 'dnsmasq-base', without: 'dnsmasq reads no sinkhole of ours' },
	{ program: 'softflowd', package: 'softflowd', without: 'nobody else makes NetFlow for us' },
	{ program: 'nfdump', package: 'nfdump', without: 'nobody else counts what softflowd makes' },
	{ program: 'tcpdump', package: 'tcpdump', without: 'no interface is watched live' },
	{ program: 'ethtool', package: 'ethtool', without: 'no traffic is throttled or blocked' },
	{ program: 'curl', package: 'curl', without: 'no traffic is throttled or blocked' },
	{ program: 'aria2c', package: 'aria2', without: 'aria2c does not run under its profile' },
	{
		program: 'ogg123',
		package: 'vorbis-tools',
		without: 'ogg123 and oggenc do not run under their profiles',
	},
	{ program: 'boinc', package: 'boinc-client', without: 'boinc does not run under its profile' },
	{ program: 'yara', package: 'yara', without: 'no real YARA looks at fetched files' },
];

function say(line) {
	console.error(`sallyport: ${line}`);
}

/** PATH without the folders that npm adds for this clone (and for anything above it). */
function outerPath() {
	return (env.PATH ?? '')
		.split(delimiter)
		.filter((folder) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder))
		.join(delimiter);
}

function outerEnv() {
	const clean = { ...env, PATH: outerPath() };
	// What npm was told for the command that called us is not meant for this installation.
	for (const name of [
		'npm_config_global',
		'npm_config_omit',
		'npm_config_include',
		'npm_config_dry_run',
		'npm_config_json',
	]) {
		delete clean[name];
	}
	return clean;
}

function found(program) {
	return outerPath()
		.split(delimiter)
		.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

function packagesOf(path) {
	const { packages } = JSON.parse(readFileSync(path, 'utf8'));
	return new Map(Object.entries(packages).filter(([name]) => name !== ''));
}

/** Whether what was installed is what the lock file asks for. */
export function isInstalled(folder = root) {
	const lock = join(folder, 'package-lock.json');
	const installed = join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(installed)) return false;
	if (!existsSync(lock) || statSync(lock).mtimeMs <= statSync(installed).mtimeMs) return true;
	try {
		const [wanted, present] = [packagesOf(lock), packagesOf(installed)];
		for (const [name, { version, optional, devOptional, peer }] of wanted) {
			const here = present.get(name);
			if (here === undefined ? !optional && !devOptional && !peer : here.version !== version) return false;
		}
		return [...present.keys()].every((name) => wanted.has(name));
	} catch {
		return false;
	}
}

function installPackages() {
	if (isExecutable(pinnedNode) && isInstalled()) return;
	say('installing Node.js 26 and the packages into node_modules (about 480 MB, about 20 seconds, once)');
	const words = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
	const { status, error } = spawnSync(windows ? 'npm.cmd' : 'npm', words, {
		cwd: root,
		env: outerEnv(),
		// The output of a command is for programs: what npm says goes to stderr.
		stdio: ['ignore', 2, 2],
		shell: windows,
	});
	if (error !== undefined) fail(`npm cannot be started (${error.message}). Install npm, then try again.`);
	if (status !== 0)
		fail(`"npm ci" failed with status ${status}; what it said is above. Nothing was started.`);
	if (!isExecutable(pinnedNode)) {
		fail(
			'the pinned Node.js is not in node_modules/node after "npm ci": its install script did not run. ' +
				'Allow it ("npm config delete ignore-scripts") and run "npm ci" again.',
		);
	}
}

function installHelpers() {
	const missing = () => helpers.filter(({ program }) => !found(program));
	if (missing().length === 0) return;
	if (getuid?.() === 0 && existsSync('/etc/debian_version') && found('apt-get')) {
		const names = missing().map((helper) => helper.package);
		say(`installing ${names.join(', ')} from Debian for the tests (about a minute, once)`);
		const options = {
			env: { ...outerEnv(), DEBIAN_FRONTEND: 'noninteractive' },
			stdio: ['ignore', 'ignore', 'pipe'],
		};
		spawnSync('apt-get', ['update', '-q'], options);
		const { status, stderr } = spawnSync(
			'apt-get',
			['install', '-y', '-q', '--no-install-recommends', ...names],
			options,
		);
		if (status !== 0) say(`apt-get failed: ${String(stderr).trim().split('\n').at(-1)}`);
	}
	for (const { program, without } of missing()) say(`${program} is not installed, so ${without}`);
}

function newest(folder) {
	let time = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
	}
	return time;
}

function buildConsole() {
	const page = join(root, 'dist', 'console', 'index.html');
	const source = join(root, 'src', 'console');
	if (existsSync(page) && statSync(page).mtimeMs >= newest(source)) return true;
	say('building the console into dist/console (a few seconds, once)');
	const built = build(source);
	if (!built) say('the console could not be built; what vite said is above.');
	return built;
}

function build(...words) {
	const all = [join(modules, 'vite', 'bin', 'vite.js'), 'build', ...words, '--logLevel', 'error'];
	// Whatever is set where it is started: a page built for its developers is several times slower.
	const env = { ...process.env, NODE_ENV: 'production' };
	return spawnSync(pinnedNode, all, { cwd: root, stdio: ['ignore', 2, 2], env }).status === 0;
}

/** Whether dist/NAME was made of the source as it is now: it says itself what went into it. */
function isFresh(name) {
	try {
		const inputs = JSON.parse(readFileSync(join(root, 'dist', name, 'inputs.json'), 'utf8'));
		return inputs.every(([path, time]) => statSync(join(root, path)).mtimeMs === time);
	} catch {
		return false;
	}
}

/** Without it the source is run, so nothing fails here. */
function buildProgram() {
	for (const name of ['program', 'guard']) {
		if (isFresh(name)) continue;
		// Elsewhere first: whoever starts meanwhile finds all of it, or runs the source.
		const [folder, made] = [join(root, 'dist', name), join(root, 'dist', `.${name}-${process.pid}`)];
		const config = join('src', 'cli', 'vite.config.ts');
		if (build('--config', config, '--mode', name, '--outDir', made)) replace(folder, made);
		else say(`dist/${name} could not be built, and starts take longer; what vite said is above.`);
		rmSync(made, { recursive: true, force: true });
	}
}

function replace(folder, made) {
	try {
		rmSync(folder, { recursive: true, force: true });
		renameSync(made, folder);
	} catch {
		// Another start has put its own there meanwhile, which is as good.
	}
}

function fail(sentence) {
	say(sentence);
	exit(1);
}

/**
 * Ends the process with status 1 and a sentence where the clone cannot be made ready. Answers whether
 * the console is there, if it was asked for: a node is of use without it too.
 */
export function bootstrap({ test = false, console: page = false, program = false } = {}) {
	installPackages();
	if (test) installHelpers();
	if (program) buildProgram();
	return !page || buildConsole();
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(argv[1])).href) {
	const [test, console, program] = ['--test', '--console', '--program'].map((word) => argv.includes(word));
	const ready = bootstrap({ test, console, program });
	exit(ready ? 0 : 1);
}
