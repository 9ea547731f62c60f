import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands, globalOptions, nameOf } from '../../src/cli/tree.ts';
import { removeFolders, root, sallyport, temporaryFolder } from './sallyport.ts';

afterAll(removeFolders);

describe('help', () => {
	it('names every command', async () => {
		const { status, stdout } = await sallyport(['--help']);
		expect(status).toBe(0);
		for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
		expect((await sallyport([])).stdout).toBe(stdout);
	});

	it('of a command names its options, variables and examples', async () => {
		const { status, stdout } = await sallyport(['node', '--help']);
		expect(status).toBe(0);
		const flat = stdout.replaceAll(/\s+/g, ' ');
		const node = commands.find(({ name }) => name === 'node')!;
		for (const option of [...node.options, ...globalOptions]) expect(flat).toContain(option.flags);
		expect(flat).toContain('SALLYPORT_SCOPE');
		for (const example of node.examples) expect(flat).toContain(example);
	});

	it('loads neither schemas nor servers', async () => {
		const { stdout, stderr } = await sallyport(['--help'], { env: { NODE_DEBUG: 'esm' } });
		expect(stdout).toMatch(/Usage/);
		// From the source each package is there by itself; a file of dist/program names the modules that are in it.
		const loaded = new Set([...stderr.matchAll(/file:\/\/\/[^'" ]+\.[jt]s/g)].map(([url]) => url));
		const all = [...loaded].map((url) => `${url}\n${readFileSync(new URL(url), 'utf8')}`).join('\n');
		const packages = new Set([...all.matchAll(/node_modules\/([a-z@][^/\s]*)\//g)].map(([, name]) => name));
		expect(packages).toContain('commander');
		for (const heavy of ['zod', 'fastify', 'yaml', 'pino']) expect(packages).not.toContain(heavy);
	});

	it('says the version', async () => {
		const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
		expect(await sallyport(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
	});
});

describe('the pages of the commands', () => {
	it('exist for each command, with each option, and for no other', () => {
		const folder = join(root, 'docs', 'commands');
		const pages = readdirSync(folder).filter((name) => name !== 'README.md');
		expect(pages.sort()).toEqual(commands.map(({ name }) => `${name}.md`).sort());
		for (const { name, options } of commands) {
			const text = readFileSync(join(folder, `${name}.md`), 'utf8');
			for (const option of options)
				expect([name, text.includes(`--${nameOf(option)}`)]).toEqual([name, true]);
		}
	});
});

describe('wrong usage', () => {
	it.each([
		[['fly'], /unknown command 'fly'/],
		[['serch', 'x'], /Did you mean search\?/],
		[['search'], /missing required argument/],
		[['status', '--colour'], /unknown option '--colour'/],
		[['node', '--scope', 'moon'], /--scope: "moon" is none of practice, lan, internet/],
		[['node', '--listen', '6346'], /--listen: "6346" is not HOST:PORT/],
		[['node', '--listen', '127.0.0.1:70000'], /is not a port/],
		[['node', '--peer', 'winmx:127.0.0.1:1'], /--peer: .*gnutella/],
		[['node', '--networks', 'gnutella,winmx'], /"winmx" is not a network of this version/],
		[['node', '--seed', 'ftp://x'], /--seed/],
		[['node', '--networks', 'edonkey', '--seed', '/nowhere/server.met'], /--seed .*no such file/],
		[['node', '--seed', 'ed2k://|server|192.0.2.1|99999|/'], /--seed/],
		[['start', '--port', 'x'], /--port: "x" is not a port/],
		[['search', 'x', '--wait', '-1'], /--wait/],
		[['search', `ed2k://|file|a.ogg|9|${'0'.repeat(32)}|/`], /is no word to search for.*sallyport get/],
		[['completion', 'tcsh'], /"tcsh" is none of bash, zsh, fish/],
		[['node', '--api', '0.0.0.0:0', '--home', join(temporaryFolder(), 'home')], /SALLYPORT_PASSWORD/],
	])('%j ends with status 2 and a sentence', async (words, sentence) => {
		const { status, stdout, stderr } = await sallyport(words as string[]);
		expect(stderr).toMatch(sentence);
		expect([status, stdout]).toEqual([2, '']);
	});

	it('is found in a variable too', async () => {
		const outcome = await sallyport(['node'], { env: { SALLYPORT_ROLE: 'king' } });
		expect(outcome).toMatchObject({
			status: 2,
			stderr: expect.stringMatching(/SALLYPORT_ROLE: "king" is none of/),
		});
	});

	it('of a get is told before any node is looked for, except where the form is right', async () => {
		const home = temporaryFolder();
		expect(await sallyport(['status', '--home', home])).toMatchObject({
			status: 1,
			stderr: expect.stringMatching(/No node runs on/),
		});
	});
});

describe('the configuration file', () => {
	const file = (text: string) => {
		const path = join(temporaryFolder(), 'sallyport.yaml');
		writeFileSync(path, text);
		return path;
	};
	const run = (text: string, words: string[] = ['status', '--home', temporaryFolder()]) =>
		sallyport([...words, '--config', file(text)]);

	it.each([
		['# mine\nscope: lan\nscoop: 1\n', /:3: "scoop" is not an option/],
		['scope: moon\n', /:1: scope: "moon" is none of/],
		['role: leaf\n\nlisten: 6346\n', /:3: listen: "6346" is not HOST:PORT/],
		['share: [/a, {b: c}]\n', /:1: share/],
		['scope: [\n', /:2: /],
		['a: 1\na: 2\n', /:2: /],
		['- scope\n', /:1: /],
	])('%j is refused with its line', async (text, sentence) => {
		const { status, stderr } = await run(text);
		expect(stderr).toMatch(sentence);
		expect(status).toBe(2);
	});

	it('takes every option by its name', async () => {
		const { status, stderr } = await run(
			'scope: lan\nshare: [/a, /b]\npeer: gnutella:127.0.0.1:1\nlisten: "[::1]:80"\nport: 99\nwait: 3\njson: true\npassword: x\napi: 127.0.0.1:1\n',
		);
		expect(stderr).toMatch(/does not answer/);
		expect(status).toBe(1);
	});

	it('may be empty, and must exist', async () => {
		expect(await run('')).toMatchObject({ status: 1 });
		expect(await sallyport(['status', '--config', '/nowhere.yaml'])).toMatchObject({ status: 2 });
	});
});
