#!/usr/bin/env node
/**
 * The launcher: plain JavaScript for Node 18 and newer, without a dependency. It makes sure that the
 * pinned Node.js (the package `node`) runs the program, whichever Node was called, and starts it: from the few
 * files that were made of it (dist/), or from its source where a clone has none that are as new.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const inClone = existsSync(join(root, 'src', 'cli', 'main.ts'));

if (inClone) await makeReady();
// Looking for it takes as long as starting a guard; whoever is it need not look.
const pinned = isPinned() ? { path: process.execPath, version: process.version } : findPinned();
if (pinned === undefined || pinned.version === process.version) {
	if (pinned === undefined) complain();
	// 22.8 and newer; without it the start only takes longer.
	module.enableCompileCache?.(compiledFolder());
	if (!(await runQuickly()))
		await import(isFresh('program') ? '../dist/program/main.js' : '../src/cli/main.ts');
} else {
	await handOver(pinned.path);
}

/** Installs a fresh clone, and builds what is wanted before a start that shows the console. */
async function makeReady() {
	const command = process.argv.slice(2).find((word) => !word.startsWith('-'));
	const start = command === 'start' && !process.argv.includes('--help');
	if (!start && existsSync(join(root, 'node_modules', 'node', 'bin'))) return;
	const { bootstrap } = await import('./bootstrap.js');
	bootstrap({ console: start, program: true });
}

/** `guard run` starts a program, and is itself to be there at once (src/cli/quick.ts). False: it is something else. */
async function runQuickly() {
	const words = process.argv.slice(2);
	if (words[0] !== 'guard') return false;
	if (isFresh('guard')) return module.createRequire(self)('../dist/guard/quick.js').quick(words);
	const { quick } = await import('../src/cli/quick.ts');
	return quick(words);
}

/** dist/NAME: in a clone, what it was made of may have changed since (bootstrap.js asks the same). */
function isFresh(name) {
	if (!inClone) return true;
	try {
		const inputs = JSON.parse(readFileSync(join(root, 'dist', name, 'inputs.json'), 'utf8'));
		return inputs.every(([path, time]) => statSync(join(root, path)).mtimeMs === time);
	} catch {
		return false;
	}
}

/** In a clone, and where the package is not hoisted. */
function isPinned() {
	return process.execPath === join(root, 'node_modules', 'node', 'bin', 'node');
}

/** The package `node`: in this package's node_modules, or hoisted above it. */
function findPinned() {
	try {
		const description = module.createRequire(self).resolve('node/package.json');
		const path = join(dirname(description), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
		if (!existsSync(path)) return undefined;
		return { path, version: `v${JSON.parse(readFileSync(description, 'utf8')).version}` };
	} catch {
		return undefined;
	}
}

/**
 * Not in /tmp, where Node.js has it: what lies there is run, so nobody else may have made it, nor a program behind the
 * guard (src/guard/own-places.ts hides the folder from them and says the same).
 */
function compiledFolder() {
	const given = process.env.XDG_CACHE_HOME;
	return join(given?.startsWith('/') ? given : join(homedir(), '.cache'), 'sallyport', 'guard', 'compiled');
}

/** Without the pinned Node.js: goes on where this one is new enough, else says what repairs it. */
function complain() {
	if (Number.parseInt(process.versions.node, 10) >= 26) return;
	console.error(
		`sallyport: needs Node.js 26, this is ${process.version}, and the package "node" is not installed: ` +
			'its install script did not run. Repair it with: ' +
			(inClone ? 'npm ci' : 'npm install -g --ignore-scripts=false sallyport'),
	);
	process.exit(1);
}

/**
 * Runs this file again with the pinned Node.js. Signals are passed on, and the channel tells the child
 * when we are gone, also after kill -9, so that no node is left behind without its launcher.
 */
async function handOver(node) {
	// It takes a tenth of a short start, and is needed here alone.
	const { spawn } = await import('node:child_process');
	let child;
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
	// Before the child begins: a signal in between would leave it behind.
	for (const signal of process.platform === 'win32' ? ['SIGINT'] : signals) {
		process.on(signal, () => child.kill(signal));
	}
	child = spawn(node, [self, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
	child.on('error', (error) => {
		console.error(`sallyport: ${node} cannot be started: ${error.message}`);
		process.exit(1);
	});
	child.on('exit', (status, signal) => {
		if (signal === null) process.exit(status ?? 1);
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	});
}
