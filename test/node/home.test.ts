import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Home, HomeRefused, homePath, readRunning } from '../../src/node/home.ts';

let base: string;
const children: ChildProcess[] = [];

beforeEach(() => {
	base = mkdtempSync(join(tmpdir(), 'sallyport-home-'));
});

afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	rmSync(base, { recursive: true });
});

/** Another process that holds the home until it is killed. */
async function holder(home: string): Promise<ChildProcess> {
	const module = new URL('../../src/node/home.ts', import.meta.url).href;
	const program = `
		const { Home } = await import(${JSON.stringify(module)});
		const home = new Home(${JSON.stringify(home)}, 1);
		home.tell({ api: 'http://127.0.0.1:4680' });
		console.log('held');
		setInterval(() => home.path, 1000);`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	children.push(child);
	await once(child.stdout!, 'data');
	return child;
}

test('a new home is made for us alone', () => {
	const home = new Home(join(base, 'deep', 'home'), 5);
	expect(statSync(home.path).mode & 0o777).toBe(0o700);
	expect(readRunning(home.path)).toEqual({ pid: process.pid, startedAt: 5 });
	home.close();
	home.close();
	expect(readRunning(home.path)).toBeUndefined();
});

test('a second start on the same home is refused, with who holds it and what to do', async () => {
	const path = join(base, 'home');
	const child = await holder(path);
	expect(() => new Home(path, 2)).toThrow(HomeRefused);
	expect(() => new Home(path, 2)).toThrow(
		new RegExp(`process ${child.pid} holds it.*at http://127.0.0.1:4680.*--home`),
	);
	// The refused one has changed nothing.
	expect(readRunning(path)?.pid).toBe(child.pid);
});

test('two nodes in one process are kept apart too', () => {
	const path = join(base, 'home');
	const first = new Home(path, 1);
	expect(() => new Home(path, 2)).toThrow(/already running/);
	first.close();
	new Home(path, 3).close();
});

test('after kill -9 the home is free at once', async () => {
	const path = join(base, 'home');
	const child = await holder(path);
	child.kill('SIGKILL');
	await once(child, 'exit');
	expect(readRunning(path)?.pid).toBe(child.pid);
	const home = new Home(path, 2);
	expect(readRunning(path)?.pid).toBe(process.pid);
	home.close();
});

test('a directory of other things is neither closed to others nor filled', () => {
	const path = join(base, 'photos');
	mkdirSync(path, { mode: 0o755 });
	writeFileSync(join(path, 'summer.jpg'), 'x');
	expect(() => new Home(path, 1)).toThrow(/holds other things/);
	expect(statSync(path).mode & 0o777).toBe(0o755);
});

test('an empty directory is taken and closed to others', () => {
	const path = join(base, 'empty');
	mkdirSync(path, { mode: 0o755 });
	new Home(path, 1).close();
	expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('a file in the place of the home gives a sentence, not a stack', () => {
	writeFileSync(join(base, 'file'), 'x');
	expect(() => new Home(join(base, 'file'), 1)).toThrow(HomeRefused);
	expect(() => new Home(join(base, 'file', 'below'), 1)).toThrow(HomeRefused);
	expect(readFileSync(join(base, 'file'), 'utf8')).toBe('x');
});

test('half a running.json says nothing', () => {
	writeFileSync(join(base, 'running.json'), '{"pid": 12');
	expect(readRunning(base)).toBeUndefined();
	writeFileSync(join(base, 'running.json'), '{"pid": "12"}');
	expect(readRunning(base)).toBeUndefined();
});

test('without --home it is the XDG data directory', () => {
	const before = process.env['XDG_DATA_HOME'];
	try {
		process.env['XDG_DATA_HOME'] = '/data/of/ann';
		expect(homePath()).toBe('/data/of/ann/sallyport');
		process.env['XDG_DATA_HOME'] = 'relative';
		expect(homePath()).toMatch(/\.local\/share\/sallyport$/);
		expect(homePath('/x')).toBe('/x');
	} finally {
		if (before === undefined) delete process.env['XDG_DATA_HOME'];
		else process.env['XDG_DATA_HOME'] = before;
	}
});
