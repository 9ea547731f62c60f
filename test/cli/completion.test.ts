import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands, nameOf } from '../../src/cli/tree.ts';
import { sallyport } from './sallyport.ts';

/** What bash offers behind these words. */
function offered(script: string, ...words: string[]): string[] {
	const line = `${script}
COMP_WORDS=(${['sallyport', ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8' });
	expect(stderr).toBe('');
	return stdout.split('\n').filter(Boolean);
}

describe('completions', () => {
	it('of bash offer commands, options and values', async () => {
		const { stdout } = await sallyport(['completion', 'bash']);
		expect(offered(stdout, '')).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
		expect(offered(stdout, 's').sort()).toEqual(['search', 'seed', 'server', 'start', 'status']);
		expect(offered(stdout, 'node', '--s').sort()).toEqual([
			'--scope',
			'--seed',
			'--share',
			'--share-partial',
		]);
		expect(offered(stdout, 'node', '--scope', '')).toEqual(['practice', 'lan', 'internet']);
		expect(offered(stdout, '--home', '/x', 'status', '--a')).toEqual(['--api']);
		expect(offered(stdout, 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
	});

	it.each(['zsh', 'fish'])('of %s name every command and option', async (shell) => {
		const { status, stdout } = await sallyport(['completion', shell]);
		expect(status).toBe(0);
		for (const { name, options } of commands) {
			expect(stdout).toContain(name);
			for (const option of options)
				expect(stdout).toContain(shell === 'zsh' ? `--${nameOf(option)}[` : `-l ${nameOf(option)} `);
		}
		const found = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
		if (found.error === undefined) expect(found.stderr).toBe('');
		else console.log(`${shell} is not installed, so its script is not parsed`);
	});

	it.each(['tcsh', 'constructor'])('of %s are none, and that is said', async (shell) => {
		const { status, stderr } = await sallyport(['completion', shell]);
		expect(status).toBe(2);
		expect(stderr).toContain(`"${shell}" is none of bash, zsh, fish.`);
	});
});
